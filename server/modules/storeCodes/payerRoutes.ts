// The page behind a printed code, as payers open it: the amount, the payment, and in WeChat who holds the phone.
import { readFileSync } from "node:fs";
import { Type } from "typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { assert } from "../../kernel/assert.ts";
import type { Money } from "../../kernel/money.ts";
import { refuse, RefusalError, type Refusal } from "../../kernel/result.ts";
import { beijingTime } from "../../kernel/time.ts";
import { localeOf } from "../../platform/http/language.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { typedYuan, walletOf } from "./model.ts";
import { amountPage, bridgePage, paymentPage, statePage, type Problem } from "./page.ts";
import { accountIsShut, needsNewForm } from "./payerWords.ts";
import {
  answerOnPage,
  forget,
  type Known,
  knownIn,
  problemIn,
  refusedPage,
  remember,
  sendPage,
  sendProblem,
} from "./phone.ts";
import {
  addressOf,
  type Earlier,
  type OpenedCode,
  type PayPage,
  type StoreCodeDeps,
  type StoreCodes,
  type WalletQuestion,
} from "./service.ts";
import { walletRoutes } from "./walletRoutes.ts";

const config = { roles: "public" } as const;
const schema = { hide: true, params: Type.Object({ token: Type.String({ maxLength: 64 }) }) };
const script = readFileSync(new URL("./pay.js", import.meta.url));

/** Registers the page, its script, the return from the wallet, and what the script asks. */
export function payerRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  app.get("/c/pay.js", { schema: { hide: true }, config }, async (_request, reply) =>
    reply.header("cache-control", "no-cache").type("text/javascript; charset=utf-8").send(script),
  );

  app.get("/c/:token", { schema, config, errorHandler: answerOnPage }, async (request, reply) => {
    const opened = await codes.open(request.params.token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    const asked = await questionFor(deps, request, opened.value);
    if (asked !== null) return sendAway(deps, reply, request.params.token, asked);
    const asking = { amountText: "", attempt: newAttempt(deps), problem: null };
    return sendPage(reply, 200, askingPage(deps, request, opened.value, asking));
  });

  const formConfig = { roles: "public", body: "form", admission: "bounded" } as const;
  const posted = { schema, config: formConfig, errorHandler: answerOnPage };
  app.post("/c/:token", posted, async (request, reply) => {
    const { token } = request.params;
    const form = formIn(deps, request);
    const sentAgain = await codes.earlier(token, form.attempt);
    // Before anything is refused: whoever sends a form again is told of the payment that it began.
    if (sentAgain !== null) return sendEarlier(deps, request, reply, { ...sentAgain, form });
    const before = await codes.open(token);
    if (!before.ok) return refusedPage(request, reply, before);
    // Whoever was known is no more, after a quarter of an hour. A form may not lead to another site: the payer scans again.
    if ((await questionFor(deps, request, before.value)) !== null) {
      forget(deps, reply, token);
      return refusedPage(request, reply, refuse("payer_page_over"));
    }
    const payer = knownIn(deps, request, token);
    const wallet = walletOf(request.headers["user-agent"] ?? "");
    const paid = await payOrRefused(codes, token, { ...form, wallet, payer });
    if (!paid.ok) {
      // Sent twice at once, or with another amount: the other one has the payment.
      const begun = needsNewForm(paid.refusal) === "yes" ? null : await codes.earlier(token, form.attempt);
      if (begun !== null) return sendEarlier(deps, request, reply, { ...begun, form });
      return sendRefusal(deps, request, reply, { opened: before.value, form, payer, refusal: paid.refusal });
    }
    if (payer !== null) remember(deps, reply, token, { ...payer, paymentId: paid.value.paymentId });
    return sendPage(reply, 200, await begunPage(request, before.value, paid.value));
  });

  walletRoutes(app, deps, codes);
}

type Form = Readonly<{ amountText: string; attempt: string }>;

