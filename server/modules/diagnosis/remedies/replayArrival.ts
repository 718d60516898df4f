// Automatic: once the terminal is back, the announcement that nobody heard is sent again, and heard means spoken.
import type { ArrivalFacts } from "../model.ts";
import { diagnosisLimits as limits } from "../limits.ts";
import type { RemedyHandler, RemedyOutcome } from "./ports.ts";

export const replayArrival: RemedyHandler = async (ports, { merchantId, paymentId }) => {
  if (paymentId === null) return { result: "failed", facts: { problem: "no payment to announce" } };
  const before = await ports.arrivals(merchantId, paymentId);
  const settled = judge(before);
  if (settled !== null) return { result: settled, facts: { before: stages(before), after: stages(before) } };

  const waiting = before.filter((arrival) => arrival.spokenAt === null);
  const reachable = await Promise.all(
    waiting.map((arrival) => ports.isOnline(merchantId, arrival.terminalId)),
  );
  if (!reachable.includes("yes"))
    return { result: "notYet", facts: { before: stages(before), problem: "the terminal is not connected" } };

  await ports.replayArrivals(merchantId, paymentId);
  for (let poll = 0; poll < limits.remedyPollsMax; poll += 1) {
    const after = await ports.arrivals(merchantId, paymentId);
    const result = judge(after);
    if (result !== null) return { result, facts: { before: stages(before), after: stages(after) } };
    await ports.sleep(limits.remedyPollMs);
  }
  return {
    result: "underWay",
    facts: { before: stages(before), after: stages(await ports.arrivals(merchantId, paymentId)) },
  };
};

/** Verified where every terminal has spoken; failed where one never will; null while it is open. */
function judge(
  arrivals: readonly ArrivalFacts[],
): Extract<RemedyOutcome["result"], "verified" | "failed"> | null {
  if (arrivals.length === 0) return "failed";
  if (arrivals.every((arrival) => arrival.spokenAt !== null)) return "verified";
  // What was begun is not spoken again: better once too little than twice.
  return arrivals.some((arrival) => arrival.stage === "interrupted") ? "failed" : null;
}

function stages(arrivals: readonly ArrivalFacts[]): ReadonlyArray<Readonly<Record<string, string | null>>> {
  return arrivals.map(({ terminalId, stage, spokenAt }) => ({ terminalId, stage, spokenAt }));
}
