// Addresses and bodies of v3 requests, read strictly into requests that the books understand.
import { fenIn, memberIn, parsedObject, textIn, type Members } from "@huiyin/server/channels/wechat/json.ts";
import { parseRfc3339 } from "@huiyin/server/channels/wechat/time.ts";
import type { readV3Path } from "@huiyin/server/channels/wechat/v3/routes.ts";
import { limits } from "../book/limits.ts";
import type { Order } from "../book/model.ts";
import { tradeOfRefund } from "./carry.ts";
import { errorOf } from "./errors.ts";
import { totalDiffers, unpaidMsDefault, type Caller, type Reading } from "./v2Reading.ts";

export type V3Path = NonNullable<ReturnType<typeof readV3Path>>;

/** What a caller says about who it is, by the names of its address or its body. */
export type Identity = Readonly<{ appId: string | null; mchId: string | null; subMchId: string | null }>;

/** The identifiers of a request; null where its body is no JSON object. */
export function identityIn(path: V3Path, query: URLSearchParams, body: string): Identity | null {
  const fromQuery = (name: string): string | null => query.get(name);
  if (path.method === "GET") {
    const mchId = fromQuery(path.party === "partner" ? "sp_mchid" : "mchid");
    return { appId: null, mchId, subMchId: fromQuery("sub_mchid") };
  }
  const members = parsedObject(body);
  if (members === null) return null;
  const prefix = path.party === "partner" ? "sp_" : "";
  return {
    appId: textIn(members, `${prefix}appid`),
    mchId: textIn(members, `${prefix}mchid`),
    subMchId: textIn(members, "sub_mchid"),
  };
}

/** Reads one call about an order or a refund. Never throws. */
export function readV3(path: V3Path, body: string, caller: Caller): Reading {
  const { appId } = caller.merchant;
  const numbers = { appId, tradeNo: path.transactionId, outTradeNo: path.number };
  switch (path.name) {
    case "codepay":
    case "native":
    case "jsapi":
      return readOrder(path.name, parsedObject(body), caller);
    case "query":
      return { kind: "request", operation: "query", request: { kind: "query", ...numbers } };
    case "close":
      return { kind: "request", operation: "close", request: { kind: "close", ...numbers } };
    case "reverse":
      return { kind: "request", operation: "cancel", request: { kind: "cancel", ...numbers } };
    case "refund":
      return readRefund(parsedObject(body), caller);
    case "refundQuery": {
      const named = (refund: Readonly<{ requestNo: string }>): boolean => refund.requestNo === path.number;
      const trade = tradeOfRefund(caller.store, caller.merchant, named);
      if (trade === null) return no("REFUNDNOTEXIST");
      const asked = { appId, tradeNo: trade.tradeNo, outTradeNo: "", requestNo: path.number };
      return { kind: "request", operation: "refundQuery", request: { kind: "refundQuery", ...asked } };
    }
    case "certificates":
    case "tradebill":
      return no("INVALID_REQUEST");
  }
}

