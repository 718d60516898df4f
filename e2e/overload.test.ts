// Too much at once, over real sockets: refused at once and in words, and what was accepted ends.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Channel } from "@huiyin/server/channels/port.ts";
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
  return startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      masterKey: { bytes: Buffer.alloc(32, 1), kind: "production" },
      roles: ["http", "jobs"],
    },
    ...{ databaseUrl: db.url, clock, world: createWorld(clock), log: createLog({ level: "fatal" }) },
    channels: new Map([["alipay", { ...book.channel, charge }]]),
  });
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

test("with the database held up, what is too much is refused at once, others have room, and all that waited is paid", async () => {
  const known = await pay(0);
  assert.equal(known.status, 201);
  const held = Promise.withResolvers<void>();
  const lock = Promise.withResolvers<void>();
  const holding = db.pg.transaction(async (tx) => {
    await sql`lock table payments.idempotency_key in share row exclusive mode`.execute(tx);
    held.resolve();
    await lock.promise;
  });
  await held.promise;

  const crowd = payAll(0, 4 * waitingMax);
  const refused = await firstOf(crowd, 3 * waitingMax);
  for (const one of refused) assert.deepEqual(refusedWith(one), [503, "overloaded", true]);

  const neighbour = pay(1);
  const greedy = await pay(0);
  assert.deepEqual(refusedWith(greedy), [429, "share_exceeded", true]);
  const repeated = await pay(0, { key: known.key });
  assert.ok([429, 503].includes(repeated.status), "the truth about it has to wait, and nothing is charged");

  const authorization = `Bearer ${shops[0]?.merchantKey}`;
  for (const path of [`/v1/payments/${known.body.id}`, "/readyz", "/livez"]) {
    const answer = await fetch(`${platform.url}${path}`, { headers: { authorization } });
    assert.equal(answer.status, 200, path);
  }
  lock.resolve();
  await holding;

  const accepted = (await Promise.all([...crowd, neighbour])).filter(({ status }) => status !== 503);
  assert.equal(accepted.length, waitingMax + 1);
  for (const { status, body } of accepted) assert.deepEqual([status, body.state], [201, "succeeded"]);
  for (const { key } of [...refused, greedy]) assert.equal((await pay(0, { key })).status, 201);
  assert.deepEqual((await pay(0, { key: known.key })).body, known.body);
  const trades = book.takeTrades();
  assert.equal(trades.length, 1 + accepted.length + refused.length + 1);
  assert.ok(trades.every(({ charges }) => charges === 1));
});

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
