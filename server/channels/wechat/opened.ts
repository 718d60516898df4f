// The steps common to all answers of WeChat Pay, of either generation, before anybody asks what this one means.
import type { ChannelWords, Declined, SendHistory, Unknown } from "../port.ts";
import { meaningOf, verdictOf, type Generation, type Operation } from "./codes.ts";
import type { CodeMeaning } from "./codes/row.ts";
import { textIn, type Members } from "./json.ts";

/** A reply after its signature was checked, and only then parsed. */
export type Answer =
  | Readonly<{ kind: "verified"; generation: "v2"; fields: Members }>
  | Readonly<{
      kind: "verified";
      generation: "v3";
      status: number;
      fields: Members;
      /** The number of the exact reason, from the end of Request-Id; null where there is none. */
      detail: string | null;
    }>
  | Readonly<{
      kind: "untrusted";
      problem: string;
      status: number | null;
      /** What it says all the same: a hint for whoever sets up keys, never a fact about money. */
      unverified: Members | null;
    }>;

/** What the answer must match, and when it came. */
export type Expected = Readonly<{ channelOrderNo: string; receivedAt: Date }>;

export type Opened = Readonly<{
  kind: "opened";
  generation: Generation;
  /** "done": the call went through. "refused": a code says why not. */
  said: "done" | "refused";
  fields: Members;
  /** As the tables list it: of v3 with its status. */
  code: string;
  words: ChannelWords;
}>;

/** The steps common to all answers: trusted, a code present where it is refused, not about another order. */
export function opened(answer: Answer, expected: Expected): Opened | Unknown {
  if (answer.kind === "untrusted") return { kind: "unknown", reason: answer.problem, words: null };
  const read = answer.generation === "v2" ? openedV2(answer.fields) : openedV3(answer);
  if (read.kind === "unknown") return read;
  const orderNo = textIn(read.fields, "out_trade_no");
  return orderNo === null || orderNo === expected.channelOrderNo
    ? read
    : open("the answer is about another order", read);
}

function openedV2(fields: Members): Opened | Unknown {
  const base = { kind: "opened", generation: "v2", fields } as const;
  const result = textIn(fields, "result_code");
  if (result === "SUCCESS") {
    const message = textIn(fields, "return_msg") ?? "OK";
    return { ...base, said: "done", code: result, words: { code: result, message } };
  }
  const code = textIn(fields, "err_code");
  if (result !== "FAIL" || code === null)
    return { kind: "unknown", reason: "the answer carries no result", words: null };
  const message = textIn(fields, "err_code_des") ?? "";
  return { ...base, said: "refused", code, words: { code, message } };
}

const doneStatuses: ReadonlySet<number> = new Set([200, 202, 204]);

function openedV3(answer: Extract<Answer, { generation: "v3" }>): Opened | Unknown {
  const { status, fields, detail } = answer;
  const base = { kind: "opened", generation: "v3", fields } as const;
  const code = textIn(fields, "code");
  if (doneStatuses.has(status) && code === null) {
    const words = {
      code: textIn(fields, "trade_state") ?? textIn(fields, "status") ?? "SUCCESS",
      message: "",
    };
    return { ...base, said: "done", code: String(status), words };
  }
  if (code === null) return { kind: "unknown", reason: `HTTP status ${status} without a code`, words: null };
  const message = [textIn(fields, "message") ?? "", detail === null ? "" : `(${detail})`].join(" ").trim();
  return { ...base, said: "refused", code: `${status} ${code}`, words: { code, message } };
}

/** What the code of the answer means for this operation; null when nobody documented it. */
export function meaningIn(read: Opened, operation: Operation): CodeMeaning | null {
  return meaningOf(read.generation, operation, read.code);
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

/** An answer that was read and proves nothing. */
export function open(reason: string, { words }: Opened): Unknown {
  return { kind: "unknown", reason, words };
}
