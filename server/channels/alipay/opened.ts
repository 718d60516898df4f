// The steps common to all answers of Alipay, before anybody asks what this one means.
import type { ChannelWords, Declined, SendHistory, Unknown } from "../port.ts";
import { meaningOf, verdictOf, type Operation } from "./codes.ts";
import type { CodeMeaning } from "./codes/row.ts";
import { textIn } from "./json.ts";

/** A reply after its signature was checked, and only then parsed. */
export type Answer =
  | Readonly<{ kind: "verified"; node: "own" | "error"; fields: ReadonlyMap<string, unknown> }>
  | Readonly<{
      kind: "untrusted";
      problem: string;
      /** What it says all the same: a hint for whoever sets up keys, never a fact about money. */
      unverified: ReadonlyMap<string, unknown> | null;
    }>;

/** What the answer must match, and when it came. */
export type Expected = Readonly<{
  channelOrderNo: string;
  receivedAt: Date;
  /** Whether instalments were asked for, where the answer itself may not say so. Absent means "no". */
  instalmentsAsked?: "yes" | "no";
}>;

export type Opened = Readonly<{
  kind: "opened";
  fields: ReadonlyMap<string, unknown>;
  code: string;
  subCode: string;
  words: ChannelWords;
}>;

/** The steps common to all answers: trusted, a code present, not about another order, success only in the method’s own node. */
export function opened(answer: Answer, expected: Expected): Opened | Unknown {
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

/** What the code of the answer means for this operation; null when nobody documented it. */
export function meaningIn(read: Opened, operation: Operation): CodeMeaning | null {
  return meaningOf(operation, read.code, read.subCode);
}

/** A refusal: final only where it is documented so, and only as the answer to the first and only send. */
export function declinedOrUnknown(
  read: Opened,
  operation: Operation,
  sendHistory: SendHistory,
): Declined | Unknown {
  const { words } = read;
  const meaning = meaningIn(read, operation);
  const { outcome, retry } = verdictOf(meaning, sendHistory);
  if (meaning !== null && outcome === "declined") {
    return { kind: "declined", words, blame: meaning.blame, retry, causeHints: meaning.causeHints };
  }
  const reason =
    meaning?.outcome === "declined" ? "refused after an earlier unclear send" : reasonWithout(meaning, words);
  return { kind: "unknown", reason, words };
}

/** Why a code that is not final leaves the outcome open, for the timeline. */
export function reasonWithout(meaning: CodeMeaning | null, words: ChannelWords): string {
  return meaning === null
    ? `${words.code} is not documented as final`
    : `${words.code} leaves the outcome open`;
}
