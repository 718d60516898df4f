// What diagnosis is composed from, and what both of its sides read.
import type { World } from "../../../kernel/world.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { listOfPayment, type ArrivalWithSummary, type Arrivals } from "../../arrivals/index.ts";
import type { MerchantDeps } from "../../merchants/index.ts";
import type { ArrivalFacts } from "../model.ts";

export type DiagnosisSources = Readonly<{
  pg: Pg;
  world: World;
  clock: Pick<Clock, "sleep">;
  merchants: MerchantDeps;
  arrivals: Pick<Arrivals, "replayArrivals">;
}>;

/** The announcements of a payment, one for each terminal that is bound to speak. */
export async function readArrivals(
  { pg }: Pick<DiagnosisSources, "pg">,
  merchantId: string,
  paymentId: string,
): Promise<ArrivalFacts[]> {
  return (await listOfPayment(pg.batch, merchantId, paymentId)).map(arrivalFacts);
}

function arrivalFacts(arrival: ArrivalWithSummary): ArrivalFacts {
  // Heard within a summary is heard.
  const spokenAt = arrival.spokenAt ?? arrival.summarySpokenAt;
  return {
    id: arrival.id,
    terminalId: arrival.terminalId,
    stage: arrival.stage,
    acceptedAt: arrival.acceptedAt.toISOString(),
    deliveredAt: arrival.deliveredAt?.toISOString() ?? null,
    spokenAt: spokenAt?.toISOString() ?? null,
    problem: arrival.silenceReason,
  };
}
