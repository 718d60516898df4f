// The whole way of an announcement: real PostgreSQL, real broker, virtual terminals that count what they play.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { ArrivalList } from "@huiyin/contract/api/arrivals.ts";
import type { ReceiptStage } from "@huiyin/contract/events/receipts.ts";
import { parseSpeech } from "@huiyin/contract/speech.ts";
import { openShop, operatorToken, realTime, until, type Bench, type Shop } from "./fixtures.ts";

let shop: Shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.stop());

async function arrivalsOf(paymentId: string): Promise<ArrivalList["items"]> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  const reply = await fetch(`${shop.platform().url}/v1/payments/${paymentId}/arrivals`, { headers });
  assert.equal(reply.status, 200);
  return ((await reply.json()) as ArrivalList).items;
}
const stageOf = async (paymentId: string): Promise<string> =>
  (await arrivalsOf(paymentId)).map(({ stage }) => stage).join(" ");
const reaches = (paymentId: string, stage: string) => until(async () => (await stageOf(paymentId)) === stage);
const heard = (bench: Bench): string[] => bench.speaker.played.map(({ text }) => text);

test("a payment is spoken once at its terminal, and every stage has its time", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 1_250n);
  await reaches(paymentId, "spoken");
  const [played] = bench.speaker.played;
  assert.deepEqual(parseSpeech(played?.clips ?? []), { amountFen: 1_250n, wallet: "alipay" });
  assert.deepEqual(heard(bench), ["支付宝收款，十二元五角"]);
  const [arrival] = await arrivalsOf(paymentId);
  assert.ok(arrival);
  const times = [arrival.acceptedAt, arrival.deliveredAt, arrival.startingAt, arrival.spokenAt];
  assert.deepEqual(times, times.toSorted());
  assert.deepEqual([arrival.sequence, arrival.sendCount, arrival.text], [1, 1, "支付宝收款，十二元五角"]);
});

test("the same order announced twice in one platform is announced once", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 100n);
  await reaches(paymentId, "spoken");
  const { arrivals } = shop.platform();
  const order = {
    ...{
      ...shop.place,
      paymentId,
      terminalId: bench.terminalId,
      amount: { minor: 100n, currency: "CNY" as const },
    },
    ...{ channel: "alipay" as const, fundingSource: null, paidAt: shop.world.now() },
  };
  const again = await shop.pg.transaction((tx) => arrivals.insertArrivals(tx, [order]));
  assert.deepEqual(again, []);
  const twice = { ...order, paymentId: shop.world.newId("pay") };
  const rows = await shop.pg.transaction((tx) => arrivals.insertArrivals(tx, [twice]));
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    [2n],
  );
});

test("the paying terminal and every terminal of the store that announces for it speak; others do not", async () => {
  const own = await shop.terminal({ announce: "own" });
  const other = await shop.terminal({ announce: "own" });
  const speakerOfStore = await shop.terminal({ announce: "store", transport: "websocket" });
  const mute = await shop.terminal({ announce: "none" });
  for (const { terminal } of [own, other, speakerOfStore, mute]) await terminal.connect();
  const paymentId = await shop.pay(own.terminalId, 200n);
  await reaches(paymentId, "spoken spoken");
  assert.deepEqual(
    [own, other, speakerOfStore, mute].map((bench) => heard(bench).length),
    [1, 0, 1, 0],
  );
  const without = await shop.pay(mute.terminalId, 300n);
  await reaches(without, "spoken");
  assert.deepEqual(heard(speakerOfStore), ["支付宝收款，两元", "支付宝收款，三元"]);
  await speakerOfStore.terminal.stop();
  await shop.pg.transaction((tx) =>
    sql`update terminals.terminal set announce = 'none' where announce = 'store'`.execute(tx),
  );
});

test("after an outage everything is spoken in order, once, though every message comes twice and receipts are lost", async () => {
  const bench = await shop.terminal({ clipMs: 1 });
  await bench.terminal.connect();
  const first = await shop.pay(bench.terminalId, 100n);
  await reaches(first, "spoken");
  await bench.terminal.goOffline();
  const missed: string[] = [];
  for (let yuan = 2n; yuan <= 41n; yuan += 1n) missed.push(await shop.pay(bench.terminalId, yuan * 100n));
  assert.equal(await stageOf(missed[0]!), "accepted");
  bench.terminal.faults.doubled = "yes";
  bench.terminal.faults.receiptsLost = "yes";
  await bench.terminal.connect();
  const last = await shop.pay(bench.terminalId, 4_200n);
  await until(() => bench.speaker.played.length === 42);
  await bench.terminal.idle();
  assert.deepEqual(
    bench.speaker.played.map(({ clips }) => parseSpeech(clips)?.amountFen),
    Array.from({ length: 42 }, (_, index) => BigInt(index + 1) * 100n),
  );
  assert.notEqual(await stageOf(last), "spoken");
  bench.terminal.faults.receiptsLost = "no";
  bench.terminal.ask();
  await reaches(last, "spoken");
  for (const paymentId of missed) await reaches(paymentId, "spoken");
  assert.equal(bench.speaker.played.length, 42);
});

