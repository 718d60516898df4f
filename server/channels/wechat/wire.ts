// What one exchange is made of, in either generation: something sent, something that came back, and evidence of both.
import { createHmac } from "node:crypto";
import type { ChannelIo, Exchange, WireReply, WireRequest } from "../port.ts";
import { wireText } from "../wireText.ts";
import type { Members } from "./json.ts";
import type { Answer } from "./opened.ts";
import { problemOf } from "../problems.ts";
import { redactedMembers, redactedRawText } from "./redact.ts";

export type Exchanged = Readonly<{ answer: Answer; exchange: Exchange }>;

/** A request ready to be sent, and how its reply is to be verified. */
export type Prepared = Readonly<{
  request: WireRequest;
  verify: (reply: WireReply, receivedAt: Date) => Promise<Answer>;
}>;

/**
 * Prepares, sends once, verifies. Evidence of both sides, redacted, comes back whatever happens. Never throws.
 * @param asked what is asked, for the evidence: it is redacted here
 */
export async function exchangedOver(
  io: ChannelIo,
  { operation, url, asked }: Readonly<{ operation: Exchange["operation"]; url: string; asked: Members }>,
  prepare: (sentAt: Date) => Promise<Prepared>,
): Promise<Exchanged> {
  const sentAt = io.now();
  const base = { operation, sentAt, request: { url, ...redactedMembers(asked) } };
  let reply: WireReply;
  let prepared: Prepared;
  try {
    prepared = await prepare(sentAt);
    reply = await io.transport(prepared.request);
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: untrusted(problem, null), exchange };
  }
  const receivedAt = io.now();
  const answer = await verified(prepared, reply, receivedAt);
  const exchange: Exchange = {
    ...base,
    receivedAt,
    response: answer.kind === "verified" ? redactedMembers(answer.fields) : redactedRawText(wireText(reply)),
    httpStatus: reply.status,
    problem: answer.kind === "verified" ? null : answer.problem,
  };
  return { answer, exchange };
}

async function verified(prepared: Prepared, reply: WireReply, receivedAt: Date): Promise<Answer> {
  try {
    return await prepared.verify(reply, receivedAt);
  } catch (error) {
    return untrusted(`signature could not be checked: ${problemOf(error)}`, reply.status);
  }
}

export function untrusted(
  problem: string,
  status: number | null,
  unverified: Members | null = null,
): Extract<Answer, { kind: "untrusted" }> {
  return { kind: "untrusted", problem, status, unverified };
}

/**
 * A text of 32 characters that nobody without our key can foresee: what is sent and when, under that key. WeChat Pay asks
 * for chance only so that signatures cannot be foretold.
 */
export function nonceOf(key: string, at: Date, content: string): string {
  return createHmac("sha256", key).update(`${at.getTime()}\n${content}`).digest("hex").slice(0, 32);
}

/** The first identifier of an answer that is somebody else's; null where all that are told are ours. */
export function foreignIdentifier(
  fields: Members,
  identity: ReadonlyArray<readonly [name: string, value: string]>,
): string | null {
  const foreign = identity.find(([name, own]) => {
    const told = fields.get(name);
    return told !== undefined && told !== "" && told !== own;
  });
  return foreign?.[0] ?? null;
}
