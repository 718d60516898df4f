// HTTP of announcements: schema in, schema out, no rules.
import { Type } from "typebox";
import { Arrival as ArrivalSchema, ArrivalList } from "@huiyin/contract/api/arrivals.ts";
import { Id } from "@huiyin/contract/api/common.ts";
import { speechOf } from "@huiyin/contract/speech.ts";
import { unwrap, type Result } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Principal } from "../../platform/principal.ts";
import { listOfPayment, type ArrivalWithSummary } from "./store.ts";

export type ArrivalRouteDeps = Readonly<{
  pg: Pg;
  /** Whether the payment is there for whoever asks; payments decides. Refuses `not_found`. */
  paymentFor: (principal: Principal, paymentId: string) => Promise<Result<Readonly<{ merchantId: string }>>>;
}>;

/** Registers every route of this module. */
export function arrivalRoutes(app: HttpApp, deps: ArrivalRouteDeps): void {
  const schema = {
    tags: ["arrivals"],
    summary: "Who was told of a payment, and how far each announcement came",
    params: Type.Object({ id: Id("pay") }, { additionalProperties: false }),
    response: { 200: ArrivalList },
  };
  const config = { roles: ["operator", "merchant", "terminal"] } as const;
  app.get("/v1/payments/:id/arrivals", { schema, config }, async (request) => {
    const principal = principalOf(request);
    const { merchantId } = unwrap(await deps.paymentFor(principal, request.params.id));
    const found = await deps.pg.reader(principal, (tx) => listOfPayment(tx, merchantId, request.params.id));
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
