import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../../kernel/money.ts";
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
  shownCode,
  shownTerms,
  start,
  stateMayHaveChanged,
  terms,
  unknown,
} from "../fixtures.ts";
import type { Command, Decision, Payment, Terms } from "../model.ts";
import { expiryOfCode } from "./timetable.ts";

/** Made at the start, on the screen since second 1, to expire at 299.75. */
const shown = shownCode({
  state: "awaitingPayer",
  codeUrl: created.codeUrl,
  resolution: { step: "query", at: at(4) },
});
const making = shownCode();
const withdrawing = shownCode({
  state: "awaitingPayer",
  reversalRequestedAt: at(60),
  resolution: { step: "close", at: at(60) },
});
const withdrawn = shownCode({
  state: "closed",
  reversalRequestedAt: at(60),
  cancelAttempts: 1,
  resolution: { step: "query", at: at(63) },
  finishedAt: at(60),
});
const attempted = shownCode({
  state: "closed",
  resolution: { step: "query", at: at(8) },
  finishedAt: at(5),
});
const reversal: Command = {
  kind: "reversalRequested",
  by: { role: "terminal", terminalId: null },
  reason: null,
};
const noClose: Terms = { ...terms, shown: { ...shownTerms, close: "no" } };
const oneFenShort = paid({ amount: fen(12_499) });
const tried = (payment: Payment, cancelAttempts: number): Payment => ({ ...payment, cancelAttempts });

/** Everything a decision does, in one line: state, whether the code is shown, facts booked, effects, next step, call. */
function summary(before: Payment, { next, journals, effects }: Decision): string {
  const seconds = next.resolution && (next.resolution.at.getTime() - start.getTime()) / 1000;
  const step = next.resolution === null ? "-" : `${next.resolution.step}@${seconds}`;
  const call = before.review === null && next.review !== null ? ` review:${next.review.reason}` : "";
  const done = [
    ...journals.map((journal) => `book:${journal.fact}`),
    ...effects.map((effect) => (effect.kind === "openCase" ? effect.caseKind : effect.kind)),
  ];
  return `${next.state}${next.codeUrl === null ? "" : "+code"} [${done.join(" ")}] ${step}${call}`;
}

