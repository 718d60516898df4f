// Laws of a payment that hold whatever arrives, in whatever order, however late.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PaymentState } from "@huiyin/contract/words.ts";
import { fen } from "../../kernel/money.ts";
import { decide } from "./decide.ts";
import {
  at,
  callback,
  cancel,
  cancelClose,
  cancelRefund,
  charge,
  closedRefunded,
  closedUnpaid,
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
  stateMayHaveChanged,
  terms,
  unknown,
} from "./fixtures.ts";
import { isFinal, type Command, type Decision, type Payment } from "./model.ts";
import { nothingMayComeAfter } from "./timetable.ts";

const amounts = fc.constantFrom(fen(12_500), fen(12_500), fen(12_500), fen(12_499));
const trades = fc.constantFrom("trade-1", "trade-1", "trade-1", "trade-2");
const successes = fc.record({ amount: amounts, channelTradeNo: trades }).map(paid);
const chargeOutcomes = fc.oneof(successes, fc.constantFrom(declined, pending, unknown));
const queryOutcomes = fc.oneof(
  successes,
  fc.constantFrom(pending, unknown, notFound, closedUnpaid, closedRefunded),
);
const cancelOutcomes = fc.constantFrom(cancelClose, cancelRefund, noAction, retry, refused, unknown);
const news = fc.oneof(successes, fc.constant(stateMayHaveChanged));

type Step = Readonly<{ afterSeconds: number; command: (now: number) => Command }>;

// A reply may have been on its way for up to 90 seconds: a process that was stopped reads it when it wakes up.
const delays = fc.integer({ min: 0, max: 90 });
const commands: fc.Arbitrary<Step["command"]> = fc.oneof(
  fc.tuple(chargeOutcomes, delays).map(
    ([outcome, delay]) =>
      (now: number) =>
        charge(outcome, at(Math.max(0, now - delay))),
  ),
  fc.tuple(queryOutcomes, delays).map(
    ([outcome, delay]) =>
      (now: number) =>
        query(outcome, at(Math.max(0, now - delay))),
  ),
  fc.tuple(cancelOutcomes, delays).map(
    ([outcome, delay]) =>
      (now: number) =>
        cancel(outcome, at(Math.max(0, now - delay))),
  ),
  fc.tuple(news, fc.constantFrom("a", "b", "c")).map(
    ([said, id]) =>
      () =>
        callback(said, id),
  ),
  fc.constantFrom("succeeded" as const, "closed" as const).map((decision) => () => review(decision)),
);
const steps = fc.array(fc.record({ afterSeconds: fc.integer({ min: 0, max: 60 }), command: commands }), {
  maxLength: 25,
});

type Taken = Readonly<{ before: Payment; command: Command; decision: Decision; now: Date }>;

/** The whole life of a payment under these commands. A person decides only where a review is open. */
function live(life: readonly Step[]): Taken[] {
  let present = payment();
  let seconds = 0;
  const taken: Taken[] = [];
  for (const step of life) {
    seconds += step.afterSeconds;
    const command = step.command(seconds);
    if (command.kind === "reviewDecided" && present.review === null) continue;
    const decision = decide(present, command, at(seconds), terms);
    taken.push({ before: present, command, decision, now: at(seconds) });
    present = decision.next;
  }
  return taken;
}

/** Holds the law at every step of many lives. */
function law(name: string, holds: (taken: Taken) => void): void {
  test(name, () =>
    fc.assert(
      fc.property(steps, (life) => live(life).forEach(holds)),
      { numRuns: 2_000 },
    ),
  );
}

const transitions: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  processing: ["awaitingPayer", "succeeded", "failed", "closed", "reversed"],
  awaitingPayer: ["succeeded", "closed", "reversed"],
  succeeded: ["reversed"],
  failed: ["succeeded", "reversed"],
  closed: ["succeeded", "reversed"],
  reversed: ["succeeded"],
};

test("no payment takes a step that the table of transitions does not know, and every one that it knows is taken", () => {
  const met = new Set<string>();
  const property = fc.property(steps, (life) => {
    for (const { before, decision } of live(life)) {
      if (before.state !== decision.next.state) met.add(`${before.state} → ${decision.next.state}`);
    }
  });
  fc.assert(property, { numRuns: 5_000 });
  const known = Object.entries(transitions).flatMap(([from, all]) => all.map((to) => `${from} → ${to}`));
  assert.deepEqual([...met].sort(), known.sort());
});

