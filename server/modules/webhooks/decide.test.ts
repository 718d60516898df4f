import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebhookProblem } from "@huiyin/contract/api/webhooks.ts";
import { addSeconds, secondsBetween } from "../../kernel/time.ts";
import { decide } from "./decide.ts";
import type { Consequence } from "./model.ts";

const start = new Date("2026-11-22T02:00:00Z");
const day = 86_400;

/** A delivery that fails until it is given up: the moments of its attempts, in seconds from the first. */
function attemptsOf(chance: number): number[] {
  const moments: number[] = [];
  let [now, attemptCount]: [Date | null, number] = [start, 0];
  while (now !== null) {
    moments.push(secondsBetween(start, now));
    const next: Consequence = decide(
      { attemptCount, failingSince: null },
      { problem: "answered" },
      { now, chance },
    );
    [now, attemptCount] = [next.nextAttemptAt, next.attemptCount];
  }
  return moments;
}

test("ten attempts, of which the last comes after three whole days and before three and a half, whatever chance says", () => {
  for (const chance of [0, 0.5, 0.999_999]) {
    const moments = attemptsOf(chance);
    const last = moments.at(-1) ?? 0;
    assert.equal(moments.length, 10);
    assert.ok(last > 3 * day && last < 3.5 * day, `${last / 3_600} h`);
  }
  assert.notDeepEqual(attemptsOf(0), attemptsOf(0.5));
});

const rows: ReadonlyArray<
  readonly [string, number, number | null, WebhookProblem | null, Partial<Consequence>]
> = [
  ["delivered", 3, 4 * day, null, { state: "delivered", attemptCount: 4, failingSince: null, disable: null }],
  ["the first failure", 0, null, "timedOut", { state: "waiting", failingSince: start, disable: null }],
  [
    "a failure among failures",
    0,
    day,
    "answered",
    { state: "waiting", failingSince: addSeconds(start, -day) },
  ],
  ["the tenth failure", 9, 4 * day, "answered", { state: "failed", nextAttemptAt: null, disable: null }],
  ["gone", 0, null, "gone", { state: "failed", nextAttemptAt: null, disable: "gone" }],
  ["failing a second short of five days", 0, 5 * day - 1, "redirected", { state: "waiting", disable: null }],
  ["failing for five days", 0, 5 * day, "redirected", { state: "failed", disable: "failing" }],
  [
    "five days over, then a success",
    0,
    6 * day,
    null,
    { state: "delivered", failingSince: null, disable: null },
  ],
];

for (const [name, attemptCount, failingSeconds, problem, expected] of rows)
  test(`after an attempt: ${name}`, () => {
    const failingSince = failingSeconds === null ? null : addSeconds(start, -failingSeconds);
    const next = decide({ attemptCount, failingSince }, { problem }, { now: start, chance: 0.5 });
    assert.deepEqual({ ...next, ...expected }, next);
  });
