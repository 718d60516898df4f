// Too much at once, over real sockets: refused at once and in words, and what was accepted ends.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Channel, Exchange } from "@huiyin/server/channels/port.ts";
import { idOf, uuidOf } from "@huiyin/server/kernel/ids.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { limits } from "@huiyin/server/platform/limits.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { testDb, type TestDb } from "@huiyin/server/platform/pg/testing.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { startPlatform, type Platform } from "@huiyin/server/start.ts";
import { createBookChannel, type BookChannel } from "../bench/channel.ts";
import { openShops, type Shop } from "../bench/shops.ts";

/** So many may wait at once in this process: few enough to be filled by a test. */
const waitingMax = 10;
/** So often the neighbour cannot be overtaken. */
const greedyMax = 2_000;
const shipped = { ...limits };
/** Nothing here happens because time has passed, however slow the machine is. */
const patienceMs = 300_000;
const patient = {
  ...{ admissionAlways: waitingMax, admissionWaitMsMax: 1, admissionStandstillMsMax: patienceMs },
  ...{ databaseLockMsMax: patienceMs, databaseStatementMsMax: patienceMs },
};

let db: TestDb;
let book: BookChannel;
let platform: Platform;
let shops: readonly Shop[];
/** Called for every charge; the gateway answers when it resolves. */
let onCharge: () => Promise<void> = () => Promise.resolve();
/** What the gateway was told to give back, by our number of the refund. */
const givenBack = new Map<string, bigint>();

before(async () => {
  Object.assign(limits, patient);
  db = await testDb();
  book = createBookChannel(0);
  platform = await start();
  shops = await openShops(platform, { count: 2, terminalsEach: 0, accounts: [] });
});
after(async () => {
  await platform.stop();
  await db[Symbol.asyncDispose]();
  Object.assign(limits, shipped);
});

function start(): Promise<Platform> {
  const clock = createClock();
  const charge: Channel["charge"] = async (...asked) => {
    await onCharge();
    return book.channel.charge(...asked);
  };
  const refund: Channel["refund"] = (io, _account, { channelRefundNo, amount }) => {
    givenBack.set(channelRefundNo, amount.minor);
    const outcome = { kind: "refunded", refundedTotal: null, refundedAt: null, words } as const;
    return Promise.resolve({ outcome, exchange: exchangeOf("refund", io.now()) });
  };
  const precreate: Channel["precreate"] = (io, _account, { channelOrderNo }) => {
    const codeUrl = `https://qr.alipay.com/bax${channelOrderNo}`;
    const outcome = { kind: "created", codeUrl, words } as const;
    return Promise.resolve({ outcome, exchange: exchangeOf("precreate", io.now()) });
  };
  return startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      masterKey: { bytes: Buffer.alloc(32, 1), kind: "production" },
      roles: ["http", "jobs"],
    },
    ...{ databaseUrl: db.url, clock, world: createWorld(clock), log: createLog({ level: "fatal" }) },
    channels: new Map([["alipay", { ...book.channel, charge, refund, precreate }]]),
  });
}

const words = { code: "10000", message: "Success" };

function exchangeOf(operation: Exchange["operation"], sentAt: Date): Exchange {
  const answered = { receivedAt: sentAt, request: {}, response: {}, httpStatus: 200, problem: null };
  return { operation, sentAt, ...answered };
}

type Told = Readonly<{
  key: string;
  status: number;
  retryAfter: string | null;
  body: Payment & { code: string };
}>;
let codes = 0;

async function pay(shop: number, { key = randomBytes(8).toString("hex") } = {}): Promise<Told> {
  codes += 1;
  const answer = await fetch(`${platform.url}/v1/payments?wait=30`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", "idempotency-key": key },
      authorization: `Bearer ${shops[shop]?.merchantKey}`,
    },
    body: JSON.stringify({ amount: 100 + (Number.parseInt(key, 16) % 100), payerCode: codeOf(key) }),
  });
  const body = (await answer.json()) as Told["body"];
  return { key, status: answer.status, retryAfter: answer.headers.get("retry-after"), body };
}

/** A repetition is the same request: its code belongs to its key. */
function codeOf(key: string): string {
  return `28${(BigInt(`0x${key}`) % 10n ** 16n).toString().padStart(16, "0")}`;
}

function payAll(shop: number, count: number): Array<Promise<Told>> {
  return Array.from({ length: count }, () => pay(shop));
}