function formIn(deps: StoreCodeDeps, request: FastifyRequest): Form {
  const amountText = (request.form.get("amount") ?? "").slice(0, 16);
  const sent = request.form.get("attempt") ?? "";
  return { amountText, attempt: /^[0-9a-f]{32}$/.test(sent) ? sent : newAttempt(deps) };
}

/** A refusal that was thrown on the way is one like any other: payers read pages, and no problem documents. */
async function payOrRefused(
  codes: StoreCodes,
  token: string,
  form: Parameters<StoreCodes["pay"]>[1],
): ReturnType<StoreCodes["pay"]> {
  try {
    return await codes.pay(token, form);
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

type Refused = Readonly<{ opened: OpenedCode; form: Form; payer: Known | null; refusal: Refusal }>;

function sendRefusal(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { opened, form, payer, refusal }: Refused,
): FastifyReply {
  if (payer !== null && accountIsShut(refusal) === "yes") {
    // Another account may serve, and knows this payer by another name: the next scan asks anew.
    forget(deps, reply, opened.code.token);
    return refusedPage(request, reply, { ok: false, refusal });
  }
  // The same number goes on: whatever came of this one, the next tap is no second order.
  const attempt = needsNewForm(refusal) === "yes" ? newAttempt(deps) : form.attempt;
  const problem = problemIn(request, refusal);
  return sendProblem(reply, problem, askingPage(deps, request, opened, { ...form, attempt, problem }));
}

/** What became of the payment that this form began; where it still waits for this phone, the phone goes on with it. */
async function sendEarlier(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { code, shop, payment, form }: Earlier & Readonly<{ form: Form }>,
): Promise<FastifyReply> {
  const { token, merchantId } = code;
  const { paymentId, amount, wallet, way, expiresAt } = payment;
  const locale = localeOf(request.headers["accept-language"]);
  const known = knownIn(deps, request, token);
  const expiresText = beijingTime(expiresAt).slice(11, 16);
  const page = { shop, wallet, amount, locale, expiresText };
  if (payment.state === "waiting" && typedYuan(form.amountText)?.minor === amount.minor) {
    if (way.kind === "code") return sendPage(reply, 200, await paymentPage({ ...page, url: way.url }));
    if (way.kind === "bridge" && known !== null) {
      remember(deps, reply, token, { ...known, paymentId });
      return sendPage(reply, 200, bridgePage({ ...page, token }));
    }
  }
  const asked = await deps.pages?.paymentOf({ merchantId, paymentId }, "asked");
  const state = asked?.state ?? payment.state;
  const onward = way.kind === "code" || (way.kind === "bridge" && known !== null) ? "pay" : "look";
  return sendPage(reply, 200, statePage({ ...page, attempt: form.attempt, token, state, onward }));
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
  const at = { merchantId: code.merchantId, storeId: code.storeId, channel };
  const known = knownIn(deps, request, opened.code.token);
  // Known to an account that is shut by now is known to nobody, where another one serves.
  if (known !== null && (await deps.pages.serves(at, known)) === "yes") return null;
  const state = newAttempt(deps);
  const back = { state, returnUrl: `${addressOf(deps, code)}/wallet` };
  const question = await deps.pages.question(at, back);
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

function newAttempt(deps: StoreCodeDeps): string {
  return Buffer.from(deps.randomBytes(16)).toString("hex");
}

type Asking = Form & Readonly<{ problem: Problem | null }>;

function askingPage(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  opened: OpenedCode,
  asking: Asking,
): string {
  const { shop, wallets } = opened;
  const locale = localeOf(request.headers["accept-language"]);
  const wallet = walletOf(request.headers["user-agent"] ?? "");
  const payer = knownIn(deps, request, opened.code.token) !== null && { payer: "known" as const };
  // The same page sent twice is one payment, by the number in it.
  return amountPage({ shop, wallet, wallets, ...asking, locale, ...payer });
}
