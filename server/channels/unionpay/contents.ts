// What is asked, in UnionPay’s own names; everything about signing is added in identity.ts.
import type { Money } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import type {
  ChannelAccount,
  ChargeRequest,
  OrderReference,
  PrecreateRequest,
  RefundQueryRequest,
  RefundRequest,
} from "../port.ts";
import { wireTime } from "./times.ts";

export type Content = ReadonlyMap<string, string>;

/** What names a transaction at UnionPay, besides the merchant: its number and its second. */
export type TransactionName = Readonly<{ orderId: string; txnTime: string }>;

export function orderName(order: OrderReference): TransactionName {
  return { orderId: order.channelOrderNo, txnTime: wireTime(order.orderedAt) };
}

/**
 * A void has the number of the refund that may follow it, and the second before that: UnionPay tells transactions apart by
 * both, so neither is taken for a duplicate of the other.
 */
export function refundName({
  way,
  channelRefundNo,
  requestedAt,
}: Pick<RefundRequest, "way" | "channelRefundNo" | "requestedAt">): TransactionName {
  const at = way === "void" ? addSeconds(requestedAt, -1) : requestedAt;
  return { orderId: channelRefundNo, txnTime: wireTime(at) };
}

/** 01/06: pay with the code that the payer shows (qrNo). */
export function chargeContent(account: ChannelAccount, request: ChargeRequest): Content {
  return content(account, "01", "06", {
    ...orderName(request),
    ...amountFields(request.amount),
    qrNo: request.payerCode,
    backUrl: request.callbackUrl,
  });
}

/** 01/07: a code for the payer to scan. `payTimeout` is when nobody can pay it any more. */
export function codeContent(account: ChannelAccount, request: PrecreateRequest): Content {
  return content(account, "01", "07", {
    ...orderName(request),
    ...amountFields(request.amount),
    payTimeout: wireTime(request.expiresAt),
    backUrl: request.callbackUrl,
  });
}

/** 00/00: what became of a transaction. */
export function queryContent(account: ChannelAccount, name: TransactionName): Content {
  return content(account, "00", "00", { ...name });
}

/** 99/01: undo a payment whose outcome is unclear, under the very name of the payment. */
export function reversalContent(account: ChannelAccount, order: OrderReference): Content {
  return content(account, "99", "01", { ...orderName(order) });
}

/**
 * 04/00: give part or all back; or 31/00, 消费撤销: undo all of it on the clearing day of the payment. Under a name of its
 * own: repeated under the same name it is one. `reqReserved` comes back unchanged: a notification names the payment by it.
 * @param origQryId what UnionPay called the payment
 */
export function refundContent(account: ChannelAccount, request: RefundRequest, origQryId: string): Content {
  return content(account, request.way === "void" ? "31" : "04", "00", {
    ...refundName(request),
    ...amountFields(request.amount),
    origQryId,
    reqReserved: request.order.channelOrderNo,
    backUrl: request.callbackUrl,
  });
}

export function refundQueryContent(account: ChannelAccount, request: RefundQueryRequest): Content {
  return queryContent(account, refundName(request));
}

/** 76/01: the settlement file of a day. @param day "2026-11-22" @param at any moment: names this request only */
export function fileContent(account: ChannelAccount, day: string, at: Date): Content {
  return content(account, "76", "01", {
    txnTime: wireTime(at),
    settleDate: day.slice(5).replace("-", ""),
    fileType: "00",
  });
}

function amountFields(amount: Money): Readonly<{ txnAmt: string; currencyCode: string }> {
  return { txnAmt: amount.minor.toString(), currencyCode: "156" };
}

function content(
  account: ChannelAccount,
  txnType: string,
  txnSubType: string,
  own: Readonly<Record<string, string>>,
): Content {
  const common = { txnType, txnSubType, bizType: "000000", channelType: "08", accessType: "0" };
  return new Map(
    Object.entries({ ...common, merId: account["merId"] ?? "", ...own }).filter(([, value]) => value !== ""),
  );
}
