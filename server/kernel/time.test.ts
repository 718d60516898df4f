import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addSeconds,
  beijingTime,
  businessDate,
  dayAndTime,
  parseBeijingTime,
  rfc3339,
  secondOfDay,
  secondsBetween,
} from "./time.ts";

const moments = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });

test("Beijing time on the wire reads back to the same second", () => {
  fc.assert(
    fc.property(moments, (at) => {
      const wholeSecond = new Date(Math.floor(at.getTime() / 1000) * 1000);
      assert.deepEqual(parseBeijingTime(beijingTime(at)), wholeSecond);
    }),
  );
});

test("a moment that no calendar has is refused", () => {
  for (const text of [
    "2026-02-30 00:00:00",
    "2026-13-01 00:00:00",
    "2026-01-01 24:00:00",
    "2026-1-1 0:0:0",
    "",
    "now",
  ]) {
    assert.equal(parseBeijingTime(text), null, text);
  }
});

test("the business day turns at midnight in Shanghai, not in London", () => {
  assert.equal(businessDate(new Date("2026-02-28T15:59:59.999Z")), "2026-02-28");
  assert.equal(businessDate(new Date("2026-02-28T16:00:00.000Z")), "2026-03-01");
  assert.equal(businessDate(new Date("2028-02-28T16:00:00.000Z")), "2028-02-29");
});

test("answers write time with the Beijing offset and mean the same moment", () => {
  fc.assert(fc.property(moments, (at) => assert.equal(Date.parse(rfc3339(at)), at.getTime())));
});

test("seconds added are seconds between", () => {
  const at = new Date("2026-11-22T00:00:00Z");
  assert.equal(secondsBetween(at, addSeconds(at, 90)), 90);
});

test("the second of the day is counted from midnight in Beijing", () => {
  const rows = [
    ["2026-02-28T15:59:59.999Z", 86_399],
    ["2026-02-28T16:00:00.000Z", 0],
    ["2026-03-01T14:30:00.500Z", 81_000],
  ] as const;
  for (const [at, second] of rows) assert.equal(secondOfDay(new Date(at)), second, at);
});

test("a day is told with its year where that is another one in Beijing", () => {
  const rows = [
    ["2026-11-22T04:03:59Z", "2026-12-31T15:59:59Z", "11-22 12:03"],
    ["2026-11-22T04:03:59Z", "2026-12-31T16:00:00Z", "2026-11-22 12:03"],
    ["2999-12-30T23:58:59Z", "2026-11-22T00:00:00Z", "2999-12-31 07:58"],
  ] as const;
  for (const [at, reference, expected] of rows)
    assert.equal(dayAndTime(new Date(at), new Date(reference)), expected);
});
