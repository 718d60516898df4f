// What an answer of Alipay means for a payment. Pure. Whatever is not documented as final comes out as "unknown",
// and an answer without a genuine signature is trusted for nothing at all.
import type { FundingSource } from "@huiyin/contract/words.ts";
import { parseYuan, sameMoney, type Money } from "../../kernel/money.ts";
import { parseBeijingTime } from "../../kernel/time.ts";
import type { CancelOutcome, ChargeOutcome, Paid, QueryOutcome, SendHistory, Unknown } from "../port.ts";
import { fundingSourceOf, instalmentsIn } from "./funding.ts";
import { textIn } from "./json.ts";
import {
  declinedOrUnknown,
  meaningIn,
  opened,
  reasonWithout,
  type Answer,
  type Expected,
  type Opened,
} from "./opened.ts";

/**
 * The outcome of alipay.trade.pay. Code 10000 counts only with a trade number, our order number and our amount;
 * a documented decline counts only as the answer to the first and only send.
 */
export function outcomeOfPay(
  answer: Answer,
  expected: Expected & Readonly<{ amount: Money }>,
  sendHistory: SendHistory,
): ChargeOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code === "10000") {
    const paid = paidOutcome(read, expected, textIn(fields, "gmt_payment"));
    if (paid.kind === "succeeded" && !sameMoney(paid.amount, expected.amount)) {
      return { kind: "unknown", reason: "total_amount is not the amount that was asked for", words };
    }
    return paid;
  }
  if (code === "10003") return { kind: "pending", words, channelTradeNo: textIn(fields, "trade_no") };
  return declinedOrUnknown(read, "pay", sendHistory);
}

/** The outcome of alipay.trade.query. A failed query says nothing about the trade. */
export function outcomeOfQuery(answer: Answer, expected: Expected): QueryOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "10000") {
    const meaning = meaningIn(read, "query");
    if (meaning?.outcome === "notFound") return { kind: "notFound", words };
    return { kind: "unknown", reason: reasonWithout(meaning, words), words };
  }
  // Without our number in it, a genuine answer about another trade could be passed off as ours.
  if (textIn(fields, "out_trade_no") === null)
    return { kind: "unknown", reason: "out_trade_no is missing", words };
  const status = textIn(fields, "trade_status");
  const paidAtText = textIn(fields, "send_pay_date") ?? textIn(fields, "gmt_payment");
  switch (status) {
    case "WAIT_BUYER_PAY":
      return { kind: "pending", words, channelTradeNo: textIn(fields, "trade_no") };
    case "TRADE_SUCCESS":
    case "TRADE_FINISHED":
      return paidOutcome(read, expected, paidAtText);
    // Closed unpaid and refunded in full look alike but for the date of payment.
    case "TRADE_CLOSED":
      return { kind: "closed", everPaid: paidAtText !== null ? "yes" : "no", words };
    default:
      return { kind: "unknown", reason: `trade_status ${status ?? "missing"} is not documented`, words };
  }
}

/** The outcome of alipay.trade.cancel: `action` says what was done, its absence that nothing was. */
export function outcomeOfCancel(answer: Answer, expected: Expected): CancelOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "10000") {
    const meaning = meaningIn(read, "cancel");
    const final = meaning?.outcome === "declined" && meaning.retry !== "later";
    if (meaning !== null && final) return { kind: "refused", words, causeHints: meaning.causeHints };
    const again =
      fields.get("retry_flag") === "Y" || meaning?.retry === "sameRequest" || meaning?.retry === "later";
    return again
      ? { kind: "retry", words }
      : { kind: "unknown", reason: reasonWithout(meaning, words), words };
  }
  if (fields.get("retry_flag") === "Y") return { kind: "retry", words };
  const action = fields.get("action");
  if (action === undefined || action === "") return { kind: "noAction", words };
  if (action !== "close" && action !== "refund") {
    return { kind: "unknown", reason: `action ${JSON.stringify(action)} is not documented`, words };
  }
  if (textIn(fields, "out_trade_no") === null)
    return { kind: "unknown", reason: "out_trade_no is missing", words };
  return { kind: "cancelled", action, words };
}

function paidOutcome(read: Opened, expected: Expected, paidAtText: string | null): Paid | Unknown {
  const { fields, words } = read;
  const channelTradeNo = textIn(fields, "trade_no");
  const amount = parseYuan(textIn(fields, "total_amount") ?? "");
  if (channelTradeNo === null) return { kind: "unknown", reason: "success without trade_no", words };
  if (textIn(fields, "out_trade_no") === null)
    return { kind: "unknown", reason: "success without out_trade_no", words };
  if (amount === null) return { kind: "unknown", reason: "success without a readable total_amount", words };
  return {
    kind: "succeeded",
    channelTradeNo,
    amount,
    // The moment of payment is for display; the bill of the day decides. Our own reading is near enough.
    paidAt: parseBeijingTime(paidAtText ?? "") ?? expected.receivedAt,
    fundingSource: fundingOf(fields, expected),
    payerAccount: textIn(fields, "buyer_logon_id"),
    words,
  };
}

/** Huabei is told apart from its instalments by the term, or by what we asked for: Alipay calls both PCREDIT. */
function fundingOf(fields: ReadonlyMap<string, unknown>, { instalmentsAsked }: Expected): FundingSource {
  const source = fundingSourceOf(fields.get("fund_bill_list"));
  const inInstalments = instalmentsAsked === "yes" || instalmentsIn(fields) !== null;
  return source === "huabei" && inInstalments ? "huabeiInstalment" : source;
}
