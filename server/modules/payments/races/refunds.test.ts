// Money given back by two at once: never more than was paid, each refund sent by one and booked once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../../kernel/money.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { verifyLedger } from "../../ledger/index.ts";
import { charge, exchange, paid, query, closedRefunded, words } from "../fixtures.ts";
import type { Payment } from "../model.ts";
import { acceptRefunds, type RefundAcceptance, type RefundCandidate } from "../refunds/accept.ts";
import type { Refund, RefundCommand } from "../refunds/model.ts";
import { claimSend, type DueRefund } from "../refunds/resolver/store.ts";
import { applyRefundCommands, type RefundApplied } from "../refunds/service.ts";
import { findRefund, lockRefunds, saveRefunds } from "../refunds/store.ts";
import { applyCommands } from "../service.ts";
import { findPayment } from "../store.ts";
import { merchantId, paymentsBench, type PaymentsBench } from "../testing.ts";
import { answerOf, explore } from "./testing/explorer.ts";
import { freshWord, nobody, planted, told } from "./testing/scene.ts";

/** A paid payment of ¥125.00. */
async function paidPayment(bench: PaymentsBench): Promise<Payment> {
  const payment = await planted(bench);
  await applyCommands(bench.deps, nobody, [told(payment, charge(paid()))]);
  return payment;
}

function wanted(
  bench: PaymentsBench,
  { id: paymentId }: Payment,
  own: Readonly<{ amountFen?: bigint; key?: string; refundNo?: string }> = {},
): RefundCandidate {
  const { amountFen = 10_000n, key = freshWord(), refundNo = null } = own;
  return {
    ...{ merchantId, paymentId, amount: fen(amountFen), fingerprint: Buffer.alloc(32, 1) },
    opening: {
      ...{ id: bench.deps.world.newId("ref"), kind: "refund", idempotencyKey: key, reason: null },
      ...{ merchantRefundNo: refundNo, channelRefundNo: `10000001${freshWord()}` },
    },
    by: { role: "merchant", terminalId: null },
    runningUntil: bench.clock.now(),
  };
}

const accepting = (bench: PaymentsBench, one: RefundCandidate) => async (pg: Pg) =>
  (await acceptRefunds({ ...bench.deps, pg }, [one]))[0];

const present = async (bench: PaymentsBench, { id }: Payment): Promise<Payment> => {
  const payment = await findPayment(bench.db.pg.batch, merchantId, id);
  assert.ok(payment !== null);
  return payment;
};

/** Two refunds of one payment at once: one is accepted, and the other hears why it is not. */
async function exploreRivals(
  own: () => Parameters<typeof wanted>[2],
  why: (loser: RefundAcceptance) => string,
  expected: string,
): Promise<void> {
  await using bench = await paymentsBench();
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await paidPayment(bench);
    const same = own();
    const [one, other] = [wanted(bench, payment, same), wanted(bench, payment, same)];
    return {
      actors: { first: accepting(bench, one), second: accepting(bench, other) },
      check: async (outcomes) => {
        const first = answerOf<RefundAcceptance>(outcomes, "first");
        const second = answerOf<RefundAcceptance>(outcomes, "second");
        const [loser, lost] = first.kind === "accepted" ? [second, other] : [first, one];
        assert.equal(why(loser), expected);
        assert.equal(await findRefund(bench.db.pg.batch, merchantId, lost.opening.id), null);
        const { refunding, version } = await present(bench, payment);
        assert.deepEqual([refunding.minor, version], [(same ?? {}).amountFen ?? 10_000n, 3]);
      },
    };
  });
}

const reasonOf = (loser: RefundAcceptance): string =>
  loser.kind === "refused" ? loser.refusal.code : loser.kind;

test("of two refunds at once that are more than was paid, one is refused with what is left", async () => {
  await exploreRivals(() => ({}), reasonOf, "refund_exceeds_paid");
});

test("of two refunds with one key at once, one is made and the other meets its key", async () => {
  await exploreRivals(() => ({ key: freshWord(), amountFen: 100n }), reasonOf, "keyTaken");
});

test("of two refunds with one number at once, one is refused", async () => {
  await exploreRivals(
    () => ({ refundNo: freshWord(), amountFen: 100n }),
    reasonOf,
    "merchant_refund_no_used",
  );
});

test("a refund that is wanted while the bank says that all was given back promises nothing of what is gone", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await paidPayment(bench);
    return {
      actors: {
        refund: accepting(bench, wanted(bench, payment)),
        reversed: (pg) =>
          applyCommands({ ...bench.deps, pg }, nobody, [told(payment, query(closedRefunded))]),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "reversed");
        answerOf(outcomes, "refund");
        const { amount, refunded, refunding, state } = await present(bench, payment);
        assert.ok(refunded.minor + refunding.minor <= amount.minor);
        assert.ok(state === "succeeded" || refunding.minor === 0n, `${state} with a promise`);
      },
    };
  });
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

