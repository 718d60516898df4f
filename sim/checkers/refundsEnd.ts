// No refund is forgotten: what was accepted ends, or a person has it in hand.
import type { Checker, Problem } from "./checker.ts";

export const refundsEnd: Checker = {
  name: "refundsEnd",
  promise: "Every accepted refund has an outcome or a person when the calm is over.",
  check: ({ refunds }) =>
    refunds.flatMap(
      ({ payment_id: about, refund_id: refundId, state, review_since: review, resolve_at: next }) =>
        state === "processing" && review === null
          ? [
              {
                about,
                problem: `${refundId} is open, next step ${next?.toISOString() ?? "none"}`,
              } satisfies Problem,
            ]
          : [],
    ),
};
