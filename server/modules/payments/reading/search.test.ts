// Searching among forty thousand payments of two merchants: what is found, in which order, by which index, by whom.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { readPaymentSearch } from "@huiyin/contract/paymentSearch.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import type { Principal } from "../../../platform/principal.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { listPayments, type Question } from "./service.ts";

const paymentsCount = 40_000;
/** Afternoon of a Sunday in Beijing; one payment a minute before it, oldest first. */
const now = new Date("2026-11-22T07:10:00Z");
const [first, second] = [fixtureId("mer", 1), fixtureId("mer", 2)];
const terminals = Array.from({ length: 5 }, (_, index) => fixtureId("trm", index + 1));
const operator = { role: "operator", credentialId: fixtureId("key", 1) } as const;
const merchant = (merchantId: string): Principal => ({
  role: "merchant",
  merchantId,
  credentialId: fixtureId("key", 2),
});

type Stored = Readonly<{
  id: string;
  merchantId: string;
  terminalId: string;
  orderNo: string;
  channelOrderNo: string;
  tradeNo: string | null;
  amount: number;
  state: string;
  funding: string | null;
  at: number;
}>;

let db: TestDb;
let stored: readonly Stored[];
/** Some payment of the last days, and a paid one of some weeks ago. */
let recent: Stored;
let paid: Stored;

before(async () => {
  db = await testDb();
  await db.pg.transaction(async (tx) => {
    await sql`
      insert into payments.payment (merchant_id, payment_id, version, state, terminal_id, merchant_order_no, channel,
        channel_order_no, idempotency_key, amount_minor, currency, subject, payer_code_masked, cancel_attempts, late_success,
        blame, cause_hints, channel_trade_no, funding_source, facts, fee_rate_basis_points, fee_minor, refunded_minor,
        created_at, expires_at, paid_at, finished_at)
      select case when i % 4 = 0 then ${uuidOf(second)}::uuid else ${uuidOf(first)}::uuid end,
        (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || '8' || substr(noise, 4, 15))::uuid,
        2, case when paid then 'succeeded' else 'closed' end,
        (${terminals.map(uuidOf)}::uuid[])[1 + case when i % 4 = 0 then 4 else i % 4 end], (100000 + i)::text, 'alipay',
        substr(noise || noise, 1, 32), 'key-' || i, 1 + (i * 7919) % 20000, 'CNY', '咖啡', '28****56', 0, false, '{}', '{}',
        case when paid then '20261122' || lpad((i * 104729::bigint % 99999989)::text, 20, '0') end,
        case when not paid then null when i % 500 = 1 then 'creditCard' else 'balance' end,
        case when paid then array['succeeded'] else '{}' end, case when paid then 38 end, case when paid then 0 end, 0,
        at, at + interval '2 minutes', case when paid then at end, at
      from (select i, md5(i::text) as noise, i % 1000 <> 0 as paid,
          ${now}::timestamptz - (${paymentsCount} - i) * interval '1 minute' as at
        from generate_series(1, ${paymentsCount}) as i) as made`.execute(tx);
    await sql`
      insert into payments.merchant_order_no (merchant_id, merchant_order_no, payment_id)
      select merchant_id, merchant_order_no, payment_id from payments.payment`.execute(tx);
  });
  await sql`analyze payments.payment, payments.merchant_order_no`.execute(db.pg.owner);
  stored = await everyPayment(db.pg);
  recent = stored[4_321] as Stored;
  paid = stored.find((one, index) => index > 30_000 && one.tradeNo !== null) as Stored;
  await addTerminals(db.pg);
});
after(() => db[Symbol.asyncDispose]());

async function everyPayment(pg: Pg): Promise<Stored[]> {
  const { rows } = await sql<Omit<Stored, "at"> & { at: Date }>`
    select payment_id as id, merchant_id as "merchantId", terminal_id as "terminalId", merchant_order_no as "orderNo",
      channel_order_no as "channelOrderNo", channel_trade_no as "tradeNo", amount_minor::integer as amount, state,
      funding_source as funding, created_at as at
    from payments.payment order by payment_id desc`.execute(pg.batch);
  return rows.map((row) => ({
    ...row,
    id: idOf("pay", row.id),
    merchantId: idOf("mer", row.merchantId),
    terminalId: idOf("trm", row.terminalId),
    at: row.at.getTime(),
  }));
}

