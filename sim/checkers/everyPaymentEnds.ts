// Nothing is forgotten: the resolver was scheduled before the call, so whatever was accepted ends, or has a person.
import type { Checker, Problem } from "./checker.ts";

/** Every timetable ends after 170 s, that of a shown code counted from its expiry; what comes on top are pauses, waiting for replies and a restart. */
const endsWithinMs = 240_000;

export const everyPaymentEnds: Checker = {
  name: "everyPaymentEnds",
  promise:
    "Every accepted payment is final, or in review with an owner, within the channel’s timetable of calm.",
  check: ({ payments, calmSinceMs }) => {
    const problems: Problem[] = [];
    for (const payment of payments) {
      const {
        payment_id: about,
        state,
        review_since: review,
        review_owner: owner,
        resolve_at: next,
      } = payment;
      const unfinished = state === "processing" || state === "awaitingPayer";
      if (unfinished && review === null)
        problems.push({ about, problem: `${state}, next step ${next?.toISOString() ?? "none"}` });
      if (unfinished && review !== null && owner === null)
        problems.push({ about, problem: "in review, and nobody’s turn" });
      const settledMs = (review ?? payment.finished_at)?.getTime();
      const began = payment.mode === "payerCode" ? payment.created_at : payment.expires_at;
      const dueMs = Math.max(began.getTime(), calmSinceMs) + endsWithinMs;
      if (
        settledMs !== undefined &&
        settledMs > dueMs &&
        !payment.late_success &&
        payment.decided_by === null
      )
        problems.push({
          about,
          problem: `settled ${Math.round((settledMs - dueMs) / 1_000)} s after its time`,
        });
    }
    return problems;
  },
};
