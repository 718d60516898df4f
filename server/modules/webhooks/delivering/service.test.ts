import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import pino from "pino";
import { Webhook } from "standardwebhooks";
import { idOf, uuidV7 } from "../../../kernel/ids.ts";
import { unwrap } from "../../../kernel/result.ts";
import { addSeconds, secondsBetween } from "../../../kernel/time.ts";
import { createClock } from "../../../platform/clock.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createVault } from "../../../platform/secrets.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { selectCases } from "../../support/index.ts";
import type { WebhooksDeps } from "../deps.ts";
import { writeEvents } from "../events.ts";
import { webhookLimits as limits } from "../limits.ts";
import type { Delivery } from "../model.ts";
import {
  changeEndpoint,
  createEndpoint,
  removeEndpoint,
  replaySince,
  resendEvent,
  rotateSecret,
  sendTest,
} from "../service.ts";
import { findEndpoint, lockEndpoint } from "../store.ts";
import { receiver, type Receiver } from "../testing.ts";
import { createDeliverer, type Deliverer } from "./service.ts";
import { listDeliveries } from "./store.ts";

const merchantId = fixtureId("mer", 1);
const neighbour = fixtureId("mer", 2);

type Bench = AsyncDisposable &
  Readonly<{
    db: TestDb;
    deps: WebhooksDeps;
    deliverer: Deliverer;
    shop: Receiver;
    now(): Date;
    advance(seconds: number): void;
    /** Writes an event of a payment, as its transaction would. */
    happen(number: number, version?: number, owner?: string): Promise<void>;
    endpoint(
      url?: string,
      owner?: string,
    ): Promise<{ key: { merchantId: string; endpointId: string }; secret: string }>;
    log(endpointId: string): Promise<Delivery[]>;
    /** Lets time pass from one due moment to the next until nothing waits, at most so long. */
    pass(seconds: number): Promise<void>;
  }>;

