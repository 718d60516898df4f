// The return from the wallet’s network, which tells who holds the phone, and what the script of the page asks.
import { Type } from "typebox";
import type { FastifyRequest } from "fastify";
import { refuse, unwrap, type Result } from "../../kernel/result.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { walletOf } from "./model.ts";
import { answerOnPage, forget, knownIn, refusedPage, remember, sessionIn, type Known } from "./phone.ts";
import type { OpenedCode, StoreCodeDeps, StoreCodes } from "./service.ts";
import { sessionSecondsMax } from "./session.ts";
import { createTurns } from "./turns.ts";

const config = { roles: "public" } as const;
const schema = { hide: true, params: Type.Object({ token: Type.String({ maxLength: 64 }) }) };

/** Registers the return from the wallet and the state of the payment in the page. */
export function walletRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  // What is asked of the wallet’s network is signed with the merchant’s secret: once for each return, and so often for a code.
  const returns = createTurns(deps.world, { most: 1, spanSeconds: sessionSecondsMax });
  const questions = createTurns(deps.world);

  app.get("/c/:token/wallet", { schema, config, errorHandler: answerOnPage }, async (request, reply) => {
    const { token } = request.params;
    const opened = await codes.open(token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    const session = sessionIn(deps, request, token);
    const state = session?.kind === "asking" ? session.state : null;
    if (state !== null && state === stateIn(request)) {
      // The cookie stays: the first return may have made it one that is known.
      if (returns.take(state) === "refused")
        return refusedPage(request, reply, refuse("payer_page_code_spent"));
      if (questions.take(token) === "refused") return refusedPage(request, reply, refuse("store_code_busy"));
    }
    const known = await knownByReturn(deps, request, opened.value);
    if (!known.ok) {
      forget(deps, reply, token);
      return refusedPage(request, reply, known);
    }
    remember(deps, reply, token, known.value);
    // The code does not stay in the address: it works once, and nobody has to see it.
    return reply.header("cache-control", "no-store").redirect(`/c/${token}`, 303);
  });

  app.get("/c/:token/payment", { schema, config }, async (request, reply) => {
    const { token } = request.params;
    // Also of a code that was put out of use meanwhile: whoever is paying is told what becomes of it.
    const code = await codes.find(token);
    const paymentId = knownIn(deps, request, token)?.paymentId ?? null;
    if (code === null || paymentId === null) return unwrap(refuse("payer_page_over"));
    const wanted = request.query as Readonly<Record<string, unknown>>;
    const wish = wanted["call"] === "1" ? "call" : wanted["asked"] === "1" ? "asked" : "state";
    const { merchantId } = code;
    const payment = await deps.pages?.paymentOf({ merchantId, paymentId }, wish);
    if (payment === undefined || payment === null) return unwrap(refuse("payer_page_over"));
    return reply.header("cache-control", "no-store").send(payment);
  });
}

function queryIn(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split("?")[1] ?? "");
}

function stateIn(request: FastifyRequest): string | null {
  return queryIn(request).get("state");
}

/** Who holds the phone that came back with a code, as this very browser was sent to say. */
async function knownByReturn(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  { code }: OpenedCode,
): Promise<Result<Known>> {
  const session = sessionIn(deps, request, code.token);
  const channel = walletOf(request.headers["user-agent"] ?? "");
  const sameBrowser = session?.kind === "asking" && session.state === stateIn(request);
  if (!sameBrowser || channel === null || deps.pages === undefined) return refuse("payer_page_strange");
  const { merchantId, storeId } = code;
  const { route, audience } = session;
  const given = (queryIn(request).get("code") ?? "").slice(0, 512);
  const payer = await deps.pages.payerOf({ merchantId, storeId, channel }, { route, audience }, given);
  return payer.ok
    ? { ok: true, value: { kind: "known", route, audience, payerId: payer.value, paymentId: null } }
    : payer;
}
