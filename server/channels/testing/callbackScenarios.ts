// For tests only: what a channel makes of callbacks: genuine, forged, replayed, late. The books are believed, not the channel.
import assert from "node:assert/strict";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import { amount, type Given, type Scenario } from "./scenario.ts";

/** What goes back of it. */
const part = fen(500);

/** A payment of which the channel tells by itself. Answers the trade number. */
async function paidAndTold({ channel, world, request }: Given): Promise<string> {
  if (channel.manifest.offers.payerCodeCallbacks === "no") {
    const { payerCode: _, ...order } = request;
    const { outcome } = await channel.precreate(world.io, world.account, order);
    assert.ok(outcome.kind === "created", outcome.kind);
    await world.scan(outcome.codeUrl, "pays");
  } else {
    await channel.charge(world.io, world.account, request);
  }
  const { outcome } = await channel.query(world.io, world.account, request);
  assert.ok(outcome.kind === "succeeded", outcome.kind);
  return outcome.channelTradeNo;
}

export const scenariosOfCallback: readonly Scenario[] = [
  [
    "callback good: it proves the payment that the books show, and its repetition is the same notification",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const tradeNo = await paidAndTold(given);
      const first = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      const second = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      assert.ok(first.kind === "accepted" && second.kind === "accepted", first.kind);
      assert.equal(first.channelOrderNo, request.channelOrderNo);
      assert.ok(first.news.kind === "succeeded", first.news.kind);
      assert.deepEqual(first.news.amount, amount);
      assert.equal(first.news.channelTradeNo, tradeNo);
      assert.equal(second.notificationId, first.notificationId);
      assert.deepEqual(second.news, first.news);
    },
  ],
  [
    "callback forged: with any field altered it is never accepted",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      await paidAndTold(given);
      const genuine = await world.callback(request.channelOrderNo);
      const alterations = world.altered(genuine);
      assert.ok(alterations.length > 0);
      for (const [part, altered] of alterations)
        assert.notEqual((await channel.readCallback(world.account, altered)).kind, "accepted", part);
    },
  ],
  [
    "callback forged: without signature, or empty, it is never accepted and never throws",
    "pays",
    async ({ channel, world }) => {
      for (const type of ["application/x-www-form-urlencoded", "application/json", "text/xml"])
        for (const text of ["", "sign=", "constructor=x", "{}", "null", "[]", "<xml></xml>", "%", "\0"]) {
          const headers = new Map([["content-type", type]]);
          const callback = { headers, body: Buffer.from(text), receivedAt: world.io.now() };
          assert.notEqual((await channel.readCallback(world.account, callback)).kind, "accepted", text);
          const processed = channel.answerCallback("processed", callback);
          assert.notDeepEqual(processed, channel.answerCallback("tryAgain", callback));
        }
    },
  ],
  [
    "callback late: a day later, after the money went back, tells what it told: it is old news, not new money",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const tradeNo = await paidAndTold(given);
      const early = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      const order = { ...request, channelTradeNo: tradeNo };
      const refund = { order, channelRefundNo: "refund1", requestedAt: world.io.now(), amount, reason: null };
      const { callbackUrl } = request;
      await channel.refund(world.io, world.account, { ...refund, sendHistory: "first", callbackUrl });
      await world.refundsArrive?.();
      await world.advance?.(90_000);
      const late = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      assert.ok(early.kind === "accepted" && late.kind === "accepted", late.kind);
      assert.equal(late.channelOrderNo, early.channelOrderNo);
      assert.equal(late.notificationId, early.notificationId);
      const back = (await world.refunded(request.channelOrderNo)).minor;
      assert.equal(back, amount.minor);
    },
  ],
  [
    "callback replayed: its bytes posted again by somebody are the same notification, or refused; read twice it says the same",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      await paidAndTold(given);
      const told = await world.callback(request.channelOrderNo);
      const first = await channel.readCallback(world.account, told);
      const second = await channel.readCallback(world.account, told);
      assert.deepEqual(second, first);
      const replayed = { ...told, receivedAt: addSeconds(told.receivedAt, 86_400) };
      const later = await channel.readCallback(world.account, replayed);
      if (later.kind === "accepted" && first.kind === "accepted")
        assert.equal(later.notificationId, first.notificationId);
    },
  ],
  [
    "callback reordered: the notice of a refund before that of its payment is no payment, which its own still proves",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const tradeNo = await paidAndTold(given);
      const order = { ...request, channelTradeNo: tradeNo };
      const refund = { order, channelRefundNo: "refund1", requestedAt: world.io.now(), amount: part };
      const { callbackUrl } = request;
      const own = { reason: null, sendHistory: "first", callbackUrl } as const;
      await channel.refund(world.io, world.account, { ...refund, ...own });
      await world.refundsArrive?.();
      assert.ok(world.refundCallback !== undefined);
      const ofRefund = await channel.readCallback(
        world.account,
        await world.refundCallback(request.channelOrderNo),
      );
      const ofPayment = await channel.readCallback(
        world.account,
        await world.callback(request.channelOrderNo),
      );
      assert.ok(ofRefund.kind === "accepted" && ofPayment.kind === "accepted", ofRefund.kind);
      assert.equal(ofRefund.channelOrderNo, request.channelOrderNo);
      assert.equal(ofRefund.news.kind, "stateMayHaveChanged");
      assert.notEqual(ofRefund.notificationId, ofPayment.notificationId);
      assert.ok(ofPayment.news.kind === "succeeded", ofPayment.news.kind);
      assert.deepEqual([ofPayment.news.amount, ofPayment.news.channelTradeNo], [amount, tradeNo]);
      assert.equal((await world.refunded(request.channelOrderNo)).minor, part.minor);
    },
    "refundCallbacks",
  ],
  [
    "callback reordered: the notice of a success after its close is old news at most; the query says what is",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const tradeNo = await paidAndTold(given);
      const early = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      const order = { ...request, channelTradeNo: tradeNo };
      const ended =
        channel.manifest.offers.payerCodeCallbacks === "no"
          ? await channel.close(world.io, world.account, order)
          : await channel.cancel(world.io, world.account, order);
      // What is paid is not closed: a close is refused, a cancel gives it back.
      assert.notEqual(ended.outcome.kind, "closed");
      const late = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      assert.ok(early.kind === "accepted" && late.kind === "accepted", late.kind);
      assert.deepEqual(
        [late.channelOrderNo, late.notificationId],
        [request.channelOrderNo, early.notificationId],
      );
      if (late.news.kind === "succeeded") assert.equal(late.news.channelTradeNo, tradeNo);
      const { outcome } = await channel.query(world.io, world.account, order);
      const { state } = await world.book(request.channelOrderNo);
      assert.equal(outcome.kind === "succeeded", state === "paid", `${outcome.kind} but ${state}`);
    },
  ],
];
