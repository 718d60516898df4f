// Two at one shown code: the payer’s money against whoever closes, withdraws or gives up the code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyLedger } from "../../ledger/index.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { callback, close, closed, code, created, paid, query, shownCode } from "../fixtures.ts";
import type { Command, Payment } from "../model.ts";
import { applyCommands } from "../service.ts";
import { findPayment } from "../store.ts";
import { paymentsBench, type PaymentsBench } from "../testing.ts";
import { answerOf, explore } from "./testing/explorer.ts";
import { bookSomething, nobody, planted, told } from "./testing/scene.ts";

const applying = (bench: PaymentsBench, payment: Payment, command: Command) => (pg: Pg) =>
  applyCommands({ ...bench.deps, pg }, nobody, [told(payment, command)]);

const present = (bench: PaymentsBench, { id, merchantId }: Payment): Promise<Payment | null> =>
  findPayment(bench.db.pg.batch, merchantId, id);

/** A code on the screen. */
function shown(bench: PaymentsBench): Promise<Payment> {
  const { mode, payerCodeMasked, expiresAt } = shownCode();
  return planted(bench, {
    ...{ mode, payerCodeMasked, expiresAt },
    ...{ state: "awaitingPayer", codeUrl: created.codeUrl },
  });
}

const withdrawal: Command = {
  kind: "reversalRequested",
  by: { role: "terminal", terminalId: null },
  reason: null,
};

test("money that arrives while the code is closed or withdrawn is booked once, whoever comes first", async () => {
  await using bench = await paymentsBench();
  await bookSomething(bench);
  for (const against of [close(closed), withdrawal]) {
    await explore(bench.db, { interruptionsMax: 1 }, async () => {
      const payment = await shown(bench);
      return {
        actors: {
          callback: applying(bench, payment, callback(paid())),
          other: applying(bench, payment, against),
        },
        check: async (outcomes) => {
          answerOf(outcomes, "callback");
          answerOf(outcomes, "other");
          const after = await present(bench, payment);
          assert.deepEqual([after?.state, after?.facts, after?.codeUrl], ["succeeded", ["succeeded"], null]);
        },
      };
    });
  }
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("a notification and a question that learn of the same payment book it once", async () => {
  await using bench = await paymentsBench();
  await bookSomething(bench);
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await shown(bench);
    return {
      actors: {
        callback: applying(bench, payment, callback(paid())),
        query: applying(bench, payment, query(paid())),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "callback");
        answerOf(outcomes, "query");
        const after = await present(bench, payment);
        assert.deepEqual(
          [after?.state, after?.facts, after?.lateSuccess],
          ["succeeded", ["succeeded"], false],
        );
      },
    };
  });
});

test("a code that is made while it is withdrawn is shown to nobody afterwards", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const { mode, payerCodeMasked, expiresAt, resolution } = shownCode();
    const payment = await planted(bench, { mode, payerCodeMasked, expiresAt, resolution });
    return {
      actors: {
        made: applying(bench, payment, code(created)),
        withdrawn: applying(bench, payment, withdrawal),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "made");
        answerOf(outcomes, "withdrawn");
        const after = await present(bench, payment);
        assert.deepEqual([after?.codeUrl, after?.resolution?.step], [null, "close"]);
      },
    };
  });
});
