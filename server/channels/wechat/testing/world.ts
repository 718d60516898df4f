// For tests only: a small WeChat Pay in both generations, its payers and its notices.
import { addSeconds } from "../../../kernel/time.ts";
import type { CallbackRequest, ChannelAccount, Transport } from "../../port.ts";
import type { ConformanceWorld } from "../../testing/scenario.ts";
import { v2Identity, v3Identity } from "../account.ts";
import { wechat } from "../client.ts";
import { publicKeyOf, verifyRsa } from "../crypto/rsa.ts";
import { bridgeSignText } from "../pages.ts";
import { paymentNotice, refundNotice } from "../v2/notices.ts";
import { noticeBody, type V3Notice } from "../v3/notices.ts";
import { signedHeaders } from "../v3/signing.ts";
import { readXml, writeXml } from "../xml.ts";
import {
  certificateKeys,
  merchantKeys,
  platformKeys,
  platformSerial,
  publicKeyId,
  strangersKeys,
} from "./accounts.ts";
import { Books, payerCodes, transactionIdOf } from "./books.ts";
import { answerV2, orderPairs } from "./gatewayV2.ts";
import { answerV3, orderBody, refundBody } from "./gatewayV3.ts";
import { noon } from "./keys.ts";

/** Every exchange takes so long here: more than must lie between a payment and its reversal. */
const exchangeSeconds = 16;

export type SmallWorld = ConformanceWorld & Readonly<{ books: Books }>;

/** @param account as the merchant fills it in; its keys decide what is spoken */
export function smallWorld(account: ChannelAccount): SmallWorld {
  const books = new Books(noon);
  const prefix = new URL(account["gatewayUrl"] ?? "").pathname;
  const transport: Transport = async (request) => {
    books.now = addSeconds(books.now, exchangeSeconds);
    const path = new URL(request.url).pathname.slice(prefix.length);
    const asked = { request, path };
    return path.startsWith("/v3/") ? answerV3(books, account, asked) : answerV2(books, account, asked);
  };
  const noticesOfV3 = (account["apiV3Key"] ?? "") !== "";
  return {
    books,
    io: { now: () => books.now, transport },
    account,
    accountWithWrongKey: {
      ...account,
      ...((account["apiKeyV2"] ?? "") !== "" && { apiKeyV2: "0".repeat(32) }),
      ...(noticesOfV3 && { merchantPrivateKeyPem: strangersKeys.privateKeyPem }),
    },
    payerCode: async (payer) => payerCodes[payer],
    confirm: async (orderNo) => books.confirm(orderNo),
    scan: async (codeUrl, payer) => books.scan(codeUrl, payer),
    ...(wechat.payerPages?.offeredBy(account) === "yes" && { page: pageOver(books) }),
    setMerchantBalance: async (balance) => void (books.balance = balance),
    book: async (orderNo) => books.entry(orderNo),
    refunded: async (orderNo) => books.refunded(orderNo),
    advance: async (seconds) => void (books.now = addSeconds(books.now, seconds)),
    refundsArrive: async () => books.refundsArrive(),
    callback: (orderNo) =>
      noticesOfV3 ? noticeV3(books, account, orderNo) : noticeV2(books, account, orderNo),
    refundCallback: (orderNo) => (noticesOfV3 ? refundNoticeV3 : refundNoticeV2)(books, account, orderNo),
    altered: (callback) => (noticesOfV3 ? alteredV3(callback) : alteredV2(callback)),
    stop: async () => undefined,
  };
}