test("payments booked at the same moment are sent in the order of their numbers, each once, whichever is pushed first", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const first = await shop.pay(bench.terminalId, 100n);
  await reaches(first, "spoken");
  const { arrivals } = shop.platform();
  const book = async (fen: bigint) => {
    const order = {
      ...{ ...shop.place, paymentId: shop.world.newId("pay"), terminalId: bench.terminalId },
      ...{ amount: { minor: fen, currency: "CNY" as const }, paidAt: shop.world.now() },
      ...{ channel: "alipay" as const, fundingSource: null },
    };
    return shop.pg.transaction((tx) => arrivals.insertArrivals(tx, [order]));
  };
  const [second, third, fourth] = [await book(200n), await book(300n), await book(400n)];
  await arrivals.pushArrivals(fourth);
  await arrivals.pushArrivals(second);
  await arrivals.pushArrivals(third);
  await until(() => bench.speaker.played.length === 4);
  await bench.terminal.idle();
  assert.deepEqual(
    bench.speaker.played.map(({ clips }) => parseSpeech(clips)?.amountFen),
    [100n, 200n, 300n, 400n],
  );
  const sent = bench.terminal.received.filter(({ topic }) => topic === "arrivals");
  assert.deepEqual(
    sent.map(({ payload }) => (payload as { sequence: number }).sequence),
    [1, 2, 3, 4],
  );
});

test("a terminal that dies while speaking never says it again, and the platform records why", async () => {
  const bench = await shop.terminal({ clipMs: 2_000 });
  await bench.terminal.connect();
  const begun = await shop.pay(bench.terminalId, 700n);
  await reaches(begun, "speaking");
  const waiting = await shop.pay(bench.terminalId, 800n);
  await reaches(waiting, "delivered");
  await bench.terminal.crash();
  await until(() => !shop.platform().broker.sessions().has(bench.terminalId));
  const revived = bench.reboot();
  await revived.connect();
  await reaches(begun, "interrupted");
  await reaches(waiting, "speaking");
  assert.deepEqual(heard(bench), ["支付宝收款，七元", "支付宝收款，八元"]);
  await revived.crash();
});

test("a device that lost its memory as well is not made to repeat what it had begun", async () => {
  const bench = await shop.terminal({ clipMs: 2_000 });
  await bench.terminal.connect();
  const begun = await shop.pay(bench.terminalId, 900n);
  await reaches(begun, "speaking");
  await bench.terminal.crash();
  bench.storage.save({ terminalId: bench.terminalId, entries: [], forgottenThrough: 0 });
  const blank = bench.reboot();
  await blank.connect();
  await reaches(begun, "interrupted");
  await blank.idle();
  assert.deepEqual(heard(bench), ["支付宝收款，九元"]);
  await blank.crash();
});

test("a broker and platform that restart lose nothing: what was paid meanwhile is spoken", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  await shop.restart();
  const paymentId = await shop.pay(bench.terminalId, 1_100n);
  await reaches(paymentId, "spoken");
  assert.deepEqual(heard(bench), ["支付宝收款，十一元"]);
});

test("muted: nobody hears it, a case opens; unmuted: it is spoken once and the case closes by itself", async () => {
  const bench = await shop.terminal();
  bench.terminal.setSilence("muted");
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 1_300n);
  await reaches(paymentId, "delivered");
  await until(async () => (await arrivalsOf(paymentId))[0]?.silenceReason === "muted");
  shop.clock.advance(11_000);
  await until(() => shop.cases.opened.some((one) => one.paymentId === paymentId));
  const facts = shop.cases.opened.find((one) => one.paymentId === paymentId)?.facts;
  assert.equal(facts?.["silenceReason"], "muted");
  // The case is opened inside the transaction that says so.
  await until(async () => Boolean((await arrivalsOf(paymentId))[0]?.unheardAt));
  bench.terminal.setSilence(null);
  await reaches(paymentId, "spoken");
  await until(() => shop.cases.closed.includes(paymentId));
  assert.equal(shop.cases.opened.filter((one) => one.paymentId === paymentId).length, 1);
  assert.deepEqual(heard(bench), ["支付宝收款，十三元"]);
});

test("what is heard in time opens no case", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 1_400n);
  await reaches(paymentId, "spoken");
  shop.clock.advance(30_000);
  await realTime.sleep(300);
  assert.ok(!shop.cases.opened.some((one) => one.paymentId === paymentId));
});

