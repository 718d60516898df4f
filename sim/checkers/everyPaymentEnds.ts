// Nothing is forgotten: the resolver was scheduled before the call, so whatever was accepted ends, or has a person.
import type { Evidence } from "../evidence.ts";
import type { Checker, Problem } from "./checker.ts";

/** Every timetable ends after 170 s, that of a shown code counted from its expiry; what comes on top are pauses, waiting for replies and a restart. */
const endsWithinMs = 240_000;

export const everyPaymentEnds: Checker = {
  name: "everyPaymentEnds",
  promise:
    "Every accepted payment is final, or in review with an owner, within the channel’s timetable of calm.",
  check: (evidence) => {
    const { calmSinceMs } = evidence;
    const problems: Problem[] = [];
    for (const payment of evidence.payments) {
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
        payment.decided_by === null &&
        firstReviewMs(evidence, about) > dueMs
      )
        problems.push({
          about,
          problem: `settled ${Math.round((settledMs - dueMs) / 1_000)} s after its time`,
        });
    }
    return problems;
  },
};

/** When a person was first given it: in review it has kept its promise, even where the channel ends it by itself much later. */
function firstReviewMs({ events }: Evidence, paymentId: string): number {
  const given = events
    .filter((event) => event.payment_id === paymentId)
    .flatMap(({ entries }) => entries)
    .filter(({ kind }) => kind === "reviewOpened");
  return Math.min(...given.map(({ at }) => Date.parse(at)));
}
