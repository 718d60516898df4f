// What an answer of WeChat Pay means for a payment. Pure. Whatever is not documented as final comes out as "unknown",
// and an answer without a genuine signature is trusted for nothing at all.
import { sameMoney, type Money } from "../../kernel/money.ts";
import type {
  CancelOutcome,
  ChargeOutcome,
  CloseOutcome,
  PrecreateOutcome,
  QueryOutcome,
  SendHistory,
} from "../port.ts";
import { textIn } from "./json.ts";
import {
  declinedOrUnknown,
  meaningIn,
  open,
  opened,
  reasonWithout,
  type Answer,
  type Expected,
} from "./opened.ts";
import { paidOutcome, tradeFactsOf } from "./trade.ts";

/**
 * The outcome of code pay. A success counts only with a trade number, our order number and our amount; a documented
 * decline counts only as the answer to the first and only send. v3 says in its state what v2 says by success alone.
 */
export function outcomeOfPay(
  answer: Answer,
  expected: Expected & Readonly<{ amount: Money }>,
  sendHistory: SendHistory,
): ChargeOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, generation } = read;
  if (read.said === "refused") {
    const waits = meaningIn(read, "pay")?.outcome === "pending";
    return waits
      ? { kind: "pending", words, channelTradeNo: textIn(fields, "transaction_id") }
      : declinedOrUnknown(read, "pay", sendHistory);
  }
  const facts = tradeFactsOf(generation, fields);
  if (generation === "v3" && (facts.tradeState === "USERPAYING" || facts.tradeState === "NOTPAY"))
    return { kind: "pending", words, channelTradeNo: facts.transactionId };
  if (generation === "v3" && facts.tradeState !== "SUCCESS")
    return open(`trade_state ${facts.tradeState ?? "missing"} is not a success`, read);
  const paid = paidOutcome(facts, { words, receivedAt: expected.receivedAt });
  if (paid.kind === "succeeded" && !sameMoney(paid.amount, expected.amount))
    return open("the amount is not the one that was asked for", read);
  return paid;
}

/** The outcome of a query. A failed query says nothing about the trade. */
export function outcomeOfQuery(answer: Answer, expected: Expected): QueryOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, generation } = read;
  if (read.said === "refused") {
    const meaning = meaningIn(read, "query");
    if (meaning?.outcome === "notFound") return { kind: "notFound", words: read.words };
    return open(reasonWithout(meaning, read.words), read);
  }
  const facts = tradeFactsOf(generation, fields);
  // Without our number in it, a genuine answer about another trade could be passed off as ours.
  if (facts.orderNo === null) return open("out_trade_no is missing", read);
  const message = textIn(fields, "trade_state_desc") ?? "";
  const words = { code: facts.tradeState ?? read.words.code, message };
  switch (facts.tradeState) {
    // REFUND: it was paid, and something of it went back. What, the refunds tell.
    case "SUCCESS":
    case "REFUND":
      return paidOutcome(facts, { words, receivedAt: expected.receivedAt });
    // An attempt that failed (PAYERROR) leaves the order open: another card may still pay it, until it is reversed or closed.
    case "NOTPAY":
    case "USERPAYING":
    case "ACCEPT":
    case "PAYERROR":
      return { kind: "pending", words, channelTradeNo: facts.transactionId };
    case "CLOSED":
      return { kind: "closed", everPaid: "no", words };
    // Reversed: closed unpaid or given back, and WeChat Pay says the same of both.
    case "REVOKED":
      return { kind: "closed", everPaid: "unstated", words };
    default:
      return open(`trade_state ${facts.tradeState ?? "missing"} is not documented`, read);
  }
}

/** The outcome of a reversal, of code pay alone. v2 says in `recall` whether to call again; v3 answers without a word. */
export function outcomeOfReverse(answer: Answer, expected: Expected): CancelOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, generation } = read;
  const recall = textIn(fields, "recall");
  if (recall === "Y") return { kind: "retry", words };
  if (read.said === "done") {
    if (generation === "v2" && recall !== "N") return open("success without recall", read);
    return { kind: "cancelled", action: "unstated", words };
  }
  const meaning = meaningIn(read, "reverse");
  if (meaning?.outcome === "notFound") return { kind: "noAction", words };
  if (meaning?.outcome === "declined") return { kind: "refused", words, causeHints: meaning.causeHints };
  return meaning?.retry === "sameRequest" || meaning?.retry === "later"
    ? { kind: "retry", words }
    : open(reasonWithout(meaning, words), read);
}

/** The only address that a genuine code leads to: anything else drawn as a code would send the payer elsewhere. */
const codeUrlPattern = /^weixin:\/\/wxpay\/bizpayurl[A-Za-z0-9._~/?&=%-]{1,200}$/;

/** The outcome of an order that is shown as a code. The same order with the same content is answered with its code again. */
export function outcomeOfPrecreate(answer: Answer, expected: Expected): PrecreateOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  if (read.said === "refused") return declinedOrUnknown(read, "pay", "first");
  const codeUrl = textIn(read.fields, "code_url");
  if (codeUrl === null || !codeUrlPattern.test(codeUrl))
    return open("code_url is missing or leads elsewhere", read);
  return { kind: "created", codeUrl, words: read.words };
}

/** As WeChat Pay writes them: letters and digits, at most 64. */
const prepayIdPattern = /^[0-9A-Za-z_-]{1,64}$/;

/** The outcome of an order that one payer pays in our page. The order is named by its prepay_id for two hours. */
export function outcomeOfPage(answer: Answer, expected: Expected): PrecreateOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  if (read.said === "refused") return declinedOrUnknown(read, "pay", "first");
  const ticket = textIn(read.fields, "prepay_id");
  if (ticket === null || !prepayIdPattern.test(ticket)) return open("prepay_id is missing or is none", read);
  return { kind: "pageReady", ticket, words: read.words };
}

/** The outcome of closing. What cannot be closed may have been paid: that has to be asked. */
export function outcomeOfClose(answer: Answer, expected: Expected): CloseOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { words } = read;
  if (read.said === "done") return { kind: "closed", words };
  const meaning = meaningIn(read, "close");
  if (meaning?.outcome === "notFound") return { kind: "notFound", words };
  if (meaning?.outcome === "declined") return { kind: "refused", words, causeHints: meaning.causeHints };
  return open(reasonWithout(meaning, words), read);
}
