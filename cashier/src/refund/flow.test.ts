import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { paymentIn, refundIn } from "../fixtures.ts";
import { arrivalAgeMsMax } from "../flow.ts";
import type { Refusal } from "../flowModel.ts";
import { sendAgeMsMax } from "../resend.ts";
import { closed, refundStep } from "./flow.ts";
import type {
  Found,
  RefundAttempt,
  RefundEvent,
  RefundState,
  RefundStep,
  Sending,
  Waiting,
} from "./model.ts";

const startedAtMs = 1_000_000;
const payment = paymentIn("succeeded");
const attempt: RefundAttempt = {
  key: "key-1",
  merchantRefundNo: "R1",
  kind: "refund",
  paymentId: payment.id,
  amountFen: 500n,
  reason: "returned",
  startedAtMs,
};
const reversal: RefundAttempt = { ...attempt, kind: "reversal", amountFen: 1250n };
const refusalOf = (code: string, status: number, retry: string): Refusal => ({
  ...{ code, status, retry },
  ...{ title: "t", detail: "d" },
});

const run = (events: readonly RefundEvent[], from: RefundState = closed): RefundStep =>
  events.reduce<RefundStep>(({ state }, event) => refundStep(state, event, startedAtMs), {
    state: from,
    effects: [],
  });
const keys = (text: string): RefundEvent[] => [...text].map((key) => ({ kind: "key", key }) as RefundEvent);
const send: RefundEvent = { kind: "send", key: "key-1", merchantRefundNo: "R1" };

test("an amount, a reason, six digits, and the wish is kept before it is sent", () => {
  const { state, effects } = run([
    { kind: "open", payment },
    ...keys("5"),
    { kind: "reason", reason: "overcharged" },
    { kind: "submit" },
    ...keys("246810"),
    send,
  ]);
  const wish = { ...attempt, reason: "overcharged" };
  assert.equal(state.stage, "sending");
  assert.deepEqual(effects, [
    { kind: "keep", attempt: wish },
    { kind: "send", attempt: wish, managerCode: "246810", afterMs: 0 },
  ]);
  assert.ok(!JSON.stringify(wish, (_, value) => String(value)).includes("246810"));
});

test("the whole of what is left is one tap; more than is left is not taken", () => {
  const partly = paymentIn("succeeded", { refundedAmount: 250 });
  const whole = run([{ kind: "open", payment: partly }, { kind: "whole" }]).state;
  assert.equal(whole.stage === "choosing" && whole.text, "10");
  const more = run([{ kind: "open", payment: partly }, ...keys("10.01")]).state;
  assert.deepEqual(more.stage === "choosing" && [more.text, more.notice], ["10.0", "overLeft"]);
  const none = run([{ kind: "open", payment: partly }, { kind: "submit" }]).state;
  assert.deepEqual(none.stage === "choosing" && none.notice, "amountFirst");
});

test("nothing is offered where nothing is left, or nothing was paid", () => {
  for (const other of [
    paymentIn("succeeded", { refundedAmount: 1250 }),
    paymentIn("failed"),
    paymentIn("processing"),
  ])
    assert.deepEqual(run([{ kind: "open", payment: other }]).state, closed);
  for (const other of [paymentIn("closed"), paymentIn("reversed"), paymentIn("failed")])
    assert.deepEqual(run([{ kind: "reverse", payment: other }]).state, closed);
});

test("a reversal of a paid payment asks for the manager’s code, of an unclear one for a plain yes", () => {
  const asked = { processing: "yes", awaitingPayer: "yes", succeeded: "code" } as const;
  for (const state of ["processing", "awaitingPayer", "succeeded"] as const) {
    const after = run([{ kind: "reverse", payment: paymentIn(state) }]).state;
    const facts = after.stage === "coding" && [after.kind, after.amountFen, after.asks];
    assert.deepEqual(facts, ["reversal", 1250n, asked[state]]);
  }
  const unclearOne = run([{ kind: "reverse", payment: paymentIn("processing") }, send]);
  // The screen behind is told that a cancel is under way.
  assert.deepEqual(unclearOne.effects.at(-1), { kind: "cancelSent", paymentId: payment.id });
  const [keeps, sent] = unclearOne.effects;
  assert.ok(keeps?.kind === "keep" && keeps.attempt.reason === "reversal");
  assert.ok(sent?.kind === "send" && sent.managerCode === "");
  const paidMeanwhile = refundStep(
    unclearOne.state,
    refused("manager_code_required", 422, "afterFix"),
    startedAtMs,
  );
  assert.ok(paidMeanwhile.state.stage === "coding" && paidMeanwhile.state.asks === "code");
  assert.deepEqual(paidMeanwhile.effects.at(-1), { kind: "cancelRefused", paymentId: payment.id });
});

