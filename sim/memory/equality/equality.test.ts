import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import { sqlStateOf } from "@huiyin/server/platform/pg/errors.ts";
import { openPg, type Tx } from "@huiyin/server/platform/pg/pg.ts";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import { createLogBook } from "../../ports.ts";
import { openPostgresStore } from "../../stores.ts";
import { comparedPg, type Differences } from "../compared.ts";
import { createMemoryStore } from "../store.ts";
import type { Operation, Place } from "./operation.ts";
import { payingOperations, payingStores } from "./paying.ts";
import { refundOperations, refundingStores } from "./refunding.ts";
import { tellingOperations, tellingStores } from "./telling.ts";

/** A sequence is about one of these, so that its operations meet; or about all of them. */
const groups: ReadonlyArray<readonly Operation[]> = Object.values({
  ...payingOperations,
  refundOperations,
  ...tellingOperations,
});
const operations = groups.flat();
const themes = [...groups, operations];
const sequences = 10_000;
// Each part on tables of its own: some operations look at every row there is, and pay for each.
const parts = 4;
// The rarest row, the summary of a time when nobody was there, is met a few times in each part.
const rowsMin = 2;
const seed = 20_261_122;

/** What looks at every merchant’s rows at once is held equal by whole runs of the simulation instead. */
const elsewhere = new Set([
  "selectHeadsAfter",
  "selectStrays",
  // Behind selectDue and selectDueRefunds, which are.
  "selectInTurns",
  "findBrokenOff",
  "findBrokenOffSummaries",
  "dueTerminals",
  "findWatched",
  // A person closes months, on PostgreSQL.
  "selectClosingTargets",
  "insertClosings",
  "upsertMonth",
]);

const number = fc.nat({ max: 2 });
const sequence = fc.nat({ max: themes.length - 1 }).chain((theme) => {
  const of = themes[theme] ?? [];
  // What comes first in a theme makes what the others look for.
  const operation = fc.oneof(fc.constant(0), fc.nat({ max: of.length - 1 }), fc.nat({ max: of.length - 1 }));
  const step = fc.record({ operation, a: number, b: number, c: number });
  const transaction = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 3 }),
    ends: fc.constantFrom("commit", "commit", "commit", "rollback"),
  });
  return fc.record({
    theme: fc.constant(theme),
    transactions: fc.array(transaction, { minLength: 1, maxLength: 2 }),
  });
});

/** A merchant that no other sequence has. */
function placeOf(count: number): Place {
  const id: Place["id"] = (prefix, own) => {
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setUint32(2, count);
    new DataView(bytes.buffer).setUint32(6, own);
    return idOf(prefix, uuidV7(new Date("2026-11-22T02:00:00Z"), bytes));
  };
  return { merchantId: id("mer", 0), id };
}

class RolledBack extends Error {}

for (let part = 1; part <= parts; part += 1) {
  const title = `in ${sequences} sequences of operations, part ${part} of ${parts}`;
  test(`the store in memory answers as PostgreSQL does, ${title}`, () => holdEqual(seed + part));
}

async function holdEqual(seedOfPart: number): Promise<void> {
  await using db = await testDb();
  const real = openPg({ url: db.url, poolSize: 2, log: createLogBook(() => null).log });
  const memory = createMemoryStore();
  const differences: Differences = { told: [], statements: 0 };
  const both = comparedPg(real, memory.pg, differences);
  let count = 0;
  const property = fc.asyncProperty(sequence, async ({ theme, transactions }) => {
    const place = placeOf((count += 1));
    differences.told.length = 0;
    for (const { steps, ends } of transactions) {
      const work = async (tx: Tx): Promise<void> => {
        // What a store refuses by itself is refused for both; a statement that fails is compared.
        for (const { operation, ...numbers } of steps)
          await themes[theme]?.[operation]?.run(tx, place, numbers).catch(() => undefined);
        if (ends === "rollback") throw new RolledBack();
      };
      await both.transaction(work).catch((error: unknown) => {
        if (!(error instanceof RolledBack) && sqlStateOf(error) !== "25P02") throw error;
      });
    }
    assert.deepEqual(differences.told, []);
  });
  try {
    await fc.assert(property, { numRuns: sequences / parts, seed: seedOfPart });
  } finally {
    await real.close();
  }
  assert.ok(differences.statements > sequences / parts);
  await sameRows(db.url, memory.query);
}

/** Every row of every table that the operations write, as two strangers read them. */
async function sameRows(url: string, query: ReturnType<typeof createMemoryStore>["query"]): Promise<void> {
  const postgres = await openPostgresStore(url);
  try {
    for (const table of [
      "payments.payment payment_id",
      "payments.event payment_id, version",
      "payments.idempotency_key merchant_id, key",
      "payments.merchant_order_no merchant_id, merchant_order_no",
      "payments.payer_code merchant_id, code_hash",
      "payments.refund refund_id",
      "payments.merchant_refund_no merchant_id, merchant_refund_no",
      "ledger.head merchant_id",
      "ledger.journal merchant_id, subject_id, fact",
      "arrivals.cursor merchant_id, terminal_id",
      "arrivals.arrival merchant_id, payment_id, terminal_id",
      "arrivals.summary merchant_id, summary_id",
      'support."case" merchant_id, case_id',
    ]) {
      const [name, ...order] = table.split(" ");
      const statement = `select * from ${name} order by ${order.join(" ")}`;
      const expected = await postgres.query<Record<string, unknown>>(statement);
      const found = (await query(statement)).map(asTheDriverReads);
      assert.ok(expected.length >= rowsMin, `${name}: only ${expected.length} rows`);
      assert.deepEqual(found, expected, name);
    }
  } finally {
    await postgres.close();
  }
}

function asTheDriverReads(row: Record<string, unknown>): Record<string, unknown> {
  const digits = (value: unknown): unknown =>
    typeof value === "bigint" ? value.toString() : Array.isArray(value) ? value.map(digits) : value;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, name === "entries" ? value : digits(value)]),
  );
}

test("every function of every store of the money path is among the operations", () => {
  const known = new Set([...operations.map(({ name }) => name), ...elsewhere]);
  const pure = /Of$|Columns$/;
  for (const [module, store] of Object.entries({ ...payingStores, ...refundingStores, ...tellingStores }))
    for (const name of Object.keys(store))
      assert.ok(known.has(name) || pure.test(name), `${module}.${name} is not held equal`);
});
