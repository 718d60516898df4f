// What hot queries may touch in a large installation: pages read and the way they are found, never time. 20,000 payments
// in a usual run; with HUIYIN_BUDGET_PAYMENTS=1000000 a million, and every figure is printed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { idOf } from "../kernel/ids.ts";
import { dueTerminals } from "../modules/arrivals/dispatch/store.ts";
import { listOfPayment } from "../modules/arrivals/store.ts";
import { lockHeads, selectBalances, selectFacts, selectJournals } from "../modules/ledger/store.ts";
import { journalDraft } from "../modules/ledger/fixtures.ts";
import { merchantsInBooks } from "../modules/ledger/verifying/merchants.ts";
import { selectClosingTargets, selectSummaries } from "../modules/ledger/verifying/store.ts";
import { selectKeys, selectOrderNos } from "../modules/payments/intake/store.ts";
import {
  findInScope,
  planWithValues,
  searchPayments,
  selectNumbered,
  selectPayments,
  selectRefunded,
  type Match,
  type PaymentFilter,
} from "../modules/payments/reading/store.ts";
import { claimAll, selectDue } from "../modules/payments/resolver/store.ts";
import { claimDue } from "../modules/webhooks/delivering/store.ts";
import { nameMerchants, type Database, type Tx } from "../platform/pg/pg.ts";
import { testDb, type TestDb } from "../platform/pg/testing.ts";
import { countOpen, findUncovered } from "./closing.ts";
import { idBounds, monthOf } from "./months.ts";
import { ensurePartitions } from "./partitions.ts";
import { growingTables, manyPayments, storeManyPayments } from "./testing/manyPayments.ts";

const payments = Number(process.env["HUIYIN_BUDGET_PAYMENTS"] ?? 20_000);
const now = new Date("2026-11-22T02:00:00Z");
/** Rows of such tables that a query may read, whatever the number of payments. */
const rowsMax = 2_000;
/** Tables that grow with every payment. */
const large =
  /^(payment|event|journal|arrival|idempotency_key|merchant_order_no|delivery)(_\d{6}|_default)?$/;

let db: TestDb;
before(async () => {
  db = await testDb();
  await ensurePartitions(db.pg, new Date("2026-09-10T00:00:00Z"));
  await storeManyPayments(db.pg, payments);
  for (const table of growingTables) await sql.raw(`vacuum (analyze) ${table}`).execute(db.pg.owner);
});
after(() => db[Symbol.asyncDispose]());

const { uuidAt, merchantOf, terminalOf } = manyPayments(payments);

type Node = Readonly<{
  "Node Type": string;
  "Relation Name"?: string;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  "Actual Rows": number;
  "Rows Removed by Filter"?: number;
  "Actual Loops": number;
  Plans?: readonly Node[];
}>;

/** A database that explains every statement before it runs it. */
function explaining<T extends Database | Tx>(database: T, plans: Node[]): T {
  const executor = database.getExecutor();
  const spy = new Proxy(executor, {
    get: (target, name) => {
      if (name !== "executeQuery") return bound(target, name);
      return async (query: Parameters<typeof target.executeQuery>[0]) => {
        const explained = { ...query, sql: `explain (analyze, buffers, format json) ${query.sql}` };
        const { rows } = await target.executeQuery<{ "QUERY PLAN": [{ Plan: Node }] }>(
          explained as typeof query,
        );
        if (rows[0] !== undefined) plans.push(rows[0]["QUERY PLAN"][0].Plan);
        // Explaining has run it: what writes is not run again.
        return /\bupdate\s+[a-z]+\.[\s\S]*\bset\b/.test(query.sql)
          ? { rows: [] }
          : target.executeQuery(query);
      };
    },
  });
  return new Proxy(database, {
    get: (target, name) => {
      if (name === "getExecutor") return () => spy;
      return bound(target, name);
    },
  });
}