async function bench(): Promise<Bench> {
  const db = await testDb();
  const shop = await receiver();
  // Signatures are judged by the verifier’s own clock.
  let now = createClock().now();
  let ids = 0;
  const deps: WebhooksDeps = {
    pg: db.pg,
    world: {
      now: () => now,
      random: () => 0.5,
      newId: (prefix) => {
        const bytes = new Uint8Array(10);
        new DataView(bytes.buffer).setUint32(5, (ids += 1));
        return idOf(prefix, uuidV7(now, bytes));
      },
    },
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    vault: createVault([Buffer.alloc(32, 1)]),
    randomBytes,
    allowedHosts: [`127.0.0.1:${shop.port}`],
    merchants: {
      merchantProfile: async (id) => (id.startsWith("mer_") ? ({ id } as never) : null),
    },
  };
  const deliverer = createDeliverer(deps);
  const dueNext = async (): Promise<Date | null> => {
    const { rows } = await sql<{ due: Date | null }>`
      select min(due_at) as due from webhooks.delivery where state = 'waiting'`.execute(db.pg.batch);
    return rows[0]?.due ?? null;
  };
  return {
    ...{ db, deps, deliverer, shop },
    now: () => now,
    advance: (seconds) => void (now = addSeconds(now, seconds)),
    happen: (number, version = 1, owner = merchantId) =>
      db.pg.transaction((tx) =>
        writeEvents(deps, tx, [
          {
            ...{ merchantId: owner, type: "payment.succeeded", subjectId: fixtureId("pay", number), version },
            data: () => ({ id: fixtureId("pay", number), subject: "两杯拿铁" }),
          },
        ]),
      ),
    endpoint: async (url = `${shop.url}/hook`, owner = merchantId) => {
      const wanted = { merchantId: owner, url, eventTypes: [], description: "" };
      const { endpoint, secret } = unwrap(await createEndpoint(deps, wanted, "test"));
      return { key: { merchantId: owner, endpointId: endpoint.id }, secret };
    },
    log: (endpointId) => {
      const filter = { merchantId, endpointId, state: null, after: null, before: null };
      return db.pg.transaction((tx) => listDeliveries(tx, { ...filter, limit: 100, attemptsMax: 50 }));
    },
    pass: async (seconds) => {
      const end = addSeconds(now, seconds);
      await deliverer.deliverDue();
      for (let due = await dueNext(); due !== null && due <= end; due = await dueNext()) {
        if (due > now) now = due;
        await deliverer.deliverDue();
      }
      now = end;
    },
    [Symbol.asyncDispose]: async () => {
      await deliverer.idle();
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

test("what happened arrives once, signed so that an independent verifier accepts it", async () => {
  await using one = await bench();
  const { key, secret } = await one.endpoint();
  await one.happen(1);
  assert.equal(await one.deliverer.deliverDue(), 1);
  assert.equal(await one.deliverer.deliverDue(), 0);
  const [got, ...more] = one.shop.received;
  assert.ok(got);
  assert.equal(more.length, 0);
  const message = new Webhook(secret).verify(got.body, got.headers) as Record<string, unknown>;
  assert.deepEqual(
    [message["type"], message["version"], message["merchantId"], message["data"]],
    ["payment.succeeded", 1, merchantId, { id: fixtureId("pay", 1), subject: "两杯拿铁" }],
  );
  const [delivery] = await one.log(key.endpointId);
  assert.deepEqual(
    [delivery?.state, delivery?.attempts.map(({ status, answer }) => [status, answer]), delivery?.event.id],
    ["delivered", [[200, "ok"]], got.headers["webhook-id"]],
  );
});

test("a receiver that is down for three days gets everything, each message under the id it always had", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  one.shop.answer = (_, response) => response.writeHead(503).end();
  for (const number of [1, 2, 3]) await one.happen(number);
  await one.pass(3 * 86_400);
  const tried = one.shop.received.length;
  assert.ok(tried >= 3 * 8, `${tried} attempts`);
  one.shop.answer = (_, response) => void response.end("ok");
  await one.pass(86_400);
  const log = await one.log(key.endpointId);
  assert.deepEqual(
    log.map(({ state, attemptCount, attempts }) => [state, attemptCount, attempts.length]),
    Array.from({ length: 3 }, () => ["delivered", 10, 10]),
  );
  const ids = new Set(one.shop.received.map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 3);
});

test("ten attempts in vain are given up and stay in the log, from where one is sent again by hand", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  one.shop.answer = (_, response) => response.writeHead(500).end("no");
  await one.happen(1);
  await one.pass(4 * 86_400);
  const [lost] = await one.log(key.endpointId);
  assert.deepEqual([lost?.state, lost?.attempts.length, lost?.nextAttemptAt], ["failed", 10, null]);
  one.shop.answer = (_, response) => void response.end("ok");
  unwrap(await resendEvent(one.deps, key, lost?.event.id ?? ""));
  await one.deliverer.deliverDue();
  const [sent] = await one.log(key.endpointId);
  assert.deepEqual([sent?.state, sent?.attemptCount, sent?.attempts.length], ["delivered", 1, 11]);
  const unknown = await resendEvent(one.deps, key, fixtureId("wev", 9));
  assert.ok(!unknown.ok && unknown.refusal.code === "not_found");
});

test("five days of failure disable the endpoint, open a case, and enabling with a replay brings everything back", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  one.shop.answer = (_, response) => response.writeHead(500).end();
  for (let day = 0; day < 6; day += 1) {
    await one.happen(day + 1);
    await one.pass(86_400);
  }
  const cases = (state: "open" | "closed") =>
    one.db.pg.transaction((tx) =>
      selectCases(tx, {
        ...{
          merchantId,
          kind: "webhookDisabled",
          state,
          paymentId: null,
          after: null,
          before: null,
          limit: 10,
        },
      }),
    );
  const endpoint = await one.db.pg.transaction((tx) => findEndpoint(tx, key.endpointId));
  assert.equal(endpoint?.disabling?.reason, "failing");
  assert.ok(secondsBetween(endpoint.failingSince ?? one.now(), endpoint.disabling.at) >= 5 * 86_400);
  assert.deepEqual(
    (await cases("open")).map(({ facts }) => facts["endpointId"]),
    [key.endpointId],
  );
  const before = one.shop.received.length;
  await one.happen(7);
  await one.pass(86_400);
  assert.equal(one.shop.received.length, before, "nothing is sent to a disabled endpoint");
  const refused = await resendEvent(one.deps, key, fixtureId("wev", 1));
  assert.ok(!refused.ok && refused.refusal.code === "webhook_endpoint_disabled");

  one.shop.answer = (_, response) => void response.end();
  unwrap(await changeEndpoint(one.deps, key, { state: "enabled" }));
  const since = addSeconds(one.now(), -20 * 86_400);
  assert.deepEqual(unwrap(await replaySince(one.deps, key, { since, scope: "undelivered" })), {
    queued: 7,
    nextSince: null,
  });
  await one.deliverer.deliverDue();
  assert.deepEqual([...new Set((await one.log(key.endpointId)).map(({ state }) => state))], ["delivered"]);
  assert.deepEqual([(await cases("open")).length, (await cases("closed")).length], [0, 1]);
  const again = await replaySince(one.deps, key, { since, scope: "undelivered" });
  assert.equal(unwrap(again).queued, 0);
  assert.equal(unwrap(await replaySince(one.deps, key, { since, scope: "all" })).queued, 7);
});

