// What Alipay’s answers to a refund and to its query mean. Pure. Money is given back in documented words only.
import { parseYuan, type Money } from "../../kernel/money.ts";
import { parseBeijingTime } from "../../kernel/time.ts";
import type { RefundOutcome, RefundQueryOutcome, SendHistory, Unknown } from "../port.ts";
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

/** Which refund of the order the answer must be about. */
export type ExpectedRefund = Expected & Readonly<{ channelRefundNo: string }>;

/**
 * The outcome of alipay.trade.refund. `refund_fee` is everything given back of the trade so far, never this refund alone,
 * so it may be more than was asked for but not less. "N" in `fund_change` tells that the same number had been
 * carried out before: a repetition after an unclear send hopes for it, and nothing explains it where no send had any effect.
 */
export function outcomeOfRefund(
  answer: Answer,
  expected: ExpectedRefund & Readonly<{ amount: Money }>,
  sendHistory: SendHistory,
): RefundOutcome {
  const read = openedRefund(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "10000") {
    if (meaningIn(read, "refund")?.outcome === "balanceShort") return { kind: "balanceShort", words };
    return declinedOrUnknown(read, "refund", sendHistory);
  }
  const refundedTotal = parseYuan(textIn(fields, "refund_fee") ?? "");
  const moved = fields.get("fund_change");
  if (textIn(fields, "out_trade_no") === null) return open("out_trade_no is missing", read);
  if (refundedTotal === null) return open("success without a readable refund_fee", read);
  if (refundedTotal.minor < expected.amount.minor)
    return open("refund_fee is less than the amount of this refund", read);
  if (moved !== "Y" && moved !== "N") return open("success without fund_change", read);
  if (moved === "N" && sendHistory !== "afterUnclear")
    return open("no money moved on a send before which nothing had happened", read);
  const refundedAt = parseBeijingTime(textIn(fields, "gmt_refund_pay") ?? "");
  return { kind: "refunded", refundedTotal, refundedAt, words };
}

/**
 * The outcome of alipay.trade.fastpay.refund.query. Only `refund_status` REFUND_SUCCESS about this very refund says
 * that money went back; its absence from a success says “not, or not yet”, and nothing else does. The caller compares `amount` with its own.
 */
export function outcomeOfRefundQuery(answer: Answer, expected: ExpectedRefund): RefundQueryOutcome {
  const read = openedRefund(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "10000") {
    return { kind: "unknown", reason: reasonWithout(meaningIn(read, "refundQuery"), words), words };
  }
  const status = fields.get("refund_status");
  if (status === undefined || status === "") return { kind: "notRefunded", words };
  if (status !== "REFUND_SUCCESS")
    return open(`refund_status ${JSON.stringify(status)} is not documented`, read);
  // A genuine answer about another refund must not pass for this one.
  for (const name of ["out_trade_no", "out_request_no"]) {
    if (textIn(fields, name) === null) return open(`${name} is missing`, read);
  }
  const amount = parseYuan(textIn(fields, "refund_amount") ?? "");
  if (amount === null) return open("success without a readable refund_amount", read);
  const refundedAt = parseBeijingTime(textIn(fields, "gmt_refund_pay") ?? "");
  return { kind: "refunded", amount, refundedAt, words };
}

function openedRefund(answer: Answer, expected: ExpectedRefund): Opened | Unknown {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const requestNo = read.fields.get("out_request_no");
  return requestNo === undefined || requestNo === "" || requestNo === expected.channelRefundNo
    ? read
    : open("the answer is about another refund", read);
}

function open(reason: string, { words }: Opened): Unknown {
  return { kind: "unknown", reason, words };
}
