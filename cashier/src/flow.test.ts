import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import fc from "fast-check";
import { paymentIn } from "./fixtures.ts";
import { arrivalAgeMsMax, idle, step } from "./flow.ts";
import type { FlowEvent, FlowState, Refusal, SendableAttempt, Step } from "./flowModel.ts";
import { sendAgeMsMax, unknownAgeMsMax } from "./resend.ts";

const startedAtMs = 1_000_000;
const attempt: SendableAttempt = {
  key: "key-1",
  merchantOrderNo: "T1",
  amountFen: 1250n,
  payerCode: "287612345678901234",
  shown: null,
  credit: null,
  startedAtMs,
};

const refusalWith = (status: number, retry: string): Refusal => ({
  status,
  retry,
  code: "c",
  title: "t",
  detail: "d",
});
const inReview: Partial<Payment> = {
  review: { since: "2026-11-22T10:03:00+08:00", reason: "timetableExhausted", owner: "operator" },
};

const processing: FlowState = {
  screen: "processing",
  attempt,
  payment: null,
  trouble: null,
  unclearSends: 0,
  cancel: "none",
};
const unclear: FlowState = { ...processing, unclearSends: 1 };
const known: FlowState = { ...processing, payment: paymentIn("processing") };
const person: FlowState = { screen: "person", attempt, payment: null, trouble: "network" };

const scan = (code: string): FlowEvent => ({ kind: "scan", code, key: "key-1", merchantOrderNo: "T1" });
const observed = (payment: Payment): FlowEvent => ({ kind: "observed", attemptKey: "key-1", payment });
const refused = (status: number, retry: string, code?: ErrorCode): FlowEvent => ({
  kind: "refused",
  attemptKey: "key-1",
  refusal: { ...refusalWith(status, retry), ...(code && { code }) },
});
const noNetwork: FlowEvent = { kind: "unreachable", attemptKey: "key-1", trouble: "network" };
const notFound: FlowEvent = { kind: "notFound", attemptKey: "key-1" };

const kindsOf = ({ effects }: Step): string[] =>
  effects.map((effect) => (effect.kind === "say" ? `say ${effect.phrase}` : effect.kind));

test("an amount, a scan, and the attempt is kept before it is sent", () => {
  let state: FlowState = idle;
  for (const key of ["1", "2", ".", "5"] as const) state = step(state, { kind: "key", key }, 0).state;
  state = step(state, { kind: "submit" }, 0).state;
  assert.deepEqual(state, { screen: "scanning", amountText: "12.5", credit: null });
  const begun = step(state, scan(attempt.payerCode), startedAtMs);
  assert.deepEqual(begun.state, processing);
  assert.deepEqual(begun.effects, [
    { kind: "keep", attempt },
    { kind: "send", attempt, afterMs: 0 },
  ]);
});

test("a scan on the keypad charges what stood there before the scanner typed", () => {
  const before: FlowState = { ...idle, text: "12.5" };
  const burst = step(before, { kind: "burst" }, 0).state;
  const spoiled = step(burst, { kind: "key", key: "2" }, 0).state;
  const begun = step(spoiled, scan(attempt.payerCode), startedAtMs);
  assert.deepEqual(begun.state, processing);
});

test("a scan without an amount charges nothing and asks for the amount", () => {
  const burst = step(step(idle, { kind: "burst" }, 0).state, { kind: "key", key: "2" }, 0).state;
  assert.deepEqual(step(burst, scan(attempt.payerCode), 0), {
    state: { ...idle, notice: "amountFirst" },
    effects: [],
  });
});

