// What Lakeside’s refusals mean, from golden/README.md. What is not in a map is unknown.
import type { Actor } from "@huiyin/contract/words.ts";
import type { RetryAdvice } from "../../port.ts";

export type Refusal = Readonly<{
  blame: readonly Actor[];
  retry: RetryAdvice;
  causeHints: readonly string[];
}>;

/** Of a charge: nothing was paid by it. “The order is there already” is not among them: an earlier send may have paid. */
export const chargeRefusals: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ["NO_MONEY", { blame: ["payer"], retry: "newPayerCode", causeHints: ["C-PAY-01"] }],
  ["CODE_EXPIRED", { blame: ["payer"], retry: "newPayerCode", causeHints: [] }],
]);

/** Of a refund: nothing went back by it. “Nobody knows the order” is not among them: the wrong account may be asked. */
export const refundRefusals: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ["TOO_MUCH", { blame: ["platform"], retry: "never", causeHints: [] }],
  ["OTHER_AMOUNT", { blame: ["platform"], retry: "never", causeHints: [] }],
  ["NOT_PAID", { blame: ["platform"], retry: "queryFirst", causeHints: [] }],
]);
