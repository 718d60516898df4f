// The client: every call of the contract by its name, made again only where that is harmless, answered with a value.
import { createPrivateKey, randomBytes, randomUUID, sign, type KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { operations, type OperationInfo, type Operations } from "./generated/operations.ts";
import { signRequest } from "./generated/signature.ts";
import { refusalOf, type Problem, type Result } from "./problem.ts";
import { mayRepeat, pauseMs, retryPolicyDefault, type RetryPolicy } from "./retries.ts";

export type Payment = Operations["getPaymentsId"]["response"];
export type Refund = Operations["getRefundsId"]["response"];

/** Who calls: a merchant’s or operator’s key, or a terminal with its Ed25519 key. */
export type Caller =
  Readonly<{ key: string }> | Readonly<{ terminalId: string; privateKey: KeyObject | string }>;

export type ClientOptions = Caller &
  Readonly<{
    /** "https://pay.example.com", without /v1. */
    baseUrl: string;
    /** The language of titles and details. */
    locale?: "zh-CN" | "en";
    retries?: Partial<RetryPolicy>;
    /** Each attempt, its wait for an outcome included. */
    attemptMsMax?: number;
    fetch?: typeof fetch;
  }>;

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? Readonly<Partial<Record<Name, undefined>>>
  : Record<never, never> extends Value
    ? Readonly<Partial<Record<Name, Value>>>
    : Readonly<Record<Name, Value>>;

/** What a call takes: the parts that its route has. */
export type CallInput<Name extends keyof Operations> = Part<"path", Operations[Name]["path"]> &
  Part<"query", Operations[Name]["query"]> &
  Part<"body", Operations[Name]["body"]> &
  Readonly<{
    /** Where the route wants one; made where absent. Keep it to ask again after a crash of your own. */
    idempotencyKey?: string;
    signal?: AbortSignal;
  }>;

type Arguments<Name extends keyof Operations> =
  Record<never, never> extends CallInput<Name> ? [input?: CallInput<Name>] : [input: CallInput<Name>];

type Given = Readonly<{
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}>;

type Listing = {
  [Name in keyof Operations]: Operations[Name]["response"] extends { items: unknown[]; hasMore: boolean }
    ? Name
    : never;
}[keyof Operations];
type ItemOf<Name extends Listing> = Operations[Name]["response"] extends { items: Array<infer Item> }
  ? Item
  : never;

export type Client = Readonly<{
  /** Makes one call by the name that the OpenAPI document has for it. Never throws for what the platform or the network says. */
  call<Name extends keyof Operations>(
    name: Name,
    ...input: Arguments<Name>
  ): Promise<Result<Operations[Name]["response"]>>;
  /**
   * Takes a payment and waits until it has an outcome, at most so many seconds (180): then the payment comes back as it
   * is, still `processing` or `awaitingPayer`. Neither is a failure: the platform goes on asking.
   */
  takePayment(
    body: Operations["postPayments"]["body"],
    options?: Readonly<{ idempotencyKey?: string; waitSecondsMax?: number; signal?: AbortSignal }>,
  ): Promise<Result<Payment>>;
  /** A list page after page, newest first; ends with the first page that could not be read. */
  pages<Name extends Listing>(
    name: Name,
    ...input: Arguments<Name>
  ): AsyncGenerator<Result<ReadonlyArray<ItemOf<Name>>>, void, undefined>;
}>;

const attemptMsMaxDefault = 45_000;
const waitSecondsMaxDefault = 180;
const waitPerCallSeconds = 20;
const pollMs = 1_000;

/** One client is enough for a process; it holds no connection of its own. */
export function createClient(options: ClientOptions): Client {
  const call = async (name: keyof Operations, given: Given = {}): Promise<Result<unknown>> => {
    const policy = { ...retryPolicyDefault, ...options.retries };
    const info: OperationInfo = operations[name];
    // Made once and kept over every repetition: it is what makes them one.
    const idempotencyKey = info.repeat === "key" ? (given.idempotencyKey ?? randomUUID()) : null;
    for (let attempt = 1; ; attempt += 1) {
      const { result, retryAfter } = await attemptOnce(options, info, { ...given, key: idempotencyKey });
      const over = result.ok || attempt >= policy.attemptsMax || given.signal?.aborted === true;
      if (over || mayRepeat(result.problem, info.repeat) === "no") return result;
      const pause = pauseMs(policy, attempt + 1, { retryAfter, chance: Math.random() });
      await sleep(pause, undefined, given.signal && { signal: given.signal }).catch(() => undefined);
    }
  };
  return {
    call: call as Client["call"],
    takePayment: (body, own = {}) => takePayment(call, body, own),
    pages: ((name: keyof Operations, given?: Given) => pagesOf(call, name, given)) as Client["pages"],
  };
}

type Call = (name: keyof Operations, given?: Given) => Promise<Result<unknown>>;

async function takePayment(
  call: Call,
  body: unknown,
  own: Readonly<{ idempotencyKey?: string; waitSecondsMax?: number; signal?: AbortSignal }>,
): Promise<Result<Payment>> {
  const { waitSecondsMax = waitSecondsMaxDefault, ...kept } = own;
  const until = Date.now() + waitSecondsMax * 1_000;
  const wait = Math.min(waitPerCallSeconds, waitSecondsMax);
  let result = (await call("postPayments", { body, query: { wait }, ...kept })) as Result<Payment>;
  while (result.ok && isOpen(result.value) && Date.now() < until && own.signal?.aborted !== true) {
    await sleep(pollMs, undefined, own.signal && { signal: own.signal }).catch(() => undefined);
    const asked = (await call("getPaymentsId", {
      path: { id: result.value.id },
      ...(own.signal && { signal: own.signal }),
    })) as Result<Payment>;
    // What is known stays known: a question that fails says nothing about the payment.
    if (asked.ok) result = asked;
  }
  return result;
}

function isOpen({ state }: Payment): boolean {
  return state === "processing" || state === "awaitingPayer";
}

async function* pagesOf(
  call: Call,
  name: keyof Operations,
  given: Given = {},
): AsyncGenerator<Result<ReadonlyArray<unknown>>, void, undefined> {
  let after: unknown = given.query?.["after"];
  for (;;) {
    const query = { limit: 100, ...given.query, ...(after !== undefined && { after }) };
    const result = await call(name, { ...given, query });
    if (!result.ok) {
      yield result;
      return;
    }
    const { items, hasMore } = result.value as {
      items: Array<{ id?: string; eventId?: string }>;
      hasMore: boolean;
    };
    yield { ok: true, value: items, status: result.status };
    const last = items.at(-1);
    after = last?.id ?? last?.eventId;
    if (!hasMore || after === undefined) return;
  }
}

type Attempted = Readonly<{ result: Result<unknown>; retryAfter: string | null }>;

async function attemptOnce(
  options: ClientOptions,
  info: OperationInfo,
  given: Given & Readonly<{ key: string | null }>,
): Promise<Attempted> {
  const target = targetOf(info.path, given);
  const body = given.body === undefined ? null : JSON.stringify(given.body);
  const signal = AbortSignal.any([
    AbortSignal.timeout(options.attemptMsMax ?? attemptMsMaxDefault),
    ...(given.signal ? [given.signal] : []),
  ]);
  const unanswered = (
    reason: "network" | "timeout" | "strangeAnswer",
    status: number | null,
    error: unknown,
  ) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const problem: Problem = { kind: "unanswered", reason, status, message, idempotencyKey: given.key };
    return { ok: false, problem } as const;
  };
  try {
    const headers = await headersOf(options, { method: info.method, target, body, key: given.key });
    const send = options.fetch ?? fetch;
    const response = await send(options.baseUrl.replace(/\/+$/, "") + target, {
      ...{ method: info.method, headers, redirect: "error", signal },
      ...(body !== null && { body }),
    });
    const retryAfter = response.headers.get("retry-after");
    const answer = parsed(await response.text());
    const { status } = response;
    if (response.ok && answer.kind === "json")
      return { result: { ok: true, value: answer.value, status }, retryAfter };
    const refused = refusalOf(status, answer.kind === "json" ? answer.value : null);
    if (refused !== null && !response.ok) return { result: { ok: false, problem: refused }, retryAfter };
    return {
      result: unanswered("strangeAnswer", status, `status ${status} without a body of the platform`),
      retryAfter,
    };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return { result: unanswered(timedOut ? "timeout" : "network", null, error), retryAfter: null };
  }
}

