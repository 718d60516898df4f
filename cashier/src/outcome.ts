// What became of a payment, beyond its state: whether it was called off, and what is said aloud of it. Pure.
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Phrase } from "@huiyin/contract/speech.ts";
import type { Cancel, Processing, ProcessingCode, Refusal, Unpaid, Unsettled } from "./flowModel.ts";

/** Whether the payer scans what this till shows. */
export const showsCode = (state: Processing): state is ProcessingCode => state.attempt.shown !== null;

/** Everything that was paid went back to the payer. */
export const isAllBack = ({ state, amount, refundedAmount }: Payment): boolean =>
  state === "succeeded" && refundedAmount >= amount;

/** It did not just fail: it was called off here, or everything went back. */
export const isCancelled = ({ payment, cancel }: Unpaid): boolean =>
  payment !== null && (cancel === "sent" || payment.state === "reversed" || payment.state === "succeeded");

/** Whether a cancel was sent of what is still open. */
export const cancelOf = (state: Unsettled): Cancel => (state.screen === "processing" ? state.cancel : "none");

/** The platform looked at the payment and sent nothing. It will be so in a moment too: the cashier reads why, and what to do. */
const turnedAway: ReadonlySet<string> = new Set([
  "platform_in_maintenance",
  "channel_in_maintenance",
  "channel_unstable",
] satisfies ErrorCode[]);

export const isTurnedAway = ({ code }: Refusal): boolean => turnedAway.has(code);

/** What is said aloud of a payment that failed. Never the payer's own trouble: others stand in the queue. */
export function phraseOf(why: Unpaid): Phrase {
  if (isCancelled(why)) return "reversed";
  const retry = why.payment?.retry ?? why.refusal?.retry;
  return retry === "newPayerCode" ? "failedScanAgain" : "failed";
}