law(
  "a succeeded payment stays succeeded whatever arrives, unless the channel says that the money went back",
  ({ before, command, decision }) => {
    if (before.state !== "succeeded" || decision.next.state === "succeeded") return;
    const outcome = "reply" in command ? command.reply.outcome : null;
    const wentBack = outcome === closedRefunded || outcome === cancelRefund;
    assert.ok(wentBack, `${command.kind} moved it to ${decision.next.state}`);
    assert.deepEqual(
      decision.effects.map((effect) => effect.kind),
      ["openCase"],
    );
  },
);

law("a reversed payment becomes succeeded by a person alone", ({ before, command, decision }) => {
  if (before.state === "reversed" && decision.next.state === "succeeded")
    assert.equal(command.kind, "reviewDecided");
});

law("every unfinished payment has a next step, or a person whose turn it is", ({ decision: { next } }) => {
  assert.ok(isFinal(next.state) || next.resolution !== null || next.review !== null, next.state);
});

law(
  "only a decline that answers the charge ends a payment as failed",
  ({ before, command, decision: { next } }) => {
    if (before.state === "failed" || next.state !== "failed") return;
    assert.ok(command.kind === "chargeAnswered" && command.reply.outcome.kind === "declined", command.kind);
  },
);

law(
  "a trade that the channel does not know closes the payment only when asked for after the expiry",
  ({ before, command, decision: { next } }) => {
    if (before.state === "closed" || next.state !== "closed" || command.kind !== "queryAnswered") return;
    if (command.reply.outcome.kind !== "notFound") return;
    assert.ok(
      command.reply.exchange.sentAt >= nothingMayComeAfter(before),
      command.reply.exchange.sentAt.toISOString(),
    );
  },
);

law(
  "a cancel without effect, a silence and a network error never end a payment",
  ({ before, command, decision: { next } }) => {
    if (
      !("reply" in command) ||
      !["noAction", "unknown", "retry", "refused", "pending"].includes(command.reply.outcome.kind)
    )
      return;
    assert.equal(isFinal(next.state), isFinal(before.state));
  },
);

law("no success is booked on a word that may be older than a cancel", ({ before, command, decision }) => {
  if (before.state === "succeeded" || decision.next.state !== "succeeded" || command.kind === "reviewDecided")
    return;
  if (before.lastCancelAt === null) return;
  assert.ok("reply" in command, command.kind);
  assert.ok(command.reply.exchange.sentAt >= before.lastCancelAt, command.kind);
});

law("nothing is booked on an amount that is not ours", ({ command, decision }) => {
  const said =
    "reply" in command
      ? command.reply.outcome
      : command.kind === "callbackReceived"
        ? command.callback.news
        : null;
  if (said?.kind !== "succeeded" || said.amount.minor === 12_500n) return;
  assert.deepEqual(decision.journals, []);
  assert.equal(
    decision.next.state === "succeeded",
    decision.next.facts.at(-1) === "succeeded" || decision.next.facts.at(-1) === "reinstated",
  );
});

law(
  "the books say what the state says, each fact once and each journal in balance",
  ({ before, decision: { next, journals } }) => {
    assert.deepEqual(next.facts, [...before.facts, ...journals.map((journal) => journal.fact)]);
    assert.equal(new Set(next.facts).size, next.facts.length, next.facts.join(" "));
    const held = next.facts.reduce((sum, fact) => sum + (fact === "reversed" ? -1 : 1), 0);
    assert.equal(held, next.state === "succeeded" ? 1 : 0, `${next.state} with ${next.facts.join(" ")}`);
    assert.equal(next.state === "reversed", next.facts.at(-1) === "reversed");
    for (const journal of journals) {
      assert.equal(
        journal.postings.reduce((sum, posting) => sum + posting.minor, 0n),
        0n,
      );
      assert.equal(journal.postings[0]?.minor, journal.fact === "reversed" ? -12_500n : 12_500n);
    }
  },
);

law(
  "arriving money is announced exactly when it is booked as kept",
  ({ before, decision: { next, effects } }) => {
    const announced = effects.filter((effect) => effect.kind === "announce").length;
    assert.equal(announced, before.state !== "succeeded" && next.state === "succeeded" ? 1 : 0);
  },
);

law(
  "money that comes after the end is marked, booked, announced and given to a person",
  ({ before, decision: { next, effects } }) => {
    if (!isFinal(before.state) || before.state === "succeeded" || next.state !== "succeeded") return;
    assert.ok(next.lateSuccess);
    assert.deepEqual(
      effects.map((effect) => (effect.kind === "openCase" ? effect.caseKind : effect.kind)),
      ["announce", "lateSuccess"],
    );
  },
);

law("saying the same again changes neither state nor books", ({ command, decision: { next }, now }) => {
  if (command.kind === "reviewDecided") return;
  const again = decide(next, command, now, terms);
  assert.equal(again.next.state, next.state);
  assert.deepEqual(again.journals, []);
});

