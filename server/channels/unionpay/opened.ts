// The steps common to all answers of UnionPay, before anybody asks what this one means.
import { fen, type Money } from "../../kernel/money.ts";
import type { ChannelAccount, ChannelWords, Declined, SendHistory, Unknown } from "../port.ts";
import type { WireFields } from "./codec.ts";
import { meaningOf, verdictOf } from "./codes.ts";
import type { Use } from "./codes/row.ts";
import type { TransactionName } from "./contents.ts";
import type { Answer } from "./wire.ts";

/** Whose answer it must be. */
export type Expected = Readonly<{ account: ChannelAccount; name: TransactionName }>;

export type Opened = Readonly<{
  kind: "opened";
  fields: WireFields;
  /** When the answer came. */
  at: Date;
  /** The code of the request itself. */
  code: string;
  words: ChannelWords;
}>;

/** Trusted, a code present, and not about another merchant, order or second. */
export function opened(answer: Answer, { account, name }: Expected): Opened | Unknown {
  if (answer.kind === "untrusted") return { kind: "unknown", reason: answer.problem, words: null };
  const { fields, at } = answer;
  const code = textIn(fields, "respCode");
  if (code === null) return { kind: "unknown", reason: "the answer carries no respCode", words: null };
  const words = { code, message: textIn(fields, "respMsg") ?? "" };
  for (const [field, own] of [
    ["merId", account["merId"]],
    ["orderId", name.orderId],
    ["txnTime", name.txnTime],
  ] as const) {
    const said = textIn(fields, field);
    if (said !== null && said !== own)
      return { kind: "unknown", reason: `the answer is about another ${field}`, words };
  }
  return { kind: "opened", fields, at, code, words };
}

/** Why an answer that claims success proves nothing: it does not say of what. Null where it names number and second. */
export function unnamed({ fields, words }: Opened): Unknown | null {
  for (const field of ["orderId", "txnTime"])
    if (textIn(fields, field) === null) return { kind: "unknown", reason: `${field} is missing`, words };
  return null;
}

/** A member that is there and not empty. */
export function textIn(fields: WireFields, name: string): string | null {
  const value = fields.get(name);
  return value === undefined || value === "" ? null : value;
}

/** `txnAmt`: whole fen of yuan; null where it is anything else. */
export function amountIn(fields: WireFields): Money | null {
  const text = textIn(fields, "txnAmt");
  const currency = textIn(fields, "currencyCode") ?? "156";
  return text !== null && /^[0-9]{1,12}$/.test(text) && currency === "156" ? fen(BigInt(text)) : null;
}

/** A refusal: final only where it is documented so, and only as the answer to the first and only send. */
export function declinedOrUnknown(
  { code, words }: Opened,
  use: Use,
  sendHistory: SendHistory,
): Declined | Unknown {
  const { outcome, retry } = verdictOf(use, code, sendHistory);
  const meaning = meaningOf(code);
  if (meaning !== null && outcome === "declined")
    return { kind: "declined", words, blame: meaning.blame, retry, causeHints: meaning.causeHints };
  const refusedLater = verdictOf(use, code, "first").outcome === "declined";
  const reason = refusedLater ? "refused after an earlier unclear send" : reasonFor(code);
  return { kind: "unknown", reason, words };
}

/** Why a code that is not final leaves the outcome open, for the timeline. */
export function reasonFor(code: string): string {
  const meaning = meaningOf(code);
  if (meaning === null) return `${code} is not documented`;
  return meaning.remark === null ? `${code} leaves the outcome open` : `${code}: ${meaning.remark}`;
}
