// The screen a payer holds out: who pays, the code, and what it will be paid with.
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { Channel, Payments, Wallet } from "../model.ts";
import { Avatar } from "../parts.tsx";
import { CodeCard } from "./CodeCard.tsx";
import { FundingList } from "./FundingList.tsx";
import { WalletSwitch } from "./WalletSwitch.tsx";

export type PayScreenProps = Readonly<{
  wallet: Wallet;
  channels: readonly Channel[];
  onChooseChannel(channel: Channel): void;
  aheadMs: number;
  payments: Payments | null;
  waitingCount: number;
  onChoosePayer(): void;
  onConfirm(): void;
  refresh(): void;
}>;

export function PayScreen(props: PayScreenProps) {
  const { wallet, refresh } = props;
  const { t } = useLanguage();
  const { payments } = props;
  const renewWhen =
    payments === null ? null : `${payments.items[0]?.createdAt ?? ""} ${payments.refusals[0]?.at ?? ""}`;
  const chooseFunding = (funding: string): void => {
    void call("PATCH", `/control/wallets/${wallet.id}`, { funding }).finally(refresh);
  };
  return (
    <>
      <div className="pay-head">
        <WalletSwitch channels={props.channels} chosen={wallet.channel} onChoose={props.onChooseChannel} />
        <button
          type="button"
          className="payer"
          onClick={props.onChoosePayer}
          aria-label={`${wallet.name} · ${t("payer.choose")}`}
        >
          <Avatar name={wallet.name} />
          <span className="payer-name">{wallet.name}</span>
          <span className="payer-arrow" aria-hidden="true" />
        </button>
        {wallet.state !== "normal" && (
          <p className="payer-warning" role="status">
            {t(`payer.${wallet.state}Hint`)}
          </p>
        )}
      </div>
      <CodeCard walletId={wallet.id} aheadMs={props.aheadMs} renewWhen={renewWhen} />
      {props.waitingCount > 0 && (
        <button type="button" className="button button-main waiting-button" onClick={props.onConfirm}>
          {t("password.waiting", { count: props.waitingCount })}
        </button>
      )}
      <FundingList wallet={wallet} onChoose={chooseFunding} />
    </>
  );
}
