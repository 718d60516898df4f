// One signed request to UnionPay’s gateway and its answer, verified before anything of it is believed.
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../port.ts";
import { wireText } from "../wireText.ts";
import { addressOf, formBody, formContentType, readAnswer, type Endpoint, type WireFields } from "./codec.ts";
import type { Content } from "./contents.ts";
import { genuinenessOf, signed } from "./identity.ts";
import { unionpayManifest } from "./manifest.ts";
import { problemOf } from "../problems.ts";
import { redactedFields, redactedRawText } from "./redact.ts";

export type Call = Readonly<{
  operation: Exchange["operation"];
  endpoint: Endpoint;
  content: Content;
  /** How long the reply may be, where it is longer than usual. */
  replyBytesMax?: number;
}>;

/** A reply after its signature was checked. */
export type Answer =
  | Readonly<{ kind: "verified"; fields: WireFields; at: Date }>
  | Readonly<{
      kind: "untrusted";
      problem: string;
      /** What it says all the same: a hint for whoever sets up keys, never a fact about money. */
      unverified: WireFields | null;
    }>;

/** Signs, sends once, verifies. Evidence of both sides, redacted, comes back whatever happens. Never throws. */
export async function exchanged(
  io: ChannelIo,
  account: ChannelAccount,
  call: Call,
): Promise<Readonly<{ answer: Answer; exchange: Exchange }>> {
  const sentAt = io.now();
  const url = addressOf(account["gatewayUrl"] ?? "", call.endpoint);
  const base = { operation: call.operation, sentAt, request: { url, ...redactedFields(call.content) } };
  let wireReply: WireReply;
  try {
    const fields = await signed(account, call.content);
    base.request = { url, ...redactedFields(fields) };
    wireReply = await io.transport({
      url,
      headers: { "content-type": formContentType },
      body: formBody(fields),
      timeoutMs: unionpayManifest.timetable.replyTimeoutMs,
      ...(call.replyBytesMax === undefined ? {} : { replyBytesMax: call.replyBytesMax }),
    });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: { kind: "untrusted", problem, unverified: null }, exchange };
  }
  const receivedAt = io.now();
  const answer = await verifiedAnswer(account, wireReply, receivedAt);
  const exchange: Exchange = {
    ...base,
    receivedAt,
    response:
      answer.kind === "verified" ? redactedFields(answer.fields) : redactedRawText(wireText(wireReply)),
    httpStatus: wireReply.status,
    problem: answer.kind === "verified" ? null : answer.problem,
  };
  return { answer, exchange };
}

async function verifiedAnswer(account: ChannelAccount, wireReply: WireReply, at: Date): Promise<Answer> {
  if (wireReply.status !== 200)
    return { kind: "untrusted", problem: `HTTP status ${wireReply.status}`, unverified: null };
  const reading = readAnswer(wireText(wireReply));
  if (reading.kind === "malformed") return { kind: "untrusted", problem: reading.problem, unverified: null };
  const { fields } = reading;
  const genuineness = await genuinenessOf(account, fields, at);
  return genuineness.kind === "genuine"
    ? { kind: "verified", fields, at }
    : { kind: "untrusted", problem: genuineness.problem, unverified: fields };
}
