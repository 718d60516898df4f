// The platform over HTTP: every request signed by the device, every answer one of three kinds, nothing thrown.
import type { ActivateTerminal, ActivatedTerminal } from "@huiyin/contract/api/terminals.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund, Reversal } from "@huiyin/contract/api/refunds.ts";
import { signRequest, type DeviceKey } from "@huiyin/contract/signature.ts";
import type { Refusal, SendableAttempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";
import { serverTimeIn, type PlatformClock } from "./clock.ts";
import { newNonce } from "./identity.ts";
import type { Platform, Reply } from "./platform.ts";

/** The platform waits so long for the channel before it answers “still processing”. */
const waitSeconds = 5;
const chargeMsMax = 15_000;
/** The platform asks the channel twice for a code before it gives up. */
const codeMsMax = 35_000;
const replyMsMax = 10_000;
const pageSize = 100;
/** More than so many hits help nobody at a counter: another digit narrows them. */
const foundMax = 5;
/** Two thousand payments: more than one till takes in a day. */
const pagesMax = 20;

export type HttpDeps = Readonly<{
  clock: PlatformClock;
  /** The language in which the platform answers: "zh" or "en". */
  language(): string;
}>;

type Request = Readonly<{
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  idempotencyKey?: string;
  msMax: number;
}>;

/** The platform as one terminal sees it. */
export function createPlatform(deps: HttpDeps, key: DeviceKey, terminalId: string): Platform {
  const get = <Value>(path: string): Promise<Reply<Value>> =>
    signed<Value>(deps, key, { method: "GET", path, msMax: replyMsMax });
  const page = (query: Record<string, string>): Promise<Reply<{ items: Payment[]; hasMore: boolean }>> =>
    get(`/v1/payments?${new URLSearchParams(query)}`);
  return {
    createPayment: (attempt) => {
      const request =
        attempt.shown === null
          ? { path: `/v1/payments?wait=${waitSeconds}`, msMax: chargeMsMax }
          : { path: "/v1/payments/codes", msMax: codeMsMax };
      const body = bodyOf(attempt);
      return signed<Payment>(deps, key, { ...request, method: "POST", body, idempotencyKey: attempt.key });
    },
    payment: (id) => get(`/v1/payments/${id}`),
    findPayment: async (merchantOrderNo) => {
      const reply = await page({ merchantOrderNo });
      return reply.kind === "answered" ? { kind: "answered", value: reply.value.items[0] ?? null } : reply;
    },
    paymentsSince: async (since, extent) => {
      const found: Payment[] = [];
      for (let pages = 0; pages < pagesMax; pages++) {
        const after = found.at(-1)?.id;
        const query = { terminalId, createdFrom: since.toISOString(), limit: String(pageSize) };
        const reply = await page(after === undefined ? query : { ...query, after });
        if (reply.kind !== "answered") return reply;
        found.push(...reply.value.items);
        if (extent === "newest" || !reply.value.hasMore) break;
      }
      return { kind: "answered", value: found };
    },
    searchPayments: async (search) => items(await page({ search, limit: String(foundMax) })),
    ...refundsOver(deps, key, get),
    methods: () => get(`/v1/terminals/${terminalId}/methods`),
    diagnosis: (paymentId) => get(`/v1/payments/${paymentId}/diagnosis`),
    place: () => get(`/v1/terminals/${terminalId}/place`),
    terminal: () => get(`/v1/terminals/${terminalId}`),
  };
}

type Get = <Value>(path: string) => Promise<Reply<Value>>;
type RefundCalls = Pick<
  Platform,
  "createRefund" | "createReversal" | "refund" | "findRefund" | "refundsOf" | "refundsSince"
>;

function refundsOver(deps: HttpDeps, key: DeviceKey, get: Get): RefundCalls {
  const list = async (path: string): Promise<Reply<readonly Refund[]>> =>
    items(await get<{ items: Refund[] }>(path));
  const post = <Value>(path: string, attempt: RefundAttempt, body: unknown): Promise<Reply<Value>> => {
    const request = {
      method: "POST",
      path: `${path}?wait=${waitSeconds}`,
      body,
      msMax: chargeMsMax,
    } as const;
    return signed<Value>(deps, key, { ...request, idempotencyKey: attempt.key });
  };
  return {
    createRefund: (attempt, secret) => {
      const { amountFen, merchantRefundNo } = attempt;
      const body = { amount: Number(amountFen), merchantRefundNo, ...secret };
      return post<Refund>(`/v1/payments/${attempt.paymentId}/refunds`, attempt, body);
    },
    createReversal: (attempt, secret) =>
      post<Reversal>(`/v1/payments/${attempt.paymentId}/reversal`, attempt, secret),
    refund: (id) => get<Refund>(`/v1/refunds/${id}`),
    findRefund: async (merchantRefundNo) => {
      const reply = await list(`/v1/refunds?${new URLSearchParams({ merchantRefundNo })}`);
      return reply.kind === "answered" ? { kind: "answered", value: reply.value[0] ?? null } : reply;
    },
    refundsOf: (paymentId) => list(`/v1/payments/${paymentId}/refunds`),
    refundsSince: (since) => {
      const query = { createdFrom: since.toISOString(), limit: String(pageSize) };
      return list(`/v1/refunds?${new URLSearchParams(query)}`);
    },
  };
}

function items<Value>(reply: Reply<Readonly<{ items: Value[] }>>): Reply<readonly Value[]> {
  return reply.kind === "answered" ? { kind: "answered", value: reply.value.items } : reply;
}

/** Activates this device with a code. The code is the proof, so the request is not signed. */
export function activate(deps: HttpDeps, wish: ActivateTerminal): Promise<Reply<ActivatedTerminal>> {
  const request: Request = { method: "POST", path: "/v1/terminals/activate", body: wish, msMax: replyMsMax };
  return exchange<ActivatedTerminal>(deps, request, {});
}

/** The same bytes for every send of an attempt: the platform compares them under its key. */
function bodyOf(attempt: SendableAttempt): unknown {
  const { amountFen, payerCode, shown, merchantOrderNo, credit } = attempt;
  const by = shown === null ? { payerCode } : { method: shown };
  const plain = { amount: Number(amountFen), currency: "CNY", ...by, merchantOrderNo };
  return credit === null ? plain : { ...plain, credit };
}

async function signed<Value>(deps: HttpDeps, key: DeviceKey, request: Request): Promise<Reply<Value>> {
  const first = await signedOnce<Value>(deps, key, request);
  if (first.kind !== "refused" || first.refusal.code !== "signature_time_off") return first;
  // Our clock is off: the refusal names the platform's. Nothing was done, so the request may go again.
  const serverTime = serverTimeIn(first.refusal.detail);
  if (serverTime === null) return first;
  deps.clock.learn(serverTime);
  return signedOnce<Value>(deps, key, request);
}

async function signedOnce<Value>(deps: HttpDeps, key: DeviceKey, request: Request): Promise<Reply<Value>> {
  const headers = await signRequest(
    key,
    {
      method: request.method,
      url: request.path,
      body: request.body === undefined ? null : new TextEncoder().encode(JSON.stringify(request.body)),
      idempotencyKey: request.idempotencyKey ?? null,
    },
    { createdSeconds: Math.floor(deps.clock.now().getTime() / 1000), nonce: newNonce() },
  );
  return exchange<Value>(deps, request, headers);
}

async function exchange<Value>(
  deps: HttpDeps,
  request: Request,
  signature: Record<string, string>,
): Promise<Reply<Value>> {
  let response: Response;
  try {
    response = await fetch(request.path, {
      method: request.method,
      headers: {
        accept: "application/json",
        "accept-language": deps.language(),
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...(request.idempotencyKey === undefined ? {} : { "idempotency-key": request.idempotencyKey }),
        ...signature,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(request.msMax),
    });
  } catch {
    return { kind: "unreachable", trouble: "network" };
  }
  return replyOf<Value>(response);
}

async function replyOf<Value>(response: Response): Promise<Reply<Value>> {
  try {
    const body: unknown = await response.json();
    if (response.ok) return { kind: "answered", value: body as Value };
    const refusal = refusalOf(body, response.status);
    if (refusal !== null) return { kind: "refused", refusal };
  } catch {
    // Something between us and the platform answered, or the connection broke in the middle.
  }
  return { kind: "unreachable", trouble: "platform" };
}

/** A problem document of the platform; null for the page of a proxy. */
export function refusalOf(body: unknown, status: number): Refusal | null {
  const { code, retry, title, detail } = (body ?? {}) as Record<string, unknown>;
  const texts = [code, retry, title, detail];
  if (!texts.every((text) => typeof text === "string")) return null;
  return { status, code: String(code), retry: String(retry), title: String(title), detail: String(detail) };
}