/** Waits until so many of them are answered; those, whichever they are. */
function firstOf(asked: ReadonlyArray<Promise<Told>>, count: number): Promise<readonly Told[]> {
  const told: Told[] = [];
  return new Promise((resolve, reject) => {
    for (const one of asked)
      void one.then((answer) => {
        told.push(answer);
        if (told.length === count) resolve([...told]);
      }, reject);
  });
}

function refusedWith({ status, retryAfter, body }: Told): readonly [number, string, boolean] {
  return [status, body.code, Number(retryAfter) >= 1];
}

/** Takes what every new key has to wait for; “release” lets go of it, and resolves when it is free. */
async function holdKeys(): Promise<Readonly<{ release: () => Promise<void> }>> {
  const held = Promise.withResolvers<void>();
  const lock = Promise.withResolvers<void>();
  const holding = db.pg.transaction(async (tx) => {
    await sql`lock table payments.idempotency_key in share row exclusive mode`.execute(tx);
    held.resolve();
    await lock.promise;
  });
  await held.promise;
  return {
    release: async () => {
      lock.resolve();
      await holding;
    },
  };
}

test("with the database held up, what is too much is refused at once, others have room, and all that waited is paid", async () => {
  const known = await pay(0);
  assert.equal(known.status, 201);
  const keys = await holdKeys();

  const crowd = payAll(0, 4 * waitingMax);
  const refused = await firstOf(crowd, 3 * waitingMax);
  for (const one of refused) assert.deepEqual(refusedWith(one), [503, "overloaded", true]);

  const neighbour = pay(1);
  // Until the neighbour is there, nobody has more than a share.
  const greedy: Told[] = [];
  let last = await pay(0);
  for (; last.body.code === "overloaded" && greedy.length < greedyMax; last = await pay(0)) greedy.push(last);
  assert.deepEqual(refusedWith(last), [429, "share_exceeded", true]);
  greedy.push(last);
  const repeated = await pay(0, { key: known.key });
  assert.ok([429, 503].includes(repeated.status), "the truth about it has to wait, and nothing is charged");

  const authorization = `Bearer ${shops[0]?.merchantKey}`;
  for (const path of [`/v1/payments/${known.body.id}`, "/readyz", "/livez"]) {
    const answer = await fetch(`${platform.url}${path}`, { headers: { authorization } });
    assert.equal(answer.status, 200, path);
  }
  await keys.release();

  const accepted = (await Promise.all([...crowd, neighbour])).filter(({ status }) => status !== 503);
  assert.equal(accepted.length, waitingMax + 1);
  for (const { status, body } of accepted) assert.deepEqual([status, body.state], [201, "succeeded"]);
  for (const { key } of [...refused, ...greedy]) assert.equal((await pay(0, { key })).status, 201);
  assert.deepEqual((await pay(0, { key: known.key })).body, known.body);
  const trades = book.takeTrades();
  assert.equal(trades.length, 1 + accepted.length + refused.length + greedy.length);
  assert.ok(trades.every(({ charges }) => charges === 1));
});

test("refunds and reversals are refused as early, and what was accepted is given back once", async () => {
  const paid = await pay(0);
  const ask = async (key: string, path: string, body: object): Promise<Told> => {
    const answer = await fetch(`${platform.url}/v1/payments/${paid.body.id}/${path}?wait=30`, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", "idempotency-key": key },
        authorization: `Bearer ${shops[0]?.merchantKey}`,
      },
      body: JSON.stringify(body),
    });
    const retryAfter = answer.headers.get("retry-after");
    return { key, status: answer.status, retryAfter, body: (await answer.json()) as Told["body"] };
  };
  const refund = (key: string): Promise<Told> => ask(key, "refunds", { amount: 1 });
  const keys = await holdKeys();
  const crowd = Array.from({ length: 3 * waitingMax }, () => refund(randomBytes(8).toString("hex")));
  const refused = await firstOf(crowd, 2 * waitingMax);
  for (const one of refused) assert.deepEqual(refusedWith(one), [503, "overloaded", true]);
  assert.deepEqual(refusedWith(await ask("undo", "reversal", {})), [503, "overloaded", true]);
  await keys.release();
  const accepted = (await Promise.all(crowd)).filter(({ status }) => status !== 503);
  assert.deepEqual(
    accepted.map(({ status, body }) => [status, body.state]),
    Array.from({ length: waitingMax }, () => [201, "succeeded"]),
  );
  for (const { key } of refused) assert.equal((await refund(key)).status, 201);
  assert.equal(givenBack.size, 3 * waitingMax);
  assert.equal((await ask("undo", "reversal", {})).status, 201);
  assert.equal(
    [...givenBack.values()].reduce((sum, minor) => sum + minor, 0n),
    BigInt(paid.body.amount),
    "all of it, once",
  );
});

