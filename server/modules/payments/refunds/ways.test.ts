// By what a payment is given back, as a table, and how a void gives way to a refund.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RefundQueryOutcome } from "../../../channels/port.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { fen } from "../../../kernel/money.ts";
import { at, declined, start, unknown } from "../fixtures.ts";
import { decideRefund } from "./decide.ts";
import {
  asked,
  decidedBy,
  foundFailed,
  foundRefunded,
  inHand,
  notified,
  notRefunded,
  paidPayment,
  refundTerms,
  refundedTo,
  requested,
  sent,
} from "./fixtures.ts";
import type { Pair, RefundCommand, RefundTerms } from "./model.ts";
import { beganAsVoid, wayOf } from "./ways.ts";

/** 22:30 in Beijing. */
const timetable = { ...refundTerms.timetable, voidUntilSecondOfDay: 81_000 };
const paidAt = new Date("2026-03-01T12:00:00+08:00");
const paid = paidPayment({ paidAt });

test("a whole payment is voided on its own day in Beijing, before the channel closes that day", () => {
  const rows = [
    ["the same noon", paid, "reversal", "2026-03-01T12:10:00+08:00", "void"],
    ["the last second", paid, "reversal", "2026-03-01T22:29:59+08:00", "void"],
    ["the channel has closed the day", paid, "reversal", "2026-03-01T22:30:00+08:00", "refund"],
    ["the next day", paid, "reversal", "2026-03-02T00:00:00+08:00", "refund"],
    ["asked for by an amount", paid, "refund", "2026-03-01T12:10:00+08:00", "refund"],
    [
      "part of it went back",
      { ...paid, refunded: fen(1) },
      "reversal",
      "2026-03-01T12:10:00+08:00",
      "refund",
    ],
    [
      "part of it is going back",
      { ...paid, refunding: fen(1) },
      "reversal",
      "2026-03-01T12:10:00+08:00",
      "refund",
    ],
    ["nobody knows when", { ...paid, paidAt: null }, "reversal", "2026-03-01T12:10:00+08:00", "refund"],
  ] as const;
  for (const [name, payment, kind, now, way] of rows)
    assert.equal(wayOf(payment, kind, new Date(now), timetable), way, name);
  const never = { ...timetable, voidUntilSecondOfDay: null };
  assert.equal(wayOf(paid, "reversal", addSeconds(paidAt, 60), never), "refund");
});

const base = requested(paidPayment());
const voided: Pair = { ...base, refund: { ...base.refund, kind: "reversal", way: "void" } };
const withVoid = (own: Partial<Pair["refund"]>): Pair => ({
  ...voided,
  refund: { ...voided.refund, ...own },
});
const resent = withVoid({ sends: 2, sentBy: at(40), resolution: { step: "query", at: at(50) } });
const refusedTwice = decideRefund(resent, sent(declined, 36), at(37), refundTerms).next;

test("a void that is certain not to happen gives way to a refund at once; what is unclear stays a void", () => {
  const rows: ReadonlyArray<readonly [string, Pair, RefundCommand, number, string]> = [
    ["carried out", voided, sent(refundedTo(null)), 11, "succeeded void - -"],
    ["taken over", voided, sent(inHand), 11, "processing void query@20 -"],
    ["refused as the only send", voided, sent(declined), 11, "processing refund send@11 refundWayChanged"],
    ["silence", voided, sent(unknown), 20, "processing void query@20 -"],
    ["nothing came of it", resent, asked(notRefunded, 50), 50, "processing void send@90 -"],
    ["refused after silence: asked first", resent, sent(declined, 36), 37, "processing void query@50 -"],
    [
      "refused after silence, and nothing came of either",
      refusedTwice,
      asked(notRefunded, 50),
      50,
      "processing refund send@50 refundWayChanged",
    ],
    ["refused, yet carried out", refusedTwice, asked(foundRefunded(12_500), 50), 50, "succeeded void - -"],
    ["given up", voided, asked(foundFailed, 30), 31, "processing refund send@31 refundWayChanged"],
    [
      "given up when the time for sending is over",
      voided,
      asked(foundFailed, 90_000),
      90_000,
      "failed void - -",
    ],
    [
      "given up while a person is looking",
      withVoid({ reviewSince: at(500) }),
      asked(foundFailed, 600),
      600,
      "failed void - -",
    ],
  ];
  for (const [name, before, command, seconds, expected] of rows) {
    const { next, events } = decideRefund(before, command, at(seconds), refundTerms);
    const { state, way, resolution } = next.refund;
    const step = resolution === null ? "-" : `${resolution.step}@${(+resolution.at - +start) / 1_000}`;
    const changed = events.find(({ kind }) => kind === "refundWayChanged")?.kind ?? "-";
    assert.equal(`${state} ${way} ${step} ${changed}`, expected, name);
    if (way === "refund")
      assert.deepEqual([next.refund.lastSaid, next.payment.refunding], [null, base.refund.amount], name);
  }
});

