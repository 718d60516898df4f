import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import { claims, parseArguments, type Claim } from "./arguments.ts";
import { createBench, sharedBy, withBench, type Shared, type Sizes } from "./bench.ts";
import { heardOf } from "./claims/arrivals.ts";
import { openBooks, problemsOfBooks } from "./claims/ledger.ts";
import { rowsOfSoak, type Stretch } from "./claims/soak.ts";
import { beatProblems } from "./claims/terminals.ts";
import { measureClaim, sizesOf } from "./claims.ts";
import { startInstallation } from "./installation.ts";
import type { Machine } from "./machine.ts";
import { performanceReference } from "./performanceReference.ts";
import { startPart } from "./processes.ts";
import { rowOf, textOf, type Row } from "./report.ts";
import { readResults, saveResults } from "./results.ts";
import type { StreetQuestions } from "./street.ts";

const small: Sizes = {
  ...{ rounds: 1, legMs: 400, warmUpMs: 100, connections: 4, merchants: 2, scale: 1 },
  ...{ terminals: 4, terminalsFrom: 2, terminalsTo: 4, arrivalsPerSecond: 50 },
  ...{ verifyRows: 300, growthRows: 200, soakLegs: 2, soakLegMs: 400, profileDirectory: null },
};

const facts = {
  processor: "any",
  cores: 2,
  memoryGigabytes: 8,
  node: "",
  postgres: "",
  fsyncMs: 1,
  loadBefore: 0,
};
const say = (): void => undefined;

// The throw-away PostgreSQL of the tests: what is measured on it means nothing, that it is measured does.
let machine: Machine;
let shared: Shared;
const ends: Array<() => Promise<void>> = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

before(async () => {
  const db = await testDb();
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  ends.push(async () => {
    await client.end();
    await db[Symbol.asyncDispose]();
  });
  machine = {
    freshDatabase: async () => {
      const fresh = await testDb();
      ends.unshift(() => fresh[Symbol.asyncDispose]() as Promise<void>);
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
  };
  // Claims that want the same server share one: its start costs more than what is measured on it.
  const outer = createBench({ machine, sizes: small, say });
  ends.push(outer.close);
  shared = sharedBy(outer);
});

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
  ["soak", ["soak-rate", "soak-memory", "soak-p99", "soak-heard-p99", "soak-waiting"]],
];

test("every claim is tried here but `payments`, of which the whole command is run in its own file", () => {
  assert.deepEqual(["payments", ...expected.map(([claim]) => claim)], claims);
});

for (const [claim, names] of expected)
  test(`${claim} is measured beside its baseline, and everything that it checks agrees`, async () => {
    const options = { machine, sizes: small, say, servers: "shared" } as const;
    const rows = await measureClaim(claim, options, shared);
    assert.deepEqual(
      rows.map((row) => [row.claim, row.name, row.checked.problems, row.others]),
      names.map((name) => [claim, name, [], {}]),
    );
    for (const { name, baseline, value, ratio, checked } of rows) {
      assert.notEqual(checked.booksAgree, "no", name);
      // Memory of a handful of connections may be anything; a time or a rate is more than nothing.
      // Nor need anything wait when it is looked.
      if (claim !== "terminals" && name !== "soak-waiting")
        assert.ok(value > 0 && baseline.value > 0, `${name} ${value} ${baseline.value}`);
      assert.ok(Object.is(ratio, value === baseline.value ? 1 : value / baseline.value), name);
    }
  });

test("books in which somebody changed one fen, or lost a journal, are not called in order", async () => {
  await withBench({ machine, sizes: small, say }, async (bench) => {
    const databaseUrl = await machine.freshDatabase();
    const known = { ...machine, freshDatabase: () => Promise.resolve(databaseUrl) };
    const books = await openBooks({ ...bench, machine: known });
    const until = { journals: 20 };
    const { journals } = await books.ask("post", { way: "together", callers: 5, until });
    assert.deepEqual(await problemsOfBooks(books, journals), []);
    assert.match(
      (await problemsOfBooks(books, journals + 1)).join(),
      new RegExp(`${journals} journals in the books, ${journals + 1} were`),
    );
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("update ledger.head set amounts[2] = amounts[2] + 1 where accounts[2] = 'fee:income'");
    await client.end();
    assert.match((await problemsOfBooks(books, journals)).join(), /balance fee:income/);
  });
});

test("a payment of which no terminal hears is missed", async () => {
  const street = startPart<StreetQuestions>("street.ts");
  try {
    const { tookMs, missing } = await heardOf(street, { answeredAtMs: new Map([["pay_1", 0]]) }, 1);
    assert.deepEqual([tookMs.length, missing], [0, ["pay_1"]]);
  } finally {
    await street.end();
  }
});

test("heartbeats that are lost, or acknowledged and not stored, are told", () => {
  assert.deepEqual(beatProblems({ acknowledged: 10, lost: 0, stored: 10 }), []);
  assert.deepEqual(beatProblems({ acknowledged: 10, lost: 2, stored: 9 }), [
    "10 beats acknowledged, 9 stored",
    "2 beats lost",
  ]);
});

test("a platform that does not start is no measurement, and leaves nothing behind", async () => {
  await assert.rejects(startInstallation({ DATABASE_URL: "mysql://x" }), /ended with 2[\s\S]*DATABASE_URL/);
});

