import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import { parseArguments } from "./arguments.ts";
import { faultsOf } from "./faults.ts";
import { simulate, type Report } from "./run.ts";
import { openPostgresStore } from "./stores.ts";

async function run(seed: number, payments: number): Promise<Report> {
  await using db = await testDb();
  return simulate({ seed, payments, store: await openPostgresStore(db.url) });
}

test("at seed 7 with 2000 payments every fault is met at every network and every promise holds", async (t) => {
  const report = await run(7, 2_000);
  // The same on every machine: where it is not, something real has entered the simulated world.
  t.diagnostic(`trace hash ${report.traceHash}`);
  assert.deepEqual(report.violations.slice(0, 5), []);
  assert.deepEqual(report.faultsMissing, []);
  for (const channel of Object.keys(faultsOf) as Array<keyof typeof faultsOf>) {
    const ways = ["paidByPayerCode", "paidByShownCode"] as const;
    const paid = ways.reduce((sum, way) => sum + report.faults[`${channel} ${way}`], 0);
    assert.ok(paid >= 400, `${channel} takes ${paid} of 2000 payments: less than a fifth`);
  }
});

test("the same seed does the same on PostgreSQL too", async () => {
  assert.equal((await run(3, 20)).traceHash, (await run(3, 20)).traceHash);
});

test("the command line is read strictly", () => {
  const kinds = (words: string): string =>
    parseArguments(words.split(" ").filter((word) => word !== "")).kind;
  for (const [words, kind] of [
    ["", "run"],
    ["--seed 7 --payments 2000", "run"],
    ["--seed 0 --payments 1 --json", "run"],
    ["--mutant signature-unchecked", "mutant"],
    ["--store memory --payments 200000", "run"],
    ["--callbacks 1000000 --seed 7", "callbacks"],
    ["--help", "help"],
    ["--seed", "wrong"],
    ["--seed seven", "wrong"],
    ["--seed -1", "wrong"],
    ["--seed 1.5", "wrong"],
    ["--seed 4294967296", "wrong"],
    ["--payments 0", "wrong"],
    ["--payments 1000001", "wrong"],
    ["--mutant ../escape", "wrong"],
    ["--mutant signature-unchecked --seed 7", "wrong"],
    ["--unknown", "wrong"],
    ["--store disk", "wrong"],
    ["--callbacks 0", "wrong"],
    ["--callbacks 5 --payments 5", "wrong"],
    ["7 2000", "wrong"],
  ] as const) {
    assert.equal(kinds(words), kind, words);
  }
});

test("a wrong command line names the problem, shows the usage and exits 2", () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  for (const words of [
    ["--payments", "many"],
    ["--mutant", "unheard-of"],
  ]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: "utf8" });
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /many|unheard-of/);
  }
});