const gaveWay = decideRefund(voided, asked(foundFailed, 30), at(31), refundTerms).next;
const onItsWay: Pair = {
  ...gaveWay,
  refund: { ...gaveWay.refund, sends: 2, sentBy: at(36), resolution: { step: "query", at: at(46) } },
};

test("what is said of a void that gave way ends nothing, unless it gave the money back after all", () => {
  const rows: ReadonlyArray<readonly [string, Pair, RefundCommand, string]> = [
    ["its refusal, later than the question", gaveWay, sent(declined), "processing refund send@31 -"],
    [
      "given up, said once more before the refund is sent",
      gaveWay,
      asked(foundFailed, 30),
      "processing refund send@31 -",
    ],
    ["given up, said once more", onItsWay, asked(foundFailed, 30), "processing refund query@46 -"],
    ["given up, asked late", onItsWay, asked(foundFailed, 60), "processing refund query@46 -"],
    ["nothing of it known", onItsWay, asked(notRefunded, 60), "processing refund query@46 -"],
    ["taken over", onItsWay, sent(inHand), "processing refund query@46 -"],
    ["silence", onItsWay, sent(unknown), "processing refund query@46 -"],
    ["carried out", onItsWay, asked(foundRefunded(12_500), 30), "succeeded void - -"],
  ];
  for (const [name, before, command, expected] of rows) {
    const stale: RefundCommand =
      command.kind === "sendAnswered" || command.kind === "queryAnswered"
        ? { ...command, way: "void" }
        : command;
    const { next } = decideRefund(before, stale, at(61), refundTerms);
    const { state, way, resolution, lastSaid, sentBy } = next.refund;
    const step = resolution === null ? "-" : `${resolution.step}@${(+resolution.at - +start) / 1_000}`;
    assert.equal(`${state} ${way} ${step} ${lastSaid ?? "-"}`, expected, name);
    assert.deepEqual(sentBy, before.refund.sentBy, name);
  }
});

/** The card network’s word that something else undid the payment: the payer has the money. */
const undone = { code: "45", message: "原交易已被成功退货或已被成功撤销" };
const givenBackAlready = { ...declined, words: undone, causeHints: ["C-X-09"] };
const foundGivenBack = { kind: "failed", words: undone, causeHints: ["C-X-09"] } as const;
const voids: RefundTerms = { timetable };

/** The answer about the refund, with what was said of its void in the same step. */
function askedOfBoth(
  outcome: RefundQueryOutcome,
  ofVoid: RefundQueryOutcome,
  seconds: number,
): RefundCommand {
  const command = asked(outcome, seconds);
  const { reply } = asked(ofVoid, seconds) as Extract<RefundCommand, { kind: "queryAnswered" }>;
  return { ...command, way: "refund", ofVoid: reply } as RefundCommand;
}

function shown(before: Pair, command: RefundCommand, seconds: number): string {
  const { next, effects } = decideRefund(before, command, at(seconds), voids);
  const { state, way, resolution } = next.refund;
  const step = resolution === null ? "-" : `${resolution.step}@${(+resolution.at - +start) / 1_000}`;
  return `${state} ${way} ${step} ${next.payment.refunded.minor} ${effects.map(({ caseKind }) => caseKind).join() || "-"}`;
}

const refusedAsUndone = decideRefund(onItsWay, sent(givenBackAlready, 36), at(37), voids).next;
const calledForIt = decideRefund(
  refusedAsUndone,
  askedOfBoth(notRefunded, notRefunded, 60),
  at(60),
  voids,
).next;