async function addTerminals(pg: Pg): Promise<void> {
  await pg.transaction(async (tx) => {
    for (const [number, owner] of [first, second].entries()) {
      await sql`
        insert into merchants.merchant (merchant_id, number, name_zh, name_en, mcc, region, state, revision, created_at)
        values (${uuidOf(owner)}, ${`1000000${number + 1}`}, '商户', 'Shop', '5812', '310000', 'active', 1, ${now})`.execute(
        tx,
      );
      await sql`
        insert into merchants.store (merchant_id, store_id, no, name_zh, name_en, address, created_at)
        values (${uuidOf(owner)}, ${uuidOf(fixtureId("sto", number + 1))}, 'S1', '门店', 'Store', '路 1 号', ${now})`.execute(
        tx,
      );
    }
    for (const [index, id] of terminals.entries()) {
      const number = index === 4 ? 1 : 0;
      await sql`
        insert into terminals.terminal (merchant_id, terminal_id, store_id, no, name, kind, state, announce, revision, created_at)
        values (${uuidOf([first, second][number] ?? "")}, ${uuidOf(id)}, ${uuidOf(fixtureId("sto", number + 1))},
          ${`T000${index + 1}`}, ${`前台 Counter-${index + 1}`}, 'cashier', 'created', 'own', 1, ${now})`.execute(
        tx,
      );
    }
  });
}

const anything: Question = { merchantId: null, terminalId: null, limit: 20 };
const question = (typed: string, own: Partial<Question> = {}): Question => ({
  ...anything,
  ...own,
  search: readPaymentSearch(typed, now),
});

/** Reads as this principal and says which of the large tables were read from end to end. */
async function ask(principal: Principal, asked: Question) {
  let walked: string[] = [];
  const reader: Pg["reader"] = (who, work) =>
    db.pg.reader(who, async (tx) => {
      const answer = await work(tx);
      const { rows } = await sql<{ relname: string }>`
        select read.relname from pg_stat_xact_user_tables as read join pg_class on pg_class.oid = read.relid
        where read.seq_scan > 0 and pg_class.reltuples > 1000`.execute(tx);
      walked = rows.map((row) => row.relname);
      return answer;
    });
  const page = await listPayments({ pg: { ...db.pg, reader } }, principal, asked);
  return { ids: page.payments.map(({ id }) => id), hasMore: page.hasMore, walked };
}

const at = (text: string): number => Date.parse(`${text}+08:00`);

// what -> what is typed, what else is asked, what is to be found
const rows: ReadonlyArray<readonly [string, () => string, (payment: Stored) => boolean, Partial<Question>?]> =
  [
    ["everything", () => "", () => true],
    ["an id", () => recent.id, (one) => one.id === recent.id],
    [
      "a bare merchant order number, which is an amount too",
      () => "100100",
      ({ orderNo }) => orderNo === "100100",
    ],
    ["a channel order number", () => recent.channelOrderNo, (one) => one.id === recent.id],
    ["a channel trade number", () => paid.tradeNo ?? "", (one) => one.id === paid.id],
    [
      "the last digits of any number, which are an amount in yuan too",
      () => "4321",
      (one) => [one.orderNo, one.channelOrderNo, one.tradeNo].some((number) => number?.endsWith("4321")),
    ],
    ["the last six characters", () => recent.channelOrderNo.slice(-6), (one) => one.id === recent.id],
    ["an amount", () => "¥12.50", ({ amount }) => amount === 1_250],
    ["a range of amounts", () => "¥10-20", ({ amount }) => amount >= 1_000 && amount <= 2_000],
    ["a narrow range of amounts", () => "0.01-0.02", ({ amount }) => amount <= 2],
    ["a terminal by its number", () => "t0002", ({ terminalId }) => terminalId === terminals[1]],
    ["terminals by a part of their names", () => "前台", () => true],
    ["a terminal by its id", () => terminals[4] ?? "", ({ terminalId }) => terminalId === terminals[4]],
    [
      "a day",
      () => "2026-11-10",
      (one) => one.at >= at("2026-11-10T00:00") && one.at < at("2026-11-11T00:00"),
    ],
    [
      "a time of today",
      () => "14:30",
      (one) => one.at >= at("2026-11-22T14:25") && one.at < at("2026-11-22T14:36"),
    ],
    [
      "an amount at a terminal on a day",
      () => "昨天 8.00-9.00 counter-3",
      (one) =>
        one.terminalId === terminals[2] &&
        one.amount >= 800 &&
        one.amount <= 900 &&
        one.at >= at("2026-11-21T00:00") &&
        one.at < at("2026-11-22T00:00"),
    ],
    ["what nobody has", () => "no-such-thing", () => false],
    ["a terminal that nobody has, and an amount that many have", () => "12.5 无此终端", () => false],
    ["a rare state", () => "", ({ state }) => state === "closed", { state: "closed" }],
    [
      "a rare source of money",
      () => "",
      ({ funding }) => funding === "creditCard",
      { fundingSource: "creditCard" },
    ],
    ["a channel that has none, on one day", () => "昨天", () => false, { channel: "wechat" }],
    ["with refunds", () => "", () => false, { refunds: "some" }],
    ["waiting for a person", () => "", () => false, { review: "open" }],
    [
      "a state within an amount",
      () => "10-20",
      ({ state, amount }) => state === "closed" && amount >= 1_000 && amount <= 2_000,
      { state: "closed" },
    ],
  ];

