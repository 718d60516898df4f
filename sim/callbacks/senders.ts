// Who sends callbacks: the three networks with keys of their own, and strangers who have none. RSA keys have 512 bits
// (UnionPay’s certificates 2048), so that a run is about what is received and not about signing it.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { notificationBody, notificationSignText } from "@huiyin/server/channels/alipay/codec.ts";
import { notificationFields } from "@huiyin/server/channels/alipay/notification.ts";
import { signText } from "@huiyin/server/channels/alipay/signing.ts";
import type { CallbackRequest, ChannelAccount } from "@huiyin/server/channels/port.ts";
import { formBody, formContentType } from "@huiyin/server/channels/unionpay/codec.ts";
import { account as unionpayAccount, signedByGateway } from "@huiyin/server/channels/unionpay/fixtures.ts";
import { gatewayCertificate, issue } from "@huiyin/server/channels/unionpay/testing/authority.ts";
import { wireTime } from "@huiyin/server/channels/unionpay/times.ts";
import { digitsTime } from "@huiyin/server/channels/wechat/time.ts";
import { paymentNotice } from "@huiyin/server/channels/wechat/v2/notices.ts";
import { noticeBody } from "@huiyin/server/channels/wechat/v3/notices.ts";
import { signedHeaders, signTestPrefix } from "@huiyin/server/channels/wechat/v3/signing.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { keyPair } from "../keys.ts";

/** What a network tells: a payment of theirs that was paid, or of which something was given back since. */
export type News = Readonly<{
  kind: "paid" | "refunded";
  orderNo: string;
  tradeNo: string;
  fen: bigint;
  paidAt: Date;
  /** When this attempt is made. */
  sentAt: Date;
  notificationId: string;
}>;

export type Sender = Readonly<{
  name: string;
  channel: ChannelCode;
  /** The account of the merchant that the callbacks are for. */
  account: ChannelAccount;
  genuine(news: News): Promise<CallbackRequest>;
  /** The same, by somebody who is not the network: several ways to try. */
  forged: ReadonlyArray<(news: News) => Promise<CallbackRequest>>;
  /** Genuine and meant for somebody else. */
  foreign(news: News): Promise<CallbackRequest>;
}>;

const urlForm = new Map([["content-type", "application/x-www-form-urlencoded; charset=utf-8"]]);

export function alipaySender(): Sender {
  const [own, stranger] = [keyPair(), keyPair()];
  const identity = { appId: "2021000000000001", sellerId: "2088000000000001" };
  const post = async (news: News, key: string, to = identity): Promise<CallbackRequest> => {
    const fields = notificationFields({
      ...{ notifyId: news.notificationId, notifiedAt: news.sentAt, ...to, tradeNo: news.tradeNo },
      ...{
        outTradeNo: news.orderNo,
        tradeStatus: "TRADE_SUCCESS",
        subject: "收款",
        totalAmount: fen(news.fen),
      },
      ...{
        createdAt: news.paidAt,
        paidAt: news.paidAt,
        buyerId: "2088102100000001",
        buyerLogonId: "138****8000",
      },
      fundBills: [{ channel: "ALIPAYACCOUNT", amount: fen(news.fen), fundType: null }],
      refund:
        news.kind === "paid"
          ? null
          : { refundedAt: news.sentAt, refundedAmount: fen(1), outRequestNo: news.orderNo },
    });
    fields.set("sign", await signText(notificationSignText(fields, "dropped"), key));
    return { headers: urlForm, body: Buffer.from(notificationBody(fields)), receivedAt: news.sentAt };
  };
  return {
    name: "Alipay",
    channel: "alipay",
    account: {
      ...identity,
      ...{ privateKeyPem: own.privateKeyPem, alipayPublicKeyPem: own.publicKeyPem },
      gatewayUrl: "http://127.0.0.1:8080/gateway.do",
    },
    genuine: (news) => post(news, own.privateKeyPem),
    forged: [
      (news) => post(news, stranger.privateKeyPem),
      async (news) => altered(await post(news, own.privateKeyPem), /total_amount=[^&]*/, "total_amount=0.01"),
    ],
    foreign: (news) => post(news, own.privateKeyPem, { ...identity, appId: "2021000000000009" }),
  };
}

function altered(callback: CallbackRequest, what: RegExp, by: string): CallbackRequest {
  const text = Buffer.from(callback.body).toString();
  return { ...callback, body: Buffer.from(text.replace(what, by)) };
}

const wechatIdentity = {
  appId: "wxd678efh567hg6787",
  mchId: "1900000109",
  gatewayUrl: "http://127.0.0.1:8080",
};
const [apiKeyV2, apiV3Key] = ["192006250b4c09247ec02edce69f6a2d", "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"];

/** WeChat Pay of the second generation: XML under a shared key. */
export function wechatV2Sender(): Sender {
  const post = (news: News, key: string, mchId = wechatIdentity.mchId): CallbackRequest => {
    const amount = String(news.fen);
    const fields = new Map([
      ...([
        ["appid", wechatIdentity.appId],
        ["mch_id", mchId],
        ["nonce_str", news.notificationId],
      ] as const),
      ...([
        ["openid", "oUpF8uN95"],
        ["trade_type", "MICROPAY"],
        ["bank_type", "OTHERS"],
      ] as const),
      ...([
        ["fee_type", "CNY"],
        ["total_fee", amount],
        ["cash_fee", amount],
      ] as const),
      ...([
        ["transaction_id", news.tradeNo],
        ["out_trade_no", news.orderNo],
      ] as const),
      ["time_end", digitsTime(news.paidAt)],
    ]);
    const body = Buffer.from(paymentNotice(fields, key, "HMAC-SHA256"));
    return { headers: new Map([["content-type", "text/xml"]]), body, receivedAt: news.sentAt };
  };
  return {
    name: "WeChat Pay v2",
    channel: "wechat",
    account: { ...wechatIdentity, apiKeyV2 },
    genuine: async (news) => post(news, apiKeyV2),
    forged: [
      async (news) => post(news, "0".repeat(32)),
      async (news) =>
        altered(post(news, apiKeyV2), /<total_fee>.*?<\/total_fee>/s, "<total_fee>1</total_fee>"),
    ],
    foreign: async (news) => post(news, apiKeyV2, "1900000999"),
  };
}

