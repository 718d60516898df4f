// Laws of shown codes that hold whatever arrives, in whatever order, however late.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addSeconds } from "../../../kernel/time.ts";
import { decide } from "../decide.ts";
import {
  at,
  callback,
  close,
  closed,
  closedRefunded,
  closedUnpaid,
  closedUnstated,
  code,
  created,
  declined,
  notFound,
  paid,
  pending,
  query,
  refused,
  review,
  shownCode,
  shownTerms,
  stateMayHaveChanged,
  terms,
  unknown,
} from "../fixtures.ts";
import { isFinal, type Command, type Decision, type Payment, type Terms } from "../model.ts";
import { settledFrom } from "./timetable.ts";

const queryOutcomes = fc.constantFrom(
  paid(),
  pending,
  unknown,
  notFound,
  closedUnpaid,
  closedRefunded,
  closedUnstated,
);
const delays = fc.integer({ min: 0, max: 90 });
const commands: fc.Arbitrary<(now: number) => Command> = fc.oneof(
  fc
    .tuple(fc.constantFrom(created, declined, unknown), fc.constantFrom("first" as const, "last" as const))
    .map(
      ([outcome, attempt]) =>
        () =>
          code(outcome, attempt),
    ),
  fc.tuple(queryOutcomes, delays).map(
    ([outcome, delay]) =>
      (now: number) =>
        query(outcome, at(Math.max(0, now - delay))),
  ),
  fc.tuple(fc.constantFrom(closed, notFound, refused, unknown), delays).map(
    ([outcome, delay]) =>
      (now: number) =>
        close(outcome, at(Math.max(0, now - delay))),
  ),
  fc.tuple(fc.constantFrom(paid(), stateMayHaveChanged), fc.constantFrom("a", "b", "c")).map(
    ([news, id]) =>
      () =>
        callback(news, id),
  ),
  fc.constant(
    () =>
      ({
        kind: "reversalRequested",
        by: { role: "terminal", terminalId: null },
        reason: null,
      }) as const,
  ),
  fc.constantFrom("succeeded" as const, "closed" as const).map((decision) => () => review(decision)),
);
const lives = fc.tuple(
  fc.constantFrom<Terms>(terms, { ...terms, shown: { ...shownTerms, close: "no" } }),
  fc.array(fc.record({ afterSeconds: fc.integer({ min: 0, max: 60 }), command: commands }), {
    maxLength: 25,
  }),
);

type Taken = Readonly<{ before: Payment; command: Command; decision: Decision; now: Date; own: Terms }>;

function live([own, life]: typeof lives extends fc.Arbitrary<infer Life> ? Life : never): Taken[] {
  let present = shownCode();
  let seconds = 0;
  return life.map(({ afterSeconds, command: make }) => {
    seconds += afterSeconds;
    const command = make(seconds);
    const before = present;
    const decision = decide(before, command, at(seconds), own);
    present = decision.next;
    return { before, command, decision, now: at(seconds), own };
  });
}

function law(name: string, holds: (taken: Taken) => void): void {
  test(name, () =>
    fc.assert(
      fc.property(lives, (life) => live(life).forEach(holds)),
      { numRuns: 2_000 },
    ),
  );
}

law(
  "an open code has a next step or a person, and is never cancelled: only closed",
  ({ decision: { next } }) => {
    assert.ok(isFinal(next.state) || next.resolution !== null || next.review !== null, next.state);
    assert.notEqual(next.resolution?.step, "cancel");
  },
);

law(
  "a code is kept only while somebody may pay it, and once gone it never comes back",
  ({ before, decision }) => {
    const { next } = decision;
    assert.ok(next.codeUrl === null || next.state === "awaitingPayer");
    if (before.state !== "processing" && before.codeUrl === null) assert.equal(next.codeUrl, null);
  },
);

