// What the payer pays with: one choice, with what is left in each.
import { useLanguage } from "../language.tsx";
import type { Wallet } from "../model.ts";
import { yuan } from "../money.ts";
import { useFundingName } from "../parts.tsx";

type Row = Readonly<{ funding: string; amount: string }>;

export function FundingList({
  wallet,
  onChoose,
}: Readonly<{ wallet: Wallet; onChoose(funding: string): void }>) {
  const { t } = useLanguage();
  const nameOf = useFundingName(wallet);
  const { huabei } = wallet;
  const huabeiNote =
    huabei.state === "open"
      ? t("funding.huabeiAvailable", { amount: yuan(huabei.available) })
      : t("funding.huabeiClosed");
  const rows: readonly Row[] = [
    { funding: "balance", amount: yuan(wallet.balance) },
    // Huabei is Alipay’s alone.
    ...(wallet.channel === "alipay" ? [{ funding: "huabei", amount: huabeiNote }] : []),
    ...wallet.cards.map((card) => ({ funding: `card:${card.id}`, amount: yuan(card.available) })),
  ];
  return (
    <fieldset className="funding">
      <legend>{t("funding.title")}</legend>
      {rows.map(({ funding, amount }) => (
        <label key={funding} className="funding-row">
          <input
            type="radio"
            name="funding"
            value={funding}
            checked={wallet.funding === funding}
            onChange={() => onChoose(funding)}
          />
          <span className={`funding-icon funding-icon-${funding.split(":")[0]}`} aria-hidden="true" />
          <span className="funding-name">{nameOf(funding)}</span>
          <span className="funding-amount">{amount}</span>
        </label>
      ))}
    </fieldset>
  );
}