// state, event, age of the attempt                 -> screen, effects
const rows: ReadonlyArray<readonly [string, FlowState, FlowEvent, number, FlowState["screen"], string[]]> = [
  ["paid at once", processing, observed(paymentIn("succeeded")), 500, "paid", ["forget", "vibrate"]],
  ["failed", processing, observed(paymentIn("failed")), 500, "unpaid", ["forget", "say failed", "vibrate"]],
  [
    "failed, new code helps",
    processing,
    observed(paymentIn("failed", { retry: "newPayerCode" })),
    500,
    "unpaid",
    ["forget", "say failedScanAgain", "vibrate"],
  ],
  ["closed", known, observed(paymentIn("closed")), 130_000, "unpaid", ["forget", "say failed", "vibrate"]],
  [
    "reversed",
    known,
    observed(paymentIn("reversed")),
    9_000,
    "unpaid",
    ["forget", "say reversed", "vibrate"],
  ],
  ["still processing", processing, observed(paymentIn("processing")), 5_000, "processing", ["look"]],
  [
    "the payer types a password",
    known,
    observed(paymentIn("awaitingPayer")),
    5_000,
    "processing",
    ["say enterPassword", "look"],
  ],
  [
    "the payer still types: not said twice",
    { ...known, payment: paymentIn("awaitingPayer") },
    observed(paymentIn("awaitingPayer")),
    6_000,
    "processing",
    ["look"],
  ],
  [
    "the channel gave no answer in its time",
    known,
    observed(paymentIn("processing", inReview)),
    175_000,
    "person",
    ["say askAPerson", "vibrate", "look"],
  ],
  [
    "a person decided: paid",
    person,
    observed(paymentIn("succeeded")),
    900_000,
    "paid",
    ["forget", "vibrate"],
  ],
  [
    "a person decided: not paid",
    person,
    observed(paymentIn("closed")),
    900_000,
    "unpaid",
    ["forget", "say failed", "vibrate"],
  ],
  [
    "wrong code",
    processing,
    refused(422, "newPayerCode"),
    300,
    "unpaid",
    ["forget", "say failedScanAgain", "vibrate"],
  ],
  [
    "not signed in, first send",
    processing,
    refused(401, "afterFix"),
    300,
    "unpaid",
    ["forget", "say failed", "vibrate"],
  ],
  ["not signed in, after an unclear send", unclear, refused(401, "afterFix"), 3_000, "processing", ["send"]],
  ["suspended, after an unclear send", unclear, refused(403, "afterFix"), 3_000, "processing", ["send"]],
  [
    "too many requests, first send: nothing was done, but wait",
    processing,
    refused(429, "later"),
    300,
    "processing",
    ["send"],
  ],
  ["same key still running", unclear, refused(409, "later"), 3_000, "processing", ["send"]],
  [
    "the request itself is wrong, whichever send",
    unclear,
    refused(422, "newPayerCode"),
    3_000,
    "unpaid",
    ["forget", "say failedScanAgain", "vibrate"],
  ],
  ...(["platform_in_maintenance", "channel_in_maintenance", "channel_unstable"] as const).flatMap(
    (code): typeof rows => [
      [
        `${code}, first send: said at once, for nobody is trying anything`,
        processing,
        refused(503, "later", code),
        300,
        "unpaid",
        ["forget", "say failed", "vibrate"],
      ],
      [
        `${code}, after an unclear send: that one may have been taken`,
        unclear,
        refused(503, "later", code),
        3_000,
        "processing",
        ["send"],
      ],
    ],
  ),
  ["platform down", processing, refused(503, "later"), 300, "processing", ["send"]],
  ["platform failed inside", processing, refused(500, "queryFirst"), 300, "processing", ["send"]],
  [
    "a refusal to look says nothing about the payment",
    known,
    refused(404, "never"),
    9_000,
    "processing",
    ["look"],
  ],
  ["network lost, fresh: the same request again", processing, noNetwork, 3_000, "processing", ["send"]],
  ["network lost, no longer fresh: only ask", unclear, noNetwork, sendAgeMsMax, "processing", ["find"]],
  ["network lost, payment known: look", known, noNetwork, 3_000, "processing", ["look"]],
  [
    "network lost for too long",
    unclear,
    noNetwork,
    unknownAgeMsMax,
    "person",
    ["say askAPerson", "vibrate", "find"],
  ],
  ["still no network: not said twice", person, noNetwork, unknownAgeMsMax + 9_000, "person", ["find"]],
  ["unknown to the platform, but may be on its way", unclear, notFound, 70_000, "processing", ["find"]],
  [
    "unknown to the platform for good",
    unclear,
    notFound,
    arrivalAgeMsMax,
    "unpaid",
    ["forget", "say failed", "vibrate"],
  ],
  ["a person lets the queue go on", person, { kind: "next" }, 200_000, "entering", ["setAside"]],
];

for (const [name, state, event, ageMs, screen, effects] of rows)
  test(`${name}: ${screen}`, () => {
    const after = step(state, event, startedAtMs + ageMs);
    assert.equal(after.state.screen, screen);
    assert.deepEqual(kindsOf(after), effects);
  });

test("instalments chosen before the scan travel with the attempt, and with its repetition after a refusal", () => {
  const credit = { instalments: 6, feeBearer: "payer" } as const;
  const before: FlowState = { screen: "scanning", amountText: "12.5", credit: null };
  const chosen = step(before, { kind: "credit", credit }, 0).state;
  const begun = step(chosen, scan(attempt.payerCode), startedAtMs).state;
  assert.deepEqual(begun.screen === "processing" && begun.attempt.credit, credit);
  const unpaid = step(begun, observed(paymentIn("failed")), startedAtMs + 500).state;
  const again = step(unpaid, { kind: "again" }, 0).state;
  assert.deepEqual(again, { screen: "scanning", amountText: "12.50", credit });
});

