// The fields of each call of v2: what is asked, in WeChat Pay's own names. Empty fields are left out on the wire.
import type {
  ChargeRequest,
  OrderReference,
  PrecreateRequest,
  RefundQueryRequest,
  RefundRequest,
} from "../../port.ts";
import { digitsTime } from "../time.ts";

export type V2Fields = ReadonlyArray<readonly [name: string, value: string]>;

/** Bytes of UTF-8 that `body` and `refund_desc` may have. */
const bodyBytesMax = 127;
const reasonBytesMax = 80;

/** The machine that pays on behalf of the till. WeChat Pay only wants an address here, whichever. */
export const deviceIp = "127.0.0.1";

export function micropayFields(request: ChargeRequest): V2Fields {
  return [...orderFields(request), ["auth_code", request.payerCode]];
}

/** A code to show: the same order without a payer, and where to report it. */
export function unifiedorderFields(request: PrecreateRequest): V2Fields {
  return [
    ...orderFields(request),
    ["trade_type", "NATIVE"],
    ["product_id", request.channelOrderNo],
    ["notify_url", request.callbackUrl],
  ];
}

export function orderNoFields({ channelOrderNo }: OrderReference): V2Fields {
  return [["out_trade_no", channelOrderNo]];
}

/** The number goes along always, so that a repetition never pays out twice. */
export function refundFields(request: RefundRequest): V2Fields {
  const { order, channelRefundNo, amount, reason, callbackUrl } = request;
  return [
    ["out_trade_no", order.channelOrderNo],
    ["out_refund_no", channelRefundNo],
    ["total_fee", String(order.amount.minor)],
    ["refund_fee", String(amount.minor)],
    ["refund_fee_type", "CNY"],
    ["refund_desc", cutToBytes(reason ?? "", reasonBytesMax)],
    ["notify_url", callbackUrl],
  ];
}

export function refundqueryFields({ channelRefundNo }: RefundQueryRequest): V2Fields {
  return [["out_refund_no", channelRefundNo]];
}

function orderFields(request: PrecreateRequest): V2Fields {
  const { storeNo } = request;
  return [
    ["body", cutToBytes(request.subject, bodyBytesMax)],
    ["out_trade_no", request.channelOrderNo],
    ["total_fee", String(request.amount.minor)],
    ["fee_type", "CNY"],
    ["spbill_create_ip", deviceIp],
    ["device_info", (request.terminalNo ?? "").slice(0, 32)],
    ["time_start", digitsTime(request.orderedAt)],
    ["time_expire", digitsTime(request.expiresAt)],
    ["limit_pay", request.creditAcceptance === "refused" ? "no_credit" : ""],
    ["scene_info", storeNo === null ? "" : JSON.stringify({ store_info: { id: storeNo } })],
  ];
}

/** The longest beginning of whole characters within so many bytes of UTF-8. */
export function cutToBytes(text: string, bytesMax: number): string {
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept;
}