function bound(target: object, name: string | symbol): unknown {
  const value = Reflect.get(target, name, target) as unknown;
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

function nodesOf(plan: Node): Node[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** Through an index or not, kept or not. */
function rowsReadBy(node: Node): number {
  return (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
}

const sample = Math.floor(payments / 2) + 1;
const idsOf = async (): Promise<{ paymentId: string; merchantId: string; terminalId: string }> => {
  const { rows } = await sql<{ payment: string; merchant: string; terminal: string }>`
    select ${sql.raw(uuidAt(String(sample)))} as payment, ${sql.raw(merchantOf(String(sample)))} as merchant,
           ${sql.raw(terminalOf(String(sample)))} as terminal`.execute(db.pg.owner);
  const [row] = rows;
  assert.ok(row);
  return {
    paymentId: idOf("pay", row.payment),
    merchantId: idOf("mer", row.merchant),
    terminalId: idOf("trm", row.terminal),
  };
};

const anything: PaymentFilter = {
  ...{ merchantId: null, terminalId: null, storeId: null, state: null, channel: null, fundingSource: null },
  ...{ review: null, refunds: null, merchantOrderNo: null, channelOrderNo: null, channelTradeNo: null },
  ...{ amountMinor: null, createdFrom: null, createdTo: null, after: null, before: null, limit: 21 },
};
const orderNo = `HY${String(sample).padStart(12, "0")}`;
const tradeNo = `20261122${String(sample).padStart(12, "0")}`;
type Ids = Awaited<ReturnType<typeof idsOf>>;
const searched = (match: (ids: Ids) => Match) => (tx: Tx, ids: Ids) =>
  searchPayments(tx, anything, [[match(ids)]]);

/** Pages of 8 KB that a query may touch, whatever the number of payments; the rows that it returns included. */
type Budget = ReadonlyArray<
  readonly [what: string, pagesMax: number, run: (tx: Tx, ids: Ids) => Promise<unknown>]
>;
const budget: Budget = [
  [
    "payments that are due",
    1_200,
    (tx) => selectDue(tx, now, { limit: 50, channels: ["alipay"], inHand: [], full: [], passed: [] }),
  ],
  [
    "a claim of a due payment",
    60,
    async (tx, { merchantId, paymentId }) => {
      await nameMerchants(tx, [merchantId]);
      const step = { channel: "alipay", step: "query", resolveAt: now, leaseUntil: null } as const;
      const due = { merchantId, paymentId, ...step };
      return claimAll(tx, [{ due, leaseUntil: now }]);
    },
  ],
  [
    "a payment by its id alone",
    60,
    (tx, { paymentId }) => findInScope(tx, { merchantId: null, terminalId: null }, paymentId),
  ],
  [
    "a payment of a merchant",
    60,
    (tx, { paymentId, merchantId }) => findInScope(tx, { merchantId, terminalId: null }, paymentId),
  ],
  ["the newest payments", 80, (tx) => selectPayments(tx, anything)],
  [
    "the newest payments of a merchant",
    120,
    (tx, { merchantId }) => selectPayments(tx, { ...anything, merchantId }),
  ],
  [
    "the newest payments of a terminal",
    120,
    (tx, { merchantId, terminalId }) => selectPayments(tx, { ...anything, merchantId, terminalId }),
  ],
  ["payments that failed", 80, (tx) => selectPayments(tx, { ...anything, state: "failed" })],
  ["payments in review", 80, (tx) => selectPayments(tx, { ...anything, review: "open" })],
  [
    "a merchant’s order number",
    120,
    (tx) => selectPayments(tx, { ...anything, merchantOrderNo: `order-${sample}` }),
  ],
  ["the channel’s number", 300, (tx) => selectPayments(tx, { ...anything, channelTradeNo: tradeNo })],
  ["a number of any kind", 1_000, (tx) => selectNumbered(tx, orderNo, 2)],
  ["an ending of a number", 1_500, searched(() => ({ kind: "ending", text: orderNo.slice(-6) }))],
  ["an amount", 400, searched(() => ({ kind: "amount", fromMinor: 150n, toMinor: 150n }))],
  [
    "a terminal by its number",
    400,
    searched(({ merchantId, terminalId }) => ({ kind: "terminal", merchantId, terminalId })),
  ],
  ["the payment of a refund", 40, (tx, { paymentId }) => selectRefunded(tx, paymentId.replace("pay", "ref"))],
  ["an idempotency key", 20, (tx, { merchantId }) => selectKeys(tx, merchantId, [`key-${sample}`])],
  [
    "whose an order number is",
    20,
    (tx, { merchantId }) => selectOrderNos(tx, [{ merchantId, merchantOrderNo: `order-${sample}` }]),
  ],
  [
    "announcements of a payment",
    20,
    (tx, { merchantId, paymentId }) => listOfPayment(tx, merchantId, paymentId),
  ],
  [
    "terminals with something to hear",
    400,
    (tx) => dueTerminals(tx, { from: new Date(0), to: now, limit: 100 }),
  ],
  [
    "webhooks that are due",
    1_500,
    (tx) =>
      claimDue(
        tx,
        { now, leaseUntil: now },
        { limit: 20, failing: 5, perMerchant: 5, perEndpoint: 5, inFlight: [] },
      ),
  ],
  ["the head of a chain", 20, (tx, { merchantId }) => lockHeads(tx, [merchantId])],
  [
    "whether a fact is booked",
    60,
    (tx, { merchantId, paymentId }) => selectFacts(tx, [journalDraft({ merchantId, subjectId: paymentId })]),
  ],
  ["balances of a merchant", 20, (tx, { merchantId }) => selectBalances(tx, merchantUuid(merchantId))],
  [
    "the newest journals of a merchant",
    120,
    (tx, { merchantId }) =>
      selectJournals(tx, {
        ...{
          merchantUuid: merchantUuid(merchantId),
          subjectUuid: null,
          beforeSequence: null,
          afterSequence: null,
        },
        limit: 21,
      }),
  ],
  ["everybody who has books", 4_000, (tx) => allMerchants(tx)],
  [
    "what is told of the ends of a chain before it is verified",
    60,
    (tx, { merchantId }) => selectSummaries(tx, [merchantUuid(merchantId)]),
  ],
  [
    "how far the books of a month go",
    60,
    (tx, { merchantId }) =>
      selectClosingTargets(tx, [merchantUuid(merchantId)], idBounds(monthOf(now, -1)).below),
  ],
];

/** Of those that only the owner of the tables runs. */
const ownersBudget: Budget = [
  ["what is open up to the end of a month", 3_000, (tx) => countOpen(tx, monthOf(now, -1))],
  ["what the closing of a month does not cover", 60, (tx) => findUncovered(tx, monthOf(now, -1))],
];

async function allMerchants(tx: Tx): Promise<string[]> {
  const merchants: string[] = [];
  for await (const page of merchantsInBooks(tx)) merchants.push(...page);
  return merchants;
}

function merchantUuid(merchantId: string): string {
  return merchantId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

test("what is open up to the end of a month is counted as by walking through everything", async () => {
  const month = monthOf(now, -1);
  const { below } = idBounds(month);
  const { rows } = await sql<{ what: string; count: bigint }>`
    select 'payments' as what, count(*) as count from payments.payment
      where payment_id < ${below}::uuid and (state in ('processing', 'awaitingPayer') or resolve_at is not null
        or review_since is not null or refunding_minor > 0)
    union all select 'refunds', count(*) from payments.refund
      where refund_id < ${below}::uuid and (state = 'processing' or resolve_at is not null or review_since is not null)
    union all select 'announcements', count(*) from arrivals.arrival
      where payment_id < ${below}::uuid and (send_after is not null or watch_at is not null or stage = 'speaking')
    union all select 'webhook deliveries', count(*) from webhooks.delivery
      where event_id < ${below}::uuid and state = 'waiting'`.execute(db.pg.owner);
  const walked = Object.fromEntries(rows.map(({ what, count }) => [what, count]));
  const found = Object.fromEntries(
    (await countOpen(db.pg.owner, month)).map(({ what, count }) => [what, count]),
  );
  assert.ok(Object.values(walked).filter((count) => count > 0n).length >= 3, "there is something to count");
  assert.deepEqual(found, { ...walked, "rows in DEFAULT partitions": 0n });
});

test(`no hot query walks through a table of ${payments} payments, and each touches few pages`, async () => {
  const ids = await idsOf();
  const over: string[] = [];
  for (const [what, pagesMax, run] of [...budget, ...ownersBudget]) {
    const plans: Node[] = [];
    const explain = async (tx: Tx): Promise<void> => {
      await planWithValues(tx);
      await run(explaining(tx, plans), ids);
    };
    if (ownersBudget.some(([one]) => one === what)) await db.pg.owner.transaction().execute(explain);
    else await db.pg.transaction(explain);
    assert.ok(plans.length > 0, `${what}: nothing was explained`);
    const pages = plans.reduce(
      (sum, plan) => sum + plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
      0,
    );
    const walked = plans
      .flatMap(nodesOf)
      .filter((node) => node["Node Type"] === "Seq Scan" && large.test(node["Relation Name"] ?? ""))
      .filter((node) => node["Shared Hit Blocks"] + node["Shared Read Blocks"] > 20);
    if (process.env["HUIYIN_BUDGET_PAYMENTS"] !== undefined) console.log(`${pages} of ${pagesMax}: ${what}`);
    if (pages > pagesMax) over.push(`${what}: ${pages} pages, at most ${pagesMax}`);
    over.push(...walked.map((node) => `${what}: walks through ${node["Relation Name"]}`));
    const read = plans
      .flatMap(nodesOf)
      .filter((node) => large.test(node["Relation Name"] ?? ""))
      .reduce((sum, node) => sum + rowsReadBy(node), 0);
    if (read > rowsMax) over.push(`${what}: reads ${read} rows`);
  }
  assert.deepEqual(over, []);
});
