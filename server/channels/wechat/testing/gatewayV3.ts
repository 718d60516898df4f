// For tests only: the gateway of v3 over the books, on the gateway’s half of the codec.
import { createHash } from "node:crypto";
import { fen } from "../../../kernel/money.ts";
import type { ChannelAccount, WireReply, WireRequest } from "../../port.ts";
import { v3Identity } from "../account.ts";
import { publicKeyOf, verifyRsa } from "../crypto/rsa.ts";
import { fenIn, memberIn, parsedObject, textIn, type Members } from "../json.ts";
import { rfc3339Seconds } from "../time.ts";
import { certificatesAnswer } from "../v3/certificates.ts";
import { readV3Path, type V3Call } from "../v3/routes.ts";
import { readAuthorization, requestSignText, signedHeaders } from "../v3/signing.ts";
import {
  certificateKeys,
  merchantKeys,
  merchantSerial,
  platformCertificatePem,
  platformKeys,
  platformSerial,
  publicKeyId,
} from "./accounts.ts";
import { billOf } from "./bills.ts";
import { tradeStateOf, transactionIdOf, type BookedRefund, type Books, type Order } from "./books.ts";

type Body = Readonly<Record<string, unknown>>;
type Said = Readonly<{ status: number; body: Body | null; detail?: string }>;

/** Where the file of a bill is fetched. */
const filePath = "/v3/billdownload/file";