test("410 disables the endpoint at once, and what waited for it is given up", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  one.shop.answer = (_, response) => response.writeHead(410).end();
  await one.happen(1);
  await one.deliverer.deliverDue();
  const endpoint = await one.db.pg.transaction((tx) => findEndpoint(tx, key.endpointId));
  assert.deepEqual([endpoint?.state, endpoint?.disabling?.reason], ["disabled", "gone"]);
  assert.equal((await one.log(key.endpointId))[0]?.state, "failed");
});

test("after a change of the secret both sign for a day, then the new one alone", async () => {
  await using one = await bench();
  const { key, secret: first } = await one.endpoint();
  const { secret: second } = unwrap(await rotateSecret(one.deps, key));
  unwrap(await sendTest(one.deps, key));
  await one.deliverer.deliverDue();
  const [during] = one.shop.received;
  assert.ok(during);
  for (const secret of [first, second]) new Webhook(secret).verify(during.body, during.headers);
  assert.equal(during.headers["webhook-signature"]?.split(" ").length, 2);
  one.advance(86_401);
  unwrap(await sendTest(one.deps, key));
  await one.deliverer.deliverDue();
  const after = one.shop.received[1];
  assert.equal(after?.headers["webhook-signature"]?.split(" ").length, 1);
});

test("an endpoint that hangs does not hold up another, and no delivery is taken twice at once", async () => {
  await using one = await bench();
  const slow = await one.endpoint(`${one.shop.url}/slow`);
  const quick = await one.endpoint(`${one.shop.url}/quick`);
  const held: Array<() => void> = [];
  one.shop.answer = ({ path }, response) =>
    path === "/slow" ? void held.push(() => response.end()) : void response.end();
  for (let number = 1; number <= 20; number += 1) await one.happen(number);
  const another = createDeliverer({ ...one.deps, metrics: createMetrics() });
  const rounds = [one.deliverer.deliverDue(), another.deliverDue()];
  const quickly = () => one.shop.received.filter(({ path }) => path === "/quick").length;
  while (quickly() < 20) await new Promise((resolve) => setImmediate(resolve));
  const release = setInterval(() => held.splice(0).forEach((end) => end()), 5);
  await Promise.all(rounds);
  clearInterval(release);
  await another.idle();
  assert.equal(one.shop.received.length, 40);
  for (const { key } of [slow, quick])
    assert.ok(
      (await one.log(key.endpointId)).every(
        ({ state, attempts }) => state === "delivered" && attempts.length === 1,
      ),
    );
});

test("a merchant whose endpoints all hang holds a small share of what can be sent at once", async () => {
  await using one = await bench();
  await one.endpoint(`${one.shop.url}/quick`);
  for (let number = 0; number < limits.endpointsPerMerchantMax; number += 1)
    await one.endpoint(`${one.shop.url}/slow${number}`, neighbour);
  const held: Array<() => void> = [];
  one.shop.answer = ({ path }, response) =>
    path === "/quick" ? void response.end() : void held.push(() => response.end());
  for (let number = 1; number <= 2; number += 1) await one.happen(number, 1, neighbour);
  const rounds = [one.deliverer.deliverDue()];
  while (held.length < limits.attemptsPerMerchantMax) await new Promise((resolve) => setImmediate(resolve));
  for (let number = 3; number <= 12; number += 1) await one.happen(number);
  rounds.push(one.deliverer.deliverDue());
  const quickly = () => one.shop.received.filter(({ path }) => path === "/quick").length;
  while (quickly() < 10) await new Promise((resolve) => setImmediate(resolve));
  const slowly = one.shop.received.filter(({ path }) => path !== "/quick");
  assert.equal(slowly.length, limits.attemptsPerMerchantMax);
  assert.equal(new Set(slowly.map(({ path }) => path)).size, slowly.length, "one of each endpoint first");
  const release = setInterval(() => held.splice(0).forEach((end) => end()), 5);
  await Promise.all(rounds);
  clearInterval(release);
  assert.equal(one.shop.received.length, 10 + 2 * limits.endpointsPerMerchantMax);
});

