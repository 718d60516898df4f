import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { askOutcomesMax } from "@huiyin/contract/events/receipts.ts";
import { speechOf, summarySpeechOf, type SpeechWallet } from "@huiyin/contract/speech.ts";
import fc from "fast-check";
import {
  marked,
  nextUtterance,
  outcomes,
  outcomesMax,
  overdue,
  received,
  reopened,
  settledKeptMs,
  summariesKeptMax,
  waiting,
  type Desk,
  type Moment,
} from "./desk.ts";

const nowMs = 5_000_000;
const arrival = (sequence: number, rest: Partial<ArrivalMessage> = {}): ArrivalMessage => {
  const wallet: SpeechWallet = rest.wallet ?? "alipay";
  const { text, clips } = speechOf({ amountFen: BigInt(rest.amount ?? 1250), wallet });
  return {
    version: 1,
    kind: "arrival",
    id: `arr_${sequence.toString().padStart(32, "0")}`,
    paymentId: `pay_${sequence.toString().padStart(32, "0")}`,
    sequence,
    amount: 1250,
    currency: "CNY",
    wallet,
    speech: { text, clips: [...clips] },
    paidAt: "2026-11-22T10:00:00+08:00",
    sentAt: "2026-11-22T10:00:00+08:00",
    expiresAt: "2026-11-22T10:05:00+08:00",
    settledThrough: 0,
    ...rest,
  };
};
const summary = (throughSequence: number): SummaryMessage => {
  const { text, clips } = summarySpeechOf({ count: 3, totalFen: 3750n });
  return {
    version: 1,
    kind: "summary",
    id: `arr_${"f".repeat(32)}`,
    count: 3,
    totalAmount: 3750,
    currency: "CNY",
    throughSequence,
    speech: { text, clips: [...clips] },
    sentAt: "2026-11-22T10:00:00+08:00",
    expiresAt: "2026-11-22T11:00:00+08:00",
    settledThrough: 0,
  };
};
/** A moment at which nothing was learnt: both times agree. */
const at = (ms: number): Moment => ({ nowMs: ms, elapsedMs: ms });
const deskOf = (...messages: (ArrivalMessage | SummaryMessage)[]): Desk =>
  messages.reduce((desk: Desk, message) => received(desk, message, at(nowMs)), new Map());
const idOf = (sequence: number): string => arrival(sequence).id;
const mark = (stage: "starting" | "spoken" | "interrupted" | "expired") => ({
  stage,
  atMs: nowMs,
  reason: null,
});

test("announcements are spoken in the order in which the money came, however they arrive", () => {
  assert.deepEqual(
    waiting(deskOf(arrival(3), arrival(1), arrival(2))).map(({ sequence }) => sequence),
    [1, 2, 3],
  );
});

test("a copy of one that was begun, spoken, interrupted or too old is never spoken again", () => {
  for (const stage of ["starting", "spoken", "interrupted", "expired"] as const) {
    const desk = marked(deskOf(arrival(1)), [idOf(1)], mark(stage));
    const again = received(desk, arrival(1), at(nowMs + 1));
    assert.equal(nextUtterance(again), null, stage);
    assert.equal(again.get(idOf(1))?.stage, stage);
  }
});

test("what was being spoken when the page died was interrupted", () => {
  const kept = [...marked(deskOf(arrival(1), arrival(2)), [idOf(1)], mark("starting")).values()];
  const desk = reopened(kept, nowMs + 9);
  assert.equal(desk.get(idOf(1))?.stage, "interrupted");
  assert.deepEqual(
    nextUtterance(desk)?.notices.map(({ id }) => id),
    [idOf(2)],
  );
});

test("up to three are spoken one by one; more of one wallet become one sentence with their count and sum", () => {
  const three = deskOf(arrival(1), arrival(2), arrival(3));
  assert.equal(nextUtterance(three)?.notices.length, 1);
  const four = nextUtterance(deskOf(arrival(1), arrival(2), arrival(3, { wallet: "huabei" }), arrival(4)));
  assert.deepEqual(
    four?.notices.map(({ sequence }) => sequence),
    [1, 2, 4],
  );
  assert.equal(four?.speech.text, "支付宝收款三笔，合计三十七元五角");
  assert.equal(four?.speech.clips[0], "alipay-received");
});

test("a summary replaces those it counts, but not one that is being spoken", () => {
  const begun = marked(deskOf(arrival(1), arrival(2), arrival(3), arrival(4)), [idOf(1)], mark("starting"));
  const desk = received(begun, summary(3), at(nowMs));
  assert.equal(desk.get(idOf(1))?.stage, "starting");
  assert.deepEqual(
    waiting(desk).map(({ kind, sequence }) => `${kind} ${sequence}`),
    ["summary 3", "arrival 4"],
  );
});

test("what the platform calls settled is forgotten after a while, unless it is being spoken at this moment", () => {
  const desk = marked(deskOf(arrival(1), arrival(2), arrival(3)), [idOf(3)], mark("starting"));
  const spoken = marked(desk, [idOf(1)], mark("spoken"));
  const settled = received(spoken, arrival(4, { settledThrough: 3 }), at(nowMs));
  const later = received(settled, arrival(4, { settledThrough: 3 }), at(nowMs + settledKeptMs));
  assert.deepEqual(
    [...later.values()].map(({ sequence }) => sequence),
    [3, 4],
  );
});

