// Trade notifications: what they carry, how the simulated gateway builds one, how the platform reads one that was verified.
import { parseYuan, yuanText, type Money } from "../../kernel/money.ts";
import { beijingTime, parseBeijingTime } from "../../kernel/time.ts";
import type { CallbackReading, Paid } from "../port.ts";
import type { WireParameters } from "./codec.ts";
import { fundingSourceOf } from "./funding.ts";
import { redactedFields } from "./redact.ts";

export type TradeStatus = "WAIT_BUYER_PAY" | "TRADE_SUCCESS" | "TRADE_CLOSED" | "TRADE_FINISHED";

/** The facts of one notification, as the gateway’s books hold them. */
export type TradeNotification = Readonly<{
  /** Stays the same when the notification is repeated. */
  notifyId: string;
  notifiedAt: Date;
  appId: string;
  sellerId: string;
  tradeNo: string;
  outTradeNo: string;
  tradeStatus: TradeStatus;
  subject: string;
  totalAmount: Money;
  createdAt: Date;
  paidAt: Date | null;
  buyerId: string;
  /** As the payer may be shown: "138****8000". */
  buyerLogonId: string;
  fundBills: ReadonlyArray<Readonly<{ channel: string; amount: Money; fundType: string | null }>>;
  /** Set once money went back; Alipay then re-sends TRADE_SUCCESS with refund fields. */
  refund: Readonly<{ refundedAt: Date; refundedAmount: Money; outRequestNo: string }> | null;
}>;

/** The gateway’s side: every field of a notification but `sign`, in the set that real ones carry. Add `sign` over `notificationSignText(fields, "dropped")`. */
export function notificationFields(trade: TradeNotification): Map<string, string> {
  const amount = yuanText(trade.totalAmount);
  const fields = new Map([
    ["gmt_create", beijingTime(trade.createdAt)],
    ["charset", "utf-8"],
    ["subject", trade.subject],
    ["sign_type", "RSA2"],
    ["buyer_id", trade.buyerId],
    ["buyer_logon_id", trade.buyerLogonId],
    ["notify_id", trade.notifyId],
    ["notify_type", "trade_status_sync"],
    ["notify_time", beijingTime(trade.notifiedAt)],
    ["trade_status", trade.tradeStatus],
    ["app_id", trade.appId],
    ["auth_app_id", trade.appId],
    ["seller_id", trade.sellerId],
    ["version", "1.0"],
    ["trade_no", trade.tradeNo],
    ["out_trade_no", trade.outTradeNo],
    ["total_amount", amount],
  ]);
  if (trade.paidAt !== null) {
    fields.set("gmt_payment", beijingTime(trade.paidAt));
    fields.set("receipt_amount", amount);
    fields.set("buyer_pay_amount", amount);
    fields.set("invoice_amount", amount);
    fields.set("point_amount", "0.00");
    fields.set("fund_bill_list", fundBillListText(trade.fundBills));
  }
  if (trade.refund !== null) {
    fields.set("gmt_refund", beijingTime(trade.refund.refundedAt));
    fields.set("refund_fee", yuanText(trade.refund.refundedAmount));
    fields.set("out_biz_no", trade.refund.outRequestNo);
  }
  return fields;
}

/**
 * Reads a notification whose signature and addressee were checked.
 * Only TRADE_SUCCESS without any refund field is proof of payment; everything else asks for a query,
 * because a refund re-sends TRADE_SUCCESS and notifications arrive in any order.
 */
export function readVerifiedNotification(fields: WireParameters): CallbackReading {
  const channelOrderNo = fields.get("out_trade_no") ?? "";
  const notificationId = fields.get("notify_id") ?? "";
  if (!/^[!-~]{1,64}$/.test(channelOrderNo))
    return { kind: "malformed", problem: "out_trade_no is missing or malformed" };
  if (notificationId === "") return { kind: "malformed", problem: "notify_id is missing" };
  const tradeStatus = fields.get("trade_status") ?? "";
  const amount = parseYuan(fields.get("total_amount") ?? "");
  const news = paidNews(fields, amount) ?? ({ kind: "stateMayHaveChanged", tradeStatus, amount } as const);
  return { kind: "accepted", channelOrderNo, news, notificationId, redacted: redactedFields(fields) };
}

function paidNews(fields: WireParameters, amount: Money | null): Paid | null {
  if (fields.get("trade_status") !== "TRADE_SUCCESS") return null;
  if (["gmt_refund", "refund_fee", "out_biz_no"].some((name) => (fields.get(name) ?? "") !== "")) return null;
  const paidAt = parseBeijingTime(fields.get("gmt_payment") ?? "");
  const channelTradeNo = fields.get("trade_no") ?? "";
  if (amount === null || paidAt === null || channelTradeNo === "") return null;
  return {
    kind: "succeeded",
    channelTradeNo,
    amount,
    paidAt,
    fundingSource: fundingSourceOf(fields.get("fund_bill_list")),
    payerAccount: fields.get("buyer_logon_id") ?? null,
    words: { code: "TRADE_SUCCESS", message: "TRADE_SUCCESS" },
  };
}

/** In notifications the members are spelled in camel case, unlike in answers. */
function fundBillListText(bills: TradeNotification["fundBills"]): string {
  return JSON.stringify(
    bills.map((bill) => ({
      amount: yuanText(bill.amount),
      fundChannel: bill.channel,
      ...(bill.fundType === null ? {} : { fundType: bill.fundType }),
    })),
  );
}
