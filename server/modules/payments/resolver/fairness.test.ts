// What one merchant’s silence, or a channel that is missing, may not do to everybody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { Loops } from "../../../platform/loops.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Payment } from "../model.ts";
import { runPayments, type Payments } from "../payments.ts";
import { readPayment } from "../reading/service.ts";
import {
  freshCode,
  merchantId,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  type PaymentsBench,
} from "../testing.ts";

const otherMerchantId = fixtureId("mer", 2);

async function read(bench: PaymentsBench, paymentId: string): Promise<Payment> {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value;
}

/** What a process needs in which two merchants are known. */
function processDeps({ deps: { merchants } }: PaymentsBench): Partial<PaymentsDeps> {
  return {
    merchants: {
      ...merchants,
      merchantProfile: async (id) => {
        const profile = await merchants.merchantProfile(merchantId);
        return profile && { ...profile, id, number: id === merchantId ? profile.number : "10000002" };
      },
      channelAccount: async () => ({}),
      channelAccountEvenIfDisabled: async () => ({}),
    },
  };
}

/** A payment whose outcome is unknown, though the payer has paid. */
async function unclear(
  bench: PaymentsBench,
  process: Payments,
  merchant: string,
  n: number,
): Promise<string> {
  bench.channel.chargePlan = ["replyLost"];
  const answer = await process.create({
    principal: { ...merchantPrincipal, merchantId: merchant },
    idempotencyKey: `${merchant}-${n}`,
    body: { amount: 12_500, payerCode: freshCode(n) },
    waitSeconds: 0,
  });
  await process.idle();
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value.paymentId;
}

/** Queries of the first merchant hang until they are released; tells how many do, and how many did at most. */
function hang({ channel }: PaymentsBench): { now: number; most: number; release: () => void } {
  const gate = Promise.withResolvers<void>();
  const hanging = { now: 0, most: 0, release: gate.resolve };
  const query = channel.query.bind(channel);
  channel.query = async (io, account, order) => {
    if (!order.channelOrderNo.startsWith("10000001")) return query(io, account, order);
    hanging.most = Math.max(hanging.most, (hanging.now += 1));
    await gate.promise;
    hanging.now -= 1;
    return query(io, account, order);
  };
  return hanging;
}

/** How many payments have no outcome yet. */
async function waiting(bench: PaymentsBench): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from payments.payment where state <> 'succeeded'`.execute(bench.db.pg.batch);
  return Number(rows[0]?.count);
}

/** Whether the payment succeeds while nothing but this goes on: real work is waited for, but not for ever. */
async function succeeds(bench: PaymentsBench, paymentId: string): Promise<boolean> {
  for (let look = 0; look < 300; look += 1) {
    if ((await read(bench, paymentId)).state === "succeeded") return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

test("a merchant whose gateway hangs delays nobody else, and holds a few steps only", async () => {
  await using bench = await paymentsBench();
  const process = bench.another(processDeps(bench));
  for (let n = 0; n < 60; n += 1) await unclear(bench, process, merchantId, n);
  const early = await unclear(bench, process, otherMerchantId, 60);
  bench.clock.advance(6);
  const hanging = hang(bench);
  const first = process.resolveDue(20);
  assert.ok(await succeeds(bench, early), "in the same round");
  const late = await unclear(bench, bench.another(processDeps(bench)), otherMerchantId, 61);
  bench.clock.advance(6);
  await process.resolveDue(20);
  assert.equal((await read(bench, late)).state, "succeeded", "in the next round, which waits for nothing");
  assert.equal(hanging.most, 8);
  hanging.release();
  await first;
  await process.resolveDue(100);
  assert.equal(await waiting(bench), 0);
});

test("the loop goes on while steps hang, and a stop waits for these and begins no others", async () => {
  await using bench = await paymentsBench();
  const process = bench.another(processDeps(bench));
  for (let n = 0; n < 20; n += 1) await unclear(bench, process, merchantId, n);
  bench.clock.advance(6);
  const hanging = hang(bench);
  let round: (signal: AbortSignal) => Promise<void> = () => Promise.reject(new Error("no loop"));
  const every: Loops["every"] = (name, _intervalMs, work) => {
    if (name === "payment resolver") round = work;
    return { wake: () => undefined };
  };
  runPayments({ loops: { every, stop: () => Promise.resolve() } }, process);
  const { signal } = new AbortController();
  await round(signal);
  while (hanging.now < 8) await new Promise((resolve) => setImmediate(resolve));
  const other = await unclear(bench, bench.another(processDeps(bench)), otherMerchantId, 20);
  bench.clock.advance(6);
  await round(signal);
  assert.ok(await succeeds(bench, other));

  let stopped = false;
  const stop = process.idle().then(() => (stopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stopped, false);
  hanging.release();
  await stop;
  assert.equal(hanging.now, 0);
  assert.equal(bench.channel.count("query"), 9, "eight of the one, one of the other");
});

test("a payment of a channel that is not installed is left alone, said once, and taken by whoever has it", async () => {
  await using bench = await paymentsBench();
  const paymentId = await unclear(bench, bench.payments, merchantId, 0);
  bench.clock.advance(6);
  const without = bench.another({ channels: new Map() });
  for (let round = 0; round < 3; round += 1) assert.equal(await without.resolveDue(64), 0);
  assert.equal(bench.logLines.filter((line) => line.includes("channel_not_installed")).length, 1);
  assert.equal(bench.logLines.filter((line) => line.includes("resolver_step_failed")).length, 0);
  await bench.payments.resolveDue(64);
  assert.equal((await read(bench, paymentId)).state, "succeeded");
});

test("a refund of a channel that is not installed is said once, too", async () => {
  await using bench = await paymentsBench();
  const created = await bench.create();
  assert.ok(created.ok);
  bench.channel.refundPlan = ["requestLost"];
  await bench.refund(created.value.paymentId, { amount: 100 });
  const without = bench.another({ channels: new Map() });
  for (let round = 0; round < 3; round += 1) await without.resolveDue(64);
  assert.equal(bench.logLines.filter((line) => line.includes("channel_not_installed")).length, 1);
});
