import assert from "node:assert/strict";
import { test } from "node:test";
import { addSeconds } from "../../../kernel/time.ts";
import { terminalLimits } from "../limits.ts";
import { countAttempt, leftOf, type Counting } from "./decide.ts";

const now = new Date("2026-11-22T02:00:00Z");
const lockSeconds = terminalLimits.managerCodeLockMinutes * 60;
const until = addSeconds(now, lockSeconds);

test("an attempt counts before it is compared, and the last one locks", () => {
  const rows: ReadonlyArray<readonly [Counting, ReturnType<typeof countAttempt>]> = [
    [
      { failures: 0, lockedUntil: null },
      { kind: "compare", counting: { failures: 1, lockedUntil: null } },
    ],
    [
      { failures: 3, lockedUntil: null },
      { kind: "compare", counting: { failures: 4, lockedUntil: null } },
    ],
    [
      { failures: 4, lockedUntil: null },
      { kind: "compare", counting: { failures: 5, lockedUntil: until } },
    ],
    [
      { failures: 5, lockedUntil: until },
      { kind: "locked", until },
    ],
    [
      { failures: 5, lockedUntil: addSeconds(now, 1) },
      { kind: "locked", until: addSeconds(now, 1) },
    ],
    [
      { failures: 5, lockedUntil: now },
      { kind: "compare", counting: { failures: 1, lockedUntil: null } },
    ],
  ];
  for (const [before, expected] of rows) assert.deepEqual(countAttempt(before, now), expected);
});

test("what is left after a wrong code goes down to none", () => {
  const left: number[] = [];
  let counting: Counting = { failures: 0, lockedUntil: null };
  for (;;) {
    const attempt = countAttempt(counting, now);
    if (attempt.kind === "locked") break;
    counting = attempt.counting;
    left.push(leftOf(counting));
  }
  assert.deepEqual(left, [4, 3, 2, 1, 0]);
});
