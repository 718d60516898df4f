// What a refund becomes by every command, as a table.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../../kernel/money.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import { decide } from "../decide.ts";
import {
  at,
  callback,
  closedRefunded,
  declined,
  paid,
  payment,
  query,
  start,
  terms,
  unknown,
  words,
} from "../fixtures.ts";
import type { Command, Payment } from "../model.ts";
import { acceptRefund, decideRefund } from "./decide.ts";
import {
  asked,
  balanceShort,
  decidedBy,
  foundFailed,
  foundRefunded,
  foundStuck,
  inHand,
  notified,
  notRefunded,
  paidPayment,
  refundedTo,
  refundTerms,
  requested,
  sent,
} from "./fixtures.ts";
import { waitOf, type Pair, type RefundCommand } from "./model.ts";
import { leftOf } from "./settle.ts";

/** State, wait, next step and its second, journals, cases, what is reserved and given back. */
function summary(before: Pair, command: RefundCommand, seconds: number): string {
  const { next, journals, effects } = decideRefund(before, command, at(seconds), refundTerms);
  const { refund, payment: owner } = next;
  const step =
    refund.resolution === null
      ? "-"
      : `${refund.resolution.step}@${secondsBetween(start, refund.resolution.at)}`;
  const facts = journals.map(({ fact }) => fact).join();
  const cases = effects.map(({ caseKind }) => caseKind).join();
  const wait = waitOf(refund) ?? "-";
  return `${refund.state} ${wait} ${step} [${facts}] [${cases}] ${owner.refunding.minor}+${owner.refunded.minor}`;
}

const fresh = requested(paidPayment(), 1_000);
const withRefund = (own: Partial<Pair["refund"]>, from: Pair = fresh): Pair => ({
  ...from,
  refund: { ...from.refund, ...own },
});
const resent = withRefund({ sends: 2, sentBy: at(40), resolution: { step: "query", at: at(50) } });
const refusedTwice = decideRefund(resent, sent(declined, 36), at(37), refundTerms).next;
const shortBalance = decideRefund(fresh, sent(balanceShort), at(11), refundTerms).next;
const shortForADay = withRefund({ sends: 20, sentBy: at(86_000) }, shortBalance);
const takenOver = decideRefund(fresh, sent(inHand), at(11), refundTerms).next;
const stuck = decideRefund(fresh, asked(foundStuck, 30), at(31), refundTerms).next;
const inReview = withRefund({ reviewSince: at(86_500), resolution: { step: "query", at: at(87_000) } });
const denied = decideRefund(inReview, decidedBy("failed"), at(87_000), refundTerms).next;
const granted = decideRefund(inReview, decidedBy("succeeded"), at(87_000), refundTerms).next;
const failed = decideRefund(fresh, sent(declined), at(11), refundTerms).next;
const succeeded = decideRefund(fresh, sent(refundedTo(1_000)), at(11), refundTerms).next;
const beside = requested(succeeded.payment, 2_000, 20, 2);
const day = 86_410;