test("what went back completely is not paid, on this screen and on the next one", () => {
  const back = paymentIn("succeeded", { refundedAmount: 1250 });
  const unclearOnce = step(known, observed(back), startedAtMs + 9_000);
  assert.equal(unclearOnce.state.screen, "unpaid");
  assert.deepEqual(kindsOf(unclearOnce), ["forget", "say reversed", "vibrate"]);
  const paid: FlowState = { screen: "paid", payment: paymentIn("succeeded") };
  assert.deepEqual(step(paid, { kind: "givenBack", payment: back }, 0).state, idle);
  const part = paymentIn("succeeded", { refundedAmount: 500 });
  assert.deepEqual(step(paid, { kind: "givenBack", payment: part }, 0).state, { ...paid, payment: part });
  const other = { ...back, id: "pay_019a2b3c4d5e7f8091a2b3c4d5e6f7ff" };
  assert.deepEqual(step(paid, { kind: "givenBack", payment: other }, 0).state, paid);
});

test("an answer to another attempt changes nothing", () => {
  const other: FlowEvent = { kind: "observed", attemptKey: "key-2", payment: paymentIn("succeeded") };
  assert.deepEqual(step(processing, other, startedAtMs), { state: processing, effects: [] });
});

test("a reload finds the attempt, and sends it again with the same key while it is fresh", () => {
  const fresh = step(idle, { kind: "restored", attempt }, startedAtMs + 20_000);
  assert.deepEqual(fresh, { state: unclear, effects: [{ kind: "send", attempt, afterMs: 0 }] });
  const old = step(idle, { kind: "restored", attempt }, startedAtMs + 3_600_000);
  assert.deepEqual(old.effects, [{ kind: "find", attempt, afterMs: 0 }]);
});

test("without the payer's code nothing is sent, however fresh: only asked", () => {
  const without = { ...attempt, payerCode: null };
  const effects = [{ kind: "find", attempt: without, afterMs: 0 }];
  const restored = step(idle, { kind: "restored", attempt: without }, startedAtMs + 5_000);
  assert.deepEqual(restored.effects, effects);
});

test("from “not paid” the same amount can be scanned again, changed or dropped", () => {
  const unpaid: FlowState = {
    screen: "unpaid",
    amountFen: 1250n,
    credit: null,
    payment: paymentIn("failed"),
    refusal: null,
    cancel: "none",
  };
  assert.deepEqual(step(unpaid, { kind: "again" }, 0).state, {
    screen: "scanning",
    amountText: "12.50",
    credit: null,
  });
  assert.deepEqual(step(unpaid, { kind: "back" }, 0).state, { ...idle, text: "12.50" });
  assert.deepEqual(step(unpaid, { kind: "next" }, 0).state, idle);
  assert.equal(step(unpaid, scan("281111111111111111"), 0).state.screen, "processing");
});

test("a cancel that was sent is remembered until it is refused, and what it ended starts nothing by itself", () => {
  const { id } = paymentIn("processing");
  const sent = step(known, { kind: "cancelSent", paymentId: id }, 0).state;
  assert.deepEqual(sent, { ...known, cancel: "sent" });
  assert.deepEqual(step(known, { kind: "cancelSent", paymentId: "pay_other" }, 0).state, known);
  assert.deepEqual(step(sent, { kind: "cancelRefused", paymentId: id }, 0).state, known);
  const looked = step(sent, observed(paymentIn("awaitingPayer")), startedAtMs + 1_000);
  assert.ok(looked.state.screen === "processing" && looked.state.cancel === "sent");
  assert.deepEqual(kindsOf(looked), ["look"], "the payer is not asked for a password any more");
  const ended = step(looked.state, observed(paymentIn("closed")), startedAtMs + 2_000);
  assert.ok(ended.state.screen === "unpaid" && ended.state.cancel === "sent");
  assert.deepEqual(kindsOf(ended), ["forget", "say reversed", "vibrate"]);
  assert.deepEqual(step(ended.state, { kind: "submit" }, 0).state, idle);
  const scanned = step(ended.state, scan("281111111111111111"), 0);
  assert.deepEqual(scanned, { state: { ...idle, notice: "amountFirst" }, effects: [] });
});

test("from “paid” the next amount is keyed in at once, or Enter goes on", () => {
  const paid: FlowState = { screen: "paid", payment: paymentIn("succeeded") };
  assert.deepEqual(step(paid, { kind: "key", key: "7" }, 0).state, { ...idle, text: "7" });
  for (const kind of ["next", "submit"] as const) assert.deepEqual(step(paid, { kind }, 0).state, idle);
  assert.deepEqual(step(paid, { kind: "erase" }, 0).state, paid);
});