law(
  "what is saved has the next version, and what is not is the very same payment",
  ({ before, decision: { next, journals, effects, events } }) => {
    if (next !== before) return assert.equal(next.version, before.version + 1);
    assert.equal(journals.length + effects.length + events.length, 0);
  },
);

law(
  "nobody is called twice for the same review, and an ended one is over",
  ({ before, decision: { next, events } }) => {
    const opened = events.filter((entry) => entry.kind === "reviewOpened").length;
    assert.equal(opened, before.review === null && next.review !== null ? 1 : 0);
    if (next.state === "succeeded") assert.equal(next.review, null);
  },
);

law(
  "a person who decides what the channel left open does not end the questions",
  ({ before, command, decision }) => {
    if (command.kind !== "reviewDecided" || before.review?.reason !== "timetableExhausted") return;
    assert.equal(decision.next.review, null);
    assert.equal(decision.next.resolution?.step, "query");
  },
);

// The resolver against a channel that gives the same answer for ever: the timetable must lead somewhere.
const stubborn = [
  { name: "a channel that is down", onQuery: unknown, onCancel: unknown, ends: "review" },
  {
    name: "a payer who never enters the password, and cancels that work",
    onQuery: pending,
    onCancel: cancelClose,
    ends: "closed",
  },
  {
    name: "a payer who never enters the password, and cancels that fail",
    onQuery: pending,
    onCancel: retry,
    ends: "review",
  },
  { name: "a charge that never arrived", onQuery: notFound, onCancel: noAction, ends: "closed" },
  { name: "a payer who paid unseen", onQuery: unknown, onCancel: cancelRefund, ends: "reversed" },
  { name: "a seller without balance for the refund", onQuery: unknown, onCancel: refused, ends: "review" },
  {
    name: "queries that fail and cancels that find nothing",
    onQuery: unknown,
    onCancel: noAction,
    ends: "review",
  },
] as const;

test("a mistake of a person is found as soon as the channel speaks again, and asking ends", () => {
  const mistakes = [
    { decision: "closed", says: paid(), state: "succeeded", effects: ["announce", "lateSuccess"] },
    { decision: "succeeded", says: closedRefunded, state: "reversed", effects: ["reversedAfterSuccess"] },
    { decision: "succeeded", says: closedUnpaid, state: "succeeded", effects: ["channelContradiction"] },
    { decision: "succeeded", says: notFound, state: "succeeded", effects: ["channelContradiction"] },
  ] as const;
  for (const { decision, says, state, effects } of mistakes) {
    const open = payment({ review: { since: at(170), reason: "timetableExhausted", owner: "operator" } });
    let present = decide(open, review(decision), at(200), terms).next;
    let calls = 0;
    for (; present.resolution !== null && calls < 100; calls += 1)
      present = decide(present, query(unknown, present.resolution.at), present.resolution.at, terms).next;
    assert.equal(calls, 100, "still asking after hours of silence");
    assert.ok(present.resolution);
    const told = decide(present, query(says, present.resolution.at), present.resolution.at, terms);
    assert.equal(told.next.state, state);
    assert.equal(told.next.resolution, null);
    assert.deepEqual(
      told.effects.map((effect) => (effect.kind === "openCase" ? effect.caseKind : effect.kind)),
      effects,
    );
    for (; present.resolution !== null; calls += 1)
      present = decide(present, query(unknown, present.resolution.at), present.resolution.at, terms).next;
    assert.ok(calls <= 300, `${calls} questions`);
  }
});

test("every payment ends, or has a person's name on it, within three minutes and a bounded number of calls", () => {
  for (const { name, onQuery, onCancel, ends } of stubborn) {
    for (const callSeconds of [0, 0.2, 10]) {
      let present = decide(payment(), charge(unknown), at(10), terms).next;
      let now = at(10);
      let calls = 0;
      while (!isFinal(present.state) && present.review === null) {
        assert.ok(present.resolution, `${name}: nothing scheduled`);
        const sentAt = present.resolution.at > now ? present.resolution.at : now;
        now = new Date(sentAt.getTime() + callSeconds * 1_000);
        const command =
          present.resolution.step === "query" ? query(onQuery, sentAt) : cancel(onCancel, sentAt);
        present = decide(present, command, now, terms).next;
        calls += 1;
      }
      assert.equal(present.review === null ? present.state : "review", ends, name);
      assert.ok(now <= at(180), `${name}: ended at ${(now.getTime() - at(0).getTime()) / 1_000} s`);
      assert.ok(calls <= 80, `${name}: ${calls} calls`);
    }
  }
});
