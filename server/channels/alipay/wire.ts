// One signed request to Alipay’s gateway and its answer, verified before anything of it is believed.
import { beijingTime } from "../../kernel/time.ts";
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../port.ts";
import { answerCertificateSerial, encodeRequest, requestSignText, sliceAnswer } from "./codec.ts";
import { wireText } from "../wireText.ts";
import { parsedObject } from "./json.ts";
import { alipayManifest } from "./manifest.ts";
import type { Answer } from "./opened.ts";
import { problemOf } from "./problems.ts";
import { redactedFields, redactedRawText } from "./redact.ts";
import { signText, verifyText } from "./signing.ts";
import { requestSerialsOf, unknownCertificateProblem, verifierOf } from "./trust.ts";

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
    const serials = requestSerialsOf(account);
    if (serials !== null) {
      parameters.set("app_cert_sn", serials.appCertSn);
      parameters.set("alipay_root_cert_sn", serials.alipayRootCertSn);
    }
    parameters.set("sign", await signText(requestSignText(parameters), account["privateKeyPem"] ?? ""));
    const { replyTimeoutMs: timeoutMs } = alipayManifest.timetable;
    wireReply = await io.transport({ ...encodeRequest(gatewayUrl, parameters), timeoutMs });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: untrusted(problem), exchange };
  }
  const receivedAt = io.now();
  const answer = await verifiedAnswer(account, call.method, wireReply);
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
  const body = wireText(wireReply);
  const slice = sliceAnswer(body, method);
  if (slice.kind === "malformed") return untrusted(slice.problem);
  const fields = parsedObject(slice.text);
  if (slice.signature === null) return untrusted("answer without signature", fields);
  try {
    const { publicKey, certificateSerial } = verifierOf(account);
    // The serial itself is not signed: it only says which certificate the signature must be checked with.
    if (certificateSerial !== null && answerCertificateSerial(body) !== certificateSerial)
      return untrusted(unknownCertificateProblem, fields);
    const genuine = await verifyText(slice.text, slice.signature, publicKey);
    if (!genuine) return untrusted("bad signature", fields);
  } catch (error) {
    return untrusted(`signature could not be checked: ${problemOf(error)}`);
  }
  return fields === null
    ? untrusted("signed node is not a JSON object")
    : { kind: "verified", node: slice.node, fields };
}

function untrusted(problem: string, unverified: ReadonlyMap<string, unknown> | null = null): Answer {
  return { kind: "untrusted", problem, unverified };
}
