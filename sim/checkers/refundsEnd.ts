// No refund is forgotten: what was accepted ends, by the word of the channel or of a person.
import type { Checker, Problem } from "./checker.ts";

export const refundsEnd: Checker = {
  name: "refundsEnd",
  promise: "Every accepted refund has an outcome when the calm is over.",
  check: ({ refunds }) =>
    refunds
      .filter(({ state }) => state === "processing")
      .map(({ payment_id: about, refund_id: refundId, review_since: review, resolve_at: next }): Problem => {
        const whose = review === null ? "nobody’s turn" : "a person’s turn";
        return {
          about,
          problem: `${refundId} is open, ${whose}, next step ${next?.toISOString() ?? "none"}`,
        };
      }),
};
