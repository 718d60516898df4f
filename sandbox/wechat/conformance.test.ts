// The suite that every channel passes, over the simulated WeChat Pay: the platform’s own client against books it does not
// keep. Once with code pay of v2, once with v3 throughout.
import assert from "node:assert/strict";
import { conformance } from "@huiyin/server/channels/conformance.ts";
import type { CallbackRequest, Channel, ChannelAccount, ChannelIo } from "@huiyin/server/channels/port.ts";
import type { BookEntry, ConformanceWorld } from "@huiyin/server/channels/testing/scenario.ts";
import { wechat } from "@huiyin/server/channels/wechat/client.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Trade, Wallet } from "../book/model.ts";
import type { Notification } from "../world/outbox.ts";
import {
  apiKeyV2,
  apiV3Key,
  appSecret,
  keys,
  merchantPrivateKeyPem,
  merchantSerialNo,
  rich,
  testWorld,
  type TestWorld,
} from "./fixtures.ts";
import { issuedCertificate } from "./keys.ts";
import type { BridgeWish } from "./pages.ts";
import type { Posted } from "./notifier.ts";

const clientCertificatePem = issuedCertificate("回音咖啡", merchantPrivateKeyPem);
const gatewayUrl = "http://127.0.0.1:9/wechat";

/** Each world by its clock, which every io of it carries. */
const worldOf = new WeakMap<ChannelIo["now"], TestWorld>();

/** The platform asks for a reversal no sooner than fifteen seconds after the order: here the clock is moved instead of waiting. */
const patient: Channel = {
  ...wechat,
  cancel: async (io, account, order) => {
    worldOf.get(io.now)?.advance(20);
    return wechat.cancel(io, account, order);
  },
};

conformance({ channel: patient, makeWorld: async () => sandboxWorld("v2") });
conformance({ channel: patient, makeWorld: async () => sandboxWorld("v3") });

function accountOf(made: TestWorld, codePayVersion: "v2" | "v3"): ChannelAccount {
  const { appId, sellerId: mchId } = made.merchant;
  return {
    ...{ appId, mchId, gatewayUrl, codePayVersion, apiV3Key, merchantSerialNo, merchantPrivateKeyPem },
    platformPublicKeyId: keys.publicKey.serial,
    platformPublicKeyPem: keys.publicKey.publicKeyPem,
    appSecret,
    ...(codePayVersion === "v2"
      ? { apiKeyV2, clientCertificatePem, clientPrivateKeyPem: merchantPrivateKeyPem }
      : {}),
  };
}

function sandboxWorld(codePayVersion: "v2" | "v3"): ConformanceWorld {
  const made = testWorld();
  const { world, merchant } = made;
  const careful = unwrap(world.openWallet({ ...rich, name: "小周", passwordAboveFen: 0n }));
  const poor = unwrap(world.openWallet({ ...rich, name: "小吴", balanceFen: 0n, cards: [] }));
  const wallets: Readonly<Record<"pays" | "confirmsFirst" | "hasNoMoney", Wallet>> = {
    pays: made.wallet,
    confirmsFirst: careful,
    hasNoMoney: poor,
  };
  const approve = (trade: Trade) =>
    world.approve({ walletId: trade.walletId, tradeNo: trade.tradeNo, password: rich.password });
  worldOf.set(made.now, made);
  const account = accountOf(made, codePayVersion);
  return {
    io: { now: made.now, transport: world.transport },
    account,
    accountWithWrongKey: {
      ...account,
      apiKeyV2: account["apiKeyV2"] === undefined ? "" : "f".repeat(32),
      merchantPrivateKeyPem: keys.strangerPrivateKeyPem,
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
    page: {
      payerId: careful.buyerUserId,
      pays: async (payer, call) => {
        const walletId = (payer === "this" ? careful : made.wallet).id;
        const begun = await world.pages.begin(walletId, call as BridgeWish);
        if (begun.ok) approve(begun.value);
      },
    },
    setMerchantBalance: async (balance) =>
      void unwrap(
        world.changeMerchant(merchant.appId, { balanceFen: balance === "short" ? 0n : 1_000_000n }),
      ),
    book: async (orderNo) => entryOf(made.tradeOf(orderNo)),
    refunded: async (orderNo) => fen(made.tradeOf(orderNo)?.refundedFen ?? 0n),
    callback: (orderNo) => postedOf(made, orderNo, (refund) => refund === null),
    refundCallback: (orderNo) => postedOf(made, orderNo, (refund) => refund !== null),
    altered,
    advance: async (seconds) => passing(made, seconds),
    refundsArrive: async () => passing(made, 5),
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
  await world.deliver(waiting.notifyId, async (each) => ((posted = each), { status: 500, body: "" }));
  assert.ok(posted !== null);
  return callbackOf(posted, now());
}

async function passing(made: TestWorld, seconds: number): Promise<void> {
  made.advance(seconds);
  made.world.passTime();
}

function callbackOf({ headers, body }: Posted, receivedAt: Date): CallbackRequest {
  return { headers: new Map(Object.entries(headers)), body: Buffer.from(body), receivedAt };
}

/** One character of the body, and each signed header, in turn. */
function altered(callback: CallbackRequest): ReadonlyArray<readonly [string, CallbackRequest]> {
  const text = Buffer.from(callback.body).toString("utf8");
  const body = Buffer.from(text.replace("支付成功", "支付失败"));
  const signed = ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature"];
  const inHeaders = signed.map((name) => {
    const value = `1${callback.headers.get(name) ?? ""}`;
    return [name, { ...callback, headers: new Map(callback.headers).set(name, value) }] as const;
  });
  return [["body", { ...callback, body }], ...inHeaders];
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
