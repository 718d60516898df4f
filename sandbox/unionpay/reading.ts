// The fields of requests, read strictly into what the books understand.
import { parseWireTime } from "@huiyin/server/channels/unionpay/times.ts";
import type { WireFields } from "@huiyin/server/channels/unionpay/codec.ts";
import { addSeconds, businessDate, secondsBetween } from "@huiyin/server/kernel/time.ts";
import type { BookRequest, Merchant, Order } from "../book/model.ts";
import { limits } from "../book/limits.ts";
import type { Clocks } from "./wire.ts";

/** What a request is, by its type and sub-type. */
export const kinds: ReadonlyMap<string, UnionpayOperation> = new Map([
  ["01/06", "pay"],
  ["01/07", "precreate"],
  ["00/00", "query"],
  ["99/01", "cancel"],
  ["04/00", "refund"],
  ["31/00", "void"],
  ["76/01", "bill"],
] as const);
export type UnionpayOperation = "pay" | "precreate" | "query" | "cancel" | "refund" | "void" | "bill";

/** Where each is posted to, below the gateway’s address. */
export const pathOf: Readonly<Record<UnionpayOperation, string>> = {
  pay: "backTransReq.do",
  precreate: "backTransReq.do",
  cancel: "backTransReq.do",
  refund: "backTransReq.do",
  void: "backTransReq.do",
  query: "queryTrans.do",
  bill: "fileTransReq.do",
};

/** What a request lacks, or null. */
export function missingIn(operation: UnionpayOperation, fields: WireFields): string | null {
  const name = operation === "bill" ? ["settleDate", "fileType"] : ["orderId", "txnTime"];
  const money = ["txnAmt", "currencyCode", "backUrl"];
  const own = {
    pay: [...money, "qrNo"],
    precreate: money,
    refund: [...money, "origQryId"],
    void: [...money, "origQryId"],
    query: [],
    cancel: [],
    bill: [],
  }[operation];
  return [...name, ...own].find((each) => (fields.get(each) ?? "") === "") ?? null;
}

/** How far the moment of a new order may be from UnionPay’s own: the real one says no more than “the present”. */
const orderSecondsMax = 900;
/** A payer who is asked for a password has so long, in milliseconds; the sandbox’s own length. */
const passwordMs = 90_000;

/** Whether the moment of a new order is the present, by either of the two clocks. */
export function isPresent(txnTime: string, { now, unmovedNow }: Clocks): boolean {
  const at = parseWireTime(txnTime);
  if (at === null) return false;
  return [now, unmovedNow].some((clock) => Math.abs(secondsBetween(clock, at)) <= orderSecondsMax);
}

const orderIdPattern = /^[0-9A-Za-z]{8,40}$/;

/** What is malformed, or null. */
export function malformedIn(operation: UnionpayOperation, fields: WireFields): string | null {
  if (operation === "bill") return /^\d{4}$/.test(fields.get("settleDate") ?? "") ? null : "settleDate";
  if (!orderIdPattern.test(fields.get("orderId") ?? "")) return "orderId";
  if (parseWireTime(fields.get("txnTime") ?? "") === null) return "txnTime";
  if (operation === "query" || operation === "cancel") return null;
  if (!/^[1-9]\d{0,11}$/.test(fields.get("txnAmt") ?? "")) return "txnAmt";
  return fields.get("currencyCode") === "156" ? null : "currencyCode";
}

/** A payment or a request for a code. An order is named by its second too: the books keep it as `storeId`. */
export function orderRequest(
  operation: "pay" | "precreate",
  fields: WireFields,
  merchant: Merchant,
  now: Date,
): BookRequest {
  const given = (name: string): string => fields.get(name) ?? "";
  const nowMs = now.getTime();
  const timeout = parseWireTime(given("payTimeout"))?.getTime();
  const order: Order = {
    ...{
      outTradeNo: given("orderId"),
      appId: merchant.appId,
      sellerId: "",
      amountFen: BigInt(given("txnAmt")),
    },
    ...{ subject: "", body: given("reqReserved"), storeId: given("txnTime"), terminalId: given("termId") },
    notifyUrl: toldAt(given("backUrl")),
    ...{ disabledChannels: [], enabledChannels: [], instalments: null, mode: "certificate" },
    expiresAtMs: timeout ?? nowMs + (operation === "pay" ? passwordMs : limits.offerMsMax),
  };
  return operation === "pay"
    ? { kind: "pay", ...order, authCode: given("qrNo"), admittedAtMs: nowMs }
    : { kind: "precreate", ...order, codeExpiresAtMs: order.expiresAtMs };
}

/**
 * A refund, or a void. Its own second, what it is, and what it reserves are kept as its reason: the books have no other
 * place for them.
 */
export function refundRequest(fields: WireFields, merchant: Merchant): BookRequest {
  const given = (name: string): string => fields.get(name) ?? "";
  return {
    ...{ kind: "refund", appId: merchant.appId, tradeNo: given("origQryId"), outTradeNo: "" },
    ...{ requestNo: given("orderId"), amountFen: BigInt(given("txnAmt")) },
    reason: `${given("txnTime")}${given("txnType") === "31" ? voidMark : ""} ${given("reqReserved")}`,
    notifyUrl: toldAt(given("backUrl")),
  };
}

const voidMark = "/31";

export type RefundMarks = Readonly<{ txnTime: string; txnType: "04" | "31"; reqReserved: string }>;

/** The second that names a refund, what it is, and what its request reserved. */
export function refundMarks(reason: string): RefundMarks {
  const [name = "", reqReserved = ""] = reason.split(/ (.*)/s);
  return name.endsWith(voidMark)
    ? { txnTime: name.slice(0, -voidMark.length), txnType: "31", reqReserved }
    : { txnTime: name, txnType: "04", reqReserved };
}

/** UnionPay’s clearing day, which ends at 23:00 in Beijing. */
export function clearingDay(at: Date): string {
  return businessDate(addSeconds(at, 3_600));
}

/** The address of notifications; empty where none is wanted, for which UnionPay has an address of its own. */
function toldAt(backUrl: string): string {
  return backUrl.toLowerCase() === "http://www.specialurl.com" ? "" : backUrl;
}
