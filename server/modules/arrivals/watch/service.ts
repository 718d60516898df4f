// The watchdog: money arrived and nobody heard it in time. A person is told, once, and the case closes by itself when
// the announcement is heard later.
import { idOf } from "../../../kernel/ids.ts";
import { addSeconds, secondsBetween } from "../../../kernel/time.ts";
import { assert } from "../../../kernel/assert.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { ArrivalsDeps, SilentCase } from "../deps.ts";
import { arrivalLimits } from "../limits.ts";
import type { Arrival } from "../model.ts";
import { findWatched, heardPayments, moveWatch } from "./store.ts";

type Deps = Pick<ArrivalsDeps, "pg" | "world" | "log" | "cases">;

/** Looks at announcements whose time is over, merchant by merchant. Several processes may do so at once. */
export async function watchOver(deps: Deps): Promise<void> {
  const found = await findWatched(deps.pg.batch, deps.world.now(), arrivalLimits.watchSizeMax);
  for (const merchantId of [...new Set(found.map((arrival) => arrival.merchantId))].sort()) {
    const own = found.filter((arrival) => arrival.merchantId === merchantId);
    await deps.pg.transaction((tx) => judge(deps, tx, { merchantId, arrivals: own }));
  }
}

async function judge(
  deps: Deps,
  tx: Tx,
  { merchantId, arrivals }: Readonly<{ merchantId: string; arrivals: readonly Arrival[] }>,
): Promise<void> {
  const now = deps.world.now();
  const heard = new Map(
    [
      ...(await heardPayments(
        tx,
        merchantId,
        arrivals.map(({ paymentId }) => paymentId),
      )),
    ].map(([uuid, how]) => [idOf("pay", uuid), how]),
  );
  const moves = arrivals.map((arrival) => {
    const { paymentId, terminalId, watchAt } = arrival;
    assert(watchAt !== null, `${arrival.id} is watched without a time`);
    const how = heard.get(paymentId);
    const key = { paymentId, terminalId, held: watchAt };
    // Being spoken at this moment: look again once the longest sentence must have ended.
    if (how === "speaking")
      return { ...key, watchAt: addSeconds(now, arrivalLimits.unheardSeconds), unheardAt: null };
    return { ...key, watchAt: null, unheardAt: how === "spoken" ? null : now };
  });
  const moved = new Set([...(await moveWatch(tx, merchantId, moves))].map((uuid) => idOf("pay", uuid)));
  const silent = new Map(
    arrivals
      .filter(({ paymentId }) => moved.has(paymentId) && !heard.has(paymentId))
      .map((arrival) => [arrival.paymentId, arrival]),
  );
  if (silent.size === 0) return;
  await deps.cases.openCases(
    tx,
    [...silent.values()].map((arrival) => caseOf(arrival, now)),
  );
  for (const { paymentId, terminalId, stage } of silent.values()) {
    deps.log.warn(
      { event: "arrival_unheard", paymentId, terminalId, stage },
      "money arrived and nobody heard it",
    );
  }
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
