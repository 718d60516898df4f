// For tests only: what a channel makes of callbacks: genuine, forged, replayed, late. The books are believed, not the channel.
import assert from "node:assert/strict";
import { addSeconds } from "../../kernel/time.ts";
import { amount, type Given, type Scenario } from "./scenario.ts";

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
    "a callback proves the payment that the books show, and its repetition is the same notification",
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
    "a callback with any field altered is never accepted",
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
    "a callback without signature, or empty, is never accepted and never throws",
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
    "a callback that comes a day late, after the money went back, tells what it told: it is old news, not new money",
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
    "a callback whose bytes were replayed by somebody is the same notification, or refused; read twice it says the same",
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
];