test("fewer than six digits are not sent, more are not taken, a second tap sends nothing", () => {
  const opened: RefundEvent[] = [{ kind: "open", payment }, ...keys("5"), { kind: "submit" }];
  assert.deepEqual(run([...opened, ...keys("24681"), send]).effects, []);
  const seven = run([...opened, ...keys("2468109")]).state;
  assert.equal(seven.stage === "coding" && seven.code, "246810");
  const twice = run([...opened, ...keys("246810"), send, { ...send, key: "key-2" } as RefundEvent]);
  assert.deepEqual([twice.state.stage, twice.effects], ["sending", []]);
});

const sending: Sending = {
  stage: "sending",
  attempt,
  payment,
  managerCode: "246810",
  trouble: null,
  unclearSends: 0,
};
const unclear: Sending = { ...sending, unclearSends: 1 };
const reloaded: Sending = { ...unclear, managerCode: null };
const waiting: Waiting = {
  stage: "waiting",
  attempt,
  payment,
  refund: refundIn("processing"),
  trouble: null,
};
const reversing: Sending = { ...sending, attempt: reversal };
const observed = (found: Partial<Found>): RefundEvent => ({
  kind: "observed",
  attemptKey: "key-1",
  found: { refund: null, payment: null, ...found },
});
const refused = (code: string, status: number, retry: string): RefundEvent => ({
  kind: "refused",
  attemptKey: "key-1",
  refusal: refusalOf(code, status, retry),
});
const noNetwork: RefundEvent = { kind: "unreachable", attemptKey: "key-1", trouble: "network" };
const notFound: RefundEvent = { kind: "notFound", attemptKey: "key-1" };
const gone = { payment: paymentIn("reversed") };

// state, event, age of the attempt -> stage (and outcome), effects
const rows: ReadonlyArray<readonly [string, RefundState, RefundEvent, number, string, string[]]> = [
  [
    "refunded at once",
    sending,
    observed({ refund: refundIn("succeeded") }),
    500,
    "settled refunded",
    ["forget", "changed"],
  ],
  [
    "failed at once",
    sending,
    observed({ refund: refundIn("failed") }),
    500,
    "settled failed",
    ["forget", "changed"],
  ],
  [
    "the platform has it: the device may forget it",
    sending,
    observed({ refund: refundIn("processing") }),
    500,
    "waiting",
    ["forget", "changed", "look"],
  ],
  ["still processing", waiting, observed({ refund: refundIn("processing") }), 9_000, "waiting", ["look"]],
  [
    "waited for, and refunded",
    waiting,
    observed({ refund: refundIn("succeeded") }),
    9_000,
    "settled refunded",
    ["changed"],
  ],
  ["no word about a refund that the platform has", waiting, noNetwork, 9_000, "waiting", ["look"]],
  [
    "wrong code: asked again",
    sending,
    refused("manager_code_wrong", 403, "afterFix"),
    300,
    "coding",
    ["forget"],
  ],
  ["locked code", sending, refused("manager_code_locked", 429, "later"), 300, "coding", ["forget"]],
  ["no code set", sending, refused("manager_code_missing", 422, "afterFix"), 300, "coding", ["forget"]],
  [
    "locked code after an unclear send says nothing about that send",
    unclear,
    refused("manager_code_locked", 429, "later"),
    3_000,
    "sending",
    ["find"],
  ],
  [
    "not signed in after an unclear send says nothing about that send",
    unclear,
    refused("signature_invalid", 401, "afterFix"),
    3_000,
    "sending",
    ["find"],
  ],
  [
    "more than is left",
    sending,
    refused("refund_exceeds_paid", 422, "afterFix"),
    300,
    "settled refused",
    ["forget", "changed"],
  ],
  [
    "not refundable any more",
    sending,
    refused("payment_not_refundable", 409, "queryFirst"),
    300,
    "settled refused",
    ["forget", "changed"],
  ],
  [
    "the same key still running",
    unclear,
    refused("idempotency_in_progress", 409, "later"),
    300,
    "sending",
    ["send"],
  ],
  [
    "not received completely",
    sending,
    refused("request_timeout", 408, "queryFirst"),
    300,
    "sending",
    ["send"],
  ],
  [
    "platform down: the same request again",
    sending,
    refused("overloaded", 503, "later"),
    300,
    "sending",
    ["send"],
  ],
  ["network lost, fresh: the same request again", sending, noNetwork, 3_000, "sending", ["send"]],
  ["network lost, no longer fresh: only ask", unclear, noNetwork, sendAgeMsMax, "sending", ["find"]],
  ["after a reload: only ask", reloaded, noNetwork, 3_000, "sending", ["find"]],
  ["unknown to the platform, but may be on its way", unclear, notFound, 70_000, "sending", ["find"]],
  [
    "unknown to the platform for good",
    unclear,
    notFound,
    arrivalAgeMsMax,
    "settled neverArrived",
    ["forget", "changed"],
  ],
  ["reversed before it was paid", reversing, observed(gone), 900, "settled reversed", ["forget", "changed"]],
  [
    "reversed after it was paid: a refund",
    reversing,
    observed({ refund: refundIn("succeeded", { kind: "reversal" }), payment: paymentIn("succeeded") }),
    900,
    "settled refunded",
    ["forget", "changed"],
  ],
  [
    "the payer was quicker: paid, and nothing went back",
    reversing,
    observed({ payment: paymentIn("succeeded") }),
    900,
    "settled paid",
    ["forget", "changed"],
  ],
  [
    "being cancelled: asked again",
    reversing,
    observed({ payment: paymentIn("processing") }),
    900,
    "waiting",
    ["forget", "changed", "find"],
  ],
  [
    "cancelled and meanwhile paid, so refunded",
    { ...waiting, attempt: reversal, refund: null },
    observed({ refund: refundIn("processing"), payment: paymentIn("succeeded") }),
    9_000,
    "waiting",
    ["look"],
  ],
  [
    "still being cancelled, whatever is not found",
    { ...waiting, attempt: reversal, refund: null },
    notFound,
    arrivalAgeMsMax,
    "waiting",
    ["find"],
  ],
  ["closed while unclear: kept, and asked after", unclear, { kind: "close" }, 3_000, "closed", ["setAside"]],
  ["closed while the platform has it", waiting, { kind: "close" }, 3_000, "closed", []],
];

