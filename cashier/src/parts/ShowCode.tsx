// 出示收款码: beside scanning the payer’s code, one to be scanned, for every wallet that is open at this terminal.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { channelCodes } from "@huiyin/contract/api/payments.ts";
import { channelWords, type ChannelCode } from "@huiyin/contract/words.ts";
import { newCode } from "../scan.ts";
import { useServices, type MethodsView } from "../services.ts";
import { useStore } from "../store.ts";
import { useLanguage } from "./useLanguage.ts";

export function ShowCode(): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const { checkout, methods } = useServices();
  const wallets = walletsOf(useStore(methods));
  if (wallets.length === 0) return null;
  return (
    <fieldset className="setting show-code">
      <legend>{t("code.show")}</legend>
      <div className="options options-tight">
        {wallets.map((wallet) => (
          <button
            key={wallet}
            type="button"
            className="option"
            onClick={() => checkout.dispatch(newCode(wallet))}
          >
            {channelWords[wallet][language]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Where the menu cannot be read, every wallet is offered: the platform refuses what is not open, in words. */
export function walletsOf({ state, items }: MethodsView): readonly ChannelCode[] {
  if (state === "loading") return [];
  if (state === "failed") return channelCodes;
  const open = new Set<string>(items.filter(({ available }) => available).map(({ method }) => method));
  return channelCodes.filter((channel) => open.has(channel));
}
