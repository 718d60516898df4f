// The fields of v2 requests, read strictly into requests that the books understand.
import type { V2CallName } from "@huiyin/server/channels/wechat/v2/calls.ts";
import { parseDigitsTime } from "@huiyin/server/channels/wechat/time.ts";
import { limits } from "../book/limits.ts";
import type { BookRequest, Merchant, Order, SigningMode } from "../book/model.ts";
import type { Operation } from "../faults/model.ts";
import type { Store } from "../world/store.ts";
import { tradeOfRefund } from "./carry.ts";
import { errorOf, type WechatError } from "./errors.ts";

type Fields = ReadonlyMap<string, string>;

export type Reading =
  | Readonly<{ kind: "request"; operation: Operation; request: BookRequest }>
  | Readonly<{ kind: "error"; error: WechatError }>;

export type Caller = Readonly<{ store: Store; merchant: Merchant; mode: SigningMode; now: Date }>;

/** How long an order may be paid where the request does not say: a payer’s code, and one that is shown. */
export const unpaidMsDefault = { pay: 2 * 3_600_000, precreate: 7 * 24 * 3_600_000 } as const;

/** What every call needs besides its identifiers, by name; “numbers” stands for one of the two numbers of the order. */
const required: Readonly<Record<Exclude<V2CallName, "downloadbill">, readonly string[]>> = {
  micropay: ["body", "out_trade_no", "total_fee", "spbill_create_ip", "auth_code"],
  unifiedorder: ["body", "out_trade_no", "total_fee", "spbill_create_ip", "notify_url", "trade_type"],
  orderquery: ["numbers"],
  reverse: ["numbers"],
  closeorder: ["out_trade_no"],
  refund: ["numbers", "out_refund_no", "total_fee", "refund_fee"],
  refundquery: [],
};

/** Reads one call of v2. Never throws. */
export function readV2(name: Exclude<V2CallName, "downloadbill">, fields: Fields, caller: Caller): Reading {
  const given = (key: string): string => fields.get(key) ?? "";
  for (const key of required[name]) {
    const found = key === "numbers" ? given("out_trade_no") + given("transaction_id") : given(key);
    if (found === "") return no("LACK_PARAMS", `缺少参数${key === "numbers" ? "out_trade_no" : key}`);
  }
  const outTradeNo = given("out_trade_no");
  if (outTradeNo !== "" && !/^[0-9A-Za-z_\-|*@]{1,32}$/.test(outTradeNo))
    return no("PARAM_ERROR", "out_trade_no不合法");
  const numbers = { appId: caller.merchant.appId, tradeNo: given("transaction_id"), outTradeNo };
  switch (name) {
    case "micropay":
    case "unifiedorder":
      return readOrder(name, fields, caller);
    case "orderquery":
      return { kind: "request", operation: "query", request: { kind: "query", ...numbers } };
    case "reverse":
      return { kind: "request", operation: "cancel", request: { kind: "cancel", ...numbers } };
    case "closeorder":
      return { kind: "request", operation: "close", request: { kind: "close", ...numbers } };
    case "refund":
      return readRefund(fields, caller, numbers);
    case "refundquery":
      return readRefundQuery(fields, caller, numbers);
  }
}