test("a refund that is refused because the payment was given back already never ends as failed by itself", () => {
  const whole = requested(paidPayment());
  const rows: ReadonlyArray<readonly [string, Pair, RefundCommand, number, string]> = [
    ["refused: asked first", onItsWay, sent(givenBackAlready, 36), 37, "processing refund query@46 0 -"],
    [
      "its void gave the money back after all",
      refusedAsUndone,
      askedOfBoth(notRefunded, foundRefunded(12_500), 60),
      60,
      "succeeded void - 12500 -",
    ],
    [
      "neither is known to the channel",
      refusedAsUndone,
      askedOfBoth(notRefunded, notRefunded, 60),
      60,
      "processing refund query@110 0 refundUnclear",
    ],
    [
      "its void is given up for good",
      refusedAsUndone,
      askedOfBoth(notRefunded, foundFailed, 60),
      60,
      "processing refund query@110 0 refundUnclear",
    ],
    [
      "of its void nothing is heard",
      refusedAsUndone,
      askedOfBoth(notRefunded, unknown, 60),
      60,
      "processing refund query@110 0 -",
    ],
    [
      "of its void nothing is heard for a day",
      refusedAsUndone,
      askedOfBoth(notRefunded, unknown, 86_410),
      86_410,
      "processing refund query@87010 0 refundUnclear",
    ],
    [
      "its void is in hand",
      refusedAsUndone,
      askedOfBoth(notRefunded, inHand, 60),
      60,
      "processing refund query@110 0 -",
    ],
    [
      "its void gave back another amount",
      refusedAsUndone,
      askedOfBoth(notRefunded, foundRefunded(12_400), 60),
      60,
      "processing void - 0 channelContradiction",
    ],
    [
      "found over, because of it, without a word on the void",
      onItsWay,
      asked(foundGivenBack, 60),
      60,
      "processing refund query@110 0 refundUnclear",
    ],
    [
      "asked again while a person is looking",
      calledForIt,
      askedOfBoth(notRefunded, notRefunded, 110),
      110,
      "processing refund query@210 0 -",
    ],
    [
      "found while a person is looking",
      calledForIt,
      askedOfBoth(notRefunded, foundRefunded(12_500), 110),
      110,
      "succeeded void - 12500 -",
    ],
    [
      "a void that was found over for it while a person looked",
      withVoid({ reviewSince: at(500) }),
      asked(foundGivenBack, 600),
      600,
      "processing void query@1190 0 -",
    ],
    [
      "no void before it: refused as the only send",
      whole,
      sent(givenBackAlready),
      11,
      "processing refund query@26 0 refundUnclear",
    ],
    [
      "refused for another reason, and neither is known",
      decideRefund(onItsWay, sent(declined, 36), at(37), voids).next,
      askedOfBoth(notRefunded, notRefunded, 60),
      60,
      "failed refund - 0 -",
    ],
    [
      "refused for another reason, and its void gave the money back after all",
      decideRefund(onItsWay, sent(declined, 36), at(37), voids).next,
      askedOfBoth(notRefunded, foundRefunded(12_500), 60),
      60,
      "succeeded void - 12500 -",
    ],
    [
      "silence, and its void gave the money back: the refund is not sent again",
      onItsWay,
      askedOfBoth(notRefunded, foundRefunded(12_500), 60),
      60,
      "succeeded void - 12500 -",
    ],
  ];
  for (const [name, before, command, seconds, expected] of rows)
    assert.equal(shown(before, command, seconds), expected, name);
});

test("where no channel voids, the same cause is a hint like any other, and the refusal is final", () => {
  const { next } = decideRefund(requested(paidPayment()), sent(givenBackAlready), at(11), refundTerms);
  assert.equal(next.refund.state, "failed");
});

test("a refund that ended hears of its void as of itself", () => {
  const failed = decideRefund(onItsWay, asked(foundFailed, 60), at(60), voids).next;
  assert.equal(failed.refund.state, "failed");
  const told = decideRefund(failed, notified(), at(100), voids).next;
  const late = askedOfBoth(notRefunded, foundRefunded(12_500), 101);
  assert.equal(shown(told, late, 102), "succeeded void - 12500 channelContradiction");
  const person = decideRefund(calledForIt, decidedBy("succeeded"), at(200), voids).next;
  assert.equal(
    shown(person, askedOfBoth(notRefunded, foundRefunded(12_500), 800), 800),
    "succeeded void - 12500 -",
  );
});

test("whatever is said of a void that gave way, in whatever order: money known to be with the payer is never “failed” unseen", () => {
  const outcomes = fc.constantFrom<RefundQueryOutcome>(
    notRefunded,
    foundFailed,
    foundGivenBack,
    unknown,
    inHand,
  );
  const said: fc.Arbitrary<(now: number) => RefundCommand> = fc.oneof(
    fc.constantFrom(givenBackAlready, declined, unknown, inHand).map((outcome) => (now: number) => ({
      ...sent(outcome, now),
      way: "refund" as const,
    })),
    fc.tuple(outcomes, outcomes).map(
      ([own, ofVoid]) =>
        (now: number) =>
          askedOfBoth(own, ofVoid, now),
    ),
    fc.constantFrom("a", "b").map((id) => () => notified(id)),
  );
  const lives = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), said), { maxLength: 20 });
  fc.assert(
    fc.property(lives, (life) => {
      let pair: Pair = onItsWay;
      let now = 60;
      for (const [seconds, command] of life) {
        now += seconds;
        const before = pair;
        pair = decideRefund(before, command(now), at(now), voids).next;
        const heard = before.refund.causeHints.includes("C-X-09");
        if (heard && before.refund.lastSaid === "refused") assert.notEqual(pair.refund.state, "failed");
        assert.notEqual(pair.refund.state, "succeeded");
        if (pair.refund.state === "processing")
          assert.ok(pair.refund.resolution !== null || pair.refund.reviewSince !== null);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("that a refund was a void first is told from what was asked for, and when", () => {
  const { refund } = onItsWay;
  const noon = new Date("2026-03-01T12:10:00+08:00");
  const own = { ...refund, createdAt: noon };
  const rows = [
    ["gave way", own, "voided"],
    ["still one", { ...own, way: "void" }, "no"],
    ["asked for by an amount", { ...own, kind: "refund" }, "no"],
    ["only the rest of it", { ...own, amount: fen(12_499) }, "no"],
    ["too late for one", { ...own, createdAt: new Date("2026-03-01T22:30:00+08:00") }, "no"],
    ["the next day", { ...own, createdAt: new Date("2026-03-02T09:00:00+08:00") }, "no"],
  ] as const;
  for (const [name, one, expected] of rows)
    assert.equal(beganAsVoid(paid, one, timetable) ? "voided" : "no", expected, name);
});