test("offline for long: what is too old becomes one summary, what is fresh is spoken by itself, in this order", async () => {
  const bench = await shop.terminal();
  const old = [await shop.pay(bench.terminalId, 1_000n), await shop.pay(bench.terminalId, 2_000n)];
  shop.clock.advance(301_000);
  const fresh = await shop.pay(bench.terminalId, 3_000n);
  await until(() => old.every((id) => shop.cases.opened.some((one) => one.paymentId === id)));
  await bench.terminal.connect();
  await reaches(fresh, "spoken");
  assert.deepEqual(heard(bench), ["离线期间共收款两笔，合计三十元", "支付宝收款，三十元"]);
  for (const paymentId of old) {
    const [arrival] = await arrivalsOf(paymentId);
    assert.equal(arrival?.stage, "stale");
    assert.ok(arrival?.summaryId);
  }
  await until(async () => (await arrivalsOf(old[0]!))[0]?.summarySpokenAt !== null);
  await until(() => old.every((id) => shop.cases.closed.includes(id)));
  await bench.terminal.goOffline();
  await bench.terminal.connect();
  await realTime.sleep(200);
  assert.equal(bench.speaker.played.length, 2);
});

test("what expires in the hands of a muted terminal becomes part of a summary when it can be heard again", async () => {
  const bench = await shop.terminal();
  bench.terminal.setSilence("volumeZero");
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 500n);
  await reaches(paymentId, "delivered");
  shop.clock.advance(301_000);
  bench.terminal.setSilence(null);
  await reaches(paymentId, "stale");
  await until(() => heard(bench).length === 1);
  assert.deepEqual(heard(bench), ["离线期间共收款一笔，合计五元"]);
});

/** A muted terminal asks: two announcements are in its hands, one of which it says it has given up. */
async function asksWithOneGivenUp(givenUpAmount: "first" | "second") {
  const bench = await shop.terminal();
  bench.terminal.setSilence("muted");
  await bench.terminal.connect();
  const amounts = { first: 600n, second: 700n };
  const paymentIds = [
    await shop.pay(bench.terminalId, amounts.first),
    await shop.pay(bench.terminalId, amounts.second),
  ];
  for (const paymentId of paymentIds) await reaches(paymentId, "delivered");
  // By its own clock there is time: a message may have been long on its way.
  shop.clock.advance(301_000);
  const [givenUp, meant] = givenUpAmount === "first" ? paymentIds : paymentIds.toReversed();
  assert.ok(givenUp !== undefined && meant !== undefined);
  const outcomeOf = async (paymentId: string, stage: ReceiptStage) => {
    const arrivalId = (await arrivalsOf(paymentId))[0]?.id;
    return { arrivalId, paymentId, stage, at: shop.world.now().toISOString() };
  };
  const outcomes = [await outcomeOf(meant, "delivered"), await outcomeOf(givenUp, "expired")];
  bench.terminal.sendRaw("receipts", { version: 1, kind: "ask", outcomes });
  await reaches(givenUp, "stale");
  return { bench, meant, outcomeOf };
}

test("what a terminal that asks still means to speak becomes part of no summary; what it has given up does", async () => {
  const { bench, meant, outcomeOf } = await asksWithOneGivenUp("first");
  for (const stage of ["starting", "spoken"] as const)
    bench.terminal.sendRaw("receipts", { version: 1, kind: "receipt", ...(await outcomeOf(meant, stage)) });
  await reaches(meant, "spoken");
  bench.terminal.setSilence(null);
  await until(() => heard(bench).length === 1);
  assert.deepEqual(heard(bench), ["离线期间共收款一笔，合计六元"]);
});

test("what is put aside for a summary in which it is missing is summed up as well, not passed over in silence", async () => {
  const { bench, meant } = await asksWithOneGivenUp("second");
  await reaches(meant, "stale");
  bench.terminal.setSilence(null);
  await until(() => heard(bench).length === 2);
  assert.deepEqual(heard(bench), ["离线期间共收款一笔，合计七元", "离线期间共收款一笔，合计六元"]);
});

test("a terminal that never comes back after “starting” is recorded as interrupted, and may still correct it", async () => {
  const bench = await shop.terminal({ clipMs: 2_000 });
  await bench.terminal.connect();
  const paymentId = await shop.pay(bench.terminalId, 1_500n);
  await reaches(paymentId, "speaking");
  await bench.terminal.goOffline();
  shop.clock.advance(61_000);
  await reaches(paymentId, "interrupted");
  await bench.terminal.crash();
});

test("replaying sends what was not begun and says whether the terminal was reached", async () => {
  const bench = await shop.terminal();
  const paymentId = await shop.pay(bench.terminalId, 1_600n);
  assert.deepEqual(await shop.platform().arrivals.replayArrivals(bench.terminalId), {
    reached: "no",
    sent: 0,
  });
  bench.terminal.setSilence("muted");
  await bench.terminal.connect();
  await reaches(paymentId, "delivered");
  assert.deepEqual(await shop.platform().arrivals.replayArrivals(bench.terminalId), {
    reached: "yes",
    sent: 1,
  });
  bench.terminal.setSilence(null);
  await reaches(paymentId, "spoken");
  assert.deepEqual(await shop.platform().arrivals.replayArrivals(bench.terminalId), {
    reached: "yes",
    sent: 0,
  });
  assert.equal(bench.speaker.played.length, 1);
});