test("that the platform’s time is learnt meanwhile makes no copy spoken again", () => {
  const spoken = marked(deskOf(arrival(1)), [idOf(1)], mark("spoken"));
  const settled = received(spoken, arrival(2, { settledThrough: 1 }), at(nowMs));
  const tenMinutesAhead = { nowMs: nowMs + 600_000, elapsedMs: nowMs + 100 };
  assert.equal(waiting(received(settled, arrival(1), tenMinutesAhead)).length, 1);
});

test("a copy that was still under way when the platform called it settled is not spoken again", () => {
  for (const stage of ["spoken", "interrupted"] as const) {
    const spoken = marked(deskOf(arrival(1)), [idOf(1)], mark(stage));
    // However long ago it was spoken: its receipt may have been lost, and the till without a network since.
    for (const laterMs of [100, settledKeptMs + 100, 20 * settledKeptMs]) {
      const settled = received(spoken, arrival(2, { settledThrough: 1 }), at(nowMs + laterMs));
      const copied = received(settled, arrival(1), at(nowMs + laterMs + 100));
      assert.deepEqual(
        nextUtterance(copied)?.notices.map(({ id }) => id),
        [idOf(2)],
        stage,
      );
      assert.equal(waiting(copied).length, 1, stage);
    }
  }
});

test("a copy that comes after the summary in which it is counted is not spoken alone", () => {
  const summed = received(deskOf(arrival(1), arrival(2)), summary(2), at(nowMs));
  const spoken = marked(summed, [summary(2).id], mark("spoken"));
  assert.equal(nextUtterance(received(spoken, arrival(2), at(nowMs + 100))), null);
});

test("a copy of a summary that was begun stays silent, however late it comes; of one too old it is spoken", () => {
  const dayMs = 86_400_000;
  for (const stage of ["starting", "spoken", "interrupted", "expired"] as const) {
    const desk = marked(deskOf(summary(3)), [summary(3).id], mark(stage));
    for (const laterMs of [60_000, dayMs]) {
      const copied = received(desk, { ...summary(3), settledThrough: 3 }, at(nowMs + laterMs));
      const isSilent = stage !== "expired" || laterMs < dayMs;
      assert.equal(nextUtterance(copied) === null, isSilent, `${stage}, ${laterMs} ms later`);
    }
  }
});

test("of summaries that were begun the newest fifty are remembered", () => {
  const numbered = (number: number): SummaryMessage => {
    const id = `arr_${number.toString().padStart(32, "f")}`;
    return { ...summary(number), id, settledThrough: number };
  };
  const later = nowMs + 86_400_000;
  let desk: Desk = new Map();
  for (let number = 1; number <= 60; number += 1)
    desk = marked(received(desk, numbered(number), at(later)), [numbered(number).id], mark("spoken"));
  desk = received(desk, arrival(61, { settledThrough: 60 }), at(later + 86_400_000));
  assert.equal([...desk.values()].filter(({ kind }) => kind === "summary").length, summariesKeptMax);
  assert.equal(desk.has(numbered(60).id), true);
});

test("an announcement grows old by the platform's two times, not by a wrong clock here", () => {
  const desk = deskOf(arrival(1));
  assert.equal(overdue(desk, nowMs + 299_999).length, 0);
  assert.equal(overdue(desk, nowMs + 300_000).length, 1);
});

test("a question names at most fifty outcomes, open ones first; the others are told before it, none is left out", () => {
  assert.equal(outcomesMax, askOutcomesMax);
  const sequences = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const desk = deskOf(...sequences(1, 60).map((sequence) => arrival(sequence)));
  const sequencesOf = (notices: ReturnType<typeof outcomes>["asked"]): number[] =>
    notices.map(({ sequence }) => sequence);
  // What is spoken next is named in the question: what it does not name may become part of a summary.
  assert.deepEqual(sequencesOf(outcomes(desk).before), sequences(51, 60).reverse());
  assert.deepEqual(sequencesOf(outcomes(desk).asked), sequences(1, 50).reverse());
  const over = marked(desk, sequences(3, 60).map(idOf), mark("spoken"));
  const told = outcomes(marked(over, [idOf(1)], mark("starting")));
  assert.deepEqual(sequencesOf(told.before), sequences(3, 12));
  assert.deepEqual(sequencesOf(told.asked), [...sequences(13, 60), 2, 1]);
});

test("whatever comes in whatever order, each announcement is spoken once and none is lost", () => {
  const messages = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
  fc.assert(
    fc.property(messages, fc.array(fc.boolean(), { maxLength: 40 }), (sequences, speaks) => {
      let desk: Desk = new Map();
      const spoken: string[] = [];
      const speak = (): void => {
        const utterance = nextUtterance(desk);
        if (utterance === null) return;
        const ids = utterance.notices.map(({ id }) => id);
        spoken.push(...ids);
        desk = marked(desk, ids, mark("spoken"));
      };
      sequences.forEach((sequence, index) => {
        desk = received(desk, arrival(sequence), at(nowMs));
        if (speaks[index] === true) speak();
      });
      while (waiting(desk).length > 0) speak();
      assert.deepEqual(spoken.toSorted(), [...new Set(sequences)].map(idOf).toSorted());
    }),
  );
});
