import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import { decide } from "./decide.ts";
import {
  at,
  callback,
  cancel,
  cancelClose,
  cancelRefund,
  cancelUnstated,
  charge,
  closedRefunded,
  closedUnpaid,
  closedUnstated,
  declined,
  noAction,
  notFound,
  paid,
  payment,
  pending,
  query,
  refused,
  retry,
  review,
  start,
  stateMayHaveChanged,
  terms,
  unknown,
} from "./fixtures.ts";
import type { Command, Decision, Effect, Payment } from "./model.ts";

const oneFenShort = paid({ amount: fen(12_499) });
const changedOneFenShort = { ...stateMayHaveChanged, amount: fen(12_499) };
const otherTrade = paid({ channelTradeNo: "2026112222001499999" });

/** A payment in a state, as it would have got there. */
function inState(state: Payment["state"], own: Partial<Payment> = {}): Payment {
  const booked = { succeeded: ["succeeded"], reversed: ["succeeded", "reversed"] } as const;
  const final = state !== "processing" && state !== "awaitingPayer";
  return payment({
    state,
    ...(final && { resolution: null, finishedAt: at(10) }),
    ...(state in booked && {
      facts: booked[state as keyof typeof booked],
      feeRateBasisPoints: 38n,
      fee: fen(48),
      paidAt: start,
      channelTradeNo: paid().channelTradeNo,
    }),
    ...own,
  });
}

const asked = { resolution: { step: "query", at: at(80) } } as const;
const cancelled = { cancelAttempts: 1, lastCancelAt: at(70) };
const inReview = { review: { since: at(170), reason: "timetableExhausted", owner: "operator" } } as const;

const mismatch = { review: { since: at(6), reason: "amountMismatch", owner: "operator" } } as const;
const decidedClosed = inState("closed", { resolution: { step: "query", at: at(800) }, decidedBy: "key" });
const decidedSucceeded = inState("succeeded", {
  resolution: { step: "query", at: at(800) },
  channelTradeNo: null,
  decidedBy: "key",
});

/** Undone without anybody knowing whether it had been paid: nothing was booked. */
const undone = payment({ state: "reversed", finishedAt: at(75), ...asked });

const effectText = (effect: Effect): string => (effect.kind === "openCase" ? effect.caseKind : effect.kind);

/** Everything a decision does, in one line: state, facts booked, effects, next step and whether a person is called. */
function summary(before: Payment, { next, journals, effects }: Decision): string {
  const step =
    next.resolution === null
      ? "-"
      : `${next.resolution.step}@${(next.resolution.at.getTime() - start.getTime()) / 1000}`;
  const call = before.review === null && next.review !== null ? ` review:${next.review.reason}` : "";
  const done = [...journals.map((journal) => `book:${journal.fact}`), ...effects.map(effectText)].join(" ");
  return `${next.state} [${done}] ${step}${call}`;
}