// payment, what it is told, seconds after the start → what it becomes [what is booked and called] next step
const rows: ReadonlyArray<readonly [Payment, Command, number, string]> = [
  // The answer to the request for the code.
  [making, code(created), 1, "awaitingPayer+code [] query@4"],
  [making, code(declined), 1, "failed [] -"],
  [making, code(declined, "last"), 1, "failed [] -"],
  [making, code(unknown), 10, "processing [] close@25"],
  [making, code(unknown, "last"), 20, "processing [] close@20"],
  // Too late: withdrawn, or given up by the safety net. Nobody is to see it any more.
  [making, code(created), 25, "processing [] close@25"],
  [
    { ...making, ...{ reversalRequestedAt: at(2), resolution: { step: "close", at: at(2) } } },
    code(created),
    3,
    "processing [] close@2",
  ],
  // Also where the channel was asked to close it meanwhile, did not answer, and is asked again later.
  [
    { ...tried(making, 1), ...{ reversalRequestedAt: at(2), resolution: { step: "close", at: at(6) } } },
    code(created),
    5,
    "processing [] close@6",
  ],
  [
    { ...tried(making, 1), resolution: { step: "close", at: at(28) } },
    code(created),
    27,
    "processing [] close@28",
  ],
  [withdrawn, code(created), 70, "closed [] query@63"],
  [shown, code(created), 20, "awaitingPayer+code [] query@4"],

  // The safety net: a code that nobody saw is closed, whatever the channel did with the request.
  [making, close(closed), 26, "closed [] -"],
  [making, close(notFound), 26, "closed [] -"],
  [making, close(unknown), 26, "processing [] close@28"],
  [tried(making, 2), close(unknown), 30, "closed [] -"],
  [making, close(refused), 26, "processing [] query@26"],
  [tried(making, 2), close(refused), 26, "closed [] -"],
  [tried(making, 1), query(notFound), 27, "closed [] -"],
  [tried(making, 1), query(pending), 27, "processing [] close@27"],
  [tried(making, 1), query(paid()), 27, "succeeded [book:succeeded announce] -"],

  // While it is shown.
  [shown, query(notFound, at(4)), 5, "awaitingPayer+code [] query@8"],
  [shown, query(unknown), 5, "awaitingPayer+code [] query@8"],
  [shown, query(pending), 5, "awaitingPayer+code [] query@8"],
  [shown, query(paid()), 5, "succeeded [book:succeeded announce] -"],
  [shown, query(closedUnpaid), 5, "closed [] -"],
  [shown, query(closedRefunded), 5, "reversed [book:succeeded book:reversed] -"],
  [shown, query(closedUnstated), 5, "reversed [] -"],
  [shown, query(oneFenShort), 5, "awaitingPayer+code [amountMismatch] query@305 review:amountMismatch"],
  [shown, callback(), 30, "succeeded [book:succeeded announce] -"],
  [shown, callback(stateMayHaveChanged), 3, "awaitingPayer+code [] query@3"],
  [shown, callback(oneFenShort), 3, "awaitingPayer+code [callbackMismatch] query@3"],

  // It expires: asked once more when nobody can pay it any more, and closed at once after that.
  [shown, query(pending), 299, "awaitingPayer+code [] query@302"],
  [shown, query(pending), 308, "awaitingPayer+code [] query@309.75"],
  [shown, query(notFound, at(309.75)), 310, "closed [] -"],
  [shown, query(notFound, at(309.7)), 310, "awaitingPayer+code [] close@310"],
  [shown, query(pending, at(309.75)), 310, "awaitingPayer+code [] close@310"],
  [shown, query(unknown, at(309.75)), 310, "awaitingPayer+code [] close@310"],
  [shown, close(closed), 310, "closed [] -"],
  [shown, close(notFound, at(310)), 310, "closed [] -"],
  // Refused, because the payer was quicker: asked at once.
  [shown, close(refused), 310, "awaitingPayer+code [] query@310"],
  [tried(shown, 1), query(paid(), at(310)), 310, "succeeded [book:succeeded announce] -"],
  [tried(shown, 1), callback(), 310, "succeeded [book:succeeded announce] -"],
  [tried(shown, 1), query(pending, at(310)), 310, "awaitingPayer+code [] close@310"],
  [shown, close(unknown), 310, "awaitingPayer+code [] close@312"],
  [tried(shown, 2), close(unknown), 314, "awaitingPayer+code [] query@324"],
  [tried(shown, 3), query(unknown), 324, "awaitingPayer+code [] query@334"],
  [tried(shown, 3), query(pending), 420, "awaitingPayer+code [] query@720 review:timetableExhausted"],
  [shown, query(unknown), 9_000, "awaitingPayer+code [] close@9000"],

  // Withdrawn: hidden at once and closed. One that nobody scanned yet is watched until its expiry.
  [shown, reversal, 60, "awaitingPayer [] close@60"],
  [withdrawing, close(closed), 61, "closed [] -"],
  [withdrawing, close(notFound), 61, "closed [] query@64"],
  [withdrawing, close(refused), 61, "awaitingPayer [] query@61"],
  [withdrawing, close(unknown), 61, "awaitingPayer [] close@63"],
  [tried(withdrawing, 1), query(paid()), 61, "succeeded [book:succeeded announce] -"],
  [withdrawing, callback(), 61, "succeeded [book:succeeded announce] -"],
  [tried(withdrawing, 3), query(unknown), 171, "awaitingPayer [] query@471 review:timetableExhausted"],
  [withdrawn, query(notFound, at(63)), 63, "closed [] query@66"],
  [withdrawn, query(unknown, at(63)), 63, "closed [] query@66"],
  [withdrawn, query(notFound, at(309.75)), 310, "closed [] -"],
  [withdrawn, query(unknown, at(309.75)), 310, "closed [] query@610"],
  [withdrawn, query(pending, at(63)), 63, "closed [] close@63"],
  [withdrawn, close(closed), 63, "closed [] -"],
  [withdrawn, close(refused), 63, "closed [] query@66"],
  [withdrawn, query(paid(), at(63)), 63, "succeeded [book:succeeded announce lateSuccess] -"],
  [withdrawn, callback(), 63, "succeeded [book:succeeded announce lateSuccess] -"],
  [withdrawn, reversal, 64, "closed [] query@63"],
];