test("a payer reads on a page that too many are paying, and one printed code leaves room for another", async () => {
  const tokens = [await printedCode(0), await printedCode(1)] as const;
  const open = async (token: string, attempt = randomBytes(16).toString("hex")) => {
    const answer = await fetch(`${platform.url}/c/${token}`, {
      method: "POST",
      headers: { "user-agent": "AlipayClient/10.5.80", "accept-language": "zh-CN" },
      body: new URLSearchParams({ amount: "8.80", attempt }),
    });
    const retryAfter = answer.headers.get("retry-after");
    return { attempt, status: answer.status, retryAfter, html: await answer.text() };
  };
  const keys = await holdKeys();
  const crowd = Array.from({ length: 3 * waitingMax }, () => open(tokens[0]));
  const [first] = await Promise.race(crowd.map(async (one) => [await one]));
  const other = open(tokens[1]);
  assert.ok(first !== undefined && [429, 503].includes(first.status), "nobody else can be answered yet");
  assert.match(first.html, /现在付款的人太多/);
  assert.ok(Number(first.retryAfter) >= 1);
  await keys.release();
  const pages = await Promise.all(crowd);
  const refused = pages.filter(({ status }) => status !== 200);
  assert.equal(pages.length - refused.length, waitingMax);
  assert.equal((await other).status, 200);
  const again = await open(tokens[0], first.attempt);
  assert.deepEqual([again.status, /qr\.alipay\.com/.test(again.html)], [200, true]);
});

/** Makes a code for the store of a shop; the token in its address. */
async function printedCode(shop: number): Promise<string> {
  const { merchantId = "", merchantKey } = shops[shop] ?? {};
  const authorization = `Bearer ${merchantKey}`;
  const { rows } = await sql<{ store_id: string }>`
    select store_id from merchants.store where merchant_id = ${uuidOf(merchantId)}`.execute(db.pg.batch);
  const answer = await fetch(`${platform.url}/v1/stores/${idOf("sto", rows[0]?.store_id ?? "")}/codes`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ label: "1 号桌" }),
  });
  const { url } = (await answer.json()) as { url: string };
  return url.split("/").at(-1) ?? "";
}

// Far more than any other bound that ships; few enough to be there before the first of them has waited its thirty seconds.
const heldAtOnce = 512;

test("more connections than may be held at once: the rest is refused at once, and everything that was held is paid", async () => {
  // Of one merchant alone, half of what may be held.
  Object.assign(limits, { ...shipped, admissionHeldMax: 2 * heldAtOnce });
  Object.assign(limits, { admissionStandstillMsMax: patienceMs, admissionWaitMsMax: patienceMs });
  const gate = Promise.withResolvers<void>();
  let away = 0;
  onCharge = () => {
    away += 1;
    return gate.promise;
  };
  book.takeTrades();
  let answered = 0;
  const asked: Array<Promise<Told>> = [];
  try {
    while (asked.length < heldAtOnce + connectionsAtOnce) {
      for (const one of payAll(0, connectionsAtOnce)) {
        asked.push(one);
        const isAnswered = (): void => void (answered += 1);
        one.then(isAnswered, isAnswered);
      }
      while (away + answered < asked.length) await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    assert.equal(away, heldAtOnce);
  } finally {
    onCharge = () => Promise.resolve();
    gate.resolve();
    await Promise.allSettled(asked);
    Object.assign(limits, { ...shipped, ...patient });
  }
  const told = await Promise.all(asked);
  for (const one of told.filter(({ status }) => status >= 400))
    assert.deepEqual(refusedWith(one), [503, "overloaded", true]);
  assert.equal(told.filter(({ status }) => status < 400).length, heldAtOnce);
  const trades = book.takeTrades();
  assert.deepEqual([trades.length, trades.every(({ charges }) => charges === 1)], [heldAtOnce, true]);
});

const lookMs = 2;
const connectionsAtOnce = 64;

test("a stop tells who still waits what is known, leaves a channel that hangs behind, and the next start knows the payment", async () => {
  Object.assign(limits, { stopWaitsMsMax: 50, stopMsMax: 400 });
  const asked = Promise.withResolvers<void>();
  onCharge = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  const waiting = pay(0);
  await asked.promise;
  await platform.stop();
  const told = await waiting;
  assert.deepEqual([told.status, told.body.state], [202, "processing"]);
  platform = await start();
  assert.deepEqual(await pay(0, { key: told.key }), told);
});