law("money is booked exactly when it is kept, each fact once, and announced then", ({ before, decision }) => {
  const { next, journals, effects } = decision;
  assert.deepEqual(next.facts, [...before.facts, ...journals.map((journal) => journal.fact)]);
  assert.equal(new Set(next.facts).size, next.facts.length);
  const held = next.facts.reduce((sum, fact) => sum + (fact === "reversed" ? -1 : 1), 0);
  assert.equal(held, next.state === "succeeded" ? 1 : 0);
  const announced = effects.filter((effect) => effect.kind === "announce").length;
  assert.equal(announced, before.state !== "succeeded" && next.state === "succeeded" ? 1 : 0);
});

law(
  "closing undoes nothing: no answer to it moves money, or takes a success back",
  ({ before, command, decision }) => {
    if (command.kind !== "closeAnswered") return;
    assert.deepEqual(decision.journals, []);
    if (isFinal(before.state)) assert.equal(decision.next.state, before.state);
    else assert.ok([before.state, "closed"].includes(decision.next.state));
  },
);

law("a success is never refused, whenever it comes", ({ before, command, decision }) => {
  const said =
    command.kind === "queryAnswered"
      ? command.reply.outcome.kind
      : command.kind === "callbackReceived"
        ? command.callback.news.kind
        : null;
  if (said !== "succeeded" || before.state === "reversed") return;
  assert.equal(decision.next.state, "succeeded");
});

law(
  "the channel’s “no such trade” ends a code that was shown only when nobody can pay it, or somebody withdrew it",
  ({ before, command, decision: { next }, own }) => {
    if (isFinal(before.state) || before.state === "processing" || next.state !== "closed") return;
    if (!("reply" in command) || command.reply.outcome.kind !== "notFound" || own.shown === null) return;
    const settled = command.reply.exchange.sentAt >= settledFrom(before, own.shown);
    assert.ok(settled || before.reversalRequestedAt !== null);
  },
);

law("saying the same again changes neither state nor books", ({ command, decision: { next }, now, own }) => {
  if (command.kind === "reviewDecided") return;
  // What is said twice of a trade that stays open may exhaust the attempts: that ends nothing but our patience.
  if ("reply" in command && ["unknown", "refused", "pending"].includes(command.reply.outcome.kind)) return;
  const again = decide(next, command, now, own);
  assert.deepEqual(again.journals, []);
  if (isFinal(next.state)) assert.equal(again.next.state, next.state);
});

// The resolver against a channel that gives the same answer for ever: the timetable must lead somewhere.
const stubborn = [
  { name: "a code that nobody scans", onQuery: notFound, onClose: notFound, ends: "closed" },
  { name: "a payer who looks and never pays", onQuery: pending, onClose: closed, ends: "closed" },
  { name: "a channel that is down", onQuery: unknown, onClose: unknown, ends: "review" },
  { name: "a channel that closes nothing", onQuery: pending, onClose: refused, ends: "review" },
  { name: "a payer who was quicker than the closing", onQuery: paid(), onClose: refused, ends: "succeeded" },
] as const;

test("every code ends, or has a person’s name on it, within two and a half minutes of its end", () => {
  for (const { name, onQuery, onClose, ends } of stubborn) {
    for (const callSeconds of [0, 0.2, 10]) {
      let present = decide(shownCode(), code(created), at(1), terms).next;
      let now = at(1);
      let calls = 0;
      while (!isFinal(present.state) && present.review === null) {
        assert.ok(present.resolution, `${name}: nothing scheduled`);
        const sentAt = present.resolution.at > now ? present.resolution.at : now;
        now = addSeconds(sentAt, callSeconds);
        const command = present.resolution.step === "query" ? query(onQuery, sentAt) : close(onClose, sentAt);
        present = decide(present, command, now, terms).next;
        calls += 1;
      }
      assert.equal(present.review === null ? present.state : "review", ends, name);
      assert.ok(now <= addSeconds(present.expiresAt, 150), `${name}: ended at ${now.toISOString()}`);
      assert.ok(calls <= 130, `${name}: ${calls} calls`);
    }
  }
});
