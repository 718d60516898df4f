// The suite that every channel passes, over the simulated Alipay: the platform’s own client against books it does not keep.
import assert from "node:assert/strict";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import { keyPair } from "@huiyin/server/channels/alipay/fixtures.ts";
import { conformance } from "@huiyin/server/channels/conformance.ts";
import type { ChannelAccount } from "@huiyin/server/channels/port.ts";
import type { BookEntry, ConformanceWorld } from "@huiyin/server/channels/testing/scenario.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Trade, Wallet } from "../book/model.ts";
import type { Notification } from "../world/outbox.ts";
import { alipayPublicKey, merchantKeys, rich, testWorld } from "./fixtures.ts";
import { alteredForms, formCallback } from "@huiyin/server/channels/testing/callbacks.ts";

conformance({ channel: alipay, makeWorld: async () => sandboxWorld() });

const strangers = keyPair();

function sandboxWorld(): ConformanceWorld {
  const made = testWorld();
  const { world, merchant } = made;
  const patient = unwrap(world.openWallet({ ...rich, name: "小周", passwordAboveFen: 0n }));
  const poor = unwrap(
    world.openWallet({ ...rich, name: "小吴", balanceFen: 0n, huabeiState: "closed", cards: [] }),
  );
  const wallets: Readonly<Record<"pays" | "confirmsFirst" | "hasNoMoney", Wallet>> = {
    pays: made.wallet,
    confirmsFirst: patient,
    hasNoMoney: poor,
  };
  const tradeOf = (orderNo: string): Trade | undefined =>
    [...world.book.trades.values()].find(({ outTradeNo }) => outTradeNo === orderNo);
  const approve = (trade: Trade) =>
    world.approve({ walletId: trade.walletId, tradeNo: trade.tradeNo, password: rich.password });
  const posted = async (orderNo: string, isMeant: (refund: Notification["refund"]) => boolean) => {
    const trade = tradeOf(orderNo);
    const waiting = world
      .pendingNotifications()
      .find(({ tradeNo, refund }) => tradeNo === trade?.tradeNo && isMeant(refund));
    assert.ok(waiting, `no notification about ${orderNo} waits`);
    let body = "";
    await world.deliver(waiting.notifyId, async (_url, form) => {
      body = form;
      return "fail";
    });
    return formCallback(new URLSearchParams(body), made.now());
  };
  const account: ChannelAccount = {
    appId: merchant.appId,
    sellerId: merchant.sellerId,
    privateKeyPem: merchantKeys.privateKey,
    alipayPublicKeyPem: alipayPublicKey,
    gatewayUrl: "http://127.0.0.1:9/gateway.do",
  };
  return {
    io: { now: made.now, transport: world.transport },
    account,
    accountWithWrongKey: { ...account, privateKeyPem: strangers.privateKeyPem },
    payerCode: async (payer) => made.code(wallets[payer].id),
    confirm: async (orderNo) => {
      const trade = tradeOf(orderNo);
      if (trade !== undefined) approve(trade);
    },
    scan: async (codeUrl, payer) => {
      const trade = unwrap(world.scan({ walletId: wallets[payer].id, codeUrl }));
      if (payer === "pays") unwrap(approve(trade));
    },
    setMerchantBalance: async (balance) =>
      void unwrap(
        world.changeMerchant(merchant.appId, { balanceFen: balance === "short" ? 0n : 1_000_000n }),
      ),
    book: async (orderNo) => entryOf(tradeOf(orderNo)),
    refunded: async (orderNo) => fen(tradeOf(orderNo)?.refundedFen ?? 0n),
    callback: (orderNo) => posted(orderNo, (refund) => refund === null),
    refundCallback: (orderNo) => posted(orderNo, (refund) => refund !== null),
    advance: async (seconds) => made.advance(seconds),
    altered: alteredForms,
    stop: async () => assert.deepEqual(world.problems(), []),
  };
}

function entryOf(trade: Trade | undefined): BookEntry {
  if (trade === undefined) return { state: "none" };
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
