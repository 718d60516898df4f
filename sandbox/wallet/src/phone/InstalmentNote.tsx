// What instalments cost, in one sentence each: while the payer chooses, and on what was paid.
import { useLanguage } from "../language.tsx";
import type { Instalments, Trade } from "../model.ts";
import { yuan } from "../money.ts";

/** The offer of instalments on a payment that waits: the plan where Huabei is chosen, else how to get it. */
export function InstalmentOffer({ trade, funding }: Readonly<{ trade: Trade; funding: string }>) {
  const { t } = useLanguage();
  if (trade.instalments === null) return null;
  if (funding !== "huabei") {
    return <p className="instalments">{t("instalments.choose", { months: trade.instalments.months })}</p>;
  }
  return <Plan instalments={trade.instalments} />;
}

/** Term, month and fee of a plan. */
export function Plan({ instalments }: Readonly<{ instalments: Instalments }>) {
  const { t } = useLanguage();
  const { months, monthly, lastMonth, fee, feeBearer } = instalments;
  const each = monthly === lastMonth ? "instalments.each" : "instalments.eachAndLast";
  return (
    <p className="instalments" data-testid="instalments">
      <strong>{t("instalments.title", { months })}</strong>
      <span>{t(each, { monthly: yuan(monthly), lastMonth: yuan(lastMonth) })}</span>
      <span>{t(`instalments.${feeBearer}`, { fee: yuan(fee) })}</span>
    </p>
  );
}

/** The plan a trade was paid by; null where it was paid at once. */
export function planPaidBy(trade: Trade): Instalments | null {
  return trade.funding === "huabei" ? trade.instalments : null;
}
