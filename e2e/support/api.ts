// The platform and the channel's world over HTTP, as a shop's server and an operator reach them.
import { readTokens } from "@huiyin/server/platform/runtimeFile.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { allPayments, compareBooks, type Comparison } from "../../cli/demo/books.ts";
import type { Addresses } from "../../cli/welcome.ts";

export type Reply<T> = Readonly<{ status: number; body: T }>;

export type Api = Readonly<{
  merchant<T>(method: string, path: string, options?: Options): Promise<Reply<T>>;
  operator<T>(method: string, path: string, options?: Options): Promise<Reply<T>>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A fresh code on this payer's phone. */
  payerCode(walletId: string): Promise<string>;
  /** A payer with so much balance, in fen. */
  newWallet(balance: number): Promise<string>;
  /** The id of the only merchant. */
  merchantId(): Promise<string>;
  payments(): Promise<Payment[]>;
  compareBooks(): Promise<Comparison>;
  moveClock(seconds: number): Promise<void>;
}>;

export type Options = Readonly<{ body?: unknown; idempotencyKey?: string }>;

const replyMsMax = 30_000;

/** The interfaces of a platform that runs on this data directory. */
export function apiOf(addresses: Addresses, data: string): Api {
  const { platform, sandbox } = addresses;
  const tokens = readTokens(data) ?? {};
  if (sandbox === null) throw new Error("the platform has no sandbox");
  const world = new URL(sandbox.wallet).origin;
  const merchant: Api["merchant"] = (method, path, options) =>
    send(`${platform}${path}`, sandbox.merchantKey, method, options);
  const operator: Api["operator"] = (method, path, options) =>
    send(`${platform}${path}`, tokens["operator"] ?? "", method, options);
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    ok(await send<T>(`${world}${path}`, sandbox.controlToken, method, { body }));
  const merchantId = async (): Promise<string> =>
    ok(await merchant<{ merchantId: string }>("GET", "/v1/sessions/current")).merchantId;
  const reader = {
    platform: async <T>(path: string): Promise<T> => ok(await operator<T>("GET", path)),
    control: <T>(path: string): Promise<T> => control<T>("GET", path),
  };
  return {
    ...{ merchant, operator, control, merchantId },
    payerCode: async (walletId) =>
      (await control<{ code: string }>("POST", `/control/wallets/${walletId}/payer-code`, {})).code,
    newWallet: async (balance) =>
      (await control<{ id: string }>("POST", "/control/wallets", { name: "测试", balance })).id,
    payments: async () => allPayments(reader, await merchantId()),
    compareBooks: async () => compareBooks(reader, await merchantId()),
    moveClock: async (advanceSeconds) => {
      await control("POST", "/control/clock", { advanceSeconds });
    },
  };
}

/** The body of an answer that must be no refusal. */
export function ok<T>({ status, body }: Reply<T>): T {
  if (status >= 200 && status < 300) return body;
  throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
}

/** One request; whatever the answer is. Rejects where there is none. */
export async function send<T>(
  url: string,
  token: string,
  method: string,
  { body, idempotencyKey }: Options = {},
): Promise<Reply<T>> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(replyMsMax),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === "" ? null : JSON.parse(text)) as T };
}

/** Waits until a condition holds; throws with the words given where it does not in time. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  withinMs = 15_000,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`still waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
