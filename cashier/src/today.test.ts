import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { paymentIn, refundIn } from "./fixtures.ts";
import {
  clockTime,
  counting,
  dayAndTime,
  dayStart,
  linesOf,
  merged,
  refundToneOf,
  summaryOf,
  toneOf,
} from "./today.ts";

const paymentOf = (state: Payment["state"], amount: number, review: Payment["review"] = null): Payment =>
  ({ state, amount, review, refundedAmount: 0 }) as Payment;

// now (UTC)                 -> beginning of the day in Shanghai (UTC)
const days: ReadonlyArray<readonly [string, string]> = [
  ["2026-11-22T04:00:00.000Z", "2026-11-21T16:00:00.000Z"],
  ["2026-11-21T16:00:00.000Z", "2026-11-21T16:00:00.000Z"],
  ["2026-11-21T15:59:59.999Z", "2026-11-20T16:00:00.000Z"],
];

test("the day of a till begins at midnight in Shanghai, wherever the browser thinks it is", () => {
  for (const [now, start] of days) assert.equal(dayStart(new Date(now)).toISOString(), start);
});

test("the total counts what was paid and kept, and nothing else", () => {
  const payments = [
    { ...paymentOf("succeeded", 1250), refundedAmount: 250 },
    paymentOf("failed", 9900),
    paymentOf("processing", 100),
    paymentOf("closed", 7),
    paymentOf("reversed", 5000),
    paymentOf("succeeded", 1),
  ];
  assert.deepEqual(summaryOf(payments), { count: 2, keptFen: 1001n, refundedFen: 250n });
  assert.deepEqual(summaryOf([]), { count: 0, keptFen: 0n, refundedFen: 0n });
});

test("a payment that waits for a person looks so, whatever its state", () => {
  const review: Payment["review"] = {
    since: "2026-11-22T10:00:00+08:00",
    reason: "timetableExhausted",
    owner: "o",
  };
  assert.equal(toneOf(paymentOf("processing", 1, review)), "person");
  assert.equal(toneOf(paymentOf("awaitingPayer", 1)), "processing");
  assert.equal(toneOf(paymentOf("reversed", 1)), "unpaid");
  assert.equal(toneOf(paymentOf("succeeded", 1)), "paid");
  assert.equal(toneOf({ ...paymentOf("succeeded", 2), refundedAmount: 1 }), "paid");
  assert.equal(toneOf({ ...paymentOf("succeeded", 2), refundedAmount: 2 }), "unpaid");
});

test("what went back counts as soon as its refund is read, also where the list does not know it yet", () => {
  const paid = paymentIn("succeeded", { amount: 3_150 });
  const back = refundIn("succeeded", { amount: 3_150 });
  const sums = (refundedAmount: number, refunds: readonly Refund[]): unknown => {
    const counted = counting({ ...paid, refundedAmount }, refunds);
    return [counted.refundedAmount, toneOf(counted)];
  };
  assert.deepEqual(sums(0, []), [0, "paid"]);
  assert.deepEqual(sums(0, [refundIn("failed", { amount: 3_150 })]), [0, "paid"]);
  assert.deepEqual(sums(0, [back]), [3_150, "unpaid"]);
  assert.deepEqual(sums(3_150, []), [3_150, "unpaid"]);
});

test("times are those of the shop", () => {
  assert.equal(clockTime("2026-11-22T06:03:05Z"), "14:03:05");
  assert.equal(dayAndTime("2026-11-21T18:03:05Z"), "2026-11-22 02:03:05");
});

test("newer payments and newer states are put in, and yesterday falls out", () => {
  const at = (id: string, state: Payment["state"], createdAt: string): Payment =>
    ({ id, state, createdAt }) as Payment;
  const known = [
    at("pay_2", "processing", "2026-11-22T09:00:00+08:00"),
    at("pay_1", "succeeded", "2026-11-21T23:59:59+08:00"),
  ];
  const newer = [
    at("pay_3", "succeeded", "2026-11-22T09:05:00+08:00"),
    at("pay_2", "succeeded", "2026-11-22T09:00:00+08:00"),
  ];
  const today = merged(known, newer, new Date("2026-11-22T00:00:00+08:00"));
  assert.deepEqual(
    today.map(({ id, state }) => `${id} ${state}`),
    ["pay_3 succeeded", "pay_2 succeeded"],
  );
});

test("refunds stand among the payments, newest first, each in the colour of what became of it", () => {
  const early = paymentIn("succeeded", { createdAt: "2026-11-22T09:00:00+08:00" });
  const late = paymentIn("succeeded", { createdAt: "2026-11-22T11:00:00+08:00" });
  const between = refundIn("succeeded", { createdAt: "2026-11-22T10:00:00+08:00" });
  assert.deepEqual(linesOf([late, early], [between]), [
    { kind: "payment", payment: late },
    { kind: "refund", refund: between },
    { kind: "payment", payment: early },
  ]);
  const tones = [refundIn("succeeded"), refundIn("failed"), refundIn("processing")].map(refundToneOf);
  assert.deepEqual(tones, ["paid", "unpaid", "processing"]);
  assert.equal(refundToneOf(refundIn("processing", { waitingFor: "person" })), "person");
});
