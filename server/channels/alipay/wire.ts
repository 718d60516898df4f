// One signed request to Alipay’s gateway and its answer, verified before anything of it is believed.
import { beijingTime } from "../../kernel/time.ts";
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../port.ts";
import { wireText } from "../wireText.ts";
import { decryptedContent, encryptedContent } from "./aes.ts";
import {
  bytesOfText,
  charsetOf,
  encodableJson,
  percentEncoded,
  textOfBytes,
  type Charset,
} from "./charset.ts";
import { encodeRequest, requestSignText, utf8Form, type FormEncoding } from "./codec.ts";
import { parsedObject, parsedValue } from "./json.ts";
import { alipayManifest } from "./manifest.ts";
import type { Answer } from "./opened.ts";
import { problemOf } from "../problems.ts";
import { redactedFields, redactedRawText } from "./redact.ts";
import { signBytes, verifyBytes } from "./signing.ts";
import { slicedAnswer, type SlicedAnswer } from "./slices.ts";
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
  const charset = charsetOf(account["charset"]);
  const parameters = publicParameters(account, call, sentAt);
  const gatewayUrl = account["gatewayUrl"] ?? "";
  const base = {
    operation: call.operation,
    sentAt,
    request: { url: gatewayUrl, ...redactedFields(parameters) },
  };
  let wireReply: WireReply;
  try {
    await seal(account, parameters, charset);
    const { replyTimeoutMs: timeoutMs } = alipayManifest.timetable;
    wireReply = await io.transport({
      ...encodeRequest(gatewayUrl, parameters, formIn(charset)),
      timeoutMs,
    });
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
  const charset = charsetOf(account["charset"]);
  const parameters = new Map([
    ["app_id", account["appId"] ?? ""],
    ["method", call.method],
    ["format", "JSON"],
    ["charset", charset],
    ["sign_type", "RSA2"],
    ["timestamp", beijingTime(sentAt)],
    ["version", "1.0"],
    ["biz_content", encodableJson(JSON.stringify(call.content), charset)],
  ]);
  if (call.callbackUrl !== null) parameters.set("notify_url", call.callbackUrl);
  // On behalf of a merchant who authorised this app.
  const appAuthToken = account["appAuthToken"] ?? "";
  if (appAuthToken !== "") parameters.set("app_auth_token", appAuthToken);
  return parameters;
}

/** Names the certificates, encrypts what is to be encrypted, then signs all of it. Rejects where a key cannot be read. */
async function seal(
  account: ChannelAccount,
  parameters: Map<string, string>,
  charset: Charset,
): Promise<void> {
  const serials = requestSerialsOf(account);
  if (serials !== null) {
    parameters.set("app_cert_sn", serials.appCertSn);
    parameters.set("alipay_root_cert_sn", serials.alipayRootCertSn);
  }
  const aesKey = account["aesKey"] ?? "";
  if (aesKey !== "") {
    const content = bytesOfText(parameters.get("biz_content") ?? "", charset);
    parameters.set("encrypt_type", "AES").set("biz_content", encryptedContent(content, aesKey));
  }
  const signed = bytesOfText(requestSignText(parameters), charset);
  parameters.set("sign", await signBytes(signed, account["privateKeyPem"] ?? ""));
}

function formIn(charset: Charset): FormEncoding {
  return charset === "gbk" ? { charset, encode: (pairs) => percentEncoded(pairs, charset) } : utf8Form;
}

/** What the header names; where it names nothing, the charset of the request holds for its answer. */
function charsetOfReply({ headers }: WireReply, account: ChannelAccount): Charset {
  const named = /;\s*charset="?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1];
  return charsetOf(named ?? account["charset"]);
}

/** Checks the signature over the bytes of the node and parses that very text, nothing else of the body. */
async function verifiedAnswer(
  account: ChannelAccount,
  method: string,
  wireReply: WireReply,
): Promise<Answer> {
  if (wireReply.status !== 200) return untrusted(`HTTP status ${wireReply.status}`);
  const charset = charsetOfReply(wireReply, account);
  const slice = slicedAnswer(wireReply.body, charset, method);
  if (slice.kind === "malformed") return untrusted(slice.problem);
  const fields = parsedObject(slice.text);
  if (slice.signature === null) return untrusted("answer without signature", fields);
  try {
    const { publicKey, certificateSerial } = verifierOf(account);
    // The serial itself is not signed: it only says which certificate the signature must be checked with.
    if (certificateSerial !== null && slice.certificateSerial !== certificateSerial)
      return untrusted(unknownCertificateProblem, fields);
    const genuine = await verifyBytes(signedBytes(slice, account), slice.signature, publicKey);
    if (!genuine) return untrusted("bad signature", fields);
  } catch (error) {
    return untrusted(`signature could not be checked: ${problemOf(error)}`);
  }
  const content = fields ?? decryptedFields(slice, account, charset);
  return content === null
    ? untrusted("signed node is not a JSON object")
    : { kind: "verified", node: slice.node, fields: content };
}

type Slice = Extract<SlicedAnswer, { kind: "answer" }>;

/**
 * What the signature covers. Of an encrypted answer no document says whether the quotes around it belong to it: the profile
 * value `encryptedAnswerSigning` of the account does, "quoted" unless said otherwise.
 */
function signedBytes({ bytes }: Slice, account: ChannelAccount): Uint8Array {
  const quoted = bytes[0] === 0x22;
  return quoted && account["encryptedAnswerSigning"] === "bare" ? bytes.subarray(1, -1) : bytes;
}

/** The members of an encrypted node; null where there is no key, or the content is none of it. */
function decryptedFields(
  { text }: Slice,
  account: ChannelAccount,
  charset: Charset,
): ReadonlyMap<string, unknown> | null {
  const aesKey = account["aesKey"] ?? "";
  const encrypted = parsedValue(text);
  if (aesKey === "" || typeof encrypted !== "string") return null;
  try {
    return parsedObject(textOfBytes(decryptedContent(encrypted, aesKey), charset));
  } catch {
    return null;
  }
}

function untrusted(problem: string, unverified: ReadonlyMap<string, unknown> | null = null): Answer {
  return { kind: "untrusted", problem, unverified };
}
