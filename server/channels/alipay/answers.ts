// What an answer of Alipay means for a payment. Pure. Whatever is not documented as final comes out as "unknown",
// and an answer without a genuine signature is trusted for nothing at all.
import { parseYuan, sameMoney, type Money } from "../../kernel/money.ts";
import { parseBeijingTime } from "../../kernel/time.ts";
import type {
  CancelOutcome,
  ChannelWords,
  ChargeOutcome,
  Paid,
  QueryOutcome,
  SendHistory,
  Unknown,
} from "../port.ts";
import { meaningOf, verdictOf, type Operation } from "./codes.ts";
import type { CodeMeaning } from "./codes/row.ts";
import { fundingSourceOf } from "./funding.ts";
import { textIn } from "./json.ts";

/** A reply after its signature was checked, and only then parsed. */
export type Answer =
  | Readonly<{ kind: "verified"; node: "own" | "error"; fields: ReadonlyMap<string, unknown> }>
  | Readonly<{ kind: "untrusted"; problem: string }>;

/** What the answer must match, and when it came. */
export type Expected = Readonly<{ channelOrderNo: string; receivedAt: Date }>;

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
  const meaning = meaningIn(read, "pay");
  const { outcome, retry } = verdictOf(meaning, sendHistory);
  if (meaning !== null && outcome === "declined") {
    return { kind: "declined", words, blame: meaning.blame, retry, causeHints: meaning.causeHints };
  }
  const reason =
    meaning?.outcome === "declined" ? "refused after an earlier unclear send" : reasonWithout(meaning, words);
  return { kind: "unknown", reason, words };
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
      return { kind: "closed", everPaid: paidAtText !== null, words };
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

type Opened = Readonly<{
  kind: "opened";
  fields: ReadonlyMap<string, unknown>;
  code: string;
  subCode: string;
  words: ChannelWords;
}>;

/** The steps common to all answers: trusted, a code present, not about another order, success only in the method’s own node. */
function opened(answer: Answer, expected: Expected): Opened | Unknown {
  if (answer.kind === "untrusted") return { kind: "unknown", reason: answer.problem, words: null };
  const { fields } = answer;
  const code = textIn(fields, "code");
  if (code === null) return { kind: "unknown", reason: "the answer carries no code", words: null };
  const subCode = textIn(fields, "sub_code") ?? "";
  const message = textIn(fields, "sub_msg") ?? textIn(fields, "msg") ?? "";
  const words = { code: subCode === "" ? code : subCode, message };
  const orderNo = fields.get("out_trade_no");
  if (orderNo !== undefined && orderNo !== "" && orderNo !== expected.channelOrderNo) {
    return { kind: "unknown", reason: "the answer is about another order", words };
  }
  if (answer.node === "error" && code.startsWith("1")) {
    return { kind: "unknown", reason: "an error node claims success", words };
  }
  return { kind: "opened", fields, code, subCode, words };
}

function meaningIn(read: Opened, operation: Operation): CodeMeaning | null {
  return meaningOf(operation, read.code, read.subCode);
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
    fundingSource: fundingSourceOf(fields.get("fund_bill_list")),
    payerAccount: textIn(fields, "buyer_logon_id"),
    words,
  };
}

function reasonWithout(meaning: CodeMeaning | null, words: ChannelWords): string {
  return meaning === null
    ? `${words.code} is not documented as final`
    : `${words.code} leaves the outcome open`;
}
