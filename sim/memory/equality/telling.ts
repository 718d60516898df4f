// Operations on the books, on announcements and on cases.
import { at } from "@huiyin/server/modules/payments/fixtures.ts";
import * as dispatch from "@huiyin/server/modules/arrivals/dispatch/store.ts";
import type { Summary } from "@huiyin/server/modules/arrivals/model.ts";
import * as arrivals from "@huiyin/server/modules/arrivals/store.ts";
import * as summaries from "@huiyin/server/modules/arrivals/summaries/store.ts";
import * as watch from "@huiyin/server/modules/arrivals/watch/store.ts";
import { journalDraft } from "@huiyin/server/modules/ledger/fixtures.ts";
import * as ledger from "@huiyin/server/modules/ledger/store.ts";
import * as verifying from "@huiyin/server/modules/ledger/verifying/store.ts";
import * as support from "@huiyin/server/modules/support/store.ts";
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import type { Numbers, Operation, Place } from "./operation.ts";

const stages = ["accepted", "delivered", "speaking", "spoken", "interrupted"] as const;

/** What a terminal would have reported by this stage. */
function progressAt(number: number) {
  const stage = stages[number] ?? "accepted";
  const waits = stage === "accepted" || stage === "delivered";
  return {
    ...{ stage, sendAfter: waits ? at(60 + number) : null, deliveredAt: number > 0 ? at(1) : null },
    startingAt: number > 1 ? at(2) : null,
    spokenAt: stage === "spoken" ? at(4) : null,
    interruptedAt: stage === "interrupted" ? at(4) : null,
    silenceReason: number === 4 ? ("muted" as const) : null,
  };
}

function draftOf({ merchantId, id }: Place, payment: number, terminal: number): arrivals.Draft {
  return {
    ...{ id: id("arr", payment * 3 + terminal), merchantId, paymentId: id("pay", payment) },
    ...{ terminalId: id("trm", terminal), stage: "accepted", amount: fen(100 + payment), wallet: "alipay" },
    ...{
      paidAt: at(0),
      acceptedAt: at(payment),
      sendAfter: at(3 + payment),
      sendCount: 0,
      watchAt: at(10 + payment),
    },
  };
}

async function saveStages(
  tx: Parameters<typeof arrivals.saveArrivals>[0],
  place: Place,
  { a, b, c }: Numbers,
) {
  const { merchantId, id } = place;
  const keys = [{ merchantId, paymentId: id("pay", a), terminalId: id("trm", b) }];
  const locked = await arrivals.lockArrivals(tx, keys);
  if (locked.length === 0 || locked[0]?.summaryId !== null) return null;
  const saved = locked.map((arrival) => ({
    ...arrival,
    ...progressAt(a + c),
    watchAt: c === 0 ? null : at(20),
  }));
  await arrivals.saveArrivals(tx, saved);
  return saved.length;
}

function summaryAt({ merchantId, id }: Place, number: number, stage: number): Summary {
  const rest = { count: 1, total: fen(100), throughSequence: 1n, acceptedAt: at(0) };
  return { id: id("arr", 20 + number), merchantId, terminalId: id("trm", 0), ...rest, ...progressAt(stage) };
}

function caseOf({ merchantId, id }: Place, { a, b, c }: Numbers) {
  const kind = a === 0 ? ("silentArrival" as const) : ("amountMismatch" as const);
  const facts = { problem: `problem ${c}`, amountFen: c };
  const subject = { merchantId, kind, subjectId: id("pay", b), paymentId: b === 0 ? null : id("pay", b) };
  return { ...subject, facts, id: id("cas", a * 9 + b * 3 + c), openedAt: at(c) };
}

const hash = (number: number): string => String(number).repeat(64);

export const tellingStores = { ledger, verifying, arrivals, summaries, dispatch, watch, support };

