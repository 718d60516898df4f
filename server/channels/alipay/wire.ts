// One signed request to Alipay’s gateway and its answer, verified before anything of it is believed.
import { beijingTime } from "../../kernel/time.ts";
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../port.ts";
import { encodeRequest, requestSignText, sliceAnswer } from "./codec.ts";
import { parsedObject } from "./json.ts";
import { alipayManifest } from "./manifest.ts";
import type { Answer } from "./opened.ts";
import { problemOf } from "./problems.ts";
import { redactedFields, redactedRawText } from "./redact.ts";
import { signText, verifyText } from "./signing.ts";

export type Call = Readonly<{
  operation: Exchange["operation"];
  method: string;
  content: Readonly<Record<string, unknown>>;
  callbackUrl: string | null;
}>;

/** One signed request and its answer, verified before parsed. Evidence of both, redacted, comes back whatever happens. */
export async function exchanged(
  io: ChannelIo,
  account: ChannelAccount,
  call: Call,
): Promise<Readonly<{ answer: Answer; exchange: Exchange }>> {
  const sentAt = io.now();
  const parameters = publicParameters(account, call, sentAt);
  const gatewayUrl = account["gatewayUrl"] ?? "";
  const base = {
    operation: call.operation,
    sentAt,
    request: { url: gatewayUrl, ...redactedFields(parameters) },
  };
  let wireReply: WireReply;
  try {
    parameters.set("sign", await signText(requestSignText(parameters), account["privateKeyPem"] ?? ""));
    const { replyTimeoutMs: timeoutMs } = alipayManifest.timetable;
    wireReply = await io.transport({ ...encodeRequest(gatewayUrl, parameters), timeoutMs });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: { kind: "untrusted", problem }, exchange };
  }
  const receivedAt = io.now();
  const answer = await verifiedAnswer(account, call.method, wireReply);
  const exchange: Exchange = {
    ...base,
    receivedAt,
    response: answer.kind === "verified" ? redactedFields(answer.fields) : redactedRawText(wireReply.body),
    httpStatus: wireReply.status,
    problem: answer.kind === "verified" ? null : answer.problem,
  };
  return { answer, exchange };
}

function publicParameters(account: ChannelAccount, call: Call, sentAt: Date): Map<string, string> {
  const parameters = new Map([
    ["app_id", account["appId"] ?? ""],
    ["method", call.method],
    ["format", "JSON"],
    ["charset", "utf-8"],
    ["sign_type", "RSA2"],
    ["timestamp", beijingTime(sentAt)],
    ["version", "1.0"],
    ["biz_content", JSON.stringify(call.content)],
  ]);
  if (call.callbackUrl !== null) parameters.set("notify_url", call.callbackUrl);
  return parameters;
}

/** Checks the signature over the raw node and parses that very text, nothing else of the body. */
async function verifiedAnswer(
  account: ChannelAccount,
  method: string,
  wireReply: WireReply,
): Promise<Answer> {
  if (wireReply.status !== 200) return untrusted(`HTTP status ${wireReply.status}`);
  const slice = sliceAnswer(wireReply.body, method);
  if (slice.kind === "malformed") return untrusted(slice.problem);
  if (slice.signature === null) return untrusted("answer without signature");
  try {
    const genuine = await verifyText(slice.text, slice.signature, account["alipayPublicKeyPem"] ?? "");
    if (!genuine) return untrusted("bad signature");
  } catch (error) {
    return untrusted(`signature could not be checked: ${problemOf(error)}`);
  }
  const fields = parsedObject(slice.text);
  return fields === null
    ? untrusted("signed node is not a JSON object")
    : { kind: "verified", node: slice.node, fields };
}

function untrusted(problem: string): Answer {
  return { kind: "untrusted", problem };
}
