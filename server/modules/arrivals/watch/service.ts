// The watchdog: money arrived and nobody heard it in time. A person is told, once, and the case closes by itself when
// the announcement is heard later.
import { addSeconds, secondsBetween } from "../../../kernel/time.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { ArrivalsDeps, SilentCase } from "../deps.ts";
import { arrivalLimits } from "../limits.ts";
import type { Arrival } from "../model.ts";
import { findWatched, lockPayments, moveWatch } from "./store.ts";

type Deps = Pick<ArrivalsDeps, "pg" | "world" | "log" | "cases">;

/** Looks at announcements whose time is over, merchant by merchant. Several processes may do so at once. */
export async function watchOver(deps: Deps): Promise<void> {
  const found = await findWatched(deps.pg.batch, deps.world.now(), arrivalLimits.watchSizeMax);
  for (const merchantId of [...new Set(found.map((arrival) => arrival.merchantId))].sort()) {
    const own = found.filter((arrival) => arrival.merchantId === merchantId);
    const paymentIds = [...new Set(own.map(({ paymentId }) => paymentId))];
    await deps.pg.transaction((tx) => judge(deps, tx, { merchantId, paymentIds }));
  }
}

/** A payment is heard wherever it is heard, so its announcements are locked, judged and moved together. */
async function judge(
  deps: Deps,
  tx: Tx,
  { merchantId, paymentIds }: Readonly<{ merchantId: string; paymentIds: readonly string[] }>,
): Promise<void> {
  const now = deps.world.now();
  const locked = await lockPayments(tx, merchantId, paymentIds);
  const moves: Parameters<typeof moveWatch>[2][number][] = [];
  const silent: Arrival[] = [];
  for (const announced of Map.groupBy(locked, ({ paymentId }) => paymentId).values()) {
    const watched = announced.filter(({ watchAt }) => watchAt !== null);
    const [first] = watched.filter(({ watchAt }) => watchAt !== null && watchAt <= now);
    // Another process looked at it meanwhile.
    if (first === undefined) continue;
    const how = heard(announced);
    // Being spoken at this moment: look again once the longest sentence must have ended.
    const watchAt = how === "speaking" ? addSeconds(now, arrivalLimits.unheardSeconds) : null;
    const unheardAt = how === "unheard" ? now : null;
    moves.push(
      ...watched.map(({ paymentId, terminalId }) => ({ paymentId, terminalId, watchAt, unheardAt })),
    );
    if (how === "unheard") silent.push(first);
  }
  if (moves.length > 0) await moveWatch(tx, merchantId, moves);
  if (silent.length === 0) return;
  await deps.cases.openCases(
    tx,
    silent.map((arrival) => caseOf(arrival, now)),
  );
  for (const { paymentId, terminalId, stage } of silent) {
    deps.log.warn(
      { event: "arrival_unheard", paymentId, terminalId, stage },
      "money arrived and nobody heard it",
    );
  }
}

function heard(announced: readonly Arrival[]): "spoken" | "speaking" | "unheard" {
  const stages = announced.map(({ stage }) => stage);
  if (stages.includes("spoken")) return "spoken";
  return stages.includes("speaking") ? "speaking" : "unheard";
}

function caseOf(arrival: Arrival, now: Date): SilentCase {
  const { merchantId, paymentId, terminalId, id, stage, silenceReason, sendCount } = arrival;
  const waitedSeconds = Math.round(secondsBetween(arrival.acceptedAt, now));
  return {
    merchantId,
    kind: "silentArrival",
    subjectId: paymentId,
    paymentId,
    facts: {
      ...{
        terminalId,
        arrivalId: id,
        stage,
        waitedSeconds,
        sendCount,
        amountFen: Number(arrival.amount.minor),
      },
      ...(silenceReason !== null && { silenceReason }),
    },
  };
}
