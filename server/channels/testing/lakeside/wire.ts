// One signed request to Lakeside and its answer, verified before it is parsed.
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../../port.ts";
import { wireText } from "../../wireText.ts";
import { encodeMessage, readMessage, signatureHeader, type Fields } from "./codec.ts";
import { isGenuine, signatureOf } from "./signing.ts";
import { lakesideManifest } from "./manifest.ts";

export type Answer =
  | Readonly<{ kind: "verified"; fields: Fields }>
  | Readonly<{ kind: "untrusted"; problem: string; status: number | null }>;

/** Longest untrusted text that is kept as evidence, in characters. */
const rawTextKeptMax = 200;

/** Never throws: what goes wrong on the way comes back with its name. */
export async function exchanged(
  io: ChannelIo,
  account: ChannelAccount,
  call: Readonly<{ operation: Exchange["operation"]; path: string; fields: Fields }>,
): Promise<Readonly<{ answer: Answer; exchange: Exchange }>> {
  const sentAt = io.now();
  const { operation, path, fields } = call;
  const key = account["sharedKeyHex"] ?? "";
  const body = encodeMessage(new Map([["merchant", account["merchantNo"] ?? ""], ...fields]));
  const signature = signatureOf(key, { kind: "request", operation: path }, body);
  const base = { operation, sentAt, request: { path, ...redacted(fields) } };
  let wireReply: WireReply;
  try {
    wireReply = await io.transport({
      url: `${account["gatewayUrl"] ?? ""}/${path}`,
      headers: { "content-type": "application/json", [signatureHeader]: signature },
      body: body.toString(),
      timeoutMs: lakesideManifest.timetable.replyTimeoutMs,
    });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: { kind: "untrusted", problem, status: null }, exchange };
  }
  const answer = verified(key, signature, wireReply);
  const problem = answer.kind === "verified" ? null : answer.problem;
  const response =
    answer.kind === "verified"
      ? redacted(answer.fields)
      : {
          rawBeginning: wireText(wireReply)
            .slice(0, rawTextKeptMax)
            .replaceAll(/\d{9,}/g, "…"),
        };
  const exchange = { ...base, receivedAt: io.now(), response, httpStatus: wireReply.status, problem };
  return { answer, exchange };
}

function verified(key: string, requestSignature: string, { status, headers, body }: WireReply): Answer {
  const untrusted = (problem: string) => ({ kind: "untrusted", problem, status }) as const;
  if (status !== 200) return untrusted(`HTTP status ${status}`);
  const signature = headers[signatureHeader] ?? "";
  if (!isGenuine(key, { purpose: { kind: "reply", requestSignature }, body, signature }))
    return untrusted("bad signature");
  const fields = readMessage(body);
  return fields === null ? untrusted("signed text is no message") : { kind: "verified", fields };
}

/** What may be kept: everything but the payer’s code, of which the ends stay. */
export function redacted(fields: Fields): Readonly<Record<string, string>> {
  const kept = [...fields].map(([name, value]): [string, string] =>
    name === "payerCode" ? [name, `${value.slice(0, 2)}****${value.slice(-4)}`] : [name, value],
  );
  return Object.fromEntries(kept);
}

function problemOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "timeout";
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return code === "ECONNREFUSED" ? "connection refused" : "the connection broke";
}
