// The place where the story happens: the platform and the channel's world, reached over HTTP alone, and a counter.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { createDevice } from "@huiyin/sandbox/terminal/device.ts";
import { recordingSpeaker, type Speaker } from "@huiyin/sandbox/terminal/speaker.ts";
import { memoryStorage } from "@huiyin/sandbox/terminal/storage.ts";
import { createVirtualTerminal, type VirtualTerminal } from "@huiyin/sandbox/terminal/virtualTerminal.ts";
import type { Launched } from "../launch.ts";
import type { BooksReader } from "./books.ts";

export type Reply = Readonly<{ status: number; body: unknown }>;

export type Shop = Readonly<{
  merchantId: string;
  terminalId: string;
  /** The payer’s wallet in the channel’s world. */
  walletId: string;
  reader: BooksReader;
  /** Asks the platform as its operator. Throws where it refuses. */
  operator<T>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<T>;
  /** Asks the channel’s world. Throws where it refuses. */
  control<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
  counter: VirtualTerminal;
  /** What the counter’s loudspeaker played. */
  speaker: Speaker;
  /** A fresh code on the payer’s phone. */
  payerCode(funding: Funding): Promise<string>;
  /** A fresh code of the first payer of another network. */
  payerCodeOf(channel: string): Promise<string>;
  /** Scans something that may be turned away: the reply, whatever it is. */
  tryToScan(payment: Scan): Promise<Reply>;
  /** Asks as the counter: signed by the terminal. Throws where the platform refuses. */
  asCounter<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T>;
  /** Scans at the counter: signed by the terminal. */
  scan(payment: Scan): Promise<Reply & { payment: Payment }>;
  /** The shop’s own server charges in the terminal’s name, as when the counter has no network. */
  charge(payment: Scan): Promise<Reply & { payment: Payment }>;
  close(): Promise<void>;
}>;

export type Funding = "balance" | "huabei";
export type Scan = Readonly<{ amount: number; payerCode: string; waitSeconds?: number }>;

const replyMsMax = 30_000;
/** The loudspeaker of the story is quick: nobody listens. */
const clipMs = 40;

/** Opens the shop on a launched platform. Throws where it has no sandbox. */
export async function openShop(launched: Launched): Promise<Shop> {
  const { platform, sandbox, demo, operatorKey, controlToken, clock } = launched;
  if (sandbox === null || demo === null || controlToken === null)
    throw new Error("the story needs the sandbox");
  const operator = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    expectOk<T>(await send(`${platform.url}${path}`, operatorKey, { method, body }));
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    expectOk<T>(await send(`${sandbox.url}${path}`, controlToken, { method, body }));
  const speaker = recordingSpeaker({
    now: clock.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    clipMs,
  });
  const counter = createVirtualTerminal({
    device: createDevice(),
    platformUrl: platform.url,
    mqttUrl: `mqtt://127.0.0.1:${platform.mqttPort}`,
    now: clock.now,
    speaker,
    storage: memoryStorage(),
  });
  const activated = await counter.activate(demo.activationCode);
  expectOk(activated);
  const { merchantId, terminalId, walletId, merchantKey } = demo;

  return {
    ...{ merchantId, terminalId, walletId, operator, control, counter, speaker },
    reader: { platform: (path) => operator("GET", path), control: (path) => control("GET", path) },
    payerCode: async (funding) => {
      const path = `/control/wallets/${walletId}/payer-code`;
      return (await control<{ code: string }>("POST", path, { funding })).code;
    },
    payerCodeOf: async (channel) => {
      const { items } = await control<{ items: ReadonlyArray<{ id: string }> }>(
        "GET",
        `/control/wallets?channel=${channel}`,
      );
      const path = `/control/wallets/${items[0]?.id}/payer-code`;
      return (await control<{ code: string }>("POST", path, { funding: "balance" })).code;
    },
    tryToScan: ({ amount, payerCode, waitSeconds }) =>
      counter.request("POST", pathOf(waitSeconds), {
        body: { amount, payerCode },
        idempotencyKey: freshKey(),
      }),
    asCounter: async <T>(method: "GET" | "POST", path: string, body?: unknown) => {
      const content = { body, idempotencyKey: null };
      return expectOk<T>(await counter.request(method, path, body === undefined ? undefined : content));
    },
    scan: async ({ amount, payerCode, waitSeconds }) => {
      const content = { body: { amount, payerCode }, idempotencyKey: freshKey() };
      return withPayment(await counter.request("POST", pathOf(waitSeconds), content));
    },
    charge: async ({ amount, payerCode, waitSeconds }) => {
      const body = { amount, payerCode, terminalId };
      const options = { method: "POST", body, idempotencyKey: freshKey() };
      return withPayment(await send(`${platform.url}${pathOf(waitSeconds)}`, merchantKey, options));
    },
    close: () => counter.stop(),
  };
}

const pathOf = (waitSeconds: number | undefined): string =>
  `/v1/payments${waitSeconds === undefined ? "" : `?wait=${waitSeconds}`}`;

const freshKey = (): string => `story-${randomBytes(12).toString("hex")}`;

function withPayment(reply: Reply): Reply & { payment: Payment } {
  expectOk(reply);
  return { ...reply, payment: reply.body as Payment };
}

type Sending = Readonly<{ method: string; body?: unknown; idempotencyKey?: string }>;

async function send(url: string, token: string, { method, body, idempotencyKey }: Sending): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(replyMsMax);
  const reply = await fetch(url, { method, headers, ...content, redirect: "error", signal });
  const text = await reply.text();
  return { status: reply.status, body: text === "" ? null : JSON.parse(text) };
}

function expectOk<T>({ status, body }: Reply): T {
  if (status >= 200 && status < 300) return body as T;
  const { code = "", title = "", detail = "" } = (body ?? {}) as Record<string, string>;
  throw new Error(`HTTP ${status} ${code} ${title} ${detail}`);
}
