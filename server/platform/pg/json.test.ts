import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { storableJson } from "./json.ts";
import { testDb } from "./testing.ts";

test("what the database cannot hold becomes U+FFFD, everything else stays as it is", () => {
  const table: Array<[unknown, unknown]> = [
    ["a\0b", "a\ufffdb"],
    ["x\ud83d", "x\ufffd"],
    ["\ude00x", "\ufffdx"],
    ["😀 花呗", "😀 花呗"],
    ["\\u0000 \\ud83d", "\\u0000 \\ud83d"],
    ["\\\0", "\\\ufffd"],
    ['\u0001\n\t"\u2028', '\u0001\n\t"\u2028'],
    [{ "n\0": ["\0", 1n === 1n, null] }, { "n\ufffd": ["\ufffd", true, null] }],
  ];
  for (const [given, stored] of table) assert.deepEqual(JSON.parse(storableJson(given)), stored);
});

test("every value that JSON can express is taken by jsonb", async () => {
  await using db = await testDb();
  const given = fc.sample(fc.jsonValue({ stringUnit: "binary" }), 300);
  given.push(
    ...fc
      .sample(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }), 300)
      .map((units) => String.fromCharCode(...units)),
  );
  await sql`select value::jsonb from unnest(${given.map(storableJson)}::text[]) as value`.execute(
    db.pg.batch,
  );
});
