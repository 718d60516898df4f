import { strict as assert } from "node:assert";
import { test } from "node:test";
import { lostAfter, lostMsMax, stoodStill, type Wait } from "./patience.ts";

const onTime: Wait = { plannedMs: 100, passedMs: 102, soundMs: 100 };
const rows: ReadonlyArray<
  readonly [what: string, waits: readonly Wait[], verdict: "taken away" | "wait on"]
> = [
  ["sound that goes on as it should", Array.from({ length: 100 }, () => onTime), "wait on"],
  [
    "a page that stands still while the sound goes on",
    [{ ...onTime, passedMs: 4_000, soundMs: 4_000 }],
    "wait on",
  ],
  [
    "a page that stands still together with its sound",
    [{ ...onTime, passedMs: 4_000, soundMs: 0 }],
    "wait on",
  ],
  [
    "a page that stands still ten times together with its sound, which catches up in between",
    Array.from({ length: 10 }, () => [
      { ...onTime, passedMs: 4_000, soundMs: 0 },
      { ...onTime, soundMs: 200 },
    ]).flat(),
    "wait on",
  ],
  [
    "sound that pauses for a second",
    [...Array.from({ length: 10 }, () => ({ ...onTime, soundMs: 0 })), onTime],
    "wait on",
  ],
  ["sound that stops", Array.from({ length: 16 }, () => ({ ...onTime, soundMs: 0 })), "taken away"],
  ["sound that crawls", Array.from({ length: 20 }, () => ({ ...onTime, soundMs: 5 })), "taken away"],
  [
    "sound that stops while every timer is a second late",
    Array.from({ length: 16 }, () => ({ ...onTime, passedMs: 1_000, soundMs: 0 })),
    "taken away",
  ],
];
for (const [what, waits, verdict] of rows)
  test(`${what}: ${verdict}`, () => {
    const lostMs = waits.reduce(lostAfter, 0);
    assert.equal(lostMs > lostMsMax ? "taken away" : "wait on", verdict, `${lostMs} ms behind`);
  });

test("a timer that is a little late is a busy machine; one that is much too late is a page that stood still", () => {
  assert.equal(stoodStill({ ...onTime, passedMs: 180 }), false);
  assert.equal(stoodStill({ ...onTime, passedMs: 4_000 }), true);
});