const openids = { this: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", another: "oUpF8uN95-Ptaags6E_roPHg7AG0" } as const;

/** A wallet that believes a call signed by the merchant’s own key, of its own app. */
function pageOver(books: Books): NonNullable<ConformanceWorld["page"]> {
  return {
    payerId: openids.this,
    pays: async (payer, call) => {
      const { appId = "", timeStamp = "", nonceStr = "", paySign = "" } = call;
      const text = bridgeSignText({ appId, timeStamp, nonceStr, package: call["package"] ?? "" });
      if (await verifyRsa(text, paySign, publicKeyOf(merchantKeys.publicKeyPem)))
        books.payInPage((call["package"] ?? "").replace("prepay_id=", ""), openids[payer]);
    },
  };
}

async function noticeV2(books: Books, account: ChannelAccount, orderNo: string): Promise<CallbackRequest> {
  const fields = new Map([
    ...v2Identity(account),
    ["nonce_str", "n1"],
    ...orderPairs(books.orders.get(orderNo)),
  ]);
  const body = Buffer.from(paymentNotice(fields, account["apiKeyV2"] ?? "", "HMAC-SHA256"));
  return { headers: new Map([["content-type", "text/xml"]]), body, receivedAt: books.now };
}

/** The one refund of an order, as books and wire know it. */
function refundOf(books: Books, orderNo: string) {
  const order = books.orders.get(orderNo);
  const [refundNo, refund] = [...(order?.refunds ?? [])][0] ?? [];
  if (order === undefined || refundNo === undefined || refund === undefined)
    throw new Error("nothing to tell of");
  return { order, refundNo, refund, transactionId: transactionIdOf(order) };
}

async function refundNoticeV2(
  books: Books,
  account: ChannelAccount,
  orderNo: string,
): Promise<CallbackRequest> {
  const { order, refundNo, refund, transactionId } = refundOf(books, orderNo);
  const outer = new Map([...v2Identity(account), ["nonce_str", "n1"]]);
  const inner = new Map([
    ["transaction_id", transactionId],
    ["out_trade_no", orderNo],
    ["refund_id", `5000${refundNo}`],
    ["out_refund_no", refundNo],
    ["total_fee", String(order.amount.minor)],
    ["refund_fee", String(refund.amount.minor)],
    ["refund_status", refund.status],
  ]);
  const body = Buffer.from(refundNotice(outer, inner, account["apiKeyV2"] ?? ""));
  return { headers: new Map([["content-type", "text/xml"]]), body, receivedAt: books.now };
}

async function refundNoticeV3(
  books: Books,
  account: ChannelAccount,
  orderNo: string,
): Promise<CallbackRequest> {
  const { order, refundNo, refund } = refundOf(books, orderNo);
  const parties = v3Identity(account).filter(([name]) => name.endsWith("mchid"));
  const resource = {
    ...Object.fromEntries(parties),
    ...refundBody(refundNo, { order, refund }),
    refund_status: refund.status,
  };
  return postedV3(books, account, {
    ...{ id: `EV-${refundNo}`, createdAt: noon, eventType: "REFUND.SUCCESS", summary: "退款成功", resource },
  });
}

async function noticeV3(books: Books, account: ChannelAccount, orderNo: string): Promise<CallbackRequest> {
  const order = books.orders.get(orderNo);
  if (order === undefined) throw new Error("nothing to tell of");
  // A notice of a payment says SUCCESS for ever, whatever went back since.
  const resource = { ...orderBody(account, order), trade_state: "SUCCESS" };
  return postedV3(books, account, {
    ...{
      id: `EV-${orderNo}`,
      createdAt: noon,
      eventType: "TRANSACTION.SUCCESS",
      summary: "支付成功",
      resource,
    },
  });
}

async function postedV3(books: Books, account: ChannelAccount, notice: V3Notice): Promise<CallbackRequest> {
  const text = noticeBody(notice, account["apiV3Key"] ?? "", "0123456789ab");
  // Moved to the public key already, while answers may still follow the certificate.
  const gateway =
    (account["platformPublicKeyId"] ?? "") === ""
      ? { serial: platformSerial, privateKeyPem: certificateKeys.privateKeyPem }
      : { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
  const headers = await signedHeaders(gateway, { at: books.now, nonce: "n1", body: text });
  return { headers: new Map(Object.entries(headers)), body: Buffer.from(text), receivedAt: books.now };
}

function alteredV2(callback: CallbackRequest): Array<readonly [string, CallbackRequest]> {
  const reading = readXml(Buffer.from(callback.body).toString());
  if (reading.kind === "malformed") throw new Error(reading.problem);
  return [...reading.fields].map(([name, value]) => {
    const fields = new Map(reading.fields).set(name, `${value}1`);
    return [name, { ...callback, body: Buffer.from(writeXml(fields)) }];
  });
}

function alteredV3(callback: CallbackRequest): Array<readonly [string, CallbackRequest]> {
  const text = Buffer.from(callback.body).toString();
  const headers = ["timestamp", "nonce", "serial", "signature"].map(
    (name): readonly [string, CallbackRequest] => {
      const key = `wechatpay-${name}`;
      const value = callback.headers.get(key) ?? "";
      const other = `${value.startsWith("1") ? "2" : "1"}${value.slice(1)}`;
      return [name, { ...callback, headers: new Map(callback.headers).set(key, other) }];
    },
  );
  const bodies = ["EV-", "SUCCESS", "AEAD", "0123456789ab", "transaction"].map(
    (part): readonly [string, CallbackRequest] => [
      `body ${part}`,
      { ...callback, body: Buffer.from(text.replace(part, `${part}1`)) },
    ],
  );
  return [...headers, ...bodies];
}