function parsed(text: string): Readonly<{ kind: "json"; value: unknown } | { kind: "other" }> {
  if (text === "") return { kind: "json", value: undefined };
  try {
    return { kind: "json", value: JSON.parse(text) as unknown };
  } catch {
    return { kind: "other" };
  }
}

function targetOf(template: string, { path = {}, query = {} }: Given): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new TypeError(`${template} needs ${name}`);
    return encodeURIComponent(String(value));
  });
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const words = pairs.map(([name, value]): [string, string] => [name, String(value)]);
  return words.length === 0 ? filled : `${filled}?${new URLSearchParams(words)}`;
}

type Outgoing = Readonly<{ method: string; target: string; body: string | null; key: string | null }>;

async function headersOf(
  options: ClientOptions,
  { method, target, body, key }: Outgoing,
): Promise<Record<string, string>> {
  const common = {
    accept: "application/json",
    "accept-language": options.locale ?? "zh-CN",
    ...(body !== null && { "content-type": "application/json" }),
    ...(key !== null && { "idempotency-key": key }),
  };
  if ("key" in options) return { ...common, authorization: `Bearer ${options.key}` };
  const { terminalId, privateKey } = options;
  const ed25519 = typeof privateKey === "string" ? createPrivateKey(privateKey) : privateKey;
  const signature = await signRequest(
    { keyId: terminalId, sign: (message) => sign(null, message, ed25519) },
    { method, url: target, body: body === null ? null : Buffer.from(body), idempotencyKey: key },
    // A signature is good once: each attempt has a nonce of its own.
    { createdSeconds: Math.floor(Date.now() / 1_000), nonce: randomBytes(16).toString("base64url") },
  );
  return { ...common, ...signature };
}
