// What may happen only once, wanted twice at the same moment: keys, order numbers, payer codes, answers.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { charge, declined, paid } from "../fixtures.ts";
import { acceptAll, type Acceptance, type Candidate } from "../intake/accept.ts";
import { identify } from "../intake/request.ts";
import type { Answer } from "../intake/request.ts";
import { selectKeys } from "../intake/store.ts";
import { unwrap, type Result } from "../../../kernel/result.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { createPayments } from "../payments.ts";
import { applyCommands, type Applied } from "../service.ts";
import { findPayment } from "../store.ts";
import { freshCode, merchantId, merchantPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";
import { answerOf, explore, type Race } from "./testing/explorer.ts";
import { bookSomething, candidate, freshWord, nobody, told } from "./testing/scene.ts";

type Outcomes = Parameters<Race["check"]>[0];

const accepting = (bench: PaymentsBench, one: Candidate) => async (pg: Pg) =>
  (await acceptAll({ ...bench.deps, pg }, [one]))[0];

const acceptance = (outcomes: Outcomes, name: string): Acceptance => answerOf<Acceptance>(outcomes, name);

const exists = async (bench: PaymentsBench, { payment }: Candidate): Promise<boolean> =>
  (await findPayment(bench.db.pg.batch, merchantId, payment.id)) !== null;

/** Two candidates at once: whichever comes first exists, and the other is told about it and does not exist. */
async function exploreRivals(
  rivals: (bench: PaymentsBench) => readonly [Candidate, Candidate],
  loserIsTold: (loser: Acceptance, winner: Candidate) => boolean,
): Promise<void> {
  await using bench = await paymentsBench();
  await explore(bench.db, {}, async () => {
    const [one, other] = rivals(bench);
    const check = async (outcomes: Outcomes): Promise<void> => {
      const [first, second] = [acceptance(outcomes, "first"), acceptance(outcomes, "second")];
      const [winner, loser, told] =
        first.kind === "accepted" ? ([one, other, second] as const) : ([other, one, first] as const);
      assert.ok(await exists(bench, winner), "the winner exists");
      assert.ok(!(await exists(bench, loser)), "the loser does not exist");
      assert.ok(loserIsTold(told, winner), `the loser was told ${JSON.stringify(told)}`);
    };
    return { actors: { first: accepting(bench, one), second: accepting(bench, other) }, check };
  });
}

test("of two requests with one key at once, one makes the payment and the other meets its key", async () => {
  await exploreRivals(
    (bench) => {
      const idempotencyKey = freshWord();
      return [candidate(bench, { idempotencyKey }), candidate(bench, { idempotencyKey })];
    },
    (loser, { payment }) => loser.kind === "keyTaken" && loser.row.paymentId === payment.id,
  );
});

test("of two payments with one order number at once, one is refused and told of the other", async () => {
  await exploreRivals(
    (bench) => {
      const merchantOrderNo = freshWord();
      return [candidate(bench, { merchantOrderNo }), candidate(bench, { merchantOrderNo })];
    },
    (loser, { payment }) => loser.kind === "refused" && loser.refusal.facts["paymentId"] === payment.id,
  );
});

test("of two payments with one payer code at once, one is refused and told of the other", async () => {
  await exploreRivals(
    (bench) => {
      const codeHash = randomBytes(32);
      return [candidate(bench, {}, codeHash), candidate(bench, {}, codeHash)];
    },
    (loser, { payment }) => loser.kind === "refused" && loser.refusal.facts["paymentId"] === payment.id,
  );
});

test("a payer code is taken over from a payment only when that has failed for certain", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, { interruptionsMax: 2 }, async () => {
    const codeHash = randomBytes(32);
    const [earlier, later] = [candidate(bench, {}, codeHash), candidate(bench, {}, codeHash)];
    await acceptAll(bench.deps, [earlier]);
    let failedBefore = false;
    return {
      actors: {
        decline: (pg) =>
          applyCommands({ ...bench.deps, pg }, nobody, [told(earlier.payment, charge(declined))]),
        accept: async (pg) => {
          const accepted = await accepting(bench, later)(pg);
          const { state } = (await findPayment(bench.db.pg.batch, merchantId, earlier.payment.id)) ?? {};
          failedBefore = state === "failed";
          return accepted;
        },
      },
      check: async (outcomes) => {
        answerOf(outcomes, "decline");
        const { kind } = acceptance(outcomes, "accept");
        assert.equal(await exists(bench, later), kind === "accepted");
        assert.ok(kind === "refused" || failedBefore, "taken over from a payment that was still open");
      },
    };
  });
});

test("an answer that is stored is never replaced, and whoever asks is told the very same bytes", async () => {
  await using bench = await paymentsBench();
  await bookSomething(bench);
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const idempotencyKey = freshWord();
    const body = { amount: 12_500, payerCode: freshCode(1) };
    const request = { principal: merchantPrincipal, idempotencyKey, body, waitSeconds: 0 };
    const { fingerprint } = unwrap(identify(bench.deps, request));
    const one = { ...candidate(bench, { idempotencyKey }), fingerprint };
    await acceptAll(bench.deps, [one]);
    return {
      actors: {
        outcome: (pg) => applyCommands({ ...bench.deps, pg }, nobody, [told(one.payment, charge(paid()))]),
        // Its first request died long ago; now it asks again.
        repetition: (pg) => createPayments({ ...bench.deps, pg, metrics: createMetrics() }).create(request),
      },
      check: async (outcomes) => {
        const [applied] = answerOf<ReadonlyArray<Applied | null>>(outcomes, "outcome");
        const repeated = unwrap(answerOf<Result<Answer>>(outcomes, "repetition"));
        const keys = await bench.db.pg.transaction((tx) => selectKeys(tx, merchantId, [idempotencyKey]));
        const stored = keys.get(idempotencyKey)?.answer;
        assert.deepEqual({ status: repeated.status, body: repeated.body }, stored);
        assert.deepEqual(applied?.answer ?? stored, stored);
      },
    };
  });
});
