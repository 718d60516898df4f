// Laws of refunds that hold for every amount, every rate and every order of events.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { feeOf, fen } from "../../../kernel/money.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import { decide } from "../decide.ts";
import { at, charge, declined, paid, payment, terms, unknown } from "../fixtures.ts";
import type { Payment } from "../model.ts";
import { decideRefund } from "./decide.ts";
import {
  asked,
  balanceShort,
  decidedBy,
  foundRefunded,
  foundStuck,
  inHand,
  notified,
  notRefunded,
  refundedTo,
  refundTerms,
  requested,
  sent,
} from "./fixtures.ts";
import type { Pair, RefundCommand, RefundDecision } from "./model.ts";
import { leftOf } from "./settle.ts";

function paidWith(amountFen: number, feeRateBasisPoints: bigint): Payment {
  const open = payment({ amount: fen(amountFen) });
  return decide(open, charge(paid({ amount: fen(amountFen) })), at(1), { ...terms, feeRateBasisPoints }).next;
}

test("whatever the parts, the fee that is kept is the fee of what is kept", () => {
  const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.bigInt(0n, 10_000n),
      parts,
      (amount, rate, shares) => {
        let present = paidWith(amount, rate);
        let returned = 0n;
        let channel = 0n;
        let number = 0;
        for (const share of [...shares, null]) {
          const left = Number(leftOf(present).minor);
          if (left === 0) break;
          const part = share === null ? left : Math.max(1, Math.floor(left * share));
          const pair = requested(present, part, 10, (number += 1));
          const total = amount - left + part;
          const { next, journals } = decideRefund(pair, sent(refundedTo(total)), at(11), refundTerms);
          present = next.payment;
          returned += next.refund.feeReturned?.minor ?? -1n;
          channel += journals[0]?.postings.find(({ account }) => account === "channel:alipay")?.minor ?? 0n;
          const sum = journals[0]?.postings.reduce((all, { minor }) => all + minor, 0n);
          assert.equal(sum, 0n);
          const kept = fen(BigInt(amount) - present.refunded.minor);
          assert.equal((present.fee?.minor ?? 0n) - returned, feeOf(kept, rate).minor);
        }
        assert.deepEqual(
          [returned, channel, present.refunded.minor],
          [present.fee?.minor, -BigInt(amount), BigInt(amount)],
        );
      },
    ),
    { numRuns: 500 },
  );
});

type Event = Readonly<{
  refund: number;
  afterSeconds: number;
  command: (now: number, pair: Pair) => RefundCommand;
}>;

const delays = fc.integer({ min: 0, max: 30 });
const commands: fc.Arbitrary<Event["command"]> = fc.oneof(
  fc
    .tuple(fc.constantFrom("refunded", "declined", "short", "unknown", "inHand"), delays)
    .map(([said, delay]) => (now: number, { payment: owner, refund }: Pair) => {
      const total = Number(owner.refunded.minor + refund.amount.minor);
      const outcome =
        said === "refunded"
          ? refundedTo(total)
          : said === "declined"
            ? declined
            : said === "short"
              ? balanceShort
              : said === "inHand"
                ? inHand
                : unknown;
      return sent(outcome, Math.max(10, now - delay));
    }),
  fc
    .tuple(fc.constantFrom("found", "not", "unknown", "other", "inHand", "stuck"), delays)
    .map(([said, delay]) => (now: number, { refund }: Pair) => {
      const own = Number(refund.amount.minor);
      const outcome =
        said === "found"
          ? foundRefunded(own)
          : said === "not"
            ? notRefunded
            : said === "other"
              ? foundRefunded(own + 1)
              : said === "inHand"
                ? inHand
                : said === "stuck"
                  ? foundStuck
                  : unknown;
      return asked(outcome, Math.max(10, now - delay));
    }),
  fc.constantFrom("succeeded" as const, "failed" as const).map((decision) => () => decidedBy(decision)),
  fc.constantFrom("a", "b", "c").map((id) => () => notified(id)),
);
const events = fc.array(
  fc.record({
    refund: fc.integer({ min: 0, max: 3 }),
    afterSeconds: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(40_000)),
    command: commands,
  }),
  { maxLength: 30 },
);

/** Four refunds of one payment, told these things one after the other. */
function live(
  life: readonly Event[],
  check: (before: Pair, command: RefundCommand, decision: RefundDecision, now: number) => void,
): void {
  let owner = paidWith(12_500, 38n);
  const refunds = [4_000, 4_000, 4_000, 500].map((amount, index) => {
    const pair = requested(owner, amount, 10, index + 1);
    owner = pair.payment;
    return pair.refund;
  });
  let now = 10;
  for (const { refund: index, afterSeconds, command } of life) {
    now += afterSeconds;
    const refund = refunds[index];
    if (refund === undefined) continue;
    const before = { payment: owner, refund };
    const told = command(now, before);
    const decision = decideRefund(before, told, at(now), refundTerms);
    check(before, told, decision, now);
    owner = decision.next.payment;
    refunds[index] = decision.next.refund;
    const sum = (state: string) =>
      refunds.filter((one) => one.state === state).reduce((all, one) => all + one.amount.minor, 0n);
    assert.deepEqual([owner.refunding.minor, owner.refunded.minor], [sum("processing"), sum("succeeded")]);
    assert.ok(owner.refunding.minor + owner.refunded.minor <= owner.amount.minor);
  }
}

