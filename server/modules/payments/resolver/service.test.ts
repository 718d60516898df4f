import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { verifyLedger } from "../../ledger/index.ts";
import { limits } from "../limits.ts";
import { readPayment, readTimeline } from "../reading/service.ts";
import type { Payment } from "../model.ts";
import { merchantId, operatorPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";
import { claimAll, selectDue } from "./store.ts";

const due = { limit: 10, channels: ["alipay"], inHand: [], full: [], passed: [] } as const;

async function created(bench: PaymentsBench): Promise<string> {
  const answer = await bench.create();
  assert.ok(answer.ok);
  return answer.value.paymentId;
}

async function read(bench: PaymentsBench, paymentId: string): Promise<Payment> {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value;
}

async function balance(bench: PaymentsBench): Promise<bigint> {
  const { rows } = await sql<{ minor: bigint }>`
    select minor from ledger.balance where account = 'channel:alipay'`.execute(bench.db.pg.batch);
  return rows[0]?.minor ?? 0n;
}

async function caseKinds(bench: PaymentsBench): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`select kind from support."case" order by kind`.execute(
    bench.db.pg.batch,
  );
  return rows.map((row) => row.kind);
}

type Story = Readonly<{
  name: string;
  plan: (bench: PaymentsBench, seconds: number, paymentId: string) => void;
  first: "requestLost" | "replyLost" | "askPassword" | "payOther";
  passSeconds: number;
  state: Payment["state"];
  booked: bigint;
  /** Calls to the channel after the charge. */
  queries: number;
  cancels: number;
}>;

const nothing = (): void => undefined;
const stories: readonly Story[] = [
  {
    name: "the reply was lost, the payer has paid",
    first: "replyLost",
    plan: nothing,
    passSeconds: 10,
    state: "succeeded",
    booked: 12_500n,
    queries: 1,
    cancels: 0,
  },
  {
    name: "the payer enters the password after twenty seconds",
    first: "askPassword",
    passSeconds: 30,
    state: "succeeded",
    booked: 12_500n,
    queries: 6,
    cancels: 0,
    plan: ({ channel }, seconds) => seconds === 20 && channel.pay([...channel.trades.keys()][0]!),
  },
  {
    name: "the payer never enters the password",
    first: "askPassword",
    plan: nothing,
    passSeconds: 70,
    state: "closed",
    booked: 0n,
    queries: 20,
    cancels: 1,
  },
  {
    name: "the request never arrived",
    first: "requestLost",
    plan: nothing,
    passSeconds: 130,
    state: "closed",
    booked: 0n,
    queries: 27,
    cancels: 7,
  },
  {
    name: "the payer pays between the last query and a cancel whose reply is lost",
    first: "askPassword",
    passSeconds: 70,
    state: "reversed",
    booked: 0n,
    queries: 20,
    cancels: 2,
    plan: ({ channel }, seconds) => {
      if (seconds !== 1) return;
      channel.cancelPlan = ["replyLost"];
      const look = channel.query.bind(channel);
      channel.query = async (io, account, order) => {
        const reply = await look(io, account, order);
        if (channel.count("query") === 20) channel.pay(order.channelOrderNo);
        return reply;
      };
    },
  },
];

test("every unclear payment ends as the channel's book says, with as many calls as the timetable allows", async () => {
  for (const { name, first, plan, passSeconds, state, booked, queries, cancels } of stories) {
    await using bench = await paymentsBench();
    bench.channel.chargePlan = [first];
    const paymentId = await created(bench);
    for (let seconds = 1; seconds <= passSeconds; seconds += 1) {
      plan(bench, seconds, paymentId);
      await bench.pass(1);
    }
    const payment = await read(bench, paymentId);
    assert.equal(payment.state, state, name);
    assert.equal(await balance(bench), booked, name);
    assert.deepEqual([bench.channel.count("query"), bench.channel.count("cancel")], [queries, cancels], name);
    assert.equal(bench.channel.count("charge"), 1, name);
    assert.equal(payment.resolution, null, name);
    assert.equal((await verifyLedger(bench.db, null)).broken, null, name);
  }
});

test("when nothing helps a person decides, once, with a reason that stays in the timeline", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  bench.channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  bench.channel.cancelPlan = Array<"requestLost">(1_000).fill("requestLost");
  const paymentId = await created(bench);
  await bench.pass(180);
  const open = await read(bench, paymentId);
  assert.deepEqual([open.state, open.review?.reason], ["processing", "timetableExhausted"]);
  const queries = bench.channel.count("query");
  await bench.pass(600, 10);
  assert.equal(bench.channel.count("query"), queries + 2, "slow queries go on");

  const verdict = { decision: "succeeded", reason: "商户后台已见到这笔收款" } as const;
  const [first, second] = await Promise.all([
    bench.payments.decideReview(operatorPrincipal, paymentId, verdict),
    bench.another().decideReview(operatorPrincipal, paymentId, verdict),
  ]);
  assert.deepEqual([first.ok, second.ok].sort(), [false, true]);
  assert.equal(await balance(bench), 12_500n);
  const lines = await readTimeline(bench.db, operatorPrincipal, paymentId);
  assert.ok(lines.ok);
  const decided = lines.value.filter((line) => line.kind === "reviewDecided");
  assert.deepEqual(
    decided.map((line) => line.data),
    [{ ...verdict, decidedBy: operatorPrincipal.credentialId }],
  );
  assert.deepEqual(
    bench.announced.map((order) => order.paymentId),
    [paymentId],
  );
});

