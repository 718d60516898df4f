import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import { parseArguments } from "./arguments.ts";
import { disagreements, type Histories } from "./history.ts";
import type { Row } from "./report.ts";
import { medianOf, percentileOf } from "./statistics.ts";
import { openTill, type Leg, type Till } from "./till.ts";

const work = { connections: 4, durationMs: 200, merchants: 2, proof: "bearer" } as const;

// One server for all of them: its start costs more than what is tried on it.
let opened: Promise<Readonly<{ till: Till; database: pg.Client; close: () => Promise<void> }>> | null = null;
after(async () => (await opened)?.close());

async function open() {
  const db = await testDb();
  const wanted = {
    ...({ batches: "asShipped", channel: { kind: "book", answerMs: 0 } } as const),
    ...{ databaseUrl: db.url, merchants: 2, logFile: "/dev/null", terminalsEach: 1 },
  };
  const till = await openTill({ databaseCpuMs: () => null }, wanted);
  const database = new pg.Client({ connectionString: db.url });
  await database.connect();
  const close = async (): Promise<void> => {
    await database.end();
    await till.close();
    await db[Symbol.asyncDispose]();
  };
  return { till, database, close };
}

async function withTill(run: (till: Till, database: pg.Client) => Promise<void>): Promise<void> {
  const { till, database } = await (opened ??= open());
  await run(till, database);
}

function assertAllIsWell(leg: Leg): void {
  assert.ok(leg.paid > 0);
  assert.deepEqual(leg.others, {});
  assert.deepEqual(leg.problems, []);
  assert.equal(leg.ledgerBroken, null);
}

test("bearer and signed payments are counted, and every one is found in the bank’s book", async () => {
  await withTill(async (till) => {
    assertAllIsWell(await till.run(work));
    assertAllIsWell(await till.run({ ...work, proof: "signed" }));
  });
});

test("a ledger with one fen too much is not called balanced", async () => {
  await withTill(async (till, database) => {
    assertAllIsWell(await till.run(work));
    await database.query("update ledger.head set amounts[1] = amounts[1] + 1");
    const leg = await till.run(work);
    assert.match(leg.ledgerBroken ?? "", /balance/);
    assert.deepEqual(leg.problems, []);
    await database.query("update ledger.head set amounts[1] = amounts[1] - 1");
    assert.equal(await till.verify(), null);
  });
});

test("payments that are stored at another amount than the bank’s are named, one by one", async () => {
  await withTill(async (till, database) => {
    await database.query(`
      create function spoil() returns trigger language plpgsql as
        $$ begin new.amount_minor := new.amount_minor + 1; return new; end $$;
      create trigger spoil before update on payments.payment
        for each row when (new.state = 'succeeded') execute function spoil()`);
    const { paid, problems } = await till.run(work);
    assert.ok(paid > 0);
    assert.equal(problems.filter((problem) => / fen with us, /.test(problem)).length, paid);
    assert.equal(problems.filter((problem) => /acknowledged as succeeded/.test(problem)).length, paid);
    await database.query("drop trigger spoil on payments.payment");
  });
});

const stored = { paymentId: "pay_1", channelOrderNo: "1", state: "succeeded", amountFen: 100n } as const;
const told = { paymentId: "pay_1", state: "succeeded", amountFen: 100 } as const;
const trade = { channelOrderNo: "1", amountFen: 100n, charges: 1 } as const;
const whole: Histories = { told: [told], stored: [stored], trades: [trade] };

const plants: ReadonlyArray<readonly [string, Partial<Histories>, RegExp]> = [
  ["a payment that the bank does not know", { trades: [] }, /unknown to the bank/],
  ["a trade that we do not know", { stored: [], told: [] }, /paid at the bank, unknown to us/],
  [
    "another amount at the bank",
    { trades: [{ ...trade, amountFen: 99n }] },
    /100 fen with us, 99 at the bank/,
  ],
  ["a payer charged twice", { trades: [{ ...trade, charges: 2 }] }, /charged 2 times/],
  ["a payment still open", { stored: [{ ...stored, state: "processing" }] }, /processing with us, paid/],
  ["an acknowledged payment that is gone", { stored: [], trades: [] }, /acknowledged and lost/],
  ["one payment told to two clients", { told: [told, told] }, /told to two clients/],
  ["another amount told", { told: [{ ...told, amountFen: 1 }] }, /stored otherwise/],
];

test("histories that agree have no problem", () => {
  assert.deepEqual(disagreements(whole), []);
});

for (const [what, wrong, problem] of plants)
  test(`the comparison names ${what}`, () => {
    assert.match(disagreements({ ...whole, ...wrong }).join("\n"), problem);
  });

test("the command prints every row, each beside its baseline, and ends well where all books agree", async () => {
  const words = [
    "payments",
    "--json",
    "--rounds",
    "1",
    "--seconds",
    "0.3",
    "--scale",
    "1",
    "--merchants",
    "3",
  ];
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words, "--connections", "4"]);
  const rows = JSON.parse(stdout) as Row[];
  assert.deepEqual(
    rows.map(({ name, baseline }) => [name, baseline.name]),
    [
      ["payments", "TPC-B through pg, transactions/s"],
      ["payments-batching", "payments-unbatched"],
      ["payments-one-merchant", "payments"],
      ["payments-signed", "payments"],
    ],
  );
  for (const row of rows) {
    assert.deepEqual([row.checked.booksAgree, row.checked.problems], ["yes", []], row.name);
    const of = (figure: string): number => row.figures[figure] ?? NaN;
    assert.ok(row.value > 0 && row.baseline.value > 0 && of("p99Ms") >= of("p50Ms"), row.name);
    assert.equal(row.ratio, row.value / row.baseline.value);
    assert.equal(row.met === "yes", row.goal !== null && row.ratio >= row.goal.bound, row.name);
    // The payment and its journal at least.
    assert.ok((row.rowsByTable["payments.payment"] ?? 0) >= 1, row.name);
    assert.ok((row.rowsByTable["ledger.journal"] ?? 0) >= 1, row.name);
    assert.ok(of("walBytesPerPayment") > 0, row.name);
    // Every other system has no /proc to read it from.
    assert.equal("databaseCpuMsPerPayment" in row.figures, process.platform === "linux", row.name);
  }
});

test("what the command does not understand is refused with a sentence", () => {
  for (const words of [
    ["wires"],
    ["--rounds", "0"],
    ["--seconds", "x"],
    ["--connections", "65"],
    ["--fast"],
  ]) {
    assert.equal(parseArguments(words).kind, "wrong", words.join(" "));
  }
  assert.equal(parseArguments(["payments", "--json"]).kind, "run");
});

test("medians and percentiles are values that occurred, or lie between two", () => {
  assert.equal(medianOf([3, 1, 2]), 2);
  assert.equal(medianOf([4, 1, 2, 3]), 2.5);
  assert.equal(percentileOf(Float64Array.from([5, 1, 4, 2, 3]), 0.5), 3);
  assert.equal(percentileOf(Float64Array.from([5, 1, 4, 2, 3]), 0.99), 5);
});
