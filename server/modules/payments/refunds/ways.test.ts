// By what a payment is given back, as a table, and how a void gives way to a refund.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addSeconds } from "../../../kernel/time.ts";
import { fen } from "../../../kernel/money.ts";
import { at, declined, start, unknown } from "../fixtures.ts";
import { decideRefund } from "./decide.ts";
import {
  asked,
  foundFailed,
  foundRefunded,
  inHand,
  notRefunded,
  paidPayment,
  refundTerms,
  refundedTo,
  requested,
  sent,
} from "./fixtures.ts";
import type { Pair, RefundCommand } from "./model.ts";
import { wayOf } from "./ways.ts";

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
    ["carried out", onItsWay, asked(foundRefunded(12_500), 30), "succeeded refund - -"],
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