const rows: ReadonlyArray<readonly [string, Pair, RefundCommand, number, string]> = [
  ["given back", fresh, sent(refundedTo(1_000)), 11, "succeeded - - [refunded] [] 0+1000"],
  [
    "given back, and the channel tells no total",
    fresh,
    sent(refundedTo(null)),
    11,
    "succeeded - - [refunded] [] 0+1000",
  ],
  ["notified while it waits", fresh, notified(), 15, "processing channelAnswer query@15 [] [] 1000+0"],
  [
    "notified, naming our amount",
    fresh,
    notified("n", 12_500),
    15,
    "processing channelAnswer query@15 [] [] 1000+0",
  ],
  [
    "notified, naming another amount of the order",
    fresh,
    notified("n", 12_499),
    15,
    "processing channelAnswer query@15 [] [callbackMismatch] 1000+0",
  ],
  [
    "notified while the balance is short",
    shortBalance,
    notified(),
    15,
    "processing merchantBalance query@15 [] [] 1000+0",
  ],
  [
    "notified while a person looks",
    inReview,
    notified(),
    86_600,
    "processing person query@86600 [] [] 1000+0",
  ],
  ["notified of what is known", succeeded, notified(), 60, "succeeded - - [] [] 0+1000"],
  [
    "notified after it failed: asked, once an answer counts",
    failed,
    notified(),
    12,
    "failed - query@20 [] [] 0+0",
  ],
  ["notified long after it failed", failed, notified(), 900, "failed - query@900 [] [] 0+0"],
  ["taken over", fresh, sent(inHand), 11, "processing arrival query@20 [] [] 1000+0"],
  [
    "asked, and still in hand: asked on at its own, slower pace",
    fresh,
    asked(inHand, 30),
    31,
    "processing arrival query@91 [] [] 1000+0",
  ],
  [
    "in hand for an hour",
    takenOver,
    asked(inHand, 3_610),
    3_610,
    "processing arrival query@7210 [] [] 1000+0",
  ],
  [
    "taken over as a question told, and the send itself is never answered",
    decideRefund(fresh, asked(inHand, 13), at(14), refundTerms).next,
    sent(unknown),
    20,
    "processing arrival query@20 [] [] 1000+0",
  ],
  ["in hand for a day", takenOver, asked(inHand, day), day, "processing arrival query@108010 [] [] 1000+0"],
  [
    "in hand for a week, and silent for once",
    takenOver,
    asked(unknown, 600_010),
    600_010,
    "processing arrival query@621610 [] [] 1000+0",
  ],
  [
    "in hand and nearly for too long: asked again when a person’s turn comes",
    takenOver,
    asked(inHand, 1_728_000),
    1_728_000,
    "processing arrival query@1728010 [] [] 1000+0",
  ],
  [
    "in hand for longer than the channel ever takes",
    takenOver,
    asked(inHand, 1_728_010),
    1_728_010,
    "processing person query@1749610 [] [refundUnclear] 1000+0",
  ],
  [
    "in hand, and then nothing is known of it",
    takenOver,
    asked(notRefunded, 50),
    50,
    "processing channelAnswer send@90 [] [] 1000+0",
  ],
  [
    "in hand for two days, and then nothing is known of it",
    takenOver,
    asked(notRefunded, 172_810),
    172_810,
    "processing person query@173410 [] [refundUnclear] 1000+0",
  ],
  [
    "in hand for days, and notified: asked at once",
    withRefund({ resolution: { step: "query", at: at(420_000) } }, takenOver),
    notified(),
    400_000,
    "processing arrival query@400000 [] [] 1000+0",
  ],
  [
    "in hand, and arrived",
    takenOver,
    asked(foundRefunded(1_000), 400_000),
    400_000,
    "succeeded - - [refunded] [] 0+1000",
  ],
  ["asked, and given up by the channel", fresh, asked(foundFailed, 30), 31, "failed - - [] [] 0+0"],
  ["asked, and stuck", fresh, asked(foundStuck, 30), 31, "processing stuck query@52 [] [refundStuck] 1000+0"],
  ["stuck as before", stuck, asked(foundStuck, 60), 61, "processing stuck query@112 [] [] 1000+0"],
  [
    "stuck after a person was called already: that is another task",
    inReview,
    asked(foundStuck, 87_000),
    87_000,
    "processing stuck query@87600 [] [refundStuck] 1000+0",
  ],
  [
    "stuck, and sent on its way in another way",
    stuck,
    asked(inHand, 90_000),
    90_000,
    "processing person query@111600 [] [] 1000+0",
  ],
  [
    "in review for a week: asked on, more rarely",
    inReview,
    asked(unknown, 700_000),
    700_000,
    "processing person query@721600 [] [] 1000+0",
  ],
  [
    "stuck as a question told, the send itself is never answered, and it is told once more: one task, not two",
    decideRefund(stuck, sent(unknown), at(33), refundTerms).next,
    asked(foundStuck, 100),
    101,
    "processing stuck query@192 [] [] 1000+0",
  ],
  [
    "denied by a person, and in hand",
    denied,
    asked(inHand, 87_300),
    87_301,
    "failed - query@108901 [] [] 0+0",
  ],
  [
    "denied by a person and in hand, silent for once",
    withRefund({ lastSaid: "takenOver" }, denied),
    asked(unknown, 177_000),
    177_000,
    "failed - query@198600 [] [] 0+0",
  ],
  [
    "denied by a person and in hand for longer than the channel ever takes",
    withRefund({ lastSaid: "takenOver" }, denied),
    asked(inHand, 1_820_000),
    1_820_000,
    "failed - - [] [] 0+0",
  ],
  [
    "granted by a person, and failed",
    granted,
    asked(foundFailed, 87_300),
    87_301,
    "succeeded - - [] [channelContradiction] 0+1000",
  ],
  ["refused, only send", fresh, sent(declined), 11, "failed - - [] [] 0+0"],
  ["short balance", fresh, sent(balanceShort), 11, "processing merchantBalance send@71 [] [] 1000+0"],
  ["silence", fresh, sent(unknown), 20, "processing channelAnswer query@20 [] [] 1000+0"],
  ["silence, heard early", fresh, sent(unknown), 12, "processing channelAnswer query@20 [] [] 1000+0"],
  [
    "refused after another send",
    resent,
    sent(declined, 36),
    37,
    "processing channelAnswer query@50 [] [] 1000+0",
  ],
  ["asked too early", resent, asked(notRefunded, 49), 49, "processing channelAnswer query@50 [] [] 1000+0"],
  [
    "nothing came, asked in time",
    resent,
    asked(notRefunded, 50),
    50,
    "processing channelAnswer send@90 [] [] 1000+0",
  ],
  ["nothing came after a refusal", refusedTwice, asked(notRefunded, 50), 50, "failed - - [] [] 0+0"],
  [
    "refused, yet given back",
    refusedTwice,
    asked(foundRefunded(1_000), 50),
    50,
    "succeeded - - [refunded] [] 0+1000",
  ],
  ["question unanswered", resent, asked(unknown, 50), 60, "processing channelAnswer query@110 [] [] 1000+0"],
  ["short for a day", shortForADay, asked(notRefunded, day), day, "failed - - [] [] 0+0"],
  [
    "silent for a day",
    resent,
    asked(unknown, day),
    day,
    "processing person query@87010 [] [refundUnclear] 1000+0",
  ],
  [
    "nothing came for a day",
    resent,
    asked(notRefunded, day),
    day,
    "processing person query@87010 [] [refundUnclear] 1000+0",
  ],
  [
    "found in review",
    inReview,
    asked(foundRefunded(1_000), 87_000),
    87_000,
    "succeeded - - [refunded] [] 0+1000",
  ],
  [
    "a person says yes",
    inReview,
    decidedBy("succeeded"),
    87_000,
    "succeeded - query@87600 [refunded] [] 0+1000",
  ],
  ["a person says no", inReview, decidedBy("failed"), 87_000, "failed - query@87600 [] [] 0+0"],
  [
    "given back, whatever a person said",
    denied,
    asked(foundRefunded(1_000), 87_600),
    87_600,
    "succeeded - - [refunded] [channelContradiction] 0+1000",
  ],
  [
    "given back, and no room for it yet",
    { ...denied, payment: requested(denied.payment, null, 87_000, 2).payment },
    asked(foundRefunded(1_000), 87_600),
    87_600,
    "failed - query@88200 [] [channelContradiction] 12500+0",
  ],
  [
    "another amount given back after a no",
    denied,
    asked(foundRefunded(999), 87_600),
    87_600,
    "failed - - [] [channelContradiction] 0+0",
  ],
  ["nothing given back after a no", denied, asked(notRefunded, 87_600), 87_600, "failed - - [] [] 0+0"],
  ["silence after a no", denied, asked(unknown, 87_600), 87_600, "failed - query@88200 [] [] 0+0"],
  ["silence for long after a no", denied, asked(unknown, 177_000), 177_000, "failed - - [] [] 0+0"],
  [
    "given back, as a person said",
    granted,
    asked(foundRefunded(1_000), 87_600),
    87_600,
    "succeeded - - [] [] 0+1000",
  ],
  [
    "another amount given back after a yes",
    granted,
    asked(foundRefunded(999), 87_600),
    87_600,
    "succeeded - - [] [channelContradiction] 0+1000",
  ],
  [
    "nothing given back after a yes",
    granted,
    asked(notRefunded, 87_600),
    87_600,
    "succeeded - - [] [channelContradiction] 0+1000",
  ],
  ["silence after a yes", granted, asked(unknown, 87_600), 87_600, "succeeded - query@88200 [] [] 0+1000"],
  ["a person, not asked", fresh, decidedBy("failed"), 11, "processing channelAnswer query@25 [] [] 1000+0"],
  [
    "another amount found",
    resent,
    asked(foundRefunded(999), 50),
    50,
    "processing person - [] [channelContradiction] 1000+0",
  ],
  [
    "total too large",
    fresh,
    sent(refundedTo(1_001)),
    11,
    "processing channelAnswer query@20 [] [channelContradiction] 1000+0",
  ],
  [
    "total without what went before",
    beside,
    sent(refundedTo(2_000), 20),
    21,
    "processing channelAnswer query@30 [] [channelContradiction] 2000+1000",
  ],
  [
    "total with what went before",
    beside,
    sent(refundedTo(3_000), 20),
    21,
    "succeeded - - [refunded] [] 0+3000",
  ],
  [
    "given back after it had failed",
    failed,
    sent(refundedTo(1_000)),
    30,
    "succeeded - - [refunded] [channelContradiction] 0+1000",
  ],
  ["said twice", succeeded, asked(foundRefunded(1_000), 30), 30, "succeeded - - [] [] 0+1000"],
  ["a late refusal after success", succeeded, sent(declined), 30, "succeeded - - [] [] 0+1000"],
];

