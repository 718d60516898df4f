// Many unclear payments at once, as a crash under load leaves them: what each costs, and what holds up what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql, type KyselyPlugin } from "kysely";
import type { Channel } from "../../../channels/port.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { verifyLedger } from "../../ledger/index.ts";
import { exchange, paid } from "../fixtures.ts";
import type { Payments } from "../payments.ts";
import { newPayment } from "../races/testing/scene.ts";
import { insertPayments } from "../store.ts";
import { merchantId, paymentsBench, type PaymentsBench } from "../testing.ts";

type Cost = { transactions: number; statements: number; looks: number };

/** The same database, with everything counted that is done through it. */
function counting(pg: Pg): Readonly<{ pg: Pg; cost: Cost }> {
  const cost: Cost = { transactions: 0, statements: 0, looks: 0 };
  const counts = (what: "statements" | "looks"): KyselyPlugin => ({
    transformQuery: ({ node }) => {
      cost[what] += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  return {
    cost,
    pg: {
      ...pg,
      batch: pg.batch.withPlugin(counts("looks")),
      transaction: (work, merchantIds) => {
        cost.transactions += 1;
        return pg.transaction((tx) => work(tx.withPlugin(counts("statements"))), merchantIds);
      },
    },
  };
}

const merchantOf = (number: number): string => (number === 0 ? merchantId : fixtureId("mer", 100 + number));

/** A process that knows all of these merchants, on a channel where every payment was paid, and which answers after `asked`. */
function processOf(
  bench: PaymentsBench,
  pg: Pg,
  asked: () => Promise<void> = () => Promise.resolve(),
): Payments {
  const { merchants, channels } = bench.deps;
  const channel = channels.get("alipay")!;
  const query: Channel["query"] = async (_io, _account, { channelOrderNo }) => {
    await asked();
    return {
      outcome: paid({ channelTradeNo: channelOrderNo }),
      exchange: exchange("query", bench.clock.now()),
    };
  };
  return bench.another({
    pg,
    channels: new Map([["alipay", Object.assign(Object.create(channel) as Channel, { query })]]),
    merchants: {
      ...merchants,
      merchantProfile: async (id) => {
        const profile = await merchants.merchantProfile(merchantId);
        return profile && { ...profile, id };
      },
      channelAccountEvenIfDisabled: () => Promise.resolve({}),
    },
  });
}

/** So many payments without an outcome, dealt out to so many merchants, all of them due. */
async function backlog(bench: PaymentsBench, count: number, merchants: number): Promise<void> {
  const payments = Array.from({ length: count }, (_, index) =>
    newPayment(bench, { merchantId: merchantOf(index % merchants) }),
  );
  await bench.db.pg.transaction((tx) => insertPayments(tx, payments));
  bench.clock.advance(6);
}

async function unresolved({ db }: PaymentsBench): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from payments.payment where state <> 'succeeded'`.execute(db.pg.batch);
  return Number(rows[0]?.count);
}

for (const { merchants, transactionsMax, looksMax } of [
  { merchants: 1, transactionsMax: 0.3, looksMax: 0.05 },
  { merchants: 80, transactionsMax: 0.1, looksMax: 0.02 },
])
  test(`a backlog of ${merchants} ${merchants === 1 ? "merchant" : "merchants"} is claimed and decided many at a time`, async (t) => {
    await using bench = await paymentsBench();
    const count = 640;
    await backlog(bench, count, merchants);
    const { pg, cost } = counting(bench.db.pg);
    const process = processOf(bench, pg);
    let calls = 0;
    for (let left = count; left > 0 && calls < count; calls += 1) left -= await process.resolveDue(128);
    const { transactions, statements, looks } = cost;
    const each = (one: number): string => (one / count).toFixed(3);
    t.diagnostic(
      `per payment: ${each(transactions)} transactions, ${each(statements)} statements in them, ${each(looks)} looks for what is due; ${calls} calls`,
    );
    assert.equal(await unresolved(bench), 0);
    assert.ok(transactions / count <= transactionsMax, `${each(transactions)} transactions a payment`);
    assert.ok(looks / count <= looksMax, `${each(looks)} looks a payment`);
    assert.equal((await verifyLedger(bench.db, null)).broken, null);
  });

test("one answer that does not come holds up no other payment of its merchant", async () => {
  await using bench = await paymentsBench();
  const count = 60;
  await backlog(bench, count, 1);
  const answer = Promise.withResolvers<void>();
  let asked = 0;
  const process = processOf(bench, bench.db.pg, async () => {
    asked += 1;
    if (asked === 1) await answer.promise;
  });
  const call = process.resolveDue(count);
  for (let look = 0; look < 2_000 && (await unresolved(bench)) > 1; look += 1);
  assert.equal(await unresolved(bench), 1);
  answer.resolve();
  assert.equal(await call, count);
  assert.equal(await unresolved(bench), 0);
});

test("a stop waits for steps under way, also where the database was lost while it was looked for more", async () => {
  await using bench = await paymentsBench();
  await backlog(bench, 8, 1);
  const answer = Promise.withResolvers<void>();
  const { pg } = bench.db;
  let looks = 0;
  const fails: KyselyPlugin = {
    transformQuery: ({ node }) => {
      looks += 1;
      // The first is for channels that are missing, the second for what is due.
      if (looks === 3) throw new Error("the database is away");
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const process = processOf(bench, { ...pg, batch: pg.batch.withPlugin(fails) }, () => answer.promise);
  const call = process.resolveDue(128).then(
    () => "done",
    () => "failed",
  );
  while (looks < 3) await new Promise((resolve) => setImmediate(resolve));
  let stopped = false;
  const stop = process.idle().then(() => (stopped = true));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stopped, false);
  answer.resolve();
  await stop;
  assert.equal(await call, "failed");
  assert.equal(await unresolved(bench), 0);
});