function readOrder(name: "codepay" | "native" | "jsapi", body: Members | null, caller: Caller): Reading {
  const operation = name === "codepay" ? "pay" : "precreate";
  const outTradeNo = textIn(body, "out_trade_no") ?? "";
  if (!/^[0-9A-Za-z_\-|*@]{1,32}$/.test(outTradeNo)) return no("PARAM_ERROR", "out_trade_no不合法");
  const amount = memberIn(body?.get("amount"));
  const total = fenIn(amount, "total");
  if (total === null || total.minor < 1n) return no("PARAM_ERROR", "amount.total不合法");
  if ((textIn(amount, "currency") ?? "CNY") !== "CNY") return no("PARAM_ERROR", "amount.currency不合法");
  const subject = textIn(body, "description");
  if (subject === null || subject.length > 127) return no("PARAM_ERROR", "description不合法");
  const expiry = textIn(body, "time_expire");
  const expiresAt = expiry === null ? null : parseRfc3339(expiry);
  if (expiry !== null && expiresAt === null) return no("PARAM_ERROR", "time_expire不合法");
  const scene = memberIn(body?.get("scene_info"));
  const nowMs = caller.now.getTime();
  const order: Order = {
    ...{ outTradeNo, appId: caller.merchant.appId, sellerId: "", amountFen: total.minor, subject },
    body: textIn(body, "attach") ?? "",
    storeId: textIn(memberIn(scene?.get("store_info")), "id") ?? "",
    terminalId: textIn(scene, "device_id") ?? "",
    notifyUrl: name !== "codepay" ? (textIn(body, "notify_url") ?? "") : "",
    disabledChannels: limitsCredit(body) ? ["creditCard"] : [],
    enabledChannels: [],
    instalments: null,
    mode: caller.mode,
    expiresAtMs: expiresAt?.getTime() ?? nowMs + unpaidMsDefault[operation],
  };
  if (operation === "precreate") {
    const payerUserId = name === "jsapi" ? payerIn(body, caller) : undefined;
    if (payerUserId === null) return no("PARAM_ERROR", "openid不合法");
    if (order.notifyUrl === "") return no("PARAM_ERROR", "缺少notify_url");
    const codeExpiresAtMs = nowMs + limits.offerMsMax;
    return {
      kind: "request",
      operation,
      request: {
        kind: "precreate",
        ...order,
        ...(payerUserId !== undefined && { payerUserId }),
        codeExpiresAtMs,
      },
    };
  }
  const authCode = textIn(memberIn(body?.get("payer")), "auth_code");
  if (authCode === null) return no("PARAM_ERROR", "缺少payer.auth_code");
  if (scene === null) return no("PARAM_ERROR", "缺少scene_info");
  return { kind: "request", operation, request: { kind: "pay", ...order, authCode, admittedAtMs: nowMs } };
}

/** The payer of an order in a page, by the openid of whichever app is named; null where nobody is. */
function payerIn(body: Members | null, { store }: Caller): string | null {
  const payer = memberIn(body?.get("payer"));
  const openid = textIn(payer, "openid") ?? textIn(payer, "sp_openid");
  const known = [...store.state.book.wallets.values()].some(({ buyerUserId }) => buyerUserId === openid);
  return known ? openid : null;
}

function limitsCredit(body: Members | null): boolean {
  const limited = body?.get("limit_pay");
  return Array.isArray(limited) ? limited.includes("no_credit") : limited === "no_credit";
}

function readRefund(body: Members | null, caller: Caller): Reading {
  const [requestNo, amount] = [textIn(body, "out_refund_no"), memberIn(body?.get("amount"))];
  const [refund, total] = [fenIn(amount, "refund"), fenIn(amount, "total")];
  const numbers = {
    appId: caller.merchant.appId,
    tradeNo: textIn(body, "transaction_id") ?? "",
    outTradeNo: textIn(body, "out_trade_no") ?? "",
  };
  if (requestNo === null || requestNo.length > 64) return no("PARAM_ERROR", "out_refund_no不合法");
  if (numbers.tradeNo === "" && numbers.outTradeNo === "") return no("PARAM_ERROR", "缺少out_trade_no");
  if (refund === null || total === null) return no("PARAM_ERROR", "amount不合法");
  const wrong = totalDiffers(caller, numbers, total.minor);
  if (wrong !== null) return { kind: "error", error: wrong };
  const reason = textIn(body, "reason") ?? "";
  const notifyUrl = textIn(body, "notify_url") ?? "";
  const what = { requestNo, amountFen: refund.minor, reason, notifyUrl, mode: caller.mode };
  return { kind: "request", operation: "refund", request: { kind: "refund", ...numbers, ...what } };
}

function no(v2: string, message?: string): Reading {
  return { kind: "error", error: errorOf(v2, message) };
}