for (const [name, state, event, ageMs, expected, effects] of rows)
  test(`${name}: ${expected}`, () => {
    const after = refundStep(state, event, startedAtMs + ageMs);
    const outcome = after.state.stage === "settled" ? ` ${after.state.outcome.kind}` : "";
    assert.equal(after.state.stage + outcome, expected);
    assert.deepEqual(
      after.effects.map(({ kind }) => kind),
      effects,
    );
  });

test("after a wrong code the digits are gone and the refusal is shown", () => {
  const { state } = refundStep(sending, refused("manager_code_wrong", 403, "afterFix"), startedAtMs);
  assert.deepEqual(state.stage === "coding" && [state.code, state.problem?.code, state.amountFen], [
    "",
    "manager_code_wrong",
    500n,
  ]);
});

test("an answer to another attempt changes nothing", () => {
  const other: RefundEvent = { ...notFound, attemptKey: "key-2" } as RefundEvent;
  assert.deepEqual(refundStep(sending, other, startedAtMs), { state: sending, effects: [] });
});

test("a reload asks after what was sent and never sends it again", () => {
  const { state, effects } = refundStep(closed, { kind: "reopened", attempt }, startedAtMs + 1_000);
  assert.deepEqual(
    [state, effects],
    [{ ...reloaded, payment: null }, [{ kind: "find", attempt, afterMs: 0 }]],
  );
});

const anyAct: fc.Arbitrary<RefundEvent> = fc.constantFrom<RefundEvent>(
  { kind: "open", payment },
  { kind: "reverse", payment },
  ...keys("1."),
  { kind: "erase" },
  { kind: "clear" },
  { kind: "whole" },
  { kind: "submit" },
  { kind: "back" },
  { ...send, key: "key-9" } as RefundEvent,
  { kind: "reopened", attempt: { ...attempt, key: "key-3" } },
);

test("while the outcome is unknown, nothing that a cashier does sends another refund", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<RefundState>(sending, unclear, reloaded, waiting),
      fc.array(anyAct),
      (from, acts) => {
        const after = run(acts, from);
        assert.deepEqual([after.state, after.effects], [from, []]);
      },
    ),
  );
});