test("every row of the table of refund decisions holds", () => {
  for (const [name, before, command, seconds, expected] of rows)
    assert.equal(summary(before, command, seconds), expected, name);
});

test("a total may or may not hold what other refunds are giving back at this moment", () => {
  const first = requested(paidPayment(), 1_000);
  const second = requested(first.payment, 500, 10, 2);
  for (const total of [500, 1_500])
    assert.equal(
      summary(second, sent(refundedTo(total)), 11),
      "succeeded - - [refunded] [] 1000+500",
      `${total}`,
    );
  assert.match(summary(second, sent(refundedTo(1_501)), 11), /channelContradiction/);
});

const wanted = {
  opening: { ...fresh.refund },
  amount: fen(1),
  by: { role: "merchant", terminalId: null } as const,
};

test("only what is paid is refunded, and the refusal says what it is instead", () => {
  const review = { since: start, reason: "timetableExhausted", owner: "operator" } as const;
  const others: Array<readonly [Payment, RegExp]> = [
    [payment(), /^处理中$/],
    [payment({ state: "awaitingPayer", review }), /待人工核对/],
    [payment({ state: "closed" }), /^已关闭$/],
    [decide(paidPayment(), query(closedRefunded), at(60), terms).next, /^已撤销$/],
  ];
  for (const [before, zh] of others) {
    const answer = acceptRefund(before, wanted, at(60), refundTerms);
    assert.equal(answer.ok ? null : answer.refusal.code, "payment_not_refundable");
    assert.match(answer.ok ? "" : String(answer.refusal.facts.stateZh), zh);
  }
});

