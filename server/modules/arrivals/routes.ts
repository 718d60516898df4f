// HTTP of announcements: schema in, schema out, no rules.
import { Type } from "typebox";
import { Arrival as ArrivalSchema, ArrivalList } from "@huiyin/contract/api/arrivals.ts";
import { Id } from "@huiyin/contract/api/common.ts";
import { speechOf } from "@huiyin/contract/speech.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { listOfPayment, type ArrivalWithSummary } from "./store.ts";

/** Registers every route of this module. */
export function arrivalRoutes(app: HttpApp, deps: Readonly<{ pg: Pg }>): void {
  const schema = {
    tags: ["arrivals"],
    summary: "Who was told of a payment, and how far each announcement came",
    params: Type.Object({ id: Id("pay") }, { additionalProperties: false }),
    response: { 200: ArrivalList },
  };
  const config = { roles: ["operator", "merchant", "terminal"] } as const;
  // A payment without announcements and one of somebody else look alike here: GET /v1/payments/{id} tells them apart.
  app.get("/v1/payments/:id/arrivals", { schema, config }, async (request) => {
    const found = await deps.pg.reader(principalOf(request), (tx) => listOfPayment(tx, request.params.id));
    return { items: found.map(arrivalView) };
  });
}

function arrivalView(arrival: ArrivalWithSummary): ArrivalSchema {
  const { id, paymentId, terminalId, stage, wallet, sendCount, silenceReason, summaryId } = arrival;
  const time = (at: Date | null): string | null => at && rfc3339(at);
  return {
    ...{ id, paymentId, terminalId, stage, wallet, sendCount, silenceReason, summaryId },
    sequence: Number(arrival.sequence),
    amount: Number(arrival.amount.minor),
    currency: arrival.amount.currency,
    text: speechOf({ amountFen: arrival.amount.minor, wallet }).text,
    acceptedAt: rfc3339(arrival.acceptedAt),
    sentAt: time(arrival.sentAt),
    deliveredAt: time(arrival.deliveredAt),
    startingAt: time(arrival.startingAt),
    spokenAt: time(arrival.spokenAt),
    interruptedAt: time(arrival.interruptedAt),
    staleAt: time(arrival.staleAt),
    summarySpokenAt: time(arrival.summarySpokenAt),
    unheardAt: time(arrival.unheardAt),
  };
}
