import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "./api.ts";
import { outcomeUnknown, retryPauseMs, sendsAgain } from "./sending.ts";

const refusal = (status: number, code: string): ProblemError =>
  new ProblemError({ code, status, title: code, detail: code, traceId: "" });

// what came back -> whether the command may have been carried out, and whether it is sent again by itself
const rows: ReadonlyArray<readonly [string, Error, boolean, boolean]> = [
  ["no answer at all", refusal(0, "network"), true, true],
  ["an answer that broke off", new TypeError("network error"), true, true],
  ["the same key is still at work", refusal(409, "idempotency_key_in_use"), true, true],
  ["a proxy gave up waiting", refusal(504, "network"), true, true],
  ["the platform failed halfway", refusal(500, "internal"), true, true],
  ["more than is left", refusal(422, "refund_exceeds_left"), false, false],
  ["the key was used for something else", refusal(422, "idempotency_key_reused"), false, false],
  // Said before anybody looked at the key: an earlier try may have arrived.
  ["signed out", refusal(401, "session_missing"), true, false],
  ["too many requests", refusal(429, "rate_limited"), true, true],
  ["not in this state", refusal(409, "payment_state"), false, false],
];

test("whether a command that came back like this may have been carried out", () => {
  for (const [what, error, unknown, again] of rows) {
    assert.equal(outcomeUnknown(error), unknown, what);
    assert.equal(sendsAgain(0, error), again, what);
    assert.equal(sendsAgain(1_000, error), false, `${what}, after all tries`);
  }
});

test("it is asked again at once at first, and never less than every ten seconds", () => {
  assert.deepEqual([0, 1, 2, 3, 50].map(retryPauseMs), [1_000, 2_000, 4_000, 8_000, 10_000]);
});
