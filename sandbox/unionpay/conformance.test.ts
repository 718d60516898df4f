// The suite of every channel, over the simulated UnionPay: its books were written by nobody who wrote the channel.
import assert from "node:assert/strict";
import { conformance } from "@huiyin/server/channels/conformance.ts";
import type {
  CallbackRequest,
  Channel,
  ChannelAccount,
  OrderReference,
} from "@huiyin/server/channels/port.ts";
import { alteredForms } from "@huiyin/server/channels/testing/callbacks.ts";
import type { BookEntry, ConformanceWorld } from "@huiyin/server/channels/testing/scenario.ts";
import { unionpay } from "@huiyin/server/channels/unionpay/client.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Trade, Wallet } from "../book/model.ts";
import type { Notification } from "../world/outbox.ts";
import {
  keys,
  rich,
  signCertificatePem,
  signPrivateKeyPem,
  strangeCertificatePem,
  strangePrivateKeyPem,
  testWorld,
  type TestWorld,
} from "./fixtures.ts";
import type { Posted } from "./notifier.ts";

/** By order: what UnionPay called its payment, in the world of the test that runs. */
const tradeNos = new Map<string, string>();

conformance({
  // Refunds of the suite have numbers too short for UnionPay, which demands eight characters.
  channel: withLongNumbers(asThePlatformAsks(unionpay)),
  makeWorld: async () => {
    tradeNos.clear();
    return sandboxWorld();
  },
});

/** The platform keeps what the channel called a payment, and hands it back with every refund: UnionPay needs it. */
function asThePlatformAsks(channel: Channel): Channel {
  const known = <Order extends OrderReference>(order: Order): Order => {
    const channelTradeNo = tradeNos.get(order.channelOrderNo);
    return channelTradeNo === undefined ? order : { ...order, channelTradeNo };
  };
  return {
    ...channel,
    charge: async (io, account, request) => {
      const reply = await channel.charge(io, account, request);
      const { outcome } = reply;
      if ("channelTradeNo" in outcome && outcome.channelTradeNo !== null)
        tradeNos.set(request.channelOrderNo, outcome.channelTradeNo);
      return reply;
    },
    refund: (io, account, request) =>
      channel.refund(io, account, { ...request, order: known(request.order) }),
  };
}

function withLongNumbers(channel: Channel): Channel {
  const long = (channelRefundNo: string): string => `00000001${channelRefundNo}`;
  const short = (number: string | null | undefined): string | null =>
    number?.replace(/^00000001/, "") ?? null;
  return {
    ...channel,
    refund: (io, account, request) =>
      channel.refund(io, account, { ...request, channelRefundNo: long(request.channelRefundNo) }),
    refundQuery: (io, account, request) =>
      channel.refundQuery(io, account, { ...request, channelRefundNo: long(request.channelRefundNo) }),
    bill: async (io, account, request) => {
      const { outcome, exchange } = await channel.bill(io, account, request);
      if (outcome.kind !== "bill") return { outcome, exchange };
      const lines = outcome.lines.map((line) => ({ ...line, channelRefundNo: short(line.channelRefundNo) }));
      return { outcome: { ...outcome, lines }, exchange };
    },
  };
}

function sandboxWorld(): ConformanceWorld {
  const made = testWorld();
  const { world } = made;
  const careful = unwrap(world.openWallet({ ...rich, name: "小周", passwordAboveFen: 0n }));
  const poor = unwrap(world.openWallet({ ...rich, name: "小吴", balanceFen: 0n, cards: [] }));
  const wallets: Readonly<Record<"pays" | "confirmsFirst" | "hasNoMoney", Wallet>> = {
    pays: made.wallet,
    confirmsFirst: careful,
    hasNoMoney: poor,
  };
  const approve = (trade: Trade) =>
    world.approve({ walletId: trade.walletId, tradeNo: trade.tradeNo, password: rich.password });
  const account = accountOf(made);
  return {
    io: { now: made.now, transport: world.transport },
    account,
    accountWithWrongKey: {
      ...account,
      ...{ signCertificatePem: strangeCertificatePem, signPrivateKeyPem: strangePrivateKeyPem },
    },
    payerCode: async (payer) => made.code(wallets[payer].id),
    confirm: async (orderNo) => {
      const trade = made.tradeOf(orderNo);
      if (trade !== undefined) approve(trade);
    },
    scan: async (codeUrl, payer) => {
      const trade = unwrap(world.scan({ walletId: wallets[payer].id, codeUrl }));
      if (payer === "pays") unwrap(approve(trade));
    },
    setMerchantBalance: async () => undefined,
    book: async (orderNo) => entryOf(made.tradeOf(orderNo)),
    refunded: async (orderNo) => fen(made.tradeOf(orderNo)?.refundedFen ?? 0n),
    callback: (orderNo) => postedOf(made, orderNo, (refund) => refund === null),
    refundCallback: (orderNo) => postedOf(made, orderNo, (refund) => refund !== null),
    altered: alteredForms,
    advance: async (seconds) => {
      made.advance(seconds);
      world.passTime();
    },
    stop: async () => assert.deepEqual(world.problems(), []),
  };
}

/** A refund is told of by a notification of its own. */
async function postedOf(
  { world, tradeOf, now }: TestWorld,
  orderNo: string,
  isMeant: (refund: Notification["refund"]) => boolean,
): Promise<CallbackRequest> {
  const trade = tradeOf(orderNo);
  const waiting = world
    .pendingNotifications()
    .find(({ tradeNo, refund }) => tradeNo === trade?.tradeNo && isMeant(refund));
  assert.ok(waiting, `no notification about ${orderNo} waits`);
  let posted: Posted | null = null;
  await world.deliver(waiting.notifyId, async (each) => ((posted = each), { status: 500 }));
  assert.ok(posted !== null);
  const { headers, body }: Posted = posted;
  return { headers: new Map(Object.entries(headers)), body: Buffer.from(body), receivedAt: now() };
}

function accountOf({ merchant }: TestWorld): ChannelAccount {
  return {
    merId: merchant.sellerId,
    ...{ signCertificatePem, signPrivateKeyPem },
    middleCertificatePem: keys.middle.certificatePem,
    rootCertificatePem: keys.root.certificatePem,
    gatewayUrl: "http://127.0.0.1:8090/unionpay/gateway/api",
  };
}

/** Nobody has scanned: UnionPay knows no payment, though the sandbox keeps the code. */
function entryOf(trade: Trade | undefined): BookEntry {
  if (trade === undefined || trade.walletId === "") return { state: "none" };
  const amount = fen(trade.amountFen);
  switch (trade.status) {
    case "WAIT_BUYER_PAY":
      return { state: "waiting", amount };
    case "TRADE_SUCCESS":
    case "TRADE_FINISHED":
      return { state: "paid", amount };
    case "TRADE_CLOSED":
      return { state: trade.paidAtMs === 0 ? "closed" : "refunded", amount };
  }
}