// payment, what it is told, seconds after the start → what it becomes [what is booked and called] next step
const rows: ReadonlyArray<readonly [Payment, Command, number, string]> = [
  // The answer to the charge.
  [inState("processing"), charge(paid()), 1, "succeeded [book:succeeded announce] -"],
  [inState("processing"), charge(declined), 1, "failed [] -"],
  [inState("processing"), charge(pending), 1, "awaitingPayer [] query@5"],
  [inState("processing"), charge(unknown), 10, "processing [] query@5"],
  [
    inState("processing"),
    charge(oneFenShort),
    1,
    "processing [amountMismatch] query@301 review:amountMismatch",
  ],
  [inState("awaitingPayer"), charge(declined), 9, "awaitingPayer [] cancel@9"],
  [inState("awaitingPayer"), charge(pending), 9, "awaitingPayer [] query@5"],
  [inState("closed"), charge(declined), 99, "closed [] -"],
  [inState("closed"), charge(paid()), 99, "succeeded [book:succeeded announce lateSuccess] -"],
  [inState("succeeded"), charge(declined), 9, "succeeded [] -"],
  [inState("reversed"), charge(paid()), 99, "reversed [] -"],

  // Queries while the payer may still pay.
  [inState("processing"), query(paid()), 6, "succeeded [book:succeeded announce] -"],
  [inState("processing"), query(pending), 6, "awaitingPayer [] query@9"],
  [inState("processing"), query(unknown), 6, "processing [] query@9"],
  [inState("processing"), query(notFound, at(5)), 6, "processing [] query@9"],
  [inState("processing"), query(unknown), 58, "processing [] query@60"],
  [inState("processing"), query(closedUnpaid), 6, "closed [] -"],
  [inState("awaitingPayer"), query(closedUnpaid), 6, "closed [] -"],
  [inState("processing"), query(closedRefunded), 6, "reversed [book:succeeded book:reversed] -"],
  [
    inState("processing"),
    query(oneFenShort),
    6,
    "processing [amountMismatch] query@306 review:amountMismatch",
  ],

  // The last query is followed by a cancel at once, cancels by each other, then everything more slowly.
  [inState("awaitingPayer"), query(pending), 60, "awaitingPayer [] cancel@60"],
  [inState("processing"), query(notFound, at(60)), 61, "processing [] cancel@61"],
  [inState("awaitingPayer"), cancel(cancelClose), 61, "closed [] -"],
  [inState("awaitingPayer"), cancel(cancelRefund), 61, "reversed [book:succeeded book:reversed] -"],
  [inState("awaitingPayer"), cancel(retry), 61, "awaitingPayer [] cancel@63"],
  [inState("awaitingPayer", { cancelAttempts: 1 }), cancel(unknown), 63, "awaitingPayer [] cancel@65"],
  [inState("awaitingPayer", { cancelAttempts: 2 }), cancel(retry), 65, "awaitingPayer [] query@75"],
  [inState("awaitingPayer"), cancel(refused), 61, "awaitingPayer [] query@63"],
  [inState("awaitingPayer", { cancelAttempts: 2 }), cancel(refused), 65, "awaitingPayer [] query@75"],
  [inState("processing"), cancel(noAction), 61, "processing [] query@71"],
  [inState("processing", { cancelAttempts: 5 }), cancel(noAction), 118, "processing [] query@124.75"],
  [inState("processing", { cancelAttempts: 5 }), cancel(noAction), 126, "processing [] query@128"],

  // “No such trade” closes after the expiry only, and only when asked after it.
  [inState("processing", { cancelAttempts: 1 }), query(notFound, at(124)), 126, "processing [] cancel@126"],
  [inState("processing", { cancelAttempts: 1 }), query(notFound, at(125)), 126, "closed [] -"],
  [inState("awaitingPayer", { cancelAttempts: 1 }), query(notFound, at(125)), 126, "closed [] -"],
  [inState("processing", inReview), query(notFound, at(470)), 471, "closed [] -"],

  // The timetable is exhausted: a person decides, slow queries go on, and their answers still count.
  [inState("awaitingPayer", { cancelAttempts: 3 }), cancel(unknown), 168, "awaitingPayer [] query@170"],
  [
    inState("awaitingPayer", { cancelAttempts: 3 }),
    query(unknown),
    170,
    "awaitingPayer [] query@470 review:timetableExhausted",
  ],
  [
    inState("awaitingPayer", { cancelAttempts: 3 }),
    cancel(retry),
    170,
    "awaitingPayer [] query@470 review:timetableExhausted",
  ],
  [inState("processing"), query(unknown), 600, "processing [] cancel@600"],
  [inState("processing"), cancel(unknown), 601, "processing [] query@901 review:timetableExhausted"],
  [inState("processing", inReview), query(unknown), 470, "processing [] query@770"],
  [inState("processing", inReview), query(unknown), 89_900, "processing [] -"],
  [inState("processing", inReview), query(paid()), 470, "succeeded [book:succeeded announce] -"],
  [inState("processing", inReview), query(closedUnpaid), 470, "closed [] -"],
  // Undone, and the channel does not say whether the payer had paid.
  [inState("processing"), query(closedUnstated), 6, "reversed [] -"],
  [inState("awaitingPayer"), cancel(cancelUnstated), 71, "reversed [] -"],
  [
    inState("succeeded", asked),
    query(closedUnstated, at(90)),
    91,
    "reversed [book:reversed reversedAfterSuccess] -",
  ],
  [inState("closed", asked), query(closedUnstated, at(90)), 91, "closed [] -"],
  [inState("failed", asked), cancel(cancelUnstated, at(90)), 91, "failed [] -"],
  [inState("reversed", asked), query(closedUnstated, at(90)), 91, "reversed [] -"],
  [undone, query(closedRefunded, at(90)), 91, "reversed [book:succeeded book:reversed] -"],
  [undone, query(paid(), at(90)), 91, "reversed [paidAfterReversal] - review:paidAfterReversal"],
  [inState("processing", inReview), callback(), 300, "succeeded [book:succeeded announce] -"],
  // A person may be mistaken: the channel is asked on, slowly, as long as it may still say something.
  [
    inState("processing", inReview),
    review("succeeded"),
    500,
    "succeeded [book:succeeded announce] query@800",
  ],
  [inState("processing", inReview), review("closed"), 500, "closed [] query@800"],
  [inState("awaitingPayer", inReview), review("closed"), 500, "closed [] query@800"],
  [inState("processing", inReview), review("closed"), 89_900, "closed [] -"],
  // The channel has spoken, only not of our amount: asking again would call a person again.
  [inState("processing", mismatch), review("succeeded"), 500, "succeeded [book:succeeded announce] -"],
  [inState("processing", mismatch), review("closed"), 500, "closed [] -"],
  [
    inState("closed", inReview),
    review("succeeded"),
    500,
    "succeeded [book:succeeded announce lateSuccess] query@800",
  ],
  [inState("closed", inReview), review("closed"), 500, "closed [] -"],
  [inState("reversed", inReview), review("closed"), 500, "reversed [] -"],
  [
    inState("reversed", inReview),
    review("succeeded"),
    500,
    "succeeded [book:reinstated announce lateSuccess] query@800",
  ],

  // What the channel says at last of a payment that a person decided.
  [decidedClosed, query(paid(), at(800)), 801, "succeeded [book:succeeded announce lateSuccess] -"],
  [decidedClosed, query(unknown, at(800)), 801, "closed [] query@1101"],
  [decidedClosed, query(notFound, at(800)), 801, "closed [] -"],
  [decidedClosed, query(closedUnpaid, at(800)), 801, "closed [] -"],
  [decidedClosed, query(closedRefunded, at(800)), 801, "reversed [book:succeeded book:reversed] -"],
  [decidedSucceeded, query(paid(), at(800)), 801, "succeeded [] -"],
  [decidedSucceeded, query(unknown, at(800)), 801, "succeeded [] query@1101"],
  [decidedSucceeded, query(pending, at(800)), 801, "succeeded [] query@1101"],
  [decidedSucceeded, query(notFound, at(800)), 801, "succeeded [channelContradiction] -"],
  [decidedSucceeded, query(closedUnpaid, at(800)), 801, "succeeded [channelContradiction] -"],
  [decidedSucceeded, query(closedRefunded, at(800)), 801, "reversed [book:reversed reversedAfterSuccess] -"],

  // Callbacks: proof where they carry it, otherwise a reason to ask.
  [inState("processing"), callback(), 3, "succeeded [book:succeeded announce] -"],
  [inState("failed"), callback(), 30, "succeeded [book:succeeded announce lateSuccess] -"],
  [inState("closed"), callback(), 3_000, "succeeded [book:succeeded announce lateSuccess] -"],
  [inState("succeeded"), callback(), 30, "succeeded [] -"],
  // Where a cancel may have been sent, the money may be back with the payer by now: asked, not believed.
  [inState("processing", { cancelAttempts: 1 }), callback(), 70, "processing [] query@70"],
  [
    inState("processing", { resolution: { step: "cancel", at: at(60) } }),
    callback(),
    61,
    "processing [] cancel@60",
  ],
  [inState("closed", { cancelAttempts: 2 }), callback(), 240, "closed [] query@240"],
  [inState("processing", cancelled), query(paid(), at(69)), 71, "processing [] query@71"],
  [inState("processing", cancelled), query(paid(), at(70)), 71, "succeeded [book:succeeded announce] -"],
  [inState("processing", cancelled), charge(paid()), 71, "processing [] query@71"],
  [
    inState("awaitingPayer", { resolution: { step: "cancel", at: at(60) } }),
    query(paid(), at(59)),
    61,
    "awaitingPayer [] cancel@60",
  ],
  [inState("reversed"), callback(), 30, "reversed [] query@30"],
  [inState("processing"), callback(oneFenShort), 3, "processing [callbackMismatch] query@3"],
  [inState("succeeded"), callback(oneFenShort), 30, "succeeded [callbackMismatch] query@30"],
  [inState("processing"), callback(stateMayHaveChanged), 3, "processing [] query@3"],
  [
    inState("awaitingPayer", { resolution: { step: "cancel", at: at(60) } }),
    callback(stateMayHaveChanged),
    60,
    "awaitingPayer [] cancel@60",
  ],
  [inState("closed"), callback(stateMayHaveChanged), 90, "closed [] query@90"],
  [inState("succeeded"), callback(stateMayHaveChanged), 90, "succeeded [] query@90"],
  [inState("succeeded"), callback(changedOneFenShort), 90, "succeeded [callbackMismatch] query@90"],
  [inState("awaitingPayer"), callback(changedOneFenShort), 3, "awaitingPayer [callbackMismatch] query@3"],
  [inState("succeeded"), callback(otherTrade), 30, "succeeded [channelContradiction] -"],

  // What a finished payment is told afterwards.
  [inState("succeeded"), query(pending), 20, "succeeded [] -"],
  [inState("succeeded"), query(notFound), 20, "succeeded [] -"],
  [inState("succeeded"), query(unknown), 20, "succeeded [] -"],
  [inState("succeeded"), query(oneFenShort), 20, "succeeded [amountMismatch] -"],
  [inState("succeeded"), query(otherTrade), 20, "succeeded [channelContradiction] -"],
  [inState("succeeded"), cancel(cancelClose), 62, "succeeded [channelContradiction] -"],
  [inState("succeeded"), query(closedUnpaid), 62, "succeeded [channelContradiction] -"],
  [inState("succeeded"), cancel(cancelRefund), 62, "reversed [book:reversed reversedAfterSuccess] -"],
  [inState("succeeded"), query(closedRefunded), 62, "reversed [book:reversed reversedAfterSuccess] -"],
  [inState("closed"), query(closedRefunded), 62, "reversed [book:succeeded book:reversed] -"],
  [inState("failed"), query(closedRefunded), 62, "reversed [book:succeeded book:reversed] -"],
  [inState("closed"), query(pending), 90, "closed [] cancel@90"],
  [inState("closed"), query(unknown), 90, "closed [] -"],
  [inState("closed", asked), query(unknown), 90, "closed [] query@390"],
  [inState("closed", asked), cancel(retry), 90, "closed [] query@390"],
  [inState("closed"), query(oneFenShort), 90, "closed [amountMismatch] query@390 review:amountMismatch"],
  [inState("succeeded", asked), query(unknown), 90, "succeeded [] query@390"],
  [inState("succeeded", asked), query(paid(), at(80)), 90, "succeeded [] -"],
  [inState("succeeded", asked), query(paid()), 90, "succeeded [] query@80"],
  [inState("reversed", asked), query(closedRefunded), 90, "reversed [] -"],
  [inState("reversed"), query(paid(), at(9)), 90, "reversed [] -"],
  [inState("reversed"), query(paid(), at(80)), 90, "reversed [paidAfterReversal] - review:paidAfterReversal"],
  [
    inState("succeeded", { facts: ["succeeded", "reversed", "reinstated"] }),
    query(closedRefunded),
    90,
    "succeeded [channelContradiction] -",
  ],
];

