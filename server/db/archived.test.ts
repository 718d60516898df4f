// What is said of payments whose month has left the tables, and to which month payments around midnight go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { readPaymentSearch } from "@huiyin/contract/paymentSearch.ts";
import { errors } from "@huiyin/contract/errors/index.ts";
import type { Refusal } from "../kernel/result.ts";
import { verifyLedger } from "../modules/ledger/index.ts";
import { listPayments, readPayment, readTimeline } from "../modules/payments/reading/service.ts";
import {
  freshCode,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  type PaymentsBench,
} from "../modules/payments/testing.ts";
import { closeMonth, detachMonth } from "./closing.ts";
import { partitionedTables } from "./months.ts";
import { ensurePartitions } from "./partitions.ts";

/** Sets the clock of a bench that has taken nothing yet. */
function setClock({ clock }: PaymentsBench, at: string): void {
  clock.advance((new Date(at).getTime() - clock.now().getTime()) / 1_000);
}

/** A payment and its refund of August 2025, and one of November 2026 that stays; August is archived. */
async function archive(): Promise<
  PaymentsBench & Readonly<{ old: string; refundId: string; young: string }>
> {
  const bench = await paymentsBench();
  const november = bench.clock.now();
  setClock(bench, "2025-08-20T02:00:00Z");
  await ensurePartitions(bench.db.pg, bench.clock.now());
  const old = await bench.create();
  assert.ok(old.ok);
  const refund = await bench.refund(old.value.paymentId, { amount: 500 });
  assert.ok(refund.ok);
  setClock(bench, november.toISOString());
  await ensurePartitions(bench.db.pg, november);
  const young = await bench.create();
  assert.ok(young.ok);
  await closeMonth(bench.db.pg, "202508", november);
  await detachMonth(bench.db.pg, "202508", november);
  const ids = {
    ...{ old: old.value.paymentId, young: young.value.paymentId },
    refundId: refund.value.refundId ?? "",
  };
  return Object.assign(bench, ids);
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal | null> {
  try {
    const result = (await work) as Readonly<{ ok?: boolean; refusal?: Refusal }>;
    return result.ok === false ? (result.refusal ?? null) : null;
  } catch (error) {
    return (error as { refusal?: Refusal }).refusal ?? null;
  }
}

test("a payment of an archived month is said to be archived, whatever is asked of it, and everything else is not found", async () => {
  await using bench = await archive();
  const { db, old, refundId, young } = bench;
  const found = (words: string) =>
    listPayments(db, merchantPrincipal, {
      ...{ merchantId: null, terminalId: null, limit: 10 },
      search: readPaymentSearch(words, bench.clock.now()),
    });
  const { channelOrderNo } = bench.channel.calls[0]!;
  for (const [what, asked] of [
    ["read", () => readPayment(db, merchantPrincipal, old)],
    ["read by an operator", () => readPayment(db, operatorPrincipal, old)],
    ["timeline", () => readTimeline(db, merchantPrincipal, old)],
    ["refund", () => bench.refund(old, { amount: 1 })],
    ["reversal", () => bench.payments.refunds.reverse(reversalOf(old))],
    ["search by id", () => found(old)],
    ["search by the id of a refund", () => found(refundId)],
    ["search by our number at the channel", () => found(channelOrderNo)],
  ] as const) {
    const refusal = await refusalOf(asked());
    assert.equal(refusal?.code, "month_archived", what);
    assert.equal(refusal?.facts["month"], "2025-08", what);
  }
  assert.equal(errors.month_archived.status, 410);
  const nobodys = `${young.slice(0, -6)}ffffff`;
  assert.equal((await refusalOf(readPayment(db, merchantPrincipal, nobodys)))?.code, "not_found");
  assert.deepEqual((await found(nobodys)).payments, []);
  assert.ok((await readPayment(db, merchantPrincipal, young)).ok);
});

const reversalOf = (paymentId: string) => ({
  ...{ principal: merchantPrincipal, idempotencyKey: "undo", paymentId, waitSeconds: 0 },
  ...{ reason: null, managerCode: null },
});

test("payments around midnight of the first go to their months, while others are on their way", async () => {
  await using bench = await paymentsBench();
  setClock(bench, "2026-11-30T15:59:57Z");
  await ensurePartitions(bench.db.pg, bench.clock.now());
  const other = bench.another();
  let number = 0;
  const taken: string[] = [];
  // Twelve half seconds, six of them before midnight in Shanghai; what is unclear is asked about in the next month.
  for (let round = 0; round < 12; round += 1) {
    bench.channel.chargePlan = ["replyLost"];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => {
        number += 1;
        const own = { amount: 100 + number, payerCode: freshCode(number) };
        const request = {
          principal: merchantPrincipal,
          idempotencyKey: `k${number}`,
          waitSeconds: 0,
          body: own,
        };
        return (number % 2 === 0 ? bench.payments : other).create(request);
      }),
    );
    for (const answer of answers) {
      assert.ok(answer.ok, JSON.stringify(answer));
      taken.push(answer.value.paymentId);
    }
    await Promise.all([bench.payments.idle(), other.idle()]);
    bench.clock.advance(0.5);
  }
  await bench.pass(30, 5);
  const placesOf = async (table: string, key: string): Promise<string[]> => {
    const { rows } = await sql<{ place: string; payments: number }>`
      select tableoid::regclass::text as place, count(distinct ${sql.ref(key)})::int as payments
      from ${sql.table(table)} group by 1 order by 1`.execute(bench.db.pg.owner);
    return rows.map(({ place, payments }) => `${place}: ${payments}`);
  };
  for (const { name, key } of partitionedTables.filter(({ name: table }) => table !== "payments.refund")) {
    if (name === "arrivals.arrival") continue;
    assert.deepEqual(await placesOf(name, key), [`${name}_202611: 48`, `${name}_202612: 48`], name);
  }
  for (const paymentId of taken) {
    const read = await readPayment(bench.db, operatorPrincipal, paymentId);
    assert.equal(read.ok && read.value.state, "succeeded");
  }
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});