test("a person's mistake is found when the channel speaks again", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  bench.channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  bench.channel.cancelPlan = Array<"requestLost">(1_000).fill("requestLost");
  const paymentId = await created(bench);
  await bench.pass(180);
  const verdict = { decision: "closed", reason: "顾客说没有扣款" } as const;
  assert.ok((await bench.payments.decideReview(operatorPrincipal, paymentId, verdict)).ok);
  await bench.pass(600, 10);
  assert.equal((await read(bench, paymentId)).state, "closed", "the channel is still silent");
  bench.channel.queryPlan = [];
  await bench.pass(310, 10);
  const payment = await read(bench, paymentId);
  assert.deepEqual([payment.state, payment.lateSuccess, payment.resolution], ["succeeded", true, null]);
  assert.equal(await balance(bench), 12_500n);
  assert.deepEqual(await caseKinds(bench), ["lateSuccess"]);
});

test("a paid amount that is not ours is booked nowhere and given to a person", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["payOther"];
  const paymentId = await created(bench);
  const payment = await read(bench, paymentId);
  assert.deepEqual(
    [payment.state, payment.review?.reason, payment.facts],
    ["processing", "amountMismatch", []],
  );
  assert.deepEqual(await caseKinds(bench), ["amountMismatch"]);
  await bench.pass(200, 5);
  assert.equal(bench.channel.count("cancel"), 0, "nobody cancels what a person is looking at");
});

test("several resolvers take each step once", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = Array<"replyLost">(40).fill("replyLost");
  await Promise.all(Array.from({ length: 40 }, () => bench.create()));
  const others = [bench.payments, bench.another(), bench.another()];
  bench.clock.advance(6);
  await Promise.all(others.map((process) => process.resolveDue(64)));
  assert.equal(bench.channel.count("query"), 40);
  assert.equal(await balance(bench), 40n * 12_500n);
});

test("of two claims on one payment exactly one succeeds, on two real connections", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  await created(bench);
  bench.clock.advance(6);
  const [one] = await selectDue(bench.db.pg.batch, bench.clock.now(), due);
  assert.ok(one);
  const lease = new Date(bench.clock.now().getTime() + 15_000);
  const claims = await Promise.all(
    Array.from({ length: 8 }, () =>
      bench.db.pg.transaction((tx) => claimAll(tx, [{ due: one, leaseUntil: lease }])),
    ),
  );
  assert.equal(claims.flat().filter((payment) => payment !== null).length, 1);
  assert.deepEqual(await selectDue(bench.db.pg.batch, bench.clock.now(), due), []);
});

/** The next query of the bench’s channel never comes back to the process that asks, unless it is let go. */
function oneHangs({ channel }: PaymentsBench): Readonly<{ asked: Promise<void>; letGo: () => void }> {
  const query = channel.query.bind(channel);
  const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  channel.query = async (...args) => {
    channel.query = query;
    const reply = await query(...args);
    asked.resolve();
    await gate.promise;
    return reply;
  };
  return { asked: asked.promise, letGo: gate.resolve };
}

test("a resolver that dies in mid-step loses time, not the payment: six seconds", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  const paymentId = await created(bench);
  bench.clock.advance(6);
  // It dies after it has asked: the claim is committed, the answer never comes.
  const { asked } = oneHangs(bench);
  void bench.another().resolveDue(64);
  await asked;
  await bench.pass(4);
  assert.equal((await read(bench, paymentId)).state, "processing", "somebody still holds it");
  await bench.pass(2);
  assert.equal((await read(bench, paymentId)).state, "succeeded");
});

test("an answer that comes when its claim is over, and somebody else has asked, is old news", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  const paymentId = await created(bench);
  bench.clock.advance(6);
  const { asked, letGo } = oneHangs(bench);
  const slow = bench.another();
  const round = slow.resolveDue(64);
  await asked;
  await bench.pass(9);
  const before = await read(bench, paymentId);
  assert.deepEqual([before.state, bench.channel.count("query")], ["succeeded", 2]);
  letGo();
  await round;
  const { version, ...after } = await read(bench, paymentId);
  assert.deepEqual({ ...after, version: before.version }, before);
  assert.equal(version, before.version + 1, "it stands in the timeline");
  assert.equal(await balance(bench), 12_500n);
  assert.equal((await verifyLedger(bench.db, merchantId)).broken, null);
});

