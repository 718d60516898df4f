// For tests only: the gateway of v2 over the books, on the gateway’s half of the codec.
import { fen } from "../../../kernel/money.ts";
import { beijingTime } from "../../../kernel/time.ts";
import type { ChannelAccount, WireReply, WireRequest } from "../../port.ts";
import { v2Identity } from "../account.ts";
import { digitsTime } from "../time.ts";
import { v2Calls, type V2CallName } from "../v2/calls.ts";
import { isGenuine, signedXml, type SignType } from "../v2/signing.ts";
import { readXml, writeXml } from "../xml.ts";
import { billOf } from "./bills.ts";
import { tradeStateOf, transactionIdOf, type Books, type Order } from "./books.ts";

type Fields = ReadonlyMap<string, string>;
type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Answers one request of v2. @param path after the prefix of the gateway */
export function answerV2(
  books: Books,
  account: ChannelAccount,
  { request, path }: Readonly<{ request: WireRequest; path: string }>,
): WireReply {
  const name = (Object.keys(v2Calls) as V2CallName[]).find((call) => v2Calls[call].path === path);
  const reading = readXml(request.body);
  if (name === undefined || reading.kind === "malformed") return xmlReply(failure("XML格式错误"));
  const { fields } = reading;
  const apiKey = account["apiKeyV2"] ?? "";
  if (!isGenuine(fields, apiKey)) return xmlReply(failure("签名错误"));
  if (v2Calls[name].clientCertificate === "yes" && request.clientCertificate === undefined)
    return xmlReply(failure("证书错误"));
  if (name === "downloadbill") return downloadedBill(books, account, fields);
  const signType: SignType = fields.get("sign_type") === "HMAC-SHA256" ? "HMAC-SHA256" : "MD5";
  const said = answers[name](books, fields);
  const outer: Pairs = [
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ...v2Identity(account),
    ["nonce_str", "n1"],
  ];
  return xmlReply(signedXml([...outer, ...said], apiKey, signType));
}

type Answer = (books: Books, fields: Fields) => Pairs;

const orderNoIn = (fields: Fields): string => fields.get("out_trade_no") ?? "";
const amountIn = (fields: Fields, name: string) => fen(BigInt(fields.get(name) ?? "0"));

const answers: Readonly<Record<Exclude<V2CallName, "downloadbill">, Answer>> = {
  micropay: (books, fields) => {
    const orderNo = orderNoIn(fields);
    const said = books.pay(orderNo, amountIn(fields, "total_fee"), fields.get("auth_code") ?? "");
    return said === "SUCCESS" ? [...done, ...orderPairs(books.orders.get(orderNo))] : refused(said);
  },
  orderquery: (books, fields) => {
    const order = books.orders.get(orderNoIn(fields));
    return order === undefined
      ? refused("ORDERNOTEXIST")
      : [...done, ...orderPairs(order), ["trade_state", tradeStateOf(order)], ["trade_state_desc", "说明"]];
  },
  reverse: (books, fields) => {
    const said = books.reverse(orderNoIn(fields));
    return said === "SUCCESS" ? [...done, ["recall", "N"]] : [...refused(said), ["recall", "N"]];
  },
  unifiedorder: (books, fields) => {
    const orderNo = orderNoIn(fields);
    const said = books.offer(orderNo, amountIn(fields, "total_fee"));
    return said === "SUCCESS"
      ? [...done, ["trade_type", "NATIVE"], ["prepay_id", "wx1"], ["code_url", books.codeUrl(orderNo)]]
      : refused(said);
  },
  closeorder: (books, fields) => {
    const said = books.close(orderNoIn(fields));
    return said === "SUCCESS" ? done : refused(said);
  },
  refund: (books, fields) => {
    const [orderNo, refundNo] = [orderNoIn(fields), fields.get("out_refund_no") ?? ""];
    const said = books.refund(orderNo, refundNo, amountIn(fields, "refund_fee"));
    const order = books.orders.get(orderNo);
    if (said !== "SUCCESS" || order === undefined) return refused(said);
    return [
      ...done,
      ["transaction_id", transactionIdOf(order)],
      ["out_trade_no", orderNo],
      ["out_refund_no", refundNo],
      ["refund_id", `5000${refundNo}`],
      ["refund_fee", fields.get("refund_fee") ?? ""],
      ["total_fee", String(order.amount.minor)],
    ];
  },
  refundquery: (books, fields) => {
    const refundNo = fields.get("out_refund_no") ?? "";
    const found = books.refundOf(refundNo);
    if (found === null) return refused("REFUNDNOTEXIST");
    const { order, refund } = found;
    const words = { PROCESSING: "PROCESSING", SUCCESS: "SUCCESS", CLOSED: "REFUNDCLOSE", ABNORMAL: "CHANGE" };
    return [
      ...done,
      ["transaction_id", transactionIdOf(order)],
      ["out_trade_no", order.orderNo],
      ["total_fee", String(order.amount.minor)],
      ["refund_count", "1"],
      ["out_refund_no_0", refundNo],
      ["refund_id_0", `5000${refundNo}`],
      ["refund_fee_0", String(refund.amount.minor)],
      ["refund_status_0", words[refund.status]],
      ["refund_success_time_0", refund.status === "SUCCESS" ? beijingTime(refund.at) : ""],
    ];
  },
};

const done: Pairs = [["result_code", "SUCCESS"]];

function refused(code: string): Pairs {
  return [
    ["result_code", "FAIL"],
    ["err_code", code],
    ["err_code_des", `说明 ${code}`],
  ];
}

/** What an answer and a notice tell of an order. */
export function orderPairs(order: Order | undefined): Pairs {
  if (order === undefined) return [];
  const paid: Pairs =
    order.paidAt === null
      ? []
      : [
          ["openid", "oUpF8uN95-Ptaags6E_roPHg7AG0"],
          ["is_subscribe", "N"],
          ["bank_type", "CCB_DEBIT"],
          ["transaction_id", transactionIdOf(order)],
          ["time_end", digitsTime(order.paidAt)],
        ];
  const fee = String(order.amount.minor);
  return [
    ...paid,
    ...([
      ["trade_type", order.way],
      ["fee_type", "CNY"],
      ["total_fee", fee],
      ["cash_fee", fee],
      ["out_trade_no", order.orderNo],
    ] as const),
  ];
}

function downloadedBill(books: Books, account: ChannelAccount, fields: Fields): WireReply {
  const date = fields.get("bill_date") ?? "";
  const file = billOf(books, account, date.replace(/^(....)(..)(..)$/, "$1-$2-$3"));
  if (file === null)
    return xmlReply(
      writeXml([
        ["return_code", "FAIL"],
        ["return_msg", "No Bill Exist"],
        ["error_code", "20002"],
      ]),
    );
  return { status: 200, headers: { "content-type": "text/plain" }, body: Buffer.from(file) };
}

function failure(message: string): string {
  return writeXml([
    ["return_code", "FAIL"],
    ["return_msg", message],
  ]);
}

function xmlReply(text: string): WireReply {
  return { status: 200, headers: { "content-type": "text/xml; charset=utf-8" }, body: Buffer.from(text) };
}
