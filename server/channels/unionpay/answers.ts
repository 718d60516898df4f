// What UnionPay’s answers mean for a payment. Pure. Whatever is not documented as final comes out as "unknown", and an
// answer without a genuine signature is trusted for nothing at all.
import type { FundingSource } from "@huiyin/contract/words.ts";
import { sameMoney, type Money } from "../../kernel/money.ts";
import type {
  CancelOutcome,
  ChargeOutcome,
  ChannelWords,
  Paid,
  PrecreateOutcome,
  QueryOutcome,
  SendHistory,
  Unknown,
} from "../port.ts";
import type { WireFields } from "./codec.ts";
import { meaningOf, outcomeOf } from "./codes.ts";
import {
  amountIn,
  declinedOrUnknown,
  opened,
  reasonFor,
  textIn,
  unnamed,
  type Expected,
  type Opened,
} from "./opened.ts";
import { maskedAccount } from "./redact.ts";
import { parseTraceTime, parseWireTime } from "./times.ts";
import type { Answer } from "./wire.ts";

/**
 * The outcome of 01/06. Success counts only with UnionPay’s own number (queryId), our number and second, and our amount;
 * a documented decline only as the answer to the first and only send.
 */
export function outcomeOfCharge(
  answer: Answer,
  expected: Expected & Readonly<{ amount: Money }>,
  sendHistory: SendHistory,
): ChargeOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  switch (outcomeOf("charge", code)) {
    case "done": {
      const paid = paidIn(read, words);
      if (paid.kind === "succeeded" && !sameMoney(paid.amount, expected.amount))
        return { kind: "unknown", reason: "txnAmt is not the amount that was asked for", words };
      return paid;
    }
    case "open":
      return { kind: "pending", words, channelTradeNo: textIn(fields, "queryId") };
    default:
      return declinedOrUnknown(read, "charge", sendHistory);
  }
}

/**
 * The outcome of 00/00 about a payment. `respCode` is the query’s own: only where it is 00 does `origRespCode` tell what
 * became of the payment. “No such transaction” (34) stands in the query’s own.
 */
export function outcomeOfQuery(answer: Answer, expected: Expected): QueryOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, code } = read;
  const asked = outcomeOf("query", code);
  if (asked === "notFound") return { kind: "notFound", words: read.words };
  if (asked !== "done") return { kind: "unknown", reason: reasonFor(code), words: read.words };
  const fate = textIn(fields, "origRespCode");
  if (fate === null) return { kind: "unknown", reason: "origRespCode is missing", words: read.words };
  const words = { code: fate, message: textIn(fields, "origRespMsg") ?? "" };
  const missing = unnamed({ ...read, words });
  if (missing !== null) return missing;
  switch (outcomeOf("payment", fate)) {
    case "done":
      return paidIn(read, words);
    case "open":
      return { kind: "pending", words, channelTradeNo: textIn(fields, "queryId") };
    case "declined":
      return { kind: "closed", everPaid: "no", words };
    // Reversed: whether it had been paid before, UnionPay does not say.
    case "undone":
      return { kind: "closed", everPaid: "unstated", words };
    default:
      return { kind: "unknown", reason: reasonFor(fate), words };
  }
}

/** The outcome of 99/01. What was undone, or whether anything was, UnionPay does not say. */
export function outcomeOfReversal(answer: Answer, expected: Expected): CancelOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { words, code } = read;
  switch (outcomeOf("reversal", code)) {
    case "done":
    case "undone":
      // Without our number in it, a genuine answer about another payment could be passed off as ours.
      return unnamed(read) ?? { kind: "cancelled", action: "unstated", words };
    case "notFound":
      return { kind: "noAction", words };
    case "retry":
      return { kind: "retry", words };
    case "refused":
      return { kind: "refused", words, causeHints: meaningOf(code)?.causeHints ?? [] };
    default:
      return { kind: "unknown", reason: reasonFor(code), words };
  }
}

/** The only address that a genuine code leads to: anything else drawn as a code would send the payer elsewhere. */
const codeUrlPattern = /^https:\/\/qr\.95516\.com\/[A-Za-z0-9._~/?&=%-]{1,200}$/;

/** The outcome of 01/07. Nobody can have paid what was never shown, so a decline is final. */
export function outcomeOfCode(answer: Answer, expected: Expected): PrecreateOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "00") return declinedOrUnknown(read, "charge", "first");
  const codeUrl = textIn(fields, "qrCode");
  if (codeUrl === null || !codeUrlPattern.test(codeUrl))
    return { kind: "unknown", reason: "qrCode is missing or leads elsewhere", words };
  return unnamed(read) ?? { kind: "created", codeUrl, words };
}

/** A success with everything that belongs to one. */
function paidIn(read: Opened, words: ChannelWords): Paid | Unknown {
  const { fields, at } = read;
  const channelTradeNo = textIn(fields, "queryId");
  const amount = amountIn(fields);
  const missing = unnamed({ ...read, words });
  if (missing !== null) return missing;
  if (channelTradeNo === null) return { kind: "unknown", reason: "success without queryId", words };
  if (amount === null) return { kind: "unknown", reason: "success without a readable txnAmt", words };
  return {
    kind: "succeeded",
    channelTradeNo,
    amount,
    paidAt: finishedAt(fields) ?? at,
    fundingSource: fundingSourceOf(fields.get("payCardType")),
    payerAccount: maskedAccount(fields.get("accNo") ?? ""),
    words,
  };
}

/** When UnionPay carried a transaction out; null where it does not say. */
export function finishedAt(fields: WireFields): Date | null {
  const orderedAt = parseWireTime(fields.get("txnTime") ?? "");
  return orderedAt === null ? null : parseTraceTime(fields.get("traceTime") ?? "", orderedAt);
}

/** payCardType: 01 debit, 02 credit, 03 credit with deposits; everything else is not told apart. */
const cardTypes: ReadonlyMap<string, FundingSource> = new Map([
  ["01", "debitCard"],
  ["02", "creditCard"],
  ["03", "creditCard"],
]);

export function fundingSourceOf(payCardType: string | undefined): FundingSource {
  return cardTypes.get(payCardType ?? "") ?? "unknown";
}
