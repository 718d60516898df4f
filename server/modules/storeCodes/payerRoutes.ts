// The page behind a printed code, as payers open it: the amount, the payment, and in WeChat who holds the phone.
import { readFileSync } from "node:fs";
import { Type } from "typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { errors } from "@huiyin/contract/errors/index.ts";
import { assert } from "../../kernel/assert.ts";
import type { Money } from "../../kernel/money.ts";
import { refuse, unwrap, type Refusal, type Result } from "../../kernel/result.ts";
import { beijingTime } from "../../kernel/time.ts";
import { localeOf } from "../../platform/http/language.ts";
import { problemOf } from "../../platform/http/problem.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { walletOf } from "./model.ts";
import { amountPage, bridgePage, paymentPage, problemPage, type Problem } from "./page.ts";
import { openedSession, sealedSession, sessionSecondsMax, type Session } from "./session.ts";
import {
  addressOf,
  type OpenedCode,
  type PayPage,
  type StoreCodeDeps,
  type StoreCodes,
  type WalletQuestion,
} from "./service.ts";

const sessionCookie = "huiyin_page";
const config = { roles: "public" } as const;
const schema = { hide: true, params: Type.Object({ token: Type.String({ maxLength: 64 }) }) };
const script = readFileSync(new URL("./pay.js", import.meta.url));

type Known = Extract<Session, { kind: "known" }>;

/** Registers the page, its script, the return from the wallet, and what the script asks. */
export function payerRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  app.get("/c/pay.js", { schema: { hide: true }, config }, async (_request, reply) =>
    reply.header("cache-control", "no-cache").type("text/javascript; charset=utf-8").send(script),
  );

  app.get("/c/:token", { schema, config }, async (request, reply) => {
    const opened = await codes.open(request.params.token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    const asked = await questionFor(deps, request, opened.value);
    if (asked !== null) return sendAway(deps, reply, request.params.token, asked);
    const asking = { amountText: "", problem: null };
    return sendPage(reply, 200, askingPage(deps, request, opened.value, asking));
  });

  app.post("/c/:token", { schema, config: { roles: "public", body: "form" } }, async (request, reply) => {
    const { token } = request.params;
    const amountText = (request.form.get("amount") ?? "").slice(0, 16);
    const sent = request.form.get("attempt") ?? "";
    const attempt = /^[0-9a-f]{32}$/.test(sent) ? sent : newAttempt(deps);
    const wallet = walletOf(request.headers["user-agent"] ?? "");
    const before = await codes.open(token);
    if (!before.ok) return refusedPage(request, reply, before);
    // Whoever was known is no more, after a quarter of an hour. A form may not lead to another site: the payer scans again.
    if ((await questionFor(deps, request, before.value)) !== null)
      return refusedPage(request, reply, refuse("payer_page_over"));
    const payer = knownIn(deps, request, before.value);
    const paid = await codes.pay(token, { amountText, wallet, attempt, payer });
    const opened = await codes.open(token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    if (!paid.ok) {
      // Who was known to an account that has changed since is asked again, on the next page.
      if (paid.refusal.code === "payer_page_over") forget(deps, reply, token);
      const { status, ...problem } = problemIn(request, paid.refusal);
      return sendPage(reply, status, askingPage(deps, request, opened.value, { amountText, problem }));
    }
    if (payer !== null) remember(deps, reply, token, { ...payer, paymentId: paid.value.paymentId });
    return sendPage(reply, 200, await begunPage(request, opened.value, paid.value));
  });

  walletRoutes(app, deps, codes);
}

function walletRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  app.get("/c/:token/wallet", { schema, config }, async (request, reply) => {
    const { token } = request.params;
    const opened = await codes.open(token);
    if (!opened.ok) return refusedPage(request, reply, opened);
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
    const { code } = unwrap(await codes.open(token));
    const session = sessionIn(deps, request, token);
    const paymentId = session?.kind === "known" ? session.paymentId : null;
    if (paymentId === null) return unwrap(refuse("payer_page_over"));
    const wanted = request.query as Readonly<Record<string, unknown>>;
    const wish = wanted["call"] === "1" ? "call" : wanted["asked"] === "1" ? "asked" : "state";
    const { merchantId } = code;
    const payment = await deps.pages?.paymentOf({ merchantId, paymentId }, wish);
    if (payment === undefined || payment === null) return unwrap(refuse("payer_page_over"));
    return reply.header("cache-control", "no-store").send(payment);
  });
}

type Asked = Readonly<{ state: string; question: WalletQuestion }>;

/** What the wallet is to be asked before anything is paid in the page; null where it is known, or pays by a code. */
async function questionFor(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  opened: OpenedCode,
): Promise<Asked | null> {
  const { code, wallets } = opened;
  const channel = walletOf(request.headers["user-agent"] ?? "");
  if (channel === null || deps.pages === undefined || !wallets.includes(channel)) return null;
  if (knownIn(deps, request, opened) !== null) return null;
  const { merchantId, storeId } = code;
  const state = newAttempt(deps);
  const back = { state, returnUrl: `${addressOf(deps, code)}/wallet` };
  const question = await deps.pages.question({ merchantId, storeId, channel }, back);
  return question && { state, question };
}