test("every row of the table of decisions holds", () => {
  for (const [before, command, seconds, expected] of rows) {
    const decision = decide(before, command, at(seconds), terms);
    const told =
      command.kind === "callbackReceived"
        ? command.callback.news.kind
        : "reply" in command
          ? command.reply.outcome.kind
          : command.kind === "reviewDecided"
            ? command.decision
            : command.by.role;
    assert.equal(
      summary(before, decision),
      expected,
      `${before.state}, ${command.kind} ${told} at ${seconds}`,
    );
  }
});

test("success books amount and fee, and a reversal their exact opposite", () => {
  const { next, journals } = decide(payment(), charge(paid()), at(1), terms);
  const success = [
    { account: "channel:alipay", minor: 12_500n },
    { account: "merchant:payable", minor: -12_452n },
    { account: "fee:income", minor: -48n },
  ];
  assert.deepEqual(
    journals.map((journal) => journal.postings),
    [success],
  );
  assert.deepEqual([next.feeRateBasisPoints, next.fee], [38n, fen(48)]);
  const undone = decide(next, cancel(cancelRefund), at(2), { ...terms, feeRateBasisPoints: 60n });
  assert.deepEqual(
    undone.journals.map((journal) => journal.postings),
    [success.map(({ account, minor }) => ({ account, minor: -minor }))],
  );
});

