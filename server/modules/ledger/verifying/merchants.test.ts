// Whose books there are: whoever has a head, a closing or a journal, in pages, each once and in order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDb } from "../../../platform/pg/testing.ts";
import { limits } from "../limits.ts";
import { merchantsInBooks } from "./merchants.ts";

const merchant = (number: number): string =>
  `01900000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
const numbers = (count: number, first = 0, step = 1): string[] =>
  Array.from({ length: count }, (_, index) => merchant(first + index * step));

type Books = Readonly<{ heads: readonly string[]; journals: readonly string[]; closings: readonly string[] }>;

async function pagesOf({ heads, journals, closings }: Books): Promise<ReadonlyArray<readonly string[]>> {
  await using db = await testDb();
  const one = sql`'CNY', '{channel:alipay,merchant:payable}', '{1,-1}'`;
  await sql`
    insert into ledger.head select id, 1, sha256('x'), '{channel:alipay}', '{1}' from unnest(${heads}::uuid[]) as id`.execute(
    db.pg.owner,
  );
  await sql`
    insert into ledger.journal (merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash)
    select id, id, 'succeeded', 1, '2026-11-01', ${one}, sha256('x'), sha256('x')
    from unnest(${journals}::uuid[]) as id`.execute(db.pg.owner);
  await sql`
    insert into ledger.closing (merchant_id, number, month, below, sequence, hash, currency, accounts, amounts,
      later_journals, later_hash, closed_at, previous_hash, closing_hash)
    select id, 1, '202610', id, 1, sha256('x'), ${one}, 0, sha256('x'), '2026-11-01', sha256('x'), sha256('x')
    from unnest(${closings}::uuid[]) as id`.execute(db.pg.owner);
  const pages: Array<readonly string[]> = [];
  for await (const page of merchantsInBooks(db.pg.batch)) pages.push(page);
  return pages;
}

const size = limits.verifyMerchantsAtOnce;
const rows: ReadonlyArray<readonly [what: string, books: Books, pages: number]> = [
  ["nobody", { heads: [], journals: [], closings: [] }, 0],
  ["a head alone", { heads: numbers(1), journals: [], closings: [] }, 1],
  ["journals without any head", { heads: [], journals: numbers(3), closings: [] }, 1],
  ["closings without any head", { heads: [], journals: [], closings: numbers(3) }, 1],
  [
    "others before, between and after heads",
    { heads: numbers(3, 10, 10), journals: numbers(9, 1, 5), closings: numbers(9, 2, 5) },
    1,
  ],
  [
    "as many heads as a page holds, and somebody behind them",
    { heads: numbers(size), journals: numbers(1, size + 5), closings: [] },
    2,
  ],
  ["several pages", { heads: numbers(2 * size + 1, 0, 2), journals: numbers(50, 1, 40), closings: [] }, 3],
];

for (const [what, books, pages] of rows) {
  test(`${what}: everybody is told once, in order`, async () => {
    const told = await pagesOf(books);
    const everybody = new Set([...books.heads, ...books.journals, ...books.closings]);
    assert.deepEqual(told.flat(), [...everybody].sort());
    assert.equal(told.length, pages);
  });
}
