// What Lakeside’s verified answers mean, in the words of the port. What nobody documented is unknown.
import { fen, sameMoney, type Money } from "../../../kernel/money.ts";
import type { BillLine } from "../../bill.ts";
import type {
  BillOutcome,
  CancelOutcome,
  ChannelWords,
  ChargeOutcome,
  ChargeRequest,
  Declined,
  Paid,
  QueryOutcome,
  RefundOutcome,
  RefundQueryOutcome,
  RefundRequest,
  SendHistory,
  Unknown,
} from "../../port.ts";
import type { Fields } from "./codec.ts";
import { chargeRefusals, refundRefusals, type Refusal } from "./codes.ts";
import type { Answer } from "./wire.ts";

export function chargeOutcome(answer: Answer, request: ChargeRequest): ChargeOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const { fields } = answer;
  const words = wordsOf(fields);
  switch (words.code) {
    case "PAID": {
      const paid = paidIn(fields);
      const ours = fields.get("order") === request.channelOrderNo;
      return paid !== null && ours && sameMoney(paid.amount, request.amount)
        ? paid
        : unknown("the answer does not fit the order", words);
    }
    case "WAITING":
      return { kind: "pending", words, channelTradeNo: fields.get("trade") ?? null };
    default:
      return declinedBy(chargeRefusals.get(words.code), words, request.sendHistory ?? "first");
  }
}

export function queryOutcome(answer: Answer, channelOrderNo: string): QueryOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const { fields } = answer;
  const words = wordsOf(fields);
  if (words.code === "NO_ORDER") return { kind: "notFound", words };
  if (words.code !== "OK" || fields.get("order") !== channelOrderNo) return unknown(words.code, words);
  switch (fields.get("state")) {
    case "paid":
      return paidIn(fields) ?? unknown("a payment without its facts", words);
    case "waiting":
      return { kind: "pending", words, channelTradeNo: fields.get("trade") ?? null };
    case "closed":
      return { kind: "closed", everPaid: "no", words };
    case "refunded":
      return { kind: "closed", everPaid: "yes", words };
    default:
      return unknown("a state that nobody documented", words);
  }
}

export function cancelOutcome(answer: Answer): CancelOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const words = wordsOf(answer.fields);
  if (words.code === "NO_ORDER") return { kind: "noAction", words };
  const action = new Map([
    ["closed", "close"],
    ["refunded", "refund"],
  ] as const).get(answer.fields.get("action") as "closed");
  return words.code === "OK" && action !== undefined
    ? { kind: "cancelled", action, words }
    : unknown(words.code, words);
}

export function refundOutcome(answer: Answer, request: RefundRequest): RefundOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const { fields } = answer;
  const words = wordsOf(fields);
  if (words.code === "BALANCE_SHORT") return { kind: "balanceShort", words };
  if (words.code !== "OK") return declinedBy(refundRefusals.get(words.code), words, request.sendHistory);
  const total = moneyIn(fields, "total");
  return fields.get("refund") === request.channelRefundNo && total !== null
    ? { kind: "refunded", refundedTotal: total, refundedAt: momentIn(fields, "refundedAt"), words }
    : unknown("the answer does not fit the refund", words);
}

export function refundQueryOutcome(answer: Answer, channelRefundNo: string): RefundQueryOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const { fields } = answer;
  const words = wordsOf(fields);
  if (words.code === "NO_REFUND") return { kind: "notRefunded", words };
  const amount = moneyIn(fields, "amount");
  return words.code === "OK" && fields.get("refund") === channelRefundNo && amount !== null
    ? { kind: "refunded", amount, refundedAt: momentIn(fields, "refundedAt"), words }
    : unknown(words.code, words);
}

/** Signed whole, so nothing of it can be missing: the number of its lines is held against the one it names. */
export function billOutcome(answer: Answer): BillOutcome {
  if (answer.kind === "untrusted") return unknown(answer.problem, null);
  const { fields } = answer;
  const words = wordsOf(fields);
  if (words.code === "NO_BILL") return { kind: "noBill", words };
  const file = fields.get("file") ?? "";
  const lines = file
    .split("\n")
    .filter((line) => line !== "")
    .map(billLineIn);
  if (words.code !== "OK" || String(lines.length) !== fields.get("lines")) return unknown(words.code, words);
  return lines.every((line) => line !== null)
    ? { kind: "bill", lines, file, words }
    : unknown("a line that cannot be read", words);
}

/** "payment lake1 00000001order - 1250 2026-03-01T04:00:00.000Z" */
function billLineIn(line: string): BillLine | null {
  const [kind, channelTradeNo = "", channelOrderNo = "", refundNo, minor = "", moment = ""] = line.split(" ");
  const facts = new Map([
    ["amount", minor],
    ["at", moment],
  ]);
  const amount = moneyIn(facts, "amount");
  const at = momentIn(facts, "at");
  if ((kind !== "payment" && kind !== "refund") || amount === null || at === null) return null;
  const channelRefundNo = kind === "refund" ? (refundNo ?? null) : null;
  return { kind, channelTradeNo, channelOrderNo, channelRefundNo, amount, feeMilliFen: null, at, state: "" };
}

/** A refusal is final only as the answer to a first send: after an unclear one the earlier may have worked. */
function declinedBy(
  refusal: Refusal | undefined,
  words: ChannelWords,
  sendHistory: SendHistory,
): Declined | Unknown {
  return refusal === undefined || sendHistory === "afterUnclear"
    ? unknown(words.code, words)
    : { kind: "declined", words, ...refusal };
}

export function paidIn(fields: Fields): Paid | null {
  const channelTradeNo = fields.get("trade") ?? "";
  const amount = moneyIn(fields, "amount");
  const paidAt = momentIn(fields, "paidAt");
  return channelTradeNo === "" || amount === null || paidAt === null
    ? null
    : {
        ...{ kind: "succeeded", channelTradeNo, amount, paidAt, fundingSource: "balance" },
        ...{ payerAccount: null, words: wordsOf(fields) },
      };
}

export function wordsOf(fields: Fields): ChannelWords {
  return { code: fields.get("code") ?? "", message: fields.get("message") ?? "" };
}

export function moneyIn(fields: Fields, name: string): Money | null {
  const text = fields.get(name) ?? "";
  return /^[0-9]{1,15}$/.test(text) ? fen(BigInt(text)) : null;
}

function momentIn(fields: Fields, name: string): Date | null {
  const moment = new Date(fields.get(name) ?? "");
  return Number.isNaN(moment.getTime()) ? null : moment;
}

function unknown(reason: string, words: ChannelWords | null): Unknown {
  return { kind: "unknown", reason, words };
}
