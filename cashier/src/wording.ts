// Which sentence a result shows. The platform's own words come first; ours fill what it leaves open.
import type { TFunction } from "i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { channelWords, fundingSourceWords } from "@huiyin/contract/words.ts";
import type { Processing, Unpaid } from "./flowModel.ts";
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

/** What a cashier does now that nothing was paid. */
export function unpaidSentence({ payment, refusal }: Unpaid, t: TFunction): string {
  if (refusal !== null)
    return refusal.title === refusal.detail
      ? refusal.title
      : `${refusal.title}${t("problem.join")}${refusal.detail}`;
  if (payment === null) return t("unpaid.neverArrived");
  if (payment.state === "reversed") return t("unpaid.reversed");
  const advice = adviceKeys.find((key) => key === payment.retry);
  if (advice !== undefined) return t(`unpaid.advice.${advice}`);
  return t(payment.state === "closed" ? "unpaid.closed" : "unpaid.advice.never");
}

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
  if (wait === "overdue") return t("processing.closing", { channel });
  if (payment.state === "awaitingPayer") return t("processing.payer");
  return t(wait === "slow" ? "processing.slow" : "processing.channel", { channel });
}