/** A refund that is accepted and waits for its outcome. */
async function acceptedRefund(bench: PaymentsBench, payment: Payment): Promise<Refund> {
  const [accepted] = await acceptRefunds(bench.deps, [wanted(bench, payment)]);
  assert.ok(accepted?.kind === "accepted");
  return accepted.pair.refund;
}

const refunded: RefundCommand = {
  kind: "queryAnswered",
  reply: {
    outcome: { kind: "refunded", amount: fen(10_000n), refundedAt: null, words },
    exchange: exchange("refundQuery", new Date("2026-11-22T02:01:00Z")),
  },
};

test("a refund whose outcome two learn of at once is booked once", async () => {
  await using bench = await paymentsBench();
  let payments = 0n;
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await paidPayment(bench);
    const { id: refundId, channel } = await acceptedRefund(bench, payment);
    payments += 1n;
    const application = { merchantId, paymentId: payment.id, refundId, channel, command: refunded };
    const learning = (pg: Pg): Promise<unknown> =>
      applyRefundCommands({ ...bench.deps, pg }, nobody, [application]);
    return {
      actors: { first: learning, second: learning },
      check: async (outcomes) => {
        answerOf(outcomes, "first");
        answerOf(outcomes, "second");
        const after = await present(bench, payment);
        assert.deepEqual([after.refunded.minor, after.refunding.minor], [10_000n, 0n]);
        const { journals, broken } = await verifyLedger(bench.db, merchantId);
        assert.deepEqual([journals, broken], [2n * payments, null]);
      },
    };
  });
});

test("a refund that two processes are about to send again is sent by one of them", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, {}, async () => {
    const refund = await acceptedRefund(bench, await paidPayment(bench));
    const now = bench.clock.now();
    const due: DueRefund = {
      ...{ merchantId, refundId: refund.id, channel: "alipay", step: "send", leaseUntil: null },
      resolveAt: now,
    };
    // Its question found nothing: the same refund is due to be sent once more.
    await bench.db.pg.transaction(async (tx) => {
      const held = (await lockRefunds(tx, merchantId, [refund.id])).get(refund.id) ?? refund;
      const again: Refund = { ...held, version: held.version + 1, resolution: { step: "send", at: now } };
      await saveRefunds(tx, merchantId, [{ refund: again, heldVersion: held.version, heldLease: null }]);
    });
    const later = addSeconds(now, 15);
    const sending = (pg: Pg): Promise<Refund | null> =>
      pg.transaction((tx) => claimSend(tx, due, { leaseUntil: later, sentBy: now, askAt: later }));
    return {
      actors: { first: sending, second: sending },
      check: (outcomes) => {
        const sent = ["first", "second"].filter((name) => answerOf(outcomes, name) !== null);
        assert.equal(sent.length, 1, `sent by ${sent.join(" and ") || "nobody"}`);
      },
    };
  });
});

test("refunds and payments of the same two merchants at once never wait for each other in a circle", async () => {
  await using bench = await paymentsBench();
  const owners = [fixtureId("mer", 3_001), fixtureId("mer", 3_002)];
  const paidBy = async (owner: string): Promise<Payment> => {
    const payment = await planted(bench, { merchantId: owner });
    await applyCommands(bench.deps, nobody, [told(payment, charge(paid()))]);
    return payment;
  };
  const refunding = async (owner: string) => {
    const payment = await paidBy(owner);
    const [accepted] = await acceptRefunds(bench.deps, [{ ...wanted(bench, payment), merchantId: owner }]);
    assert.ok(accepted?.kind === "accepted");
    const { id: refundId, channel } = accepted.pair.refund;
    return { merchantId: owner, paymentId: payment.id, refundId, channel, command: refunded };
  };
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const refunds = await Promise.all(owners.map(refunding));
    // The first one’s books and the second one’s payment are wanted by both.
    const open = await planted(bench, { merchantId: owners[0] ?? "" });
    const again = refunds.slice(1).map(({ merchantId: owner, paymentId }) => ({
      ...{ merchantId: owner, paymentId, channel: "alipay" as const, command: query(paid()) },
    }));
    return {
      actors: {
        refunds: (pg) => applyRefundCommands({ ...bench.deps, pg }, nobody, refunds),
        payments: (pg) =>
          applyCommands({ ...bench.deps, pg }, nobody, [told(open, charge(paid())), ...again]),
      },
      check: (outcomes) => {
        const back = answerOf<ReadonlyArray<RefundApplied | null>>(outcomes, "refunds");
        assert.deepEqual(
          back.map((one) => one?.after.refund.state),
          ["succeeded", "succeeded"],
        );
        answerOf(outcomes, "payments");
      },
    };
  });
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});
