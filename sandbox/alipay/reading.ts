// biz_content of every method, read strictly into requests that the books understand.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { parsedObject } from "@huiyin/server/channels/alipay/json.ts";
import type { BookRequest } from "../book/model.ts";
import { amountFen, asksFor, text, type Content, type Envelope } from "./content.ts";
import { invalidOrderField, offerRequest, payRequest } from "./orderReading.ts";

/** The parts of an answer that come only where query_options asks for them. */
export type AskedFor = Readonly<{ fundBill: "yes" | "no"; refundDetail: "yes" | "no" }>;

export type BusinessReading =
  | Readonly<{ kind: "request"; request: BookRequest; askedFor: AskedFor; outTradeNo: string }>
  /** The text is not a JSON object: refused by the gateway. */
  | Readonly<{ kind: "notJson" }>
  /** A field is missing or malformed: refused by the business. */
  | Readonly<{ kind: "invalid"; field: string; outTradeNo: string }>;

/** Reads a request’s business content at the moment it was admitted. Never throws. */
export function readBusiness(envelope: Envelope, admittedAt: Date): BusinessReading {
  const content = parsedObject(envelope.bizContent);
  if (content === null) return { kind: "notJson" };
  const outTradeNo = text(content, "out_trade_no", 64) ?? "";
  const field = invalidField(content, envelope);
  if (field !== null) return { kind: "invalid", field, outTradeNo };
  const askedFor: AskedFor = {
    fundBill: asksFor(content, "fund_bill_list") ? "yes" : "no",
    refundDetail: asksFor(content, "refund_detail_item_list") ? "yes" : "no",
  };
  return { kind: "request", request: requestIn(content, envelope, admittedAt), askedFor, outTradeNo };
}

const requestNoMax = 64;
const reasonMax = 256;

function invalidField(content: Content, envelope: Envelope): string | null {
  if (envelope.operation === "pay" || envelope.operation === "precreate")
    return invalidOrderField(content, envelope);
  const numbers = [text(content, "trade_no", 64), text(content, "out_trade_no", 64)];
  if (numbers.every((number) => number === null)) return "out_trade_no";
  const requestNo = text(content, "out_request_no", requestNoMax);
  if (envelope.operation === "refundQuery" && requestNo === null) return "out_request_no";
  if (envelope.operation !== "refund") return null;
  if (amountFen(content, "refund_amount") === null) return "refund_amount";
  if (content.has("out_request_no") && requestNo === null) return "out_request_no";
  const reason = content.get("refund_reason") ?? "";
  return typeof reason === "string" && reason.length <= reasonMax ? null : "refund_reason";
}

function requestIn(content: Content, envelope: Envelope, admittedAt: Date): BookRequest {
  const { operation, appId } = envelope;
  const numbers = {
    appId,
    tradeNo: text(content, "trade_no", 64) ?? "",
    outTradeNo: text(content, "out_trade_no", 64) ?? "",
  };
  const requestNo = text(content, "out_request_no", requestNoMax) ?? "";
  switch (operation) {
    case "pay":
      return payRequest(content, envelope, admittedAt);
    case "precreate":
      return offerRequest(content, envelope, admittedAt);
    case "query":
    case "cancel":
    case "close":
      return { kind: operation, ...numbers };
    case "refund": {
      const reason = text(content, "refund_reason", reasonMax) ?? "";
      const amount = amountFen(content, "refund_amount") ?? 0n;
      return { kind: "refund", ...numbers, requestNo, amountFen: amount, reason };
    }
    case "refundQuery":
      return { kind: "refundQuery", ...numbers, requestNo };
    default:
      return unreachable(operation);
  }
}