test("everything is found by what people type, newest first, page by page in both directions, without reading a table from end to end", async () => {
  for (const [what, typed, fits, own = {}] of rows) {
    const wanted = stored.filter(fits).map(({ id }) => id);
    const pages = [wanted.slice(0, 20), wanted.slice(20, 40), wanted.slice(40, 60)];
    let after: string | null = null;
    for (const [index, expected] of pages.entries()) {
      if (index > 0 && expected.length === 0) break;
      const found = await ask(operator, question(typed(), { ...own, after }));
      assert.deepEqual(found.ids, expected, `${what}, page ${index + 1}`);
      assert.equal(found.hasMore, wanted.length > (index + 1) * 20, what);
      assert.deepEqual(found.walked, [], `${what} reads a whole table`);
      after = expected.at(-1) ?? null;
    }
    const [before] = pages[1] ?? [];
    if (before === undefined) continue;
    const back = await ask(operator, question(typed(), { ...own, before }));
    assert.deepEqual([back.ids, back.hasMore, back.walked], [pages[0], false, []], `${what}, backwards`);
  }
});

test("a merchant finds its own alone, by the same words and without walking through the other’s", async () => {
  for (const [what, typed, fits, own = {}] of rows) {
    for (const merchantId of [first, second]) {
      const wanted = stored.filter((one) => one.merchantId === merchantId && fits(one));
      const found = await ask(merchant(merchantId), question(typed(), own));
      assert.deepEqual(
        found.ids,
        wanted.slice(0, 20).map(({ id }) => id),
        `${what} of ${merchantId}`,
      );
      assert.deepEqual(found.walked, [], `${what} reads a whole table`);
    }
  }
  const terminal = { role: "terminal", merchantId: first, terminalId: terminals[0] ?? "" } as const;
  const seen = await ask(terminal, question("前台 0.01-100"));
  const wanted = stored.filter((one) => one.terminalId === terminal.terminalId && one.amount <= 10_000);
  assert.deepEqual(
    seen.ids,
    wanted.slice(0, 20).map(({ id }) => id),
  );
});

test("a number that fits whole somewhere else hides no payment whose number ends in it", async () => {
  const typed = recent.channelOrderNo.slice(-4);
  const elsewhere = stored.find(
    (one) => one.merchantId === recent.merchantId && one.terminalId !== recent.terminalId,
  );
  assert.ok(elsewhere !== undefined);
  await db.pg.transaction(async (tx) => {
    await sql`
      insert into payments.merchant_order_no (merchant_id, merchant_order_no, payment_id)
      values (${uuidOf(recent.merchantId)}, ${typed}, ${uuidOf(elsewhere.id)})`.execute(tx);
  });
  const terminal = {
    role: "terminal",
    merchantId: recent.merchantId,
    terminalId: recent.terminalId,
  } as const;
  assert.ok((await ask(terminal, question(typed))).ids.includes(recent.id));
});

test("a refund leads to its payment: by its id, its number and the end of its number", async () => {
  const payment = paid;
  const refundId = fixtureId("ref", 77);
  await db.pg.transaction(async (tx) => {
    await sql`
      insert into payments.refund (merchant_id, refund_id, payment_id, version, state, kind, merchant_refund_no, channel,
        channel_order_no, channel_refund_no, idempotency_key, amount_minor, currency, sends, sent_by, refunded_before_minor,
        cause_hints, fee_returned_minor, created_at, refunded_at, finished_at)
      values (${uuidOf(payment.merchantId)}, ${uuidOf(refundId)}, ${uuidOf(payment.id)}, 2, 'succeeded', 'refund', 'back-77x9',
        'alipay', ${payment.channelOrderNo}, 'rf0000000000000000000000000zq88', 'key-r', 1, 'CNY', 1, ${now}, 0, '{}', 0,
        ${now}, ${now}, ${now})`.execute(tx);
    await sql`
      insert into payments.merchant_refund_no (merchant_id, merchant_refund_no, refund_id)
      values (${uuidOf(payment.merchantId)}, 'back-77x9', ${uuidOf(refundId)})`.execute(tx);
    await sql`
      update payments.payment set refunded_minor = 1, refunds_minor = 1
      where merchant_id = ${uuidOf(payment.merchantId)} and payment_id = ${uuidOf(payment.id)}`.execute(tx);
  });
  for (const typed of [refundId, "back-77x9", "77x9", "rf0000000000000000000000000zq88", "zq88"]) {
    assert.deepEqual((await ask(operator, question(typed))).ids, [payment.id], typed);
    const other = payment.merchantId === first ? second : first;
    assert.deepEqual((await ask(merchant(other), question(typed))).ids, [], typed);
  }
  const withRefunds = await ask(operator, question("", { refunds: "some" }));
  assert.deepEqual([withRefunds.ids, withRefunds.walked], [[payment.id], []]);
});