// The same where the network closes nothing: a code ends by its own expiry.
const rowsWithoutClose: typeof rows = [
  [making, code(unknown, "last"), 20, "closed [] -"],
  [making, query(unknown), 26, "closed [] -"],
  [shown, query(pending), 5, "awaitingPayer+code [] query@8"],
  // An attempt that failed is over; the code may be scanned again with another card until it expires.
  [shown, query(closedUnpaid, at(5)), 5, "closed [] query@8"],
  [attempted, query(closedUnpaid, at(8)), 8, "closed [] query@11"],
  [attempted, query(paid(), at(8)), 8, "succeeded [book:succeeded announce lateSuccess] -"],
  [attempted, query(closedUnpaid, at(309.75)), 310, "closed [] -"],
  [making, query(closedUnpaid, at(26)), 26, "closed [] -"],
  [shown, query(closedUnstated, at(5)), 5, "reversed [] -"],
  [shown, query(pending, at(309.75)), 310, "closed [] query@610"],
  [shown, query(notFound, at(309.75)), 310, "closed [] -"],
  [shown, query(unknown, at(309.75)), 310, "awaitingPayer+code [] query@320"],
  [shown, query(unknown, at(430)), 430, "awaitingPayer+code [] query@730 review:timetableExhausted"],
  [shown, reversal, 60, "awaitingPayer [] query@60"],
  [withdrawing, query(notFound, at(60)), 60, "closed [] query@63"],
  [withdrawing, query(pending, at(60)), 60, "closed [] query@63"],
  [withdrawing, query(paid(), at(60)), 60, "succeeded [book:succeeded announce] -"],
  [withdrawing, query(unknown, at(60)), 60, "awaitingPayer [] query@70"],
  [withdrawn, query(pending, at(63)), 63, "closed [] query@66"],
  // Scanned in the last second: whoever is paying at this moment is asked about on.
  [withdrawn, query(pending, at(309.75)), 310, "closed [] query@610"],
  [attempted, query(pending, at(309.75)), 310, "closed [] query@610"],
];

const told = (command: Command): string =>
  "reply" in command ? `${command.kind} ${command.reply.outcome.kind}` : command.kind;

test("every row of the table of shown codes holds", () => {
  for (const [before, command, seconds, expected] of rows) {
    const decision = decide(before, command, at(seconds), terms);
    assert.equal(summary(before, decision), expected, `${before.state}, ${told(command)} at ${seconds}`);
  }
});

test("every row of the table holds where the network closes no codes", () => {
  for (const [before, command, seconds, expected] of rowsWithoutClose) {
    const decision = decide(before, command, at(seconds), noClose);
    assert.equal(summary(before, decision), expected, `${before.state}, ${told(command)} at ${seconds}`);
  }
});

test("a code lives as long as was asked for, and never longer than the channel allows", () => {
  const expiry = (seconds: number | null): number =>
    (expiryOfCode(start, shownTerms.timetable, seconds).getTime() - start.getTime()) / 1000;
  assert.deepEqual([null, 30, 7_200, 9_000].map(expiry), [299.75, 29.75, 7_199.75, 7_199.75]);
});

test("both directions of the exchange about a code are in the timeline", () => {
  const made = decide(making, code(created, "first", at(0.5)), at(1), terms);
  assert.deepEqual(
    made.events.map((entry) => [entry.kind, entry.direction]),
    [
      ["codeSent", "out"],
      ["codeAnswered", "in"],
      ["stateChanged", null],
    ],
  );
  const over = decide(shown, close(closed), at(310), terms);
  assert.deepEqual(
    over.events.map((entry) => entry.kind),
    ["closeSent", "closeAnswered", "stateChanged"],
  );
});
