import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Attempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";
import { leftIn } from "./leftovers.ts";
import { ownNotices, ownRefunds, ownShelved } from "./shelf.ts";

const attempt: Attempt = {
  key: "key-1",
  merchantOrderNo: "C1",
  amountFen: 1250n,
  payerCode: "287612345678901234",
  shown: null,
  credit: null,
  startedAtMs: 2_000,
};
const refund: RefundAttempt = {
  key: "key-2",
  merchantRefundNo: "R1",
  kind: "refund",
  paymentId: "pay_1",
  amountFen: 500n,
  reason: "returned",
  startedAtMs: 1_000,
};
const reversal: RefundAttempt = { ...refund, key: "key-3", kind: "reversal", startedAtMs: 3_000 };
const mine = "trm_1";

// what the record says of its terminal and place -> whether it is taken up, whether it is left to a person
const attempts: ReadonlyArray<readonly [string, object, "own" | "left"]> = [
  ["in flight at this terminal", { terminalId: mine, attempt, place: "inFlight" }, "own"],
  ["set aside at this terminal", { terminalId: mine, attempt, place: "aside" }, "own"],
  [
    "of this terminal, without an outcome for too long",
    { terminalId: mine, attempt, place: "check" },
    "left",
  ],
  ["in flight at another terminal", { terminalId: "trm_2", attempt, place: "inFlight" }, "left"],
  ["set aside at another terminal", { terminalId: "trm_2", attempt, place: "aside" }, "left"],
  ["kept by a program that named no terminal", { attempt, place: "inFlight" }, "left"],
];

for (const [name, record, whose] of attempts)
  test(`an attempt ${name} is ${whose === "own" ? "taken up again" : "left to a person, never sent"}`, () => {
    assert.equal(ownShelved([record], mine).length, whose === "own" ? 1 : 0);
    const left = leftIn({ attempts: [record], refunds: [] }, mine);
    const { key, merchantOrderNo: number, amountFen, startedAtMs } = attempt;
    const shown = { kind: "payment", store: "attempts", key, number, amountFen, startedAtMs };
    assert.deepEqual(left, whose === "own" ? [] : [shown]);
  });

test("an attempt of an earlier program without terms has none", () => {
  const { credit, ...earlier } = attempt;
  assert.equal(credit, null);
  const record = { terminalId: mine, attempt: earlier, place: "aside" };
  assert.deepEqual(ownShelved([record], mine), [{ attempt, place: "aside" }]);
});

test("refunds and announcements of another terminal are not taken up", () => {
  const records = [
    { terminalId: mine, attempt: refund },
    { terminalId: "trm_2", attempt: reversal },
  ];
  assert.deepEqual(ownRefunds([...records, refund], mine), [refund]);
  const notices = [{ terminalId: mine, notice: { id: "arr_1" } }, { terminalId: "trm_2", notice: {} }, {}];
  assert.deepEqual(ownNotices(notices, mine), [{ id: "arr_1" }]);
});

test("what is left to a person is named so that the console finds it, oldest first", () => {
  const records = {
    attempts: [{ terminalId: "trm_2", attempt, place: "inFlight" }],
    refunds: [{ terminalId: "trm_2", attempt: reversal }, refund, { terminalId: mine, attempt: refund }],
  };
  assert.deepEqual(
    leftIn(records, mine).map(({ kind, number }) => [kind, number]),
    [
      ["refund", "R1"],
      ["payment", "C1"],
      ["reversal", "pay_1"],
    ],
  );
});