/** Sends the browser to the wallet’s network, to tell who holds the phone. */
function sendAway(
  deps: StoreCodeDeps,
  reply: FastifyReply,
  token: string,
  { state, question: { route, audience, authorizeUrl } }: Asked,
): FastifyReply {
  remember(deps, reply, token, { kind: "asking", state, route, audience });
  return reply.header("cache-control", "no-store").redirect(authorizeUrl, 303);
}

/** Who holds the phone that came back with a code, as this very browser was sent to say. */
async function knownByReturn(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  { code }: OpenedCode,
): Promise<Result<Known>> {
  const query = new URLSearchParams(request.url.split("?")[1] ?? "");
  const session = sessionIn(deps, request, code.token);
  const channel = walletOf(request.headers["user-agent"] ?? "");
  const sameBrowser = session?.kind === "asking" && session.state === query.get("state");
  if (!sameBrowser || channel === null || deps.pages === undefined) return refuse("payer_page_strange");
  const { merchantId, storeId } = code;
  const { route, audience } = session;
  const given = (query.get("code") ?? "").slice(0, 512);
  const payer = await deps.pages.payerOf({ merchantId, storeId, channel }, { route, audience }, given);
  return payer.ok
    ? { ok: true, value: { kind: "known", route, audience, payerId: payer.value, paymentId: null } }
    : payer;
}

function sessionIn(deps: StoreCodeDeps, request: FastifyRequest, token: string): Session | null {
  const sealed = request.cookies[sessionCookie];
  return sealed === undefined ? null : openedSession(deps, token, sealed);
}

function knownIn(deps: StoreCodeDeps, request: FastifyRequest, { code }: OpenedCode): Known | null {
  const session = sessionIn(deps, request, code.token);
  return session?.kind === "known" ? session : null;
}

function remember(deps: StoreCodeDeps, reply: FastifyReply, token: string, session: Session): void {
  setCookie(deps, reply, { token, value: sealedSession(deps, token, session), seconds: sessionSecondsMax });
}

function forget(deps: StoreCodeDeps, reply: FastifyReply, token: string): void {
  setCookie(deps, reply, { token, value: "", seconds: 0 });
}

function setCookie(
  deps: StoreCodeDeps,
  reply: FastifyReply,
  { token, value, seconds }: Readonly<{ token: string; value: string; seconds: number }>,
): void {
  void reply.setCookie(sessionCookie, value, {
    path: `/c/${token}`,
    httpOnly: true,
    // “lax”: the wallet’s network sends the browser back to us with it.
    sameSite: "lax",
    secure: deps.publicUrl().startsWith("https://"),
    maxAge: seconds,
  });
}

type Begun = PayPage & Readonly<{ amount: Money }>;

async function begunPage(
  request: FastifyRequest,
  { shop, code }: OpenedCode,
  { amount, url, expiresAt }: Begun,
): Promise<string> {
  const wallet = walletOf(request.headers["user-agent"] ?? "");
  assert(wallet !== null, "nobody pays without a wallet");
  const locale = localeOf(request.headers["accept-language"]);
  const page = { shop, wallet, amount, locale, expiresText: beijingTime(expiresAt).slice(11, 16) };
  return url === null ? bridgePage({ ...page, token: code.token }) : paymentPage({ ...page, url });
}

type Asking = Readonly<{ amountText: string; problem: Problem | null }>;

function askingPage(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  opened: OpenedCode,
  asking: Asking,
): string {
  const { shop, wallets } = opened;
  const locale = localeOf(request.headers["accept-language"]);
  const wallet = walletOf(request.headers["user-agent"] ?? "");
  const payer = knownIn(deps, request, opened) !== null && { payer: "known" as const };
  // A fresh number with every page: the same page sent twice is one payment.
  return amountPage({ shop, wallet, wallets, attempt: newAttempt(deps), ...asking, locale, ...payer });
}

function newAttempt(deps: StoreCodeDeps): string {
  return Buffer.from(deps.randomBytes(16)).toString("hex");
}

function problemIn(request: FastifyRequest, refusal: Refusal): Problem & Readonly<{ status: number }> {
  const locale = localeOf(request.headers["accept-language"]);
  const { title, detail, status } = problemOf(errors, refusal, { locale, path: "/c", traceId: request.id });
  return { title, detail, status };
}

function refusedPage(request: FastifyRequest, reply: FastifyReply, refused: Result<unknown>): FastifyReply {
  assert(!refused.ok, "there is nothing to refuse");
  const { status, ...problem } = problemIn(request, refused.refusal);
  return sendPage(reply, status, problemPage(problem, localeOf(request.headers["accept-language"])));
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(Buffer.from(html, "utf8"));
}
