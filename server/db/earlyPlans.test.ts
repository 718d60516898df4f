// Statements are planned once on each connection, perhaps while their tables were empty: on the first day, and on the first
// of every month. What they touch must not grow with what is stored afterwards, before anybody has analysed it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import pino from "pino";
import { idOf } from "../kernel/ids.ts";
import { journalDraft } from "../modules/ledger/fixtures.ts";
import { selectFacts } from "../modules/ledger/store.ts";
import {
  releaseGroupKeys,
  releaseOrderNos,
  selectGroupKeys,
  selectOrderNos,
  selectPayerCodes,
  storeGroupAnswers,
} from "../modules/payments/intake/store.ts";
import { lockGroupRefunds } from "../modules/payments/refunds/store.ts";
import { claimAll } from "../modules/payments/resolver/store.ts";
import { lockGroupPayments } from "../modules/payments/store.ts";
import { openPg, type Tx } from "../platform/pg/pg.ts";
import { testDb } from "../platform/pg/testing.ts";
import { ensurePartitions } from "./partitions.ts";
import { growingTables, manyPayments, storeManyPayments } from "./testing/manyPayments.ts";

const payments = 20_000;
/** Of thirty merchants. */
const asked = 30;
/** An update touches a row twice; some are read for a lock again. */
const rowsMax = 4 * asked;

type Known = Readonly<{ merchantId: string; paymentId: string; number: number }>;
const moment = new Date("2026-11-22T02:00:00Z");

const statements: ReadonlyArray<
  readonly [what: string, run: (tx: Tx, known: readonly Known[]) => Promise<unknown>]
> = [
  [
    "whether facts are booked",
    (tx, known) =>
      selectFacts(
        tx,
        known.map(({ merchantId, paymentId }) => journalDraft({ merchantId, subjectId: paymentId })),
      ),
  ],
  ["payments under lock", lockGroupPayments],
  [
    "claims of due payments",
    (tx, known) => {
      const due = { channel: "alipay", step: "query", resolveAt: moment, leaseUntil: null } as const;
      return claimAll(
        tx,
        known.map((key) => ({ due: { ...key, ...due }, leaseUntil: moment })),
      );
    },
  ],
  [
    "answers of keys",
    (tx, known) =>
      storeGroupAnswers(
        tx,
        known.map(({ merchantId, number }) => ({
          ...{ merchantId, key: `key-${number}` },
          answer: { status: 201, body: "{}" },
        })),
      ),
  ],
  [
    "idempotency keys",
    (tx, known) =>
      selectGroupKeys(
        tx,
        known.map(({ merchantId, number }) => ({ merchantId, key: `key-${number}` })),
      ),
  ],
  [
    "order numbers",
    (tx, known) =>
      selectOrderNos(
        tx,
        known.map(({ merchantId, number }) => ({ merchantId, merchantOrderNo: `order-${number}` })),
      ),
  ],
  [
    "payer codes",
    (tx, known) =>
      selectPayerCodes(
        tx,
        known.map(({ merchantId, number }) => ({
          merchantId,
          codeHash: createHash("sha256").update(String(number)).digest(),
        })),
      ),
  ],
  [
    "refunds under lock",
    (tx, known) =>
      lockGroupRefunds(
        tx,
        known.map(({ merchantId, paymentId }) => ({ merchantId, refundId: paymentId.replace("pay", "ref") })),
      ),
  ],
  [
    "keys given back",
    (tx, known) =>
      releaseGroupKeys(
        tx,
        known.map(({ merchantId, paymentId, number }) => ({ merchantId, paymentId, key: `key-${number}` })),
      ),
  ],
  [
    "order numbers given back",
    (tx, known) =>
      releaseOrderNos(
        tx,
        known.map(({ number, ...key }) => ({ ...key, merchantOrderNo: `order-${number}` })),
      ),
  ],
];

test(`what was planned while its tables were empty finds ${asked} rows among ${payments} by touching few`, async () => {
  await using db = await testDb();
  await ensurePartitions(db.pg, new Date("2026-09-10T00:00:00Z"));
  // One connection, so that the plans are those that were made first.
  const pg = openPg({ url: db.url, poolSize: 1, log: pino({ level: "silent" }) });
  await neverAnalysed(db.pg);
  const known = await someOf(db.pg);
  const merchantIds = known.map(({ merchantId }) => merchantId);
  // Some of them say at once that nothing is there; planned they are.
  for (const [, run] of statements)
    await pg.transaction((tx) => run(tx, known), merchantIds).catch(() => undefined);
  await storeManyPayments(db.pg, payments);
  const over: string[] = [];
  for (const [what, run] of statements) {
    const touched = await pg.transaction(async (tx) => {
      const before = await rowsTouched(tx);
      await run(tx, known);
      return (await rowsTouched(tx)) - before;
    }, merchantIds);
    if (touched > rowsMax) over.push(`${what}: ${touched} rows, at most ${rowsMax}`);
  }
  assert.deepEqual(over, []);
  await pg.close();
});

/** Autovacuum would look at them sooner or later. */
async function neverAnalysed(pg: Parameters<typeof storeManyPayments>[0]): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select leaf.relid::regclass::text as name
    from unnest(${growingTables}::regclass[]) as root (name),
      pg_partition_tree(root.name) as leaf
    where leaf.isleaf
    union select unnest(${growingTables}::text[])`.execute(pg.owner);
  for (const { name } of rows) {
    const { rows: kind } = await sql<{ kind: string }>`
      select relkind as kind from pg_class where oid = ${name}::regclass`.execute(pg.owner);
    if (kind[0]?.kind === "r")
      await sql.raw(`alter table ${name} set (autovacuum_enabled = off)`).execute(pg.owner);
  }
}

async function someOf(pg: Parameters<typeof storeManyPayments>[0]): Promise<readonly Known[]> {
  const { uuidAt, merchantOf } = manyPayments(payments);
  const { rows } = await sql
    .raw<{ merchant: string; payment: string; number: number }>(
      `select ${merchantOf("n")} as merchant, ${uuidAt("n")} as payment, n as number
       from generate_series(${payments / 2}, ${payments / 2 + asked - 1}) as n`,
    )
    .execute(pg.owner);
  return rows.map(({ merchant, payment, number }) => ({
    ...{ merchantId: idOf("mer", merchant), paymentId: idOf("pay", payment), number },
  }));
}

/** Rows of tables that this connection has read so far, whichever way; PostgreSQL gives them away from time to time. */
async function rowsTouched(tx: Tx): Promise<number> {
  const { rows } = await sql<{ touched: string }>`
    select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) as touched from pg_stat_xact_user_tables
    where schemaname in ('payments', 'ledger')`.execute(tx);
  return Number(rows[0]?.touched);
}