test("what is reserved and given back is the sum of the refunds, and never more than was paid", () => {
  fc.assert(
    fc.property(events, (life) => live(life, () => undefined)),
    { numRuns: 2_000 },
  );
});

test("an open refund has a next step or a person, and a journal is written exactly when money goes back", () => {
  fc.assert(
    fc.property(events, (life) =>
      live(life, (before, _, { next: { refund, payment: owner }, journals }) => {
        if (refund.state === "processing") {
          assert.ok(refund.resolution !== null || refund.reviewSince !== null);
        } else {
          assert.equal(refund.reviewSince, null);
          // What only a person said is asked about, or what a notification named, and nothing else that ended.
          const named = owner.lastNotificationId !== null;
          assert.ok(refund.resolution === null || refund.decidedBy !== null || named);
          assert.notEqual(refund.resolution?.step, "send");
        }
        const booked = before.refund.state !== "succeeded" && refund.state === "succeeded";
        assert.deepEqual(
          journals.map(({ fact }) => fact),
          booked ? ["refunded"] : [],
        );
        assert.ok(before.refund.state !== "succeeded" || refund.state === "succeeded");
      }),
    ),
    { numRuns: 2_000 },
  );
});

test("an open refund is never left unasked, unless the channel contradicts our amount; and no question is further off than the slowest pace", () => {
  fc.assert(
    fc.property(events, (life) => {
      const contradicted = new Set<string>();
      live(life, (_, __, { next: { refund }, effects }, now) => {
        if (effects.some(({ caseKind }) => caseKind === "channelContradiction")) contradicted.add(refund.id);
        if (refund.state !== "processing" || contradicted.has(refund.id)) return;
        assert.ok(refund.resolution !== null);
        assert.ok(secondsBetween(at(now), refund.resolution.at) <= 21_600);
      });
    }),
    { numRuns: 2_000 },
  );
});

test("what a person decided is asked about until the channel says what became of it, and a contradiction is a case", () => {
  fc.assert(
    fc.property(events, (life) =>
      live(life, ({ refund: before }, command, { next: { refund }, effects }) => {
        if (
          command.kind === "reviewDecided" &&
          before.state === "processing" &&
          refund.state !== "processing"
        )
          assert.equal(refund.resolution?.step, "query");
        if (before.state === "processing" || before.resolution === null || command.kind !== "queryAnswered")
          return;
        const said = command.reply.outcome;
        if (said.kind === "unknown" || said.kind === "processing" || said.kind === "stuck")
          assert.ok(refund.resolution !== null || effects.length === 0);
        else if ((said.kind === "refunded") !== (before.state === "succeeded"))
          assert.equal(effects.length, 1);
      }),
    ),
    { numRuns: 2_000 },
  );
});

test("a notification moves no money and no state: it is a reason to ask, once", () => {
  fc.assert(
    fc.property(events, (life) =>
      live(life, (before, command, { next, journals }, now) => {
        if (command.kind !== "callbackReceived") return;
        assert.deepEqual([next.refund.state, journals.length], [before.refund.state, 0]);
        const { refunding, refunds, refunded, state } = before.payment;
        assert.deepEqual(
          [next.payment.refunding, next.payment.refunds, next.payment.refunded, next.payment.state],
          [refunding, refunds, refunded, state],
        );
        if (next !== before && next.refund.state === "processing")
          assert.ok(next.refund.resolution !== null && next.refund.resolution.at <= at(now));
        assert.equal(decideRefund(next, command, at(now), refundTerms).next, next);
      }),
    ),
    { numRuns: 2_000 },
  );
});

test("only a refusal of the only send, the channel’s late word that nothing went back, or a person ends a refund as failed", () => {
  fc.assert(
    fc.property(events, (life) =>
      live(life, ({ refund: before }, command, { next: { refund } }) => {
        if (before.state === "failed" || refund.state !== "failed") return;
        if (command.kind === "reviewDecided") return;
        assert.ok(command.kind !== "callbackReceived", "a notification ends nothing");
        const { outcome, exchange } = command.reply;
        if (command.kind === "sendAnswered") assert.deepEqual([outcome.kind, before.sends], ["declined", 1]);
        else {
          assert.equal(outcome.kind, "notRefunded");
          assert.ok(exchange.sentAt.getTime() - before.sentBy.getTime() >= 10_000);
          assert.notEqual(before.lastSaid, null);
        }
      }),
    ),
    { numRuns: 2_000 },
  );
});
