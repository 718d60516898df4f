// The published bills of WeChat Pay. They stay outside the repository; without them this file says so and skips.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { businessDate } from "../../../kernel/time.ts";
import { readBill } from "./read.ts";
import { readTable, writeTable } from "./table.ts";

const vectors = new URL("../../../../../shared/vectors/wechat/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

const files: ReadonlyArray<readonly [name: string, columns: number, rows: number]> = [
  ["bill-ALL-27col.csv", 27, 1],
  ["bill-ALL-24col-legacy.csv", 24, 2],
  ["bill-SUCCESS-20col.csv", 20, 1],
  ["bill-REFUND-29col.csv", 29, 1],
  ["bill-ALL-45rows.bom.csv", 27, 45],
];

for (const [name, columns, rows] of files)
  test(`published: ${name} is read in all its columns, and written the same again`, { skip }, () => {
    const file = vector(name);
    const table = readTable(file);
    assert.ok(table !== null);
    assert.equal(table.header.length, columns);
    assert.equal(table.rows.length, rows);
    const lineEnd = file.includes("\r\n") ? "\r\n" : "\n";
    const bare = (text: string): string => text.replace("\uFEFF", "").trimEnd();
    assert.equal(bare(writeTable(table, lineEnd)), bare(file));
    const reading = readBill(file);
    assert.ok(reading.kind === "read", reading.kind === "malformed" ? reading.problem : "");
    assert.equal(reading.lines.length, rows);
  });

test("published: the day of 45 rows agrees with its totals, each row of its day", { skip }, () => {
  const file = vector("bill-ALL-45rows.bom.csv");
  assert.ok(file.startsWith("\uFEFF"));
  const reading = readBill(file);
  assert.ok(reading.kind === "read");
  assert.equal(reading.totalsProblem, null);
  const { lines } = reading;
  assert.deepEqual(new Set(lines.map(({ at }) => businessDate(at))), new Set(["2019-02-19"]));
  const refunds = lines.filter(({ kind }) => kind === "refund");
  assert.ok(refunds.length > 0 && refunds.length < lines.length);
  assert.ok(refunds.every(({ channelRefundNo }) => channelRefundNo?.startsWith("REF")));
  assert.ok(lines.every(({ kind, channelRefundNo }) => (kind === "payment") === (channelRefundNo === null)));
});

test(
  "published: totals that were taken from a longer day contradict the rows that were kept",
  { skip },
  () => {
    for (const [name] of files.filter(([, , rows]) => rows === 1)) {
      const reading = readBill(vector(name));
      assert.ok(reading.kind === "read");
      assert.match(reading.totalsProblem ?? "", /总交易单数/, name);
    }
    const legacy = readBill(vector("bill-ALL-24col-legacy.csv"));
    assert.ok(legacy.kind === "read");
    assert.equal(legacy.totalsProblem, null);
    assert.equal(legacy.lines[0]?.at.toISOString(), "2014-11-10T08:33:45.000Z");
  },
);

test("published: the facts of a payment and of a refund", { skip }, () => {
  const payment = readBill(vector("bill-ALL-27col.csv"));
  assert.ok(payment.kind === "read");
  const [paid] = payment.lines;
  assert.deepEqual(
    [paid?.kind, paid?.amount.minor, paid?.feeMilliFen, paid?.state, paid?.channelRefundNo],
    ["payment", 600n, 4_000n, "SUCCESS", null],
  );
  const refund = readBill(vector("bill-REFUND-29col.csv"));
  assert.ok(refund.kind === "read");
  const [back] = refund.lines;
  assert.deepEqual([back?.kind, back?.amount.minor, back?.state], ["refund", 1n, "SUCCESS"]);
  assert.equal(back?.at.toISOString(), "2019-07-23T12:53:40.000Z");
});
