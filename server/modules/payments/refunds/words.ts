// What a refusal says about a payment, in both languages.
import { paymentStateWords, reviewReasonWords } from "@huiyin/contract/words.ts";
import type { Payment } from "../model.ts";

/** The state of a payment that refuses, with the reason where a person has to decide about it. */
export function refusedState({ state, review, refunded, refunding, amount }: Payment): {
  stateZh: string;
  stateEn: string;
} {
  const words = paymentStateWords[state];
  if (review !== null) {
    const reason = reviewReasonWords[review.reason];
    return {
      stateZh: `${words.zh}，待人工核对（${reason.zh}）`,
      stateEn: `${words.en}; a person must decide (${reason.en})`,
    };
  }
  if (state === "succeeded" && refunded.minor + refunding.minor === amount.minor)
    return { stateZh: "已全部退款或正在退款", stateEn: "all of it is refunded or being refunded" };
  return { stateZh: words.zh, stateEn: words.en };
}