test("a payment that was reinstated is refunded up to what refunds have left of it", () => {
  const partly = decideRefund(requested(paidPayment(), 2_500), sent(refundedTo(2_500)), at(11), refundTerms)
    .next.payment;
  const reversed = decide(partly, query(closedRefunded, at(60)), at(60), terms);
  assert.deepEqual(
    reversed.journals.map(({ fact, postings }) => [fact, postings[0]?.minor]),
    [["reversed", -10_000n]],
  );
  const asked = decide(reversed.next, query(paid(), at(90)), at(91), terms).next;
  const decision = {
    kind: "reviewDecided",
    decision: "succeeded",
    reason: "核对无误",
    decidedBy: "key",
  } as const;
  const reinstated = decide(asked, decision, at(120), terms);
  assert.deepEqual(
    reinstated.journals.map(({ fact, postings }) => [fact, postings[0]?.minor]),
    [["reinstated", 10_000n]],
  );
  assert.equal(leftOf(reinstated.next).minor, 10_000n);
  assert.equal(requested(reinstated.next, null, 130, 2).refund.amount.minor, 10_000n);
});

test("what we gave back ourselves is no news, and the rest that somebody else gave back is reversed with a case", () => {
  const all = decideRefund(requested(paidPayment()), sent(refundedTo(12_500)), at(11), refundTerms).next
    .payment;
  const told = decide(all, query(closedRefunded, at(60)), at(60), terms);
  assert.deepEqual([told.next.state, told.journals, told.effects], ["succeeded", [], []]);

  const open = requested(paidPayment(), 2_500);
  const waiting = decide(open.payment, query(closedRefunded, at(12)), at(12), terms);
  assert.deepEqual(
    [waiting.next.state, waiting.effects, waiting.next.resolution],
    ["succeeded", [], { step: "query", at: at(312) }],
  );
  // Given back as asked, and still more of it is gone than that: the channel is asked at once.
  const done = decideRefund({ ...open, payment: waiting.next }, sent(refundedTo(2_500)), at(13), refundTerms)
    .next.payment;
  assert.deepEqual(done.resolution, { step: "query", at: at(13) });
  // Refused because the trade is closed: then the channel is asked about the payment again.
  const refused = decideRefund({ ...open, payment: waiting.next }, sent(declined), at(13), refundTerms).next
    .payment;
  assert.deepEqual(refused.resolution, { step: "query", at: at(13) });
  const settled = decide(refused, query(closedRefunded, at(13)), at(14), terms);
  assert.deepEqual(
    [settled.next.state, settled.effects.map((effect) => effect.kind === "openCase" && effect.caseKind)],
    ["reversed", ["reversedAfterSuccess"]],
  );
});