const bookOperations: readonly Operation[] = [
  {
    name: "lockHeads",
    run: (tx, { merchantId, id }, { a }) =>
      ledger.lockHeads(tx, a === 0 ? [merchantId] : [id("mer", 1), merchantId]),
  },
  {
    name: "advanceHeads",
    run: async (tx, { merchantId, id }, { a, b, c }) => {
      const { heads } = await ledger.lockHeads(tx, [merchantId, id("mer", 1)]);
      const accounts = ["channel:alipay", "fee:income", "merchant:payable"].slice(0, c + 1);
      const amounts = accounts.slice(a === 1 && b === 1 ? 1 : 0).map((_, index) => BigInt(index * 10 - c));
      const moves = [...heads].map(([owner, from]) => ({
        merchantId: owner,
        from: a === 0 ? { ...from, sequence: 7n } : from,
        to: { sequence: from.sequence + 1n, hash: hash(b), accounts, amounts },
      }));
      return ledger.advanceHeads(tx, moves);
    },
  },
  {
    name: "selectFacts",
    run: (tx, { merchantId, id }, { a, b }) =>
      ledger.selectFacts(
        tx,
        [a, b].map((number) => journalDraft({ merchantId, subjectId: id("pay", number) })),
      ),
  },
  {
    name: "insertJournals",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const amounts = b === 0 ? [100n, -99n] : [100n, -100n];
      const row = {
        merchantId: uuidOf(merchantId),
        subjectId: uuidOf(id("pay", a)),
        fact: c === 0 ? "succeeded" : "refunded",
        sequence: BigInt(a + 1),
      };
      const rest = {
        recordedAtMicros: BigInt(at(c).getTime()) * 1_000n,
        currency: "CNY",
        accounts: ["channel:alipay", "merchant:payable"],
        amounts,
      };
      return ledger.insertJournals(tx, [{ ...row, ...rest, previousHash: hash(a), hash: hash(c) }]);
    },
  },
  {
    name: "selectSummaries",
    run: (tx, { merchantId, id }) =>
      verifying.selectSummaries(tx, [merchantId, id("mer", 1), id("mer", 2)].map(uuidOf)),
  },
  {
    name: "selectLines",
    run: (tx, { merchantId, id }, { a, b, c }) =>
      verifying.selectLines(tx, [
        { merchantId: uuidOf(merchantId), after: BigInt(a), upTo: BigInt(a + b), from: uuidOf(id("pay", c)) },
      ]),
  },
  { name: "selectMonths", run: (tx) => verifying.selectMonths(tx) },
  { name: "selectClosingsOf", run: (tx) => verifying.selectClosingsOf(tx, "202611") },
  { name: "selectBalances", run: (tx, { merchantId }) => ledger.selectBalances(tx, uuidOf(merchantId)) },
  {
    name: "selectJournals",
    run: (tx, { merchantId, id }, { a, b, c }) =>
      ledger.selectJournals(tx, {
        merchantUuid: uuidOf(merchantId),
        subjectUuid: a === 0 ? uuidOf(id("pay", b)) : null,
        beforeSequence: c === 1 ? BigInt(b + 1) : null,
        afterSequence: c === 2 ? BigInt(b) : null,
        limit: 2,
      }),
  },
];

