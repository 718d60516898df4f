import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, settle, type History, type Known, type Operation, type Stored } from "./history.ts";

const stored: Stored = {
  ...{ paymentId: "pay_1", channelOrderNo: "1", state: "succeeded", amountFen: 100n, idempotencyKey: "k1" },
};
const ok: Known = { kind: "ok", paymentId: "pay_1", state: "succeeded", amountFen: 100n };
const operation: Operation = { idempotencyKey: "k1", known: ok };
const trade = { channelOrderNo: "1", amountFen: 100n, charges: 1 } as const;
const whole: History = { operations: [operation], recorded: "all", stored: [stored], trades: [trade] };
const second: Stored = { ...stored, paymentId: "pay_2", channelOrderNo: "2" };
const secondTrade = { ...trade, channelOrderNo: "2" };
const refused: Operation = { idempotencyKey: "k2", known: { kind: "failed", code: "payer_code_used" } };

test("histories that agree match, payment by payment", () => {
  assert.deepEqual(judge(whole), { matched: 1, findings: [] });
});

const well: ReadonlyArray<readonly [string, Partial<History>]> = [
  ["a request that was refused and made nothing", { operations: [operation, refused] }],
  [
    "an answer that was given while the outcome was open",
    { operations: [{ ...operation, known: { ...ok, state: "processing" } }] },
  ],
  [
    "a payment that failed and that the bank does not know",
    {
      operations: [{ ...operation, known: { ...ok, state: "failed" } }],
      stored: [{ ...stored, state: "failed" }],
      trades: [],
    },
  ],
  ["a trade that was never paid", { trades: [trade, { ...secondTrade, charges: 0 }] }],
  ["other clients’ payments where not every request was recorded", { recorded: "some", operations: [] }],
];
for (const [what, change] of well)
  test(`${what} is no finding`, () => {
    assert.deepEqual(judge({ ...whole, ...change }).findings, []);
  });

const plants: ReadonlyArray<
  readonly [string, Partial<History>, "mismatch" | "missing" | "duplicate", RegExp]
> = [
  ["an acknowledged payment that is gone", { stored: [], trades: [] }, "missing", /acknowledged and lost/],
  ["a payment that the bank does not know", { trades: [] }, "missing", /unknown to the bank/],
  ["a payment that nobody paid", { trades: [{ ...trade, charges: 0 }] }, "missing", /not paid at the bank/],
  [
    "money at the bank that we do not know of",
    { trades: [trade, secondTrade] },
    "missing",
    /2: paid at the bank, unknown to us/,
  ],
  ["a payer charged twice", { trades: [{ ...trade, charges: 2 }] }, "duplicate", /charged 2 times/],
  ["two trades for one order", { trades: [trade, trade] }, "duplicate", /charged 2 times/],
  [
    "a second payment for one key",
    { stored: [stored, second], trades: [trade, secondTrade] },
    "duplicate",
    /pay_2: a second payment for k1/,
  ],
  [
    "one payment told to two clients",
    { operations: [operation, { ...operation, idempotencyKey: "k2" }] },
    "duplicate",
    /told to two clients/,
  ],
  [
    "another amount at the bank",
    { trades: [{ ...trade, amountFen: 99n }] },
    "mismatch",
    /100 fen with us, 99/,
  ],
  [
    "another amount told",
    { operations: [{ ...operation, known: { ...ok, amountFen: 1n } }] },
    "mismatch",
    /stored otherwise: succeeded, 100/,
  ],
  [
    "a payment acknowledged as paid and then given up",
    { stored: [{ ...stored, state: "closed" }], trades: [] },
    "mismatch",
    /acknowledged as succeeded/,
  ],
  [
    "a payment given up that the payer paid",
    { stored: [{ ...stored, state: "closed" }] },
    "mismatch",
    /closed with us, paid at the bank/,
  ],
  [
    "a payment that nobody brings to its end",
    {
      operations: [{ ...operation, known: { ...ok, state: "processing" } }],
      stored: [{ ...stored, state: "processing" }],
      trades: [],
    },
    "mismatch",
    /processing with us, and nobody goes on/,
  ],
  [
    "a request that was refused and made a payment all the same",
    { operations: [{ ...refused, idempotencyKey: "k1" }] },
    "mismatch",
    /refused as payer_code_used, and made all the same/,
  ],
  [
    "a payment that nobody asked for",
    { operations: [], recorded: "all" },
    "mismatch",
    /pay_1: nobody asked for k1/,
  ],
  [
    "a payment told under another key",
    {
      operations: [
        { ...operation, idempotencyKey: "k2" },
        { idempotencyKey: "k1", known: { kind: "failed", code: "not found" } },
      ],
    },
    "mismatch",
    /told under k2, made under k1/,
  ],
  [
    "a request of which nobody found out",
    { operations: [operation, { idempotencyKey: "k2", known: { kind: "unknown" } }] },
    "mismatch",
    /k2: nobody found out/,
  ],
];
for (const [what, change, kind, problem] of plants)
  test(`${what} is a ${kind}`, () => {
    const { findings } = judge({ ...whole, ...change });
    const found = findings.filter((finding) => problem.test(finding.problem));
    assert.equal(found[0]?.kind, kind, JSON.stringify(findings));
  });

test("a payment of which something does not fit is not counted as a match", () => {
  const trades = [trade, { ...secondTrade, amountFen: 1n }];
  const operations = [operation, { idempotencyKey: "k2", known: { ...ok, paymentId: "pay_2" } }];
  const { matched } = judge({
    ...whole,
    operations,
    stored: [stored, { ...second, idempotencyKey: "k2" }],
    trades,
  });
  assert.equal(matched, 1);
});

test("only what is unknown is asked about, and each of it once", async () => {
  const open = ["a", "b", "c"].map((idempotencyKey): Operation => ({
    idempotencyKey,
    known: { kind: "unknown" },
  }));
  const asked: (string | null)[] = [];
  const settled = await settle(
    [operation, ...open],
    async ({ idempotencyKey }) => {
      asked.push(idempotencyKey);
      return { kind: "failed", code: "not found" };
    },
    2,
  );
  assert.deepEqual(asked, ["a", "b", "c"]);
  assert.deepEqual(
    settled.map(({ known }) => known.kind),
    ["ok", "failed", "failed", "failed"],
  );
  assert.deepEqual(judge({ ...whole, operations: settled }).findings, []);
});