/** WeChat Pay of the third generation: sealed JSON, signed in its headers. */
export function wechatV3Sender(): Sender {
  const [own, stranger] = [keyPair(), keyPair()];
  const serial = "PUB_KEY_ID_0119000001092026030100000000000001";
  const post = async (
    news: News,
    { key = own.privateKeyPem, seal = apiV3Key, mchId = wechatIdentity.mchId },
  ): Promise<CallbackRequest> => {
    const refund = {
      mchid: mchId,
      out_trade_no: news.orderNo,
      out_refund_no: news.orderNo,
      refund_status: "SUCCESS",
    };
    const paid = {
      ...{
        appid: wechatIdentity.appId,
        mchid: mchId,
        out_trade_no: news.orderNo,
        transaction_id: news.tradeNo,
      },
      ...{ trade_type: "NATIVE", trade_state: "SUCCESS", trade_state_desc: "支付成功", bank_type: "OTHERS" },
      ...{ success_time: news.paidAt.toISOString(), payer: { openid: "oUpF8uN95" } },
    };
    const amount = { total: Number(news.fen), payer_total: Number(news.fen), currency: "CNY", refund: 1 };
    const body = noticeBody(
      {
        ...{ id: news.notificationId, createdAt: news.sentAt, summary: "支付成功" },
        ...(news.kind === "paid"
          ? { eventType: "TRANSACTION.SUCCESS", resource: { ...paid, amount } }
          : { eventType: "REFUND.SUCCESS", resource: { ...refund, transaction_id: news.tradeNo, amount } }),
      },
      seal,
      news.notificationId.slice(-12),
    );
    const signing = { at: news.sentAt, nonce: news.notificationId, body };
    const headers = await signedHeaders({ serial, privateKeyPem: key }, signing);
    return { headers: new Map(Object.entries(headers)), body: Buffer.from(body), receivedAt: news.sentAt };
  };
  return {
    name: "WeChat Pay v3",
    channel: "wechat",
    account: {
      ...wechatIdentity,
      ...{ apiV3Key, merchantSerialNo: "5F1C72E2A8931B72", merchantPrivateKeyPem: own.privateKeyPem },
      ...{ platformPublicKeyId: serial, platformPublicKeyPem: own.publicKeyPem },
    },
    genuine: (news) => post(news, {}),
    forged: [
      (news) => post(news, { key: stranger.privateKeyPem }),
      // A probe: WeChat Pay’s own way to find out who does not check.
      async (news) => {
        const callback = await post(news, { key: stranger.privateKeyPem });
        const signature = `${signTestPrefix}${callback.headers.get("wechatpay-signature") ?? ""}`;
        return { ...callback, headers: new Map([...callback.headers, ["wechatpay-signature", signature]]) };
      },
    ],
    foreign: (news) => post(news, { mchId: "1900000999" }),
  };
}

export function unionpaySender(): Sender {
  // Signed by nobody who is trusted, under the name of the gateway.
  const stranger = issue({
    commonName: gatewayCertificate.commonName,
    serial: 69_026_120_009n,
    issuer: null,
  });
  const post = async (news: News, signer = gatewayCertificate, merId = unionpayAccount["merId"] ?? "") => {
    const amount = String(news.fen);
    const moment = wireTime(news.paidAt);
    const fields = await signedByGateway(
      [
        ...([
          ["bizType", "000000"],
          ["accessType", "0"],
          ["merId", merId],
          ["respCode", "00"],
        ] as const),
        ...([
          ["respMsg", "成功[0000000]"],
          ["queryId", news.tradeNo],
          ["txnAmt", amount],
        ] as const),
        ...([
          ["currencyCode", "156"],
          ["txnTime", moment],
          ["settleAmt", amount],
        ] as const),
        ...([
          ["settleCurrencyCode", "156"],
          ["settleDate", moment.slice(4, 8)],
        ] as const),
        ...([
          ["traceNo", news.tradeNo.slice(-6)],
          ["traceTime", moment.slice(4)],
        ] as const),
        ...(news.kind === "paid"
          ? ([
              ["txnType", "01"],
              ["txnSubType", "06"],
              ["orderId", news.orderNo],
            ] as const)
          : ([
              ["txnType", "04"],
              ["txnSubType", "00"],
              ["orderId", news.orderNo],
              ["reqReserved", news.orderNo],
            ] as const)),
      ],
      signer,
    );
    const headers = new Map([["content-type", formContentType]]);
    return { headers, body: Buffer.from(formBody(fields)), receivedAt: news.sentAt };
  };
  return {
    name: "UnionPay",
    channel: "unionpay",
    account: unionpayAccount,
    genuine: (news) => post(news),
    forged: [
      (news) => post(news, stranger),
      async (news) => altered(await post(news), /txnAmt=[^&]*/, "txnAmt=1"),
    ],
    foreign: (news) => post(news, gatewayCertificate, "777290058110099"),
  };
}
