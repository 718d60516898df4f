import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import pg from "pg";
import { emptyTestDb, testDb } from "@huiyin/server/platform/pg/testing.ts";
import type { Claim } from "./arguments.ts";
import type { Sizes } from "./bench.ts";
import { measureClaims } from "./claims.ts";
import type { Machine } from "./machine.ts";
import type { Row } from "./report.ts";

const small: Sizes = {
  ...{ rounds: 2, legMs: 400, warmUpMs: 100, connections: 4, merchants: 2, scale: 1 },
  ...{ terminals: 4, terminalsFrom: 2, terminalsTo: 6, arrivalsPerSecond: 50 },
  ...{ verifyRows: 300, growthRows: 200, profileDirectory: null },
};

/** The throw-away PostgreSQL of the tests: what is measured on it means nothing, that it is measured does. */
async function withTestMachine<T>(work: (machine: Machine) => Promise<T>): Promise<T> {
  await using db = await testDb();
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  const opened: AsyncDisposable[] = [];
  const facts = { processor: "any", cores: 2, memoryGigabytes: 8, node: "", postgres: "", fsyncMs: 1 };
  try {
    return await work({
      freshDatabase: async () => {
        const fresh = await emptyTestDb();
        opened.push(fresh);
        return fresh.url;
      },
      checkpoint: () => Promise.resolve(),
      walBytes: async () => {
        const { rows } = await client.query<{ bytes: string }>(
          "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes",
        );
        return Number(rows[0]?.bytes);
      },
      databaseCpuMs: () => null,
      databaseMemoryBytes: () => null,
      facts,
    });
  } finally {
    for (const one of opened) await one[Symbol.asyncDispose]();
    await client.end();
  }
}

async function rowsOf(claim: Claim): Promise<readonly Row[]> {
  return withTestMachine((machine) =>
    measureClaims([claim], { machine, sizes: small, say: () => undefined }),
  );
}

const expected: ReadonlyArray<readonly [Claim, readonly string[]]> = [
  ["payments-latency", ["payments-latency-p50", "payments-latency-p99"]],
  ["wire", ["wire"]],
  ["ledger", ["ledger"]],
  ["verify", ["verify"]],
  ["arrivals", ["arrivals"]],
  ["terminals", ["terminals", "terminals-heartbeats"]],
  ["growth", ["growth"]],
  ["start", ["start", "start-again"]],
  ["memory", ["memory-at-rest", "memory-at-peak"]],
  ["footprint", ["footprint-rows", "footprint-wal", "footprint-stored"]],
];

for (const [claim, names] of expected)
  test(`${claim} is measured beside its baseline, and everything that it checks agrees`, async () => {
    const rows = await rowsOf(claim);
    assert.deepEqual(
      rows.map((row) => [row.claim, row.name, row.checked.problems]),
      names.map((name) => [claim, name, []]),
    );
    for (const { name, baseline, value, ratio, others } of rows) {
      assert.deepEqual(others, {}, name);
      // Memory of a handful of connections may be anything; a time or a rate is more than nothing.
      if (claim !== "terminals")
        assert.ok(value > 0 && baseline.value > 0, `${name} ${value} ${baseline.value}`);
      assert.equal(ratio, value / baseline.value, name);
    }
  });

void [mkdtempSync, rmSync, tmpdir, join];
