// What UnionPay’s answers to a refund and to its query mean. Pure. Money is given back in documented words only.
import type { RefundOutcome, RefundQueryOutcome, SendHistory } from "../port.ts";
import { finishedAt } from "./answers.ts";
import { meaningOf, outcomeOf } from "./codes.ts";
import { amountIn, declinedOrUnknown, opened, reasonFor, textIn, unnamed, type Expected } from "./opened.ts";
import type { Answer } from "./wire.ts";

/**
 * The outcome of 04/00 and of 31/00. UnionPay only accepts a refund or a void: 00 says that it was taken over, not that it was carried out.
 * Sent again, it is a duplicate (12): UnionPay has the first one in hand, carried it out or refused it, so it is asked
 * about. As the answer to a first send nothing explains it.
 */
export function outcomeOfRefund(answer: Answer, expected: Expected, sendHistory: SendHistory): RefundOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { words, code } = read;
  const outcome = outcomeOf("refund", code);
  if (outcome === "open" || (outcome === "sentBefore" && sendHistory === "afterUnclear"))
    return unnamed(read) ?? { kind: "processing", words };
  return declinedOrUnknown(read, "refund", sendHistory);
}

/**
 * The outcome of 00/00 about a refund or a void, asked by its own number and second. “No such transaction” (34) in the query’s own
 * code says that UnionPay has none, for now. The caller compares `amount` with its own.
 */
export function outcomeOfRefundQuery(answer: Answer, expected: Expected): RefundQueryOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, code } = read;
  const asked = outcomeOf("query", code);
  if (asked === "notFound") return { kind: "notRefunded", words: read.words };
  if (asked !== "done") return { kind: "unknown", reason: reasonFor(code), words: read.words };
  const fate = textIn(fields, "origRespCode");
  if (fate === null) return { kind: "unknown", reason: "origRespCode is missing", words: read.words };
  const words = { code: fate, message: textIn(fields, "origRespMsg") ?? "" };
  const missing = unnamed({ ...read, words });
  if (missing !== null) return missing;
  // Documents differ on whose type stands here, that of the query or of what was asked about: a payment’s it is not.
  if (fields.get("txnType") === "01")
    return { kind: "unknown", reason: "the answer is about a payment", words };
  switch (outcomeOf("refundFate", fate)) {
    case "done": {
      const amount = amountIn(fields);
      return amount === null
        ? { kind: "unknown", reason: "success without a readable txnAmt", words }
        : { kind: "refunded", amount, refundedAt: finishedAt(fields), words };
    }
    case "open":
      return { kind: "processing", words };
    case "declined":
      return { kind: "failed", words, causeHints: meaningOf(fate)?.causeHints ?? [] };
    default:
      return { kind: "unknown", reason: reasonFor(fate), words };
  }
}
