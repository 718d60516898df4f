// Which sentence a result shows. The platform's own words come first; ours fill what it leaves open.
import type { TFunction } from "i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import {
  channelWords,
  feeBearerWords,
  fundingSourceWords,
  paymentStateWords,
} from "@huiyin/contract/words.ts";
import { isAllBack, isCancelled } from "./outcome.ts";
import type { Processing, ProcessingCode, Unpaid } from "./flowModel.ts";
import type { Language } from "./words/index.ts";

const adviceKeys = [
  "newPayerCode",
  "newOrder",
  "sameRequest",
  "later",
  "afterFix",
  "never",
  "queryFirst",
] as const;

/** How it was paid: 支付宝 · 花呗. */
export function methodText(payment: Payment, language: Language): string {
  const channel = channelWords[payment.channel][language];
  const { fundingSource } = payment;
  if (fundingSource === null || fundingSource === "unknown") return channel;
  return `${channel} · ${fundingSourceWords[fundingSource][language]}`;
}

/** Sources known to be paid at once: instalments were asked for, and the payer chose otherwise. */
const paidAtOnce = new Set<Payment["fundingSource"]>([
  "balance",
  "moneyFund",
  "huabei",
  "debitCard",
  "creditCard",
]);

/** What became of the instalments asked for: 分 6 期 · 商户承担手续费; null where there are none, or nobody knows. */
export function creditText(
  { credit, fundingSource }: Payment,
  { t, language }: Readonly<{ t: TFunction; language: Language }>,
): string | null {
  if (credit === null || fundingSource === null) return null;
  if (paidAtOnce.has(fundingSource))
    return t("instalments.atOnce", { source: fundingSourceWords[fundingSource][language] });
  if (fundingSource !== "huabeiInstalment") return null;
  const bearer = feeBearerWords[credit.feeBearer][language];
  return t("instalments.shown", { count: credit.instalments, bearer });
}

/** The state of a payment, and whether what was paid is still here: 已收款, 已部分退款. */
export function paymentStateText(
  payment: Payment,
  { t, language }: Readonly<{ t: TFunction; language: Language }>,
): string {
  if (isAllBack(payment)) return t("sheet.allBack");
  if (payment.state === "succeeded" && payment.refundedAmount > 0) return t("sheet.partlyBack");
  return paymentStateWords[payment.state][language];
}

/** What the diagnosis says to do at the counter; it is asked the moment a payment fails. */
export type Advice = Readonly<{ kind: "awaited" }> | Readonly<{ kind: "known"; tryNow: string | null }>;

const noAdvice: Advice = { kind: "known", tryNow: null };

/** The word over a payment that was not paid; one that was called off did not fail. */
export function unpaidTitle(state: Unpaid, t: TFunction): string {
  if (!isCancelled(state)) return t("unpaid.title");
  const { payment } = state;
  // Undone by a channel that does not say whether money had moved: “money returned” would be a guess.
  const untold = payment?.state === "reversed" && payment.paidAt === null;
  return t(isUntouched(state) || untold ? "unpaid.cancelledTitle" : "unpaid.reversedTitle");
}

/** Called off before any money moved. */
const isUntouched = ({ payment }: Unpaid): boolean =>
  payment?.state !== "reversed" && payment?.state !== "succeeded";

/** What a cashier does now that nothing was paid. The channel's own advice is general: the diagnosis' comes first. */
export function unpaidSentence(state: Unpaid, t: TFunction, known: Advice = noAdvice): string {
  const { payment, refusal } = state;
  // The platform names the earlier payment by its id, which says nothing at a counter.
  if (refusal?.code === "payer_code_used") return t("unpaid.codeUsed");
  if (refusal !== null)
    return refusal.title === refusal.detail
      ? refusal.title
      : `${refusal.title}${t("problem.join")}${refusal.detail}`;
  if (payment === null) return t("unpaid.neverArrived");
  if (payment.state === "reversed") return t(payment.paidAt === null ? "unpaid.undone" : "unpaid.reversed");
  if (payment.state === "succeeded") return t("unpaid.givenBack");
  const byCode = payment.mode === "shownCode";
  if (isCancelled(state)) return t(byCode ? "code.withdrawn" : "refund.nothingPaid");
  if (byCode && payment.state === "closed") return t("code.expired");
  if (known.kind === "awaited") return t("unpaid.looking");
  if (known.tryNow !== null) return `${t("unpaid.nothingCharged")}${withoutEcho(known.tryNow, t)}`;
  const advice = adviceKeys.find((key) => key === payment.retry);
  if (advice !== undefined) return t(`unpaid.advice.${advice}`);
  return t(payment.state === "closed" ? "unpaid.closed" : "unpaid.advice.never");
}

/** Where the diagnosis begins with “no money was received”, “nothing was charged” has said it already. */
function withoutEcho(tryNow: string, t: TFunction): string {
  const echo = t("unpaid.nothingReceived");
  return tryNow.startsWith(echo) ? tryNow.slice(echo.length) : tryNow;
}

/** What a code that is shown says below itself. */
export function codeSentence(
  { payment, trouble, cancel, attempt }: ProcessingCode,
  time: "live" | "overdue",
  { t, language }: Readonly<{ t: TFunction; language: Language }>,
): string {
  const wallet = channelWords[attempt.shown][language];
  if (payment === null) return t(trouble === null ? "code.making" : `processing.${trouble}`, { wallet });
  if (cancel === "sent") return t("code.withdrawing", { wallet });
  if (time === "overdue" || payment.code === null) return t("code.confirming", { wallet });
  if (trouble !== null) return t("code.unseen");
  return t("code.lead", { wallet });
}

/** Minutes and seconds: 4:05. */
export const minutesText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** How a wait is going: as usual, longer than usual, or beyond the time in which the payer could pay. */
export type Wait = "usual" | "slow" | "overdue";

/** What is being waited for. */
export function processingSentence(
  state: Processing,
  wait: Wait,
  words: Readonly<{ t: TFunction; language: Language }>,
): string {
  const { t, language } = words;
  const { payment, trouble } = state;
  if (trouble !== null) return t(`processing.${trouble}`);
  if (payment === null) return t("processing.sending");
  const channel = channelWords[payment.channel][language];
  if (state.cancel === "sent") return t("processing.cancelling", { channel });
  if (wait === "overdue") return t("processing.closing", { channel });
  if (payment.state === "awaitingPayer") return t("processing.payer");
  return t(wait === "slow" ? "processing.slow" : "processing.channel", { channel });
}
