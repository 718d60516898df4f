// What WeChat Pay's answers to a refund and to its query mean. Pure. Money is given back in documented words only:
// a refund that was taken over is under way, until its query or v3 itself says that it arrived.
import { sameMoney, type Money } from "../../kernel/money.ts";
import { parseBeijingTime } from "../../kernel/time.ts";
import type { RefundOutcome, RefundQueryOutcome, SendHistory, Unknown } from "../port.ts";
import { fenIn, memberIn, textIn, type Members } from "./json.ts";
import {
  declinedOrUnknown,
  meaningIn,
  open,
  opened,
  reasonWithout,
  type Answer,
  type Expected,
  type Opened,
} from "./opened.ts";
import { parseRfc3339 } from "./time.ts";

/** Which refund of the order the answer must be about. */
export type ExpectedRefund = Expected & Readonly<{ channelRefundNo: string }>;

type RefundFacts = Readonly<{
  refundNo: string;
  /** In the words of v3; null where v2 names none, as its answer to a refund does. */
  status: string | null;
  amount: Money | null;
  refundedAt: Date | null;
}>;

/** The outcome of a refund. v2 only tells that it was taken over; v3 tells its state. */
export function outcomeOfRefund(
  answer: Answer,
  expected: ExpectedRefund & Readonly<{ amount: Money }>,
  sendHistory: SendHistory,
): RefundOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { words } = read;
  if (read.said === "refused") {
    if (meaningIn(read, "refund")?.outcome === "balanceShort") return { kind: "balanceShort", words };
    return declinedOrUnknown(read, "refund", sendHistory);
  }
  const facts = factsIn(read, expected);
  if (facts.kind === "unknown") return facts;
  if (!sameMoney(facts.amount, expected.amount))
    return open("the amount is not the one that was asked for", read);
  switch (facts.status) {
    case "SUCCESS":
      return { kind: "refunded", refundedTotal: null, refundedAt: facts.refundedAt, words };
    // Stuck or under way: either is found out by its query.
    case "PROCESSING":
    case "ABNORMAL":
      return { kind: "processing", words };
    case null:
      return read.generation === "v2" ? { kind: "processing", words } : open("status is missing", read);
    default:
      return open(`status ${facts.status} is not documented as an answer to a refund`, read);
  }
}

/** The outcome of a refund query, about this very refund. The caller compares `amount` with its own. */
export function outcomeOfRefundQuery(answer: Answer, expected: ExpectedRefund): RefundQueryOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  if (read.said === "refused") {
    const meaning = meaningIn(read, "refundQuery");
    if (meaning?.outcome === "notFound") return { kind: "notRefunded", words: read.words };
    return open(reasonWithout(meaning, read.words), read);
  }
  const facts = factsIn(read, expected);
  if (facts.kind === "unknown") return facts;
  const words = { code: facts.status ?? read.words.code, message: read.words.message };
  switch (facts.status) {
    case "SUCCESS":
      return { kind: "refunded", amount: facts.amount, refundedAt: facts.refundedAt, words };
    case "PROCESSING":
      return { kind: "processing", words };
    // The money could not go back the way it came; the merchant decides at WeChat Pay how else.
    case "ABNORMAL":
    case "CHANGE":
      return { kind: "stuck", words };
    case "CLOSED":
    case "REFUNDCLOSE":
      return { kind: "failed", words, causeHints: [] };
    default:
      return open(`status ${facts.status ?? "missing"} is not documented`, read);
  }
}

type Found = Readonly<{ kind: "found" }> & RefundFacts & Readonly<{ amount: Money }>;

function factsIn(read: Opened, { channelRefundNo }: ExpectedRefund): Found | Unknown {
  // A genuine answer about another order or refund must not pass for this one.
  if (textIn(read.fields, "out_trade_no") === null) return open("out_trade_no is missing", read);
  const facts = read.generation === "v2" ? factsOfV2(read.fields, channelRefundNo) : factsOfV3(read.fields);
  if (facts === null || facts.refundNo !== channelRefundNo)
    return open("the answer is about another refund, or about none", read);
  const { amount } = facts;
  return amount === null ? open("no readable amount", read) : { kind: "found", ...facts, amount };
}

/** v2 numbers the refunds of its answer from 0, and leaves the number away where there can be one only. */
function factsOfV2(fields: Members, channelRefundNo: string): RefundFacts | null {
  const key = [...fields.keys()].find(
    (name) => /^out_refund_no(?:_[0-9]{1,3})?$/.test(name) && fields.get(name) === channelRefundNo,
  );
  if (key === undefined) return null;
  const ending = key.slice("out_refund_no".length);
  return {
    refundNo: channelRefundNo,
    status: textIn(fields, `refund_status${ending}`),
    amount: fenIn(fields, `refund_fee${ending}`),
    refundedAt: parseBeijingTime(textIn(fields, `refund_success_time${ending}`) ?? ""),
  };
}

function factsOfV3(fields: Members): RefundFacts | null {
  const refundNo = textIn(fields, "out_refund_no");
  if (refundNo === null) return null;
  return {
    refundNo,
    status: textIn(fields, "status"),
    amount: fenIn(memberIn(fields.get("amount")), "refund"),
    refundedAt: parseRfc3339(textIn(fields, "success_time") ?? ""),
  };
}