test("a fee of nothing leaves no empty posting", () => {
  const { journals } = decide(payment(), charge(paid()), at(1), { ...terms, feeRateBasisPoints: 0n });
  assert.deepEqual(
    journals[0]?.postings.map((posting) => posting.account),
    ["channel:alipay", "merchant:payable"],
  );
});

test("a failure keeps the channel's words, whose turn it is and what may be tried", () => {
  const { next } = decide(payment(), charge(declined), at(1), terms);
  assert.deepEqual([next.words, next.blame, next.retry], [declined.words, ["payer"], "newPayerCode"]);
});

test("a callback said twice leaves one line in the timeline", () => {
  const first = decide(payment(), callback(), at(1), terms);
  const second = decide(first.next, callback(), at(2), terms);
  assert.equal(second.next, first.next);
  assert.deepEqual(second.events, []);
});

test("both directions of an exchange are in the timeline, at their own times", () => {
  const { events } = decide(payment(), charge(paid(), at(0.5)), at(1), terms);
  assert.deepEqual(
    events.map((entry) => [entry.kind, entry.direction, entry.at.getTime() - start.getTime()]),
    [
      ["chargeSent", "out", 500],
      ["chargeAnswered", "in", 500],
      ["stateChanged", null, 1000],
      ["announced", null, 1000],
    ],
  );
});

test("deciding without an open review changes nothing", () => {
  const before = payment();
  assert.equal(decide(before, review("closed"), at(1), terms).next, before);
});
