// Two at one payment, one schedule, one ledger: locks, versions, leases, and what others may see before a COMMIT.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtureId, journalDraft } from "../../ledger/fixtures.ts";
import { postJournals, verifyLedger } from "../../ledger/index.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { charge, declined, paid, query, unknown } from "../fixtures.ts";
import { acceptAll } from "../intake/accept.ts";
import type { Command, Payment } from "../model.ts";
import { claimAll, type Due } from "../resolver/store.ts";
import { applyCommands } from "../service.ts";
import { findPayment, savePayments } from "../store.ts";
import { merchantId, paymentsBench, type PaymentsBench } from "../testing.ts";
import { answerOf, explore } from "./testing/explorer.ts";
import { bookSomething, candidate, nobody, planted, told } from "./testing/scene.ts";

const applying = (bench: PaymentsBench, payment: Payment, command: Command) => (pg: Pg) =>
  applyCommands({ ...bench.deps, pg }, nobody, [told(payment, command)]);

const present = (bench: PaymentsBench, { id, merchantId: owner }: Payment): Promise<Payment | null> =>
  findPayment(bench.db.pg.batch, owner, id);

test("a decline and a success for one payment at once are decided one after the other, and both are told", async () => {
  await using bench = await paymentsBench();
  await bookSomething(bench);
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await planted(bench);
    return {
      actors: {
        answer: applying(bench, payment, charge(declined)),
        query: applying(bench, payment, query(paid())),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "answer");
        answerOf(outcomes, "query");
        const after = await present(bench, payment);
        // Whichever came first: money that arrived is money that arrived.
        assert.deepEqual([after?.state, after?.facts, after?.version], ["succeeded", ["succeeded"], 3]);
      },
    };
  });
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("of two decisions on the same version of a payment, one is saved", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, {}, async () => {
    const payment = await planted(bench);
    const save = (cancelAttempts: number) => (pg: Pg) =>
      pg.transaction((tx) =>
        savePayments(tx, merchantId, [
          { payment: { ...payment, version: 2, cancelAttempts }, heldVersion: 1, heldLease: null },
        ]),
      );
    return {
      actors: { first: save(1), second: save(2) },
      check: async (outcomes) => {
        const saved = [...outcomes.values()].map(({ ok }) => ok);
        assert.deepEqual(saved.sort(), [false, true]);
        const attempts = outcomes.get("first")?.ok === true ? 1 : 2;
        assert.equal((await present(bench, payment))?.cancelAttempts, attempts);
      },
    };
  });
});

const dueOf = ({ id: paymentId, resolution }: Payment): Due => ({
  ...{ merchantId, paymentId, channel: "alipay", leaseUntil: null },
  step: resolution?.step ?? "query",
  resolveAt: resolution?.at ?? new Date(0),
});

test("a step that two processes see due is claimed by one of them", async () => {
  await using bench = await paymentsBench();
  await explore(bench.db, {}, async () => {
    const due = dueOf(await planted(bench));
    const leaseUntil = new Date(bench.clock.now().getTime() + 15_000);
    const claiming = async (pg: Pg): Promise<Payment | null> =>
      (await pg.transaction((tx) => claimAll(tx, [{ due, leaseUntil }])))[0] ?? null;
    return {
      actors: { first: claiming, second: claiming },
      check: (outcomes) => {
        const claims = ["first", "second"].filter((name) => answerOf(outcomes, name) !== null);
        assert.equal(claims.length, 1, `claimed by ${claims.join(" and ") || "nobody"}`);
      },
    };
  });
});

test("a step that is claimed is still the step of its payment: what settled it meanwhile is seen", async () => {
  await using bench = await paymentsBench();
  await bookSomething(bench);
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const payment = await planted(bench);
    const leaseUntil = new Date(bench.clock.now().getTime() + 15_000);
    return {
      actors: {
        claim: async (pg) =>
          (await pg.transaction((tx) => claimAll(tx, [{ due: dueOf(payment), leaseUntil }])))[0] ?? null,
        answer: applying(bench, payment, charge(paid())),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "answer");
        const claimed = answerOf<Payment | null>(outcomes, "claim");
        assert.ok(claimed === null || claimed.state === "processing", "claimed when it was settled");
        assert.equal((await present(bench, payment))?.resolution, null);
      },
    };
  });
});

for (const [chain, booked, interruptionsMax] of [
  ["of a merchant that has no booking yet", 0, 1],
  ["of a merchant with bookings", 1, 2],
] as const)
  test(`the chain ${chain} has no fork, whoever books first`, async () => {
    await using bench = await paymentsBench();
    let merchants = 0;
    await explore(bench.db, { interruptionsMax }, async () => {
      const owner = fixtureId("mer", 1_000 + (merchants += 1));
      const post = (subject: number) => (pg: Pg) =>
        pg.transaction((tx) =>
          postJournals(tx, [journalDraft({ merchantId: owner, subjectId: fixtureId("pay", subject) })]),
        );
      for (let subject = 1; subject <= booked; subject += 1) await post(subject)(bench.db.pg);
      return {
        actors: { first: post(11), second: post(12) },
        check: async (outcomes) => {
          assert.deepEqual([answerOf(outcomes, "first"), answerOf(outcomes, "second")], [1, 1]);
          const { journals, broken } = await verifyLedger(bench.db, owner);
          assert.deepEqual([journals, broken], [BigInt(booked + 2), null]);
        },
      };
    });
  });

test("a fact that two book at once is booked once", async () => {
  await using bench = await paymentsBench();
  let merchants = 0;
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const owner = fixtureId("mer", 1_000 + (merchants += 1));
    const post = (pg: Pg): Promise<number> =>
      pg.transaction((tx) => postJournals(tx, [journalDraft({ merchantId: owner })]));
    return {
      actors: { first: post, second: post },
      check: async (outcomes) => {
        assert.equal(answerOf<number>(outcomes, "first") + answerOf<number>(outcomes, "second"), 1);
        const { journals, broken } = await verifyLedger(bench.db, owner);
        assert.deepEqual([journals, broken], [1n, null]);
      },
    };
  });
});

test("an announcement is pushed when everybody can read its payment as paid, and not before", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench);
  const seen: Array<string | undefined> = [];
  const arrivals: typeof bench.deps.arrivals = {
    ...bench.deps.arrivals,
    pushArrivals: async () => void seen.push((await present(bench, payment))?.state),
  };
  await applyCommands({ ...bench.deps, arrivals }, nobody, [told(payment, charge(paid()))]);
  assert.deepEqual(seen, ["succeeded"]);
});

test("a batch in which one merchant’s payment cannot be written has written nothing of another’s", async () => {
  await using bench = await paymentsBench();
  const good = candidate(bench);
  // Sorted after the other: its turn comes when the first has been written.
  const bad = candidate(bench, { merchantId: fixtureId("mer", 9_999), subject: "" });
  await assert.rejects(acceptAll(bench.deps, [good, bad]));
  assert.equal(await present(bench, good.payment), null);
});

test("a batch in which one merchant’s decision cannot be saved has saved nothing of another’s", async () => {
  await using bench = await paymentsBench();
  const good = await planted(bench);
  const other = fixtureId("mer", 9_999);
  const bad = await planted(bench, { merchantId: other });
  const misled = { ...told(bad, charge(unknown)), channel: "wechat" } as const;
  const channels = new Map(bench.deps.channels).set("wechat", bench.channel);
  await assert.rejects(
    applyCommands({ ...bench.deps, channels }, nobody, [told(good, charge(paid())), misled]),
    { name: "AssertionError" },
  );
  assert.equal((await present(bench, good))?.state, "processing");
});