function readOrder(name: "micropay" | "unifiedorder", fields: Fields, caller: Caller): Reading {
  const given = (key: string): string => fields.get(key) ?? "";
  const operation = name === "micropay" ? "pay" : "precreate";
  const amountFen = amountIn(given("total_fee"));
  if (amountFen === null) return no("PARAM_ERROR", "total_fee不合法");
  if (name === "unifiedorder" && given("trade_type") !== "NATIVE")
    return no("PARAM_ERROR", "trade_type只支持NATIVE");
  if (Buffer.byteLength(given("body")) > 384) return no("PARAM_ERROR", "body过长");
  const expiry = given("time_expire");
  const expiresAt = expiry === "" ? null : parseDigitsTime(expiry);
  if (expiry !== "" && expiresAt === null) return no("PARAM_ERROR", "time_expire不合法");
  const nowMs = caller.now.getTime();
  const order: Order = {
    ...{ outTradeNo: given("out_trade_no"), appId: caller.merchant.appId, sellerId: "", amountFen },
    ...{ subject: given("body"), body: given("attach"), storeId: "", terminalId: given("device_info") },
    // Code pay of v2 has no address: nothing is told.
    notifyUrl: name === "micropay" ? "" : given("notify_url"),
    disabledChannels: given("limit_pay") === "no_credit" ? ["creditCard"] : [],
    enabledChannels: [],
    instalments: null,
    mode: caller.mode,
    expiresAtMs: expiresAt?.getTime() ?? nowMs + unpaidMsDefault[operation],
  };
  if (operation === "pay") {
    const request = { kind: "pay", ...order, authCode: given("auth_code"), admittedAtMs: nowMs } as const;
    return { kind: "request", operation, request };
  }
  const codeExpiresAtMs = nowMs + limits.offerMsMax;
  return { kind: "request", operation, request: { kind: "precreate", ...order, codeExpiresAtMs } };
}

type Numbers = Readonly<{ appId: string; tradeNo: string; outTradeNo: string }>;

function readRefund(fields: Fields, caller: Caller, numbers: Numbers): Reading {
  const given = (key: string): string => fields.get(key) ?? "";
  const [amountFen, totalFen] = [amountIn(given("refund_fee")), amountIn(given("total_fee"))];
  if (amountFen === null || totalFen === null) return no("PARAM_ERROR", "金额不合法");
  const wrong = totalDiffers(caller, numbers, totalFen);
  if (wrong !== null) return { kind: "error", error: wrong };
  const { mode } = caller;
  const [requestNo, reason, notifyUrl] = [given("out_refund_no"), given("refund_desc"), given("notify_url")];
  const request = { kind: "refund", ...numbers, requestNo, amountFen, reason, notifyUrl, mode } as const;
  return { kind: "request", operation: "refund", request };
}

/** A refund names the amount of its order too, and both must fit. */
export function totalDiffers(caller: Caller, numbers: Numbers, totalFen: bigint): WechatError | null {
  const { book } = caller.store.state;
  const tradeNo =
    numbers.tradeNo || book.tradeNoOfOrder.get(`${caller.merchant.sellerId}/${numbers.outTradeNo}`);
  const trade = tradeNo === undefined ? undefined : book.trades.get(tradeNo);
  return trade === undefined || trade.amountFen === totalFen
    ? null
    : errorOf("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试");
}

/** Of four numbers one is enough; the refund’s own is looked for among the merchant’s trades. */
function readRefundQuery(fields: Fields, { store, merchant }: Caller, numbers: Numbers): Reading {
  const [requestNo, refundNo] = [fields.get("out_refund_no") ?? "", fields.get("refund_id") ?? ""];
  if (requestNo === "" && refundNo === "" && numbers.tradeNo === "" && numbers.outTradeNo === "")
    return no("LACK_PARAMS", "缺少参数out_refund_no");
  if (requestNo === "" && refundNo === "")
    return { kind: "request", operation: "refundQuery", request: { kind: "query", ...numbers } };
  const trade = tradeOfRefund(store, merchant, (refund) => {
    return refundNo === "" ? refund.requestNo === requestNo : refund.refundNo === refundNo;
  });
  if (trade === null) return no("REFUNDNOTEXIST");
  const named = trade.refunds.find((refund) => refund.refundNo === refundNo)?.requestNo ?? requestNo;
  const asked = { appId: merchant.appId, tradeNo: trade.tradeNo, outTradeNo: "", requestNo: named };
  return { kind: "request", operation: "refundQuery", request: { kind: "refundQuery", ...asked } };
}

function amountIn(text: string): bigint | null {
  return /^[1-9][0-9]{0,9}$/.test(text) ? BigInt(text) : null;
}

function no(v2: string, message?: string): Reading {
  return { kind: "error", error: errorOf(v2, message) };
}
