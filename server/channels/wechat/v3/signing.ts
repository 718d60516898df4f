// Signatures of WeChat Pay v3, both halves: the Authorization of a request, and the headers of answers and notices.
import type { KeyObject } from "node:crypto";
import { secondsBetween } from "../../../kernel/time.ts";
import { signRsa, verifyRsa } from "../crypto/rsa.ts";

export const authorizationScheme = "WECHATPAY2-SHA256-RSA2048";

/** Farthest that a signed moment may be from ours, in seconds. */
export const clockSkewSecondsMax = 300;

/** Signatures with this beginning are probes: whoever takes one for genuine does not check. */
export const signTestPrefix = "WECHATPAY/SIGNTEST/";

export type RequestToSign = Readonly<{
  method: string;
  /** Path with its query as sent; a prefix before /v3 is part of it. */
  pathAndQuery: string;
  timestampSeconds: string;
  nonce: string;
  /** Empty for GET. */
  body: string;
}>;

/** Five lines, each ended. */
export function requestSignText({
  method,
  pathAndQuery,
  timestampSeconds,
  nonce,
  body,
}: RequestToSign): string {
  return `${method}\n${pathAndQuery}\n${timestampSeconds}\n${nonce}\n${body}\n`;
}

export type Signer = Readonly<{ mchId: string; serialNo: string; privateKeyPem: string }>;

/** The Authorization header of a request. Rejects when the key cannot be read. */
export async function authorizationOf(request: RequestToSign, signer: Signer): Promise<string> {
  const signature = await signRsa(requestSignText(request), signer.privateKeyPem);
  const parts = [
    ["mchid", signer.mchId],
    ["nonce_str", request.nonce],
    ["timestamp", request.timestampSeconds],
    ["serial_no", signer.serialNo],
    ["signature", signature],
  ];
  return `${authorizationScheme} ${parts.map(([name, value]) => `${name}="${value}"`).join(",")}`;
}

export type Authorization = Readonly<{
  mchId: string;
  serialNo: string;
  timestampSeconds: string;
  nonce: string;
  signature: string;
}>;

/** The gateway’s side: the parts of the header in any order, each once; null where one is missing or doubled. */
export function readAuthorization(header: string): Authorization | null {
  const [scheme, rest = ""] = header.split(/ (.*)/s);
  if (scheme !== authorizationScheme) return null;
  const parts = new Map<string, string>();
  for (const part of rest.split(",")) {
    const [, name, value] = /^\s*([a-z_]+)="([^"]*)"\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined || parts.has(name)) return null;
    parts.set(name, value);
  }
  const [mchId, nonce, timestampSeconds, serialNo, signature] = [
    ...["mchid", "nonce_str", "timestamp", "serial_no", "signature"],
  ].map((name) => parts.get(name) ?? "");
  if (!mchId || !nonce || !timestampSeconds || !serialNo || !signature) return null;
  return { mchId, nonce, timestampSeconds, serialNo, signature };
}

/** What answers and notices sign: moment, nonce and body, each ended; the body byte by byte. */
export function answerSignText(
  timestampSeconds: string,
  nonce: string,
  body: Uint8Array | string,
): Uint8Array {
  return Buffer.concat([
    Buffer.from(`${timestampSeconds}\n${nonce}\n`),
    Buffer.from(body),
    Buffer.from("\n"),
  ]);
}

/** The gateway’s side: headers of an answer or a notice. @param serial of a platform certificate, or PUB_KEY_ID_… */
export async function signedHeaders(
  gateway: Readonly<{ serial: string; privateKeyPem: string }>,
  { at, nonce, body }: Readonly<{ at: Date; nonce: string; body: string }>,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const text = Buffer.from(answerSignText(timestamp, nonce, body)).toString("utf8");
  return {
    "wechatpay-timestamp": timestamp,
    "wechatpay-nonce": nonce,
    "wechatpay-serial": gateway.serial,
    "wechatpay-signature-type": authorizationScheme,
    "wechatpay-signature": await signRsa(text, gateway.privateKeyPem),
  };
}

/** Keys of WeChat Pay by what names them: serials of certificates, ids of public keys; several during a change. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

export type SignatureProblem =
  "unsigned" | "signature probe" | "unknown serial" | "clock differs" | "bad signature";

/**
 * Null where the message was signed by one of the keys within five minutes of `receivedAt`.
 * @param headers names in lower case
 */
export async function signatureProblem(
  message: Readonly<{ headers: ReadonlyMap<string, string>; body: Uint8Array }>,
  keys: TrustedKeys,
  receivedAt: Date,
): Promise<SignatureProblem | null> {
  const header = (name: string): string => message.headers.get(`wechatpay-${name}`) ?? "";
  const [timestamp, nonce, signature] = [header("timestamp"), header("nonce"), header("signature")];
  if (signature === "") return "unsigned";
  if (signature.startsWith(signTestPrefix)) return "signature probe";
  if (!/^[0-9]{1,12}$/.test(timestamp) || nonce === "") return "bad signature";
  const key = keys.get(header("serial"));
  if (key === undefined) return "unknown serial";
  const signedAt = new Date(Number(timestamp) * 1_000);
  if (Math.abs(secondsBetween(signedAt, receivedAt)) > clockSkewSecondsMax) return "clock differs";
  const genuine = await verifyRsa(answerSignText(timestamp, nonce, message.body), signature, key);
  return genuine ? null : "bad signature";
}