const checked = { what: "nothing", booksAgree: "noMoney", problems: [] } as const;
const baseline = { name: "half", values: [50] } as const;

const goals: ReadonlyArray<readonly [Row["goal"], Row["met"]]> = [
  [{ of: "value", is: "atLeast", bound: 100 }, "yes"],
  [{ of: "value", is: "atLeast", bound: 101 }, "no"],
  [{ of: "value", is: "atMost", bound: 99 }, "no"],
  [{ of: "ratio", is: "atLeast", bound: 2 }, "yes"],
  [{ of: "ratio", is: "atMost", bound: 1.9 }, "no"],
  [null, "noGoal"],
];

const steady: Stretch = {
  ...{ paid: 600, perSecond: 10, others: {}, problems: [], ledgerBroken: null },
  ...{ p99Ms: 40, heardP99Ms: 20, residentMegabytes: 300, waiting: 5 },
};

test("an hour in which something grows misses the goal of that, and of nothing else", () => {
  const told = { perSecond: 10, legSeconds: 60, problems: [] };
  const rows = (legs: readonly Stretch[]) => rowsOfSoak(legs, told);
  const missed = (legs: readonly Stretch[]) =>
    rows(legs)
      .filter(({ met }) => met !== "yes")
      .map(({ name }) => name);
  const hour = (of: (minute: number) => Partial<Stretch>): Stretch[] =>
    Array.from({ length: 60 }, (_, minute) => ({ ...steady, ...of(minute) }));
  assert.deepEqual(missed(hour(() => ({}))), []);
  // A minute of something else on the machine is no growth.
  assert.deepEqual(missed(hour((minute) => (minute === 57 ? { p99Ms: 900, waiting: 90 } : {}))), []);
  const [leaking, queueing] = [
    hour((minute) => ({ residentMegabytes: 300 + minute })),
    hour((minute) => ({ waiting: 5 + minute })),
  ];
  assert.deepEqual(missed(hour((minute) => (minute > 45 ? { perSecond: 9.8 } : {}))), ["soak-rate"]);
  assert.deepEqual(missed(hour(() => ({ waiting: 0 }))), []);
  assert.deepEqual(missed(leaking), ["soak-memory"]);
  assert.deepEqual(missed(queueing), ["soak-waiting"]);
  assert.deepEqual(missed(hour((minute) => ({ p99Ms: 40 + minute, heardP99Ms: 20 + minute }))), [
    "soak-p99",
    "soak-heard-p99",
  ]);
  assert.deepEqual(rows(leaking)[1]?.figures, {
    ...{ minutes: 60, duePerSecond: 10, payments: 36_000, median: 329.5 },
  });
});

test("a goal is met, missed or not set, by the value or by the ratio to the baseline", () => {
  for (const [goal, met] of goals) {
    const told = { claim: "ledger", unit: "things", baseline, goal, checked } as const;
    const row = rowOf({ name: "things", values: [90, 100, 120] }, told);
    assert.deepEqual([row.value, row.ratio, row.met], [100, 2, met]);
    assert.match(textOf([row], facts), met === "no" ? /MISSED/ : /things: 100 \(90 … 120\) things/);
  }
});

test("results that were saved are read again, and the page says of each whether its goal is met", () => {
  const folder = mkdtempSync(join(tmpdir(), "huiyin-bench-results-"));
  try {
    const rows = goals
      .slice(0, 2)
      .map(([goal], index) =>
        rowOf(
          { name: `things-${index}`, values: [100] },
          { claim: index === 0 ? "ledger" : "verify", unit: "things", baseline, goal, checked },
        ),
      );
    saveResults({ rows, sizes: small, facts, measuredAt: new Date("2026-11-22T00:00:00Z") }, folder);
    const results = readResults(folder);
    assert.deepEqual(
      results.flatMap((result) => result.rows),
      rows,
    );
    const page = performanceReference(results);
    assert.match(page, /\| `things-0` \|.*\| met \|/);
    assert.match(page, /\| `things-1` \|.*\| \*\*missed\*\* \|/);
    assert.match(page, /Missed on this machine: `things-1`/);
    assert.match(page, /Nobody else was at work/);
    const busy = results.map((result) => ({ ...result, facts: { ...facts, loadBefore: 9 } }));
    assert.match(performanceReference(busy), /BESIDE OTHER WORK[\s\S]*Others were at work/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the page of figures is written from the results that are kept (npm run bench -- --document)", () => {
  const page = readFileSync(new URL("../docs/reference/performance.md", import.meta.url), "utf8");
  for (const { rows } of readResults())
    for (const { name, met } of rows)
      assert.match(page, new RegExp(`^\\| \`${name}\` .*${met === "no" ? "missed" : "\\|"}`, "m"), name);
  // Nobody buys a machine with no core.
  assert.doesNotMatch(performanceReference(), /\| 0 \|/);
});

test("without further words every claim is measured, at sizes that the goals are set for", () => {
  const wanted = parseArguments(["--json"]);
  assert.ok(wanted.kind === "run");
  assert.deepEqual([...wanted.claims, "soak"], claims);
  const sizes = sizesOf(wanted);
  assert.deepEqual(
    [sizes.scale, sizes.merchants, sizes.connections, sizes.terminals, sizes.growthRows, sizes.soakLegs],
    [64, 100, 64, 2_000, 1_000_000, 60],
  );
});