test("while a cancel may still reach the channel nobody else takes the payment: what it gives back is not called paid", async () => {
  await using bench = await paymentsBench();
  const { channel } = bench;
  channel.chargePlan = ["replyLost"];
  channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  const paymentId = await created(bench);
  const cancel = channel.cancel.bind(channel);
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  channel.cancel = async (...args) => {
    channel.cancel = cancel;
    begun.resolve();
    await gate.promise;
    return cancel(...args);
  };
  const passing = bench.pass(70);
  await begun.promise;
  // Whoever cancelled beside it would be refused, and then hear that the payer has paid.
  channel.cancelPlan = ["refuse"];
  channel.queryPlan = [];
  const other = bench.another();
  for (let seconds = 1; seconds <= 14; seconds += 1) {
    bench.clock.advance(1);
    await other.resolveDue(64);
  }
  assert.deepEqual([(await read(bench, paymentId)).state, channel.count("cancel")], ["processing", 0]);
  channel.cancelPlan = [];
  gate.resolve();
  await passing;
  assert.equal((await read(bench, paymentId)).state, "reversed");
  assert.equal(await balance(bench), 0n);
});

test("a process that stood still between its claim and its cancel sends nothing: others may hold the payment", async () => {
  await using bench = await paymentsBench();
  const { channel, clock } = bench;
  channel.chargePlan = ["replyLost"];
  channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  const paymentId = await created(bench);
  let stoodStill = 0;
  const slow = bench.another({
    merchants: {
      ...bench.deps.merchants,
      channelAccountEvenIfDisabled: async () => {
        if ((await read(bench, paymentId)).resolution?.step === "cancel") {
          stoodStill += 1;
          clock.advance(limits.undoGraceSeconds + 1);
        }
        return {};
      },
    },
  });
  while (stoodStill === 0) {
    clock.advance(1);
    await slow.resolveDue(64);
  }
  const before = await read(bench, paymentId);
  assert.deepEqual([before.resolution?.step, channel.count("cancel")], ["cancel", 0]);
  assert.ok(bench.logLines.some((line) => line.includes("cancel_not_sent")));
  await bench.pass(channel.manifest.timetable.replyTimeoutMs / 1_000);
  assert.deepEqual([(await read(bench, paymentId)).state, channel.count("cancel")], ["reversed", 1]);
  assert.equal(await balance(bench), 0n);
});

test("a cancel whose process died is taken over once nothing of it can be on its way: sixteen seconds", async () => {
  await using bench = await paymentsBench();
  const { channel } = bench;
  channel.chargePlan = ["replyLost"];
  channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  const paymentId = await created(bench);
  const cancel = channel.cancel.bind(channel);
  const begun = Promise.withResolvers<void>();
  channel.cancel = () => {
    channel.cancel = cancel;
    begun.resolve();
    return new Promise(() => undefined);
  };
  const dying = bench.another();
  void (async () => {
    for (;;) {
      bench.clock.advance(1);
      await dying.resolveDue(64);
    }
  })();
  await begun.promise;
  await bench.pass(14);
  assert.equal((await read(bench, paymentId)).state, "processing", "somebody may still be cancelling it");
  await bench.pass(2);
  assert.equal((await read(bench, paymentId)).state, "reversed");
});

test("a claim for a question is none for the cancel that the payment waits for since", async () => {
  await using bench = await paymentsBench();
  const { channel, clock } = bench;
  channel.chargePlan = ["replyLost"];
  channel.queryPlan = Array<"replyLost">(1_000).fill("replyLost");
  channel.cancelPlan = Array<"requestLost">(1_000).fill("requestLost");
  const paymentId = await created(bench);
  while ((await read(bench, paymentId)).resolution?.step !== "cancel") await bench.pass(1);
  clock.advance(60);
  const [seen] = await selectDue(bench.db.pg.batch, clock.now(), due);
  assert.ok(seen);
  assert.equal(seen.step, "cancel");
  const leaseUntil = new Date(clock.now().getTime() + 5_000);
  const claimed = await bench.db.pg.transaction((tx) =>
    claimAll(tx, [{ due: { ...seen, step: "query" }, leaseUntil }]),
  );
  assert.deepEqual(claimed, [null]);
});

test("a failing step does not hold up the others", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost", "replyLost", "replyLost"];
  const ids = [await created(bench), await created(bench), await created(bench)];
  const query = bench.channel.query.bind(bench.channel);
  let calls = 0;
  bench.channel.query = (...args) =>
    (calls += 1) === 1 ? Promise.reject(new Error("a bug in a channel")) : query(...args);
  bench.clock.advance(6);
  await bench.payments.resolveDue(64);
  const states = await Promise.all(ids.map(async (id) => (await read(bench, id)).state));
  assert.deepEqual(states.sort(), ["processing", "succeeded", "succeeded"]);
  assert.ok(bench.logLines.some((line) => line.includes("resolver_step_failed")));
  assert.equal((await verifyLedger(bench.db, merchantId)).broken, null);
});