const anyAct: fc.Arbitrary<FlowEvent> = fc.constantFrom<FlowEvent>(
  { kind: "key", key: "1" },
  { kind: "key", key: "." },
  { kind: "burst" },
  { kind: "erase" },
  { kind: "clear" },
  { kind: "submit" },
  { kind: "back" },
  { kind: "again" },
  { kind: "credit", credit: { instalments: 3, feeBearer: "payer" } },
  { kind: "scan", code: "281111111111111111", key: "key-2", merchantOrderNo: "T2" },
  { kind: "restored", attempt: { ...attempt, key: "key-3" } },
);

test("while the outcome is unknown, nothing that a cashier does sends another payment", () => {
  fc.assert(
    fc.property(fc.constantFrom(processing, unclear, known, person), fc.array(anyAct), (from, acts) => {
      let state: FlowState = from;
      for (const act of acts) {
        const after = step(state, act, startedAtMs + 1_000);
        assert.deepEqual(after.effects, []);
        state = after.state;
      }
      assert.deepEqual(state, from);
    }),
  );
});

const choosing: FlowState = { screen: "scanning", amountText: "12.5", credit: null };
const show: FlowEvent = { kind: "show", wallet: "alipay", key: "key-2", merchantOrderNo: "T2" };
const shownAttempt = step(choosing, show, startedAtMs).state;
const code = { url: "https://qr.alipay.com/bax1", expiresAt: "2026-11-22T10:05:00+08:00" };
const codePayment = (state: Payment["state"], rest: Partial<Payment> = {}): Payment =>
  paymentIn(state, { mode: "shownCode", expiresAt: "2026-11-22T10:05:00+08:00", ...rest });

test("a code to show is kept on the device before it is asked for, and asked for by the wallet that was chosen", () => {
  const { state, effects } = step(choosing, show, startedAtMs);
  assert.equal(state.screen, "processing");
  assert.deepEqual(
    effects.map((effect) => effect.kind),
    ["keep", "send"],
  );
  assert.ok(state.screen === "processing");
  assert.deepEqual(
    [state.attempt.shown, state.attempt.payerCode, state.attempt.amountFen],
    ["alipay", null, 1250n],
  );
});

test("while a code is shown nobody is asked for a password, and the payment is looked at until it is paid", () => {
  const observed: FlowEvent = {
    kind: "observed",
    attemptKey: "key-2",
    payment: codePayment("awaitingPayer", { code }),
  };
  const seen = step(shownAttempt, observed, startedAtMs + 500);
  assert.deepEqual(kindsOf(seen), ["say scanToPay", "look"]);
  const again = step(seen.state, observed, startedAtMs + 3_000);
  assert.deepEqual(kindsOf(again), ["look"], "said once");
  const paidNow = step(seen.state, { ...observed, payment: codePayment("succeeded") }, startedAtMs + 30_000);
  assert.equal(paidNow.state.screen, "paid");
});

test("a shown code that is out of sight is nobody’s business before its time is over", () => {
  const seen = step(
    shownAttempt,
    { kind: "observed", attemptKey: "key-2", payment: codePayment("awaitingPayer", { code }) },
    startedAtMs + 500,
  ).state;
  const lost: FlowEvent = { kind: "unreachable", attemptKey: "key-2", trouble: "network" };
  assert.equal(step(seen, lost, startedAtMs + unknownAgeMsMax + 1_000).state.screen, "processing");
  assert.equal(step(seen, lost, startedAtMs + unknownAgeMsMax + 301_000).state.screen, "person");
});

test("a code that was never made ends the attempt at once; one that expired is not paid", () => {
  const refusal = { ...refusalWith(502, "never"), code: "shown_code_not_made" };
  assert.equal(
    step(shownAttempt, { kind: "refused", attemptKey: "key-2", refusal }, startedAtMs + 900).state.screen,
    "unpaid",
  );
  const ended = step(
    shownAttempt,
    { kind: "observed", attemptKey: "key-2", payment: codePayment("closed") },
    startedAtMs + 320_000,
  );
  assert.equal(ended.state.screen, "unpaid");
});

test("after a reload the very same code is asked for again under its key", () => {
  assert.ok(shownAttempt.screen === "processing");
  const young = step(idle, { kind: "restored", attempt: shownAttempt.attempt }, startedAtMs + 5_000);
  assert.deepEqual(
    young.effects.map((effect) => effect.kind),
    ["send"],
  );
  const old = step(idle, { kind: "restored", attempt: shownAttempt.attempt }, startedAtMs + 200_000);
  assert.deepEqual(
    old.effects.map((effect) => effect.kind),
    ["find"],
  );
});
