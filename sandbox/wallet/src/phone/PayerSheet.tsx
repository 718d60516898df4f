// Whose phone this is.
import { useLanguage } from "../language.tsx";
import type { Wallet } from "../model.ts";
import { yuan } from "../money.ts";
import { Avatar, Sheet, State } from "../parts.tsx";

export type PayerSheetProps = Readonly<{
  wallets: readonly Wallet[];
  chosen: string;
  onChoose(walletId: string): void;
  onClose(): void;
}>;

export function PayerSheet({ wallets, chosen, onChoose, onClose }: PayerSheetProps) {
  const { t } = useLanguage();
  return (
    <Sheet title={t("payer.title")} onClose={onClose}>
      <ul className="payers">
        {wallets.map((wallet) => (
          <li key={wallet.id}>
            <button
              type="button"
              className="payer-row"
              aria-pressed={wallet.id === chosen}
              data-first={wallet.id === chosen ? "" : undefined}
              onClick={() => {
                onChoose(wallet.id);
                onClose();
              }}
            >
              <Avatar name={wallet.name} />
              <span className="payer-row-text">
                <span className="payer-row-name">{wallet.name}</span>
                <span className="payer-row-note">
                  {t("funding.balance")} {yuan(wallet.balance)}
                  {wallet.huabei.state === "open" &&
                    ` · ${t("funding.huabei")} ${yuan(wallet.huabei.available)}`}
                </span>
              </span>
              {wallet.state !== "normal" && <State kind="broken">{t(`payer.${wallet.state}`)}</State>}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