const announcingOperations: readonly Operation[] = [
  {
    name: "insertDrafts",
    run: (tx, place, { a, b, c }) =>
      arrivals.insertDrafts(tx, [draftOf(place, a, c), ...(a === b ? [] : [draftOf(place, b, c)])]),
  },
  { name: "saveArrivals", run: saveStages },
  { name: "lockArrivals", run: saveStages },
  {
    name: "lockSpeaking",
    run: (tx, { merchantId, id }, { a }) =>
      arrivals.lockSpeaking(tx, [{ merchantId, terminalId: id("trm", a) }]),
  },
  {
    name: "listOfPayment",
    run: (tx, { merchantId, id }, { a }) => arrivals.listOfPayment(tx, merchantId, id("pay", a)),
  },
  {
    name: "summarise",
    run: (tx, { merchantId, id }, { a, b, c }) =>
      summaries.summarise(tx, {
        summaryId: id("arr", 20 + a),
        merchantId,
        terminalId: id("trm", b),
        before: at(c + 2),
        kept: a === 2 && c === 2 ? [id("arr", b)] : [],
        now: at(9),
        limit: 2,
      }),
  },
  {
    name: "lockSummaries",
    run: (tx, { merchantId, id }, { a, b }) =>
      summaries.lockSummaries(tx, merchantId, [id("arr", 20 + a), id("arr", 20 + b)]),
  },
  {
    name: "lockSpeakingSummaries",
    run: (tx, { merchantId, id }, { a }) =>
      summaries.lockSpeakingSummaries(tx, [{ merchantId, terminalId: id("trm", a) }]),
  },
  {
    name: "saveSummaries",
    run: (tx, place, { a, b, c }) =>
      summaries.saveSummaries(tx, place.merchantId, [summaryAt(place, a, b + c)]),
  },
  {
    name: "settleSummarised",
    run: (tx, { merchantId, id }, { a }) => summaries.settleSummarised(tx, merchantId, [id("arr", 20 + a)]),
  },
  {
    name: "claimArrivals",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const claim = { merchantId, terminalId: id("trm", a), due: at(4 + b), now: at(5), again: at(30) };
      return dispatch.claimArrivals(tx, { ...claim, since: at(c), afterSequence: 0n, limit: 2 });
    },
  },
  {
    name: "claimSummaries",
    run: (tx, { merchantId, id }, { a, b }) =>
      dispatch.claimSummaries(tx, {
        merchantId,
        terminalId: id("trm", a),
        due: at(9 + b),
        now: at(5),
        again: at(30),
      }),
  },
  {
    name: "settledThrough",
    run: (tx, { merchantId, id }, { a }) =>
      dispatch.settledThrough(tx, { merchantId, terminalId: id("trm", a) }),
  },
  {
    name: "lockPayments",
    run: (tx, { merchantId, id }, { a, b }) =>
      watch.lockPayments(tx, merchantId, [id("pay", a), id("pay", b)]),
  },
  {
    name: "moveWatch",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const move = {
        paymentId: id("pay", a),
        terminalId: id("trm", b),
        watchAt: c === 0 ? null : at(50),
        unheardAt: c === 1 ? null : at(12),
      };
      return watch.moveWatch(tx, merchantId, [move]);
    },
  },
];

const caseOperations: readonly Operation[] = [
  { name: "insertCases", run: (tx, place, numbers) => support.insertCases(tx, [caseOf(place, numbers)]) },
  {
    name: "insertRecurrences",
    run: (tx, place, { a, b, c }) =>
      support.insertRecurrences(tx, [
        { ...caseOf(place, { a, b, c: 2 - c }), id: place.id("cas", 30 + a * 9 + b * 3 + c) },
      ]),
  },
  {
    name: "selectCases",
    run: (tx, { merchantId, id }, { a, b, c }) =>
      support.selectCases(tx, {
        merchantId,
        kind: a === 0 ? "amountMismatch" : null,
        state: b === 0 ? "open" : b === 1 ? "closed" : null,
        paymentId: c === 0 ? id("pay", 1) : null,
        after: null,
        before: c === 2 ? id("cas", 1) : null,
        limit: 3,
      }),
  },
  { name: "findCase", run: (tx, { id }, { a, b, c }) => support.findCase(tx, id("cas", a * 9 + b * 3 + c)) },
  {
    name: "updateClosed",
    run: (tx, { merchantId, id }, { a, b, c }) =>
      support.updateClosed(
        tx,
        { merchantId, id: id("cas", a * 9 + b * 3 + c) },
        { at: at(c), by: "person", resolution: "看过了" },
      ),
  },
  {
    name: "closeBySubject",
    run: (tx, place, numbers) => {
      const { merchantId, kind, subjectId } = caseOf(place, numbers);
      return support.closeBySubject(tx, [
        { merchantId, kind, subjectId, at: at(9), by: "system", resolution: "已播报" },
      ]);
    },
  },
];

export const tellingOperations = { bookOperations, announcingOperations, caseOperations };