test("however many merchants have receivers that fail, half of the senders are left for those that work", async () => {
  await using one = await bench();
  await one.endpoint(`${one.shop.url}/quick`);
  const merchants = limits.attemptsFailingMax / limits.attemptsPerMerchantMax + 1;
  for (let number = 2; number <= merchants + 1; number += 1) {
    await one.endpoint(`${one.shop.url}/slow`, fixtureId("mer", number));
    for (let event = 0; event < limits.attemptsPerMerchantMax; event += 1)
      await one.happen(number * 100 + event, 1, fixtureId("mer", number));
  }
  await one.db.pg.transaction((tx) =>
    sql`update webhooks.endpoint set failing_since = ${one.now()} where url like '%/slow'`.execute(tx),
  );
  const held: Array<() => void> = [];
  one.shop.answer = ({ path }, response) =>
    path === "/quick" ? void response.end() : void held.push(() => response.end());
  const rounds = [one.deliverer.deliverDue()];
  while (held.length < limits.attemptsFailingMax) await new Promise((resolve) => setImmediate(resolve));
  await one.happen(1);
  rounds.push(one.deliverer.deliverDue());
  const quickly = () => one.shop.received.filter(({ path }) => path === "/quick").length;
  while (quickly() < 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([quickly(), held.length], [1, limits.attemptsFailingMax]);
  const release = setInterval(() => held.splice(0).forEach((end) => end()), 5);
  await Promise.all(rounds);
  clearInterval(release);
  assert.equal(one.shop.received.length, 1 + merchants * limits.attemptsPerMerchantMax);
});

test("what a process had claimed when it died is sent by another after its lease", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  await one.happen(1);
  await one.db.pg.transaction((tx) =>
    sql`update webhooks.delivery set lease_until = ${addSeconds(one.now(), 30)}`.execute(tx),
  );
  assert.equal(await one.deliverer.deliverDue(), 0);
  one.advance(31);
  assert.equal(await one.deliverer.deliverDue(), 1);
  assert.equal((await one.log(key.endpointId))[0]?.state, "delivered");
});

test("types are chosen, deleted endpoints are told nothing, and old events are forgotten unless they wait", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  unwrap(await changeEndpoint(one.deps, key, { eventTypes: ["refund.succeeded"] }));
  await one.happen(1);
  assert.deepEqual(await one.log(key.endpointId), []);
  unwrap(await changeEndpoint(one.deps, key, { eventTypes: [] }));
  await one.happen(2);
  await one.deliverer.deliverDue();
  one.advance(31 * 86_400);
  await one.happen(3);
  assert.equal(await one.deliverer.prune(), 1n);
  assert.equal((await one.log(key.endpointId)).length, 1);
  unwrap(await removeEndpoint(one.deps, key));
  assert.equal(await one.deliverer.deliverDue(), 0);
  await one.happen(4);
  const { rows } = await sql<{ count: string }>`select count(*) as count from webhooks.event`.execute(
    one.db.pg.batch,
  );
  assert.equal(Number(rows[0]?.count), 1);
});

test("private addresses and the twenty-first endpoint are refused", async () => {
  await using one = await bench();
  const wanted = { merchantId, eventTypes: [], description: "" };
  for (const url of ["https://169.254.169.254/x", "http://shop.example/", "https://localhost/"]) {
    const made = await createEndpoint(one.deps, { ...wanted, url }, "test");
    assert.ok(!made.ok && made.refusal.code === "webhook_url_refused", url);
  }
  const url = "https://shop.example/hook";
  const made = await Promise.all(
    Array.from({ length: 22 }, () => createEndpoint(one.deps, { ...wanted, url }, "test")),
  );
  assert.equal(made.filter(({ ok }) => ok).length, 20);
});

test("attempts that end together at an endpoint that is gone never wait for each other in a circle", async () => {
  await using one = await bench();
  const { key } = await one.endpoint();
  for (const number of [1, 2, 3]) await one.happen(number);
  one.shop.answer = (_, response) => response.writeHead(410).end();
  const delivering: Promise<number>[] = [];
  // Somebody changes the endpoint while they end: they queue up behind it, and then go on at the same moment.
  await one.db.pg.transaction(async (tx) => {
    await lockEndpoint(tx, key);
    delivering.push(one.deliverer.deliverDue());
    for (let queued = 0; queued < 3;) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from pg_locks where not granted`.execute(one.db.pg.batch);
      queued = rows[0]?.count ?? 0;
    }
  });
  await Promise.all(delivering);
  const attempts = (await one.log(key.endpointId)).flatMap((delivery) => delivery.attempts);
  assert.deepEqual(
    attempts.map(({ status }) => status),
    [410, 410, 410],
    "every attempt is written down at once, none is made again",
  );
  assert.equal(one.shop.received.length, 3);
});
