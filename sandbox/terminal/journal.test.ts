// What a terminal with more in its hands than one question holds tells before it, and what it asks with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askOutcomesMax } from "@huiyin/contract/events/receipts.ts";
import { Journal } from "./journal.ts";
import { memoryStorage, type JournalEntry } from "./storage.ts";

const start = new Date("2026-11-22T10:00:00+08:00");

/** Sixty announcements, one a second; those up to `overThrough` have been spoken. */
function journalOf(overThrough: number): Journal {
  const storage = memoryStorage();
  const entries = Array.from({ length: 60 }, (_, index): JournalEntry => {
    const sequence = index + 1;
    const at = new Date(start.getTime() + sequence * 1_000).toISOString();
    return {
      ...{ arrivalId: `arr_${sequence}`, paymentId: `pay_${sequence}`, sequence, at, waiting: null },
      ...{ stage: sequence <= overThrough ? "spoken" : "expired", expiresAtMs: null },
    };
  });
  storage.save({ terminalId: null, entries, forgottenThrough: 0 });
  return new Journal(storage, start);
}

const sequences = (outcomes: readonly { arrivalId: string }[]): number[] =>
  outcomes.map(({ arrivalId }) => Number(arrivalId.slice("arr_".length)));
const from = (first: number, last: number): number[] =>
  Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => first + Math.sign(last - first) * index);

test("of more than fifty open announcements the oldest are in the question, and the others are told before it", () => {
  const { before, asked } = journalOf(0).outcomes();
  assert.equal(asked.length, askOutcomesMax);
  assert.deepEqual([sequences(asked), sequences(before)], [from(1, 50), from(51, 60)]);
});

test("what is open stands in the question before everything that is over, of which the newest are named", () => {
  const { before, asked } = journalOf(55).outcomes();
  assert.deepEqual([sequences(asked), sequences(before)], [[...from(56, 60), ...from(55, 11)], from(10, 1)]);
});