test("a reversal that is asked for cancels at once, and again after every answer that settles nothing", () => {
  const command = {
    kind: "reversalRequested",
    by: { role: "merchant", terminalId: null },
    reason: null,
  } as const;
  const wished = decide(payment(), command, at(2), terms).next;
  assert.deepEqual(wished.resolution, { step: "cancel", at: at(2) });
  const looked = decide(
    { ...wished, resolution: { step: "query", at: at(3) } },
    query(unknown, at(3)),
    at(4),
    terms,
  );
  assert.deepEqual(looked.next.resolution, { step: "cancel", at: at(4) });
  const paidAlready = paidPayment();
  assert.equal(decide(paidAlready, command, at(5), terms).next, paidAlready);
});

test("old news leaves a question that was raised after it, and answers one that was raised before", () => {
  const refused = decideRefund(fresh, sent(declined), at(11), refundTerms).next.payment;
  assert.deepEqual(refused.resolution, { step: "query", at: at(11) });
  const news: ReadonlyArray<readonly [Command, Payment["resolution"]]> = [
    [callback(), refused.resolution],
    [query(paid(), at(2)), refused.resolution],
    [query(paid({ amount: fen(1) }), at(2)), refused.resolution],
    [query(paid({ channelTradeNo: "another" }), at(2)), refused.resolution],
    [query(closedRefunded, at(2)), null],
    [query(paid(), at(11)), null],
  ];
  for (const [command, expected] of news)
    assert.deepEqual(decide(refused, command, at(12), terms).next.resolution, expected);
});

test("the words of a question that found nothing do not replace those that say why nothing went back", () => {
  const told = decideRefund(shortForADay, asked(notRefunded, day - 300), at(day - 300), refundTerms).next
    .refund;
  assert.equal(told.words?.code, "ACQ.SELLER_BALANCE_NOT_ENOUGH");
  const found = decideRefund(shortBalance, asked(foundRefunded(1_000), 40), at(40), refundTerms).next.refund;
  assert.deepEqual(found.words, words);
  const refused = decideRefund(refusedTwice, asked(notRefunded, 50), at(50), refundTerms).next.refund;
  assert.deepEqual(refused.words, declined.words);
});