/** Answers one request of v3. @param path after the prefix of the gateway, without its query */
export async function answerV3(
  books: Books,
  account: ChannelAccount,
  { request, path }: Readonly<{ request: WireRequest; path: string }>,
): Promise<WireReply> {
  const method = request.method ?? "POST";
  if (!(await isGenuine(account, request))) {
    const body = JSON.stringify({ code: "SIGN_ERROR", message: "错误的签名，验签失败" });
    return { status: 401, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  const { searchParams } = new URL(request.url);
  if (path === filePath) {
    const file = billOf(books, account, searchParams.get("token") ?? "") ?? "";
    return { status: 200, headers: { "content-type": "text/plain" }, body: Buffer.from(file) };
  }
  const call = readV3Path(method, path);
  const body = parsedObject(request.body) ?? new Map();
  const said =
    call === null ? refused("404 NOT_FOUND") : answered(books, account, { call, body, searchParams });
  const text = said.body === null ? "" : JSON.stringify(said.body);
  const wanted = request.headers["wechatpay-serial"];
  const gateway =
    wanted === platformSerial
      ? { serial: platformSerial, privateKeyPem: certificateKeys.privateKeyPem }
      : { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
  const signed = await signedHeaders(gateway, { at: books.now, nonce: "n1", body: text });
  const requestId = said.detail === undefined ? {} : { "request-id": `08F78BB${said.detail}` };
  return { status: said.status, headers: { ...signed, ...requestId }, body: Buffer.from(text) };
}

async function isGenuine(account: ChannelAccount, request: WireRequest): Promise<boolean> {
  const authorization = readAuthorization(request.headers["authorization"] ?? "");
  if (authorization === null || authorization.serialNo !== merchantSerial) return false;
  if (authorization.mchId !== account["mchId"]) return false;
  const { pathname, search } = new URL(request.url);
  const { timestampSeconds, nonce, signature } = authorization;
  const pathAndQuery = pathname + search;
  const text = requestSignText({
    method: request.method ?? "POST",
    pathAndQuery,
    timestampSeconds,
    nonce,
    body: request.body,
  });
  return verifyRsa(text, signature, publicKeyOf(merchantKeys.publicKeyPem));
}

type Asked = Readonly<{ call: V3Call; body: Members; searchParams: URLSearchParams }>;

function answered(books: Books, account: ChannelAccount, { call, body, searchParams }: Asked): Said {
  const amount = memberIn(body.get("amount"));
  const total = fenIn(amount, "total") ?? fen(0);
  const orderNo = call.number === "" ? (textIn(body, "out_trade_no") ?? "") : call.number;
  switch (call.name) {
    case "codepay": {
      const code = textIn(memberIn(body.get("payer")), "auth_code") ?? "";
      return orderOr(books, account, orderNo, books.pay(orderNo, total, code));
    }
    case "native": {
      const said = books.offer(orderNo, total);
      return said === "SUCCESS"
        ? { status: 200, body: { code_url: books.codeUrl(orderNo) } }
        : refused(v3CodeOf(said));
    }
    case "jsapi": {
      const said = books.offer(orderNo, total, openidIn(body));
      return said === "SUCCESS"
        ? { status: 200, body: { prepay_id: books.prepayId(orderNo) } }
        : refused(v3CodeOf(said));
    }
    case "query":
      return orderOr(books, account, orderNo, books.orders.has(orderNo) ? "SUCCESS" : "ORDERNOTEXIST");
    case "reverse":
      return emptyOr(books.reverse(orderNo));
    case "close":
      return emptyOr(books.close(orderNo));
    case "refund": {
      const refundNo = textIn(body, "out_refund_no") ?? "";
      return refundOr(books, refundNo, books.refund(orderNo, refundNo, fenIn(amount, "refund") ?? fen(0)));
    }
    case "refundQuery":
      return books.refundOf(call.number) === null
        ? refused("404 RESOURCE_NOT_EXISTS")
        : refundOr(books, call.number, "SUCCESS");
    case "certificates": {
      const certificates = [{ certificatePem: platformCertificatePem, nonce: "0123456789ab" }];
      const text = certificatesAnswer(certificates, account["apiV3Key"] ?? "");
      return { status: 200, body: JSON.parse(text) as Body };
    }
    case "tradebill":
      return offeredBill(books, account, searchParams.get("bill_date") ?? "");
  }
}

function openidIn(body: Members): string {
  const payer = memberIn(body.get("payer"));
  return textIn(payer, "openid") ?? textIn(payer, "sp_openid") ?? "";
}

function offeredBill(books: Books, account: ChannelAccount, day: string): Said {
  const file = billOf(books, account, day);
  if (file === null) return refused("400 NO_STATEMENT_EXIST");
  const hash_value = createHash("sha1").update(file).digest("hex");
  const download_url = `${account["gatewayUrl"]}${filePath}?token=${day}`;
  return { status: 200, body: { hash_type: "SHA1", hash_value, download_url } };
}

function orderOr(books: Books, account: ChannelAccount, orderNo: string, said: string): Said {
  const order = books.orders.get(orderNo);
  return said !== "SUCCESS" || order === undefined
    ? refused(v3CodeOf(said))
    : { status: 200, body: orderBody(account, order) };
}

/** What an answer and a notice tell of an order. */
export function orderBody(account: ChannelAccount, order: Order): Body {
  const total = Number(order.amount.minor);
  return {
    ...Object.fromEntries(v3Identity(account)),
    out_trade_no: order.orderNo,
    trade_type: order.way,
    trade_state: tradeStateOf(order),
    trade_state_desc: "说明",
    amount: { total, payer_total: total, currency: "CNY", payer_currency: "CNY" },
    ...(order.paidAt !== null && {
      transaction_id: transactionIdOf(order),
      bank_type: "CMB_CREDIT",
      success_time: rfc3339Seconds(order.paidAt),
      payer: { openid: "oUpF8uN95-Ptaags6E_roPHg7AG0" },
    }),
  };
}

function refundOr(books: Books, refundNo: string, said: string): Said {
  const found = books.refundOf(refundNo);
  if (said !== "SUCCESS" || found === null) return refused(v3CodeOf(said, "refund"));
  return { status: 200, body: { ...refundBody(refundNo, found), status: found.refund.status } };
}

/** What an answer tells of a refund, but its state. */
export function refundBody(
  refundNo: string,
  { order, refund }: Readonly<{ order: Order; refund: BookedRefund }>,
): Body {
  return {
    refund_id: `5000${refundNo}`,
    out_refund_no: refundNo,
    transaction_id: transactionIdOf(order),
    out_trade_no: order.orderNo,
    channel: "ORIGINAL",
    user_received_account: "招商银行信用卡0403",
    create_time: rfc3339Seconds(refund.at),
    ...(refund.status === "SUCCESS" && { success_time: rfc3339Seconds(refund.at) }),
    amount: { refund: Number(refund.amount.minor), total: Number(order.amount.minor), currency: "CNY" },
  };
}

function emptyOr(said: string): Said {
  return said === "SUCCESS" ? { status: 204, body: null } : refused(v3CodeOf(said));
}

const v3Codes = new Map([
  ["USERPAYING", "202 USERPAYING"],
  ["NOTENOUGH", "403 NOT_ENOUGH"],
  ["ORDERPAID", "400 ORDER_PAID"],
  ["ORDERCLOSED", "400 ORDER_CLOSED"],
  ["ORDERREVERSED", "400 ORDER_REVERSED"],
  ["OUT_TRADE_NO_USED", "403 OUT_TRADE_NO_USED"],
  ["ORDERNOTEXIST", "404 ORDER_NOT_EXIST"],
  ["INVALID_REQUEST", "400 INVALID_REQUEST"],
  ["268449641", "400 INVALID_REQUEST -268449641"],
]);

function v3CodeOf(said: string, asked: "refund" | "order" = "order"): string {
  return asked === "refund" && said === "ORDERNOTEXIST"
    ? "404 RESOURCE_NOT_EXISTS"
    : (v3Codes.get(said) ?? "500 SYSTEM_ERROR");
}

function refused(statusAndCode: string): Said {
  const [status, code = "", detail] = statusAndCode.split(" ");
  return {
    status: Number(status),
    body: { code, message: `说明 ${code}` },
    ...(detail !== undefined && { detail }),
  };
}
