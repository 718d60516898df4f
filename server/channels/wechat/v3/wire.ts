// One signed request of v3 and its answer, verified before anything of it is believed.
import type { ChannelAccount, ChannelIo, Exchange, WireReply, WireRequest } from "../../port.ts";
import { wireText } from "../../wireText.ts";
import { fieldOf, signerOf, trustedKeysOf, v3Identity, wantedSerialOf } from "../account.ts";
import { parsedObject } from "../json.ts";
import type { Answer } from "../opened.ts";
import { replyTimeoutMs } from "../timetables.ts";
import { exchangedOver, foreignIdentifier, nonceOf, untrusted, type Exchanged } from "../wire.ts";
import { authorizationOf, signatureProblem } from "./signing.ts";

export type V3Exchange = Readonly<{
  operation: Exchange["operation"];
  method: "GET" | "POST";
  /** With its query. */
  path: string;
  /** Null for GET. */
  body: Readonly<Record<string, unknown>> | null;
}>;

/** Evidence comes back whatever happens. Never throws. */
export function exchangedV3(io: ChannelIo, account: ChannelAccount, call: V3Exchange): Promise<Exchanged> {
  const url = `${fieldOf(account, "gatewayUrl")}${call.path}`;
  const asked = new Map<string, unknown>([["method", call.method], ...Object.entries(call.body ?? {})]);
  return exchangedOver(io, { operation: call.operation, url, asked }, async (sentAt) => ({
    request: await v3Request(account, { url, sentAt, method: call.method, body: call.body }),
    verify: (reply, receivedAt) => verifiedV3(account, reply, receivedAt),
  }));
}

/** The request, signed over its whole path. Rejects where a key cannot be read. */
export async function v3Request(
  account: ChannelAccount,
  {
    url,
    sentAt,
    method,
    body,
  }: Pick<V3Exchange, "method" | "body"> & Readonly<{ url: string; sentAt: Date }>,
): Promise<WireRequest> {
  const { pathname, search } = new URL(url);
  const text = body === null ? "" : JSON.stringify(body);
  const signer = signerOf(account);
  const request = {
    method,
    pathAndQuery: pathname + search,
    timestampSeconds: String(Math.floor(sentAt.getTime() / 1_000)),
    nonce: nonceOf(signer.privateKeyPem, sentAt, `${method} ${url}\n${text}`),
    body: text,
  };
  const headers = {
    accept: "application/json",
    authorization: await authorizationOf(request, signer),
    // Names the key under which we can read the answer, while WeChat Pay changes from one to the other.
    "wechatpay-serial": wantedSerialOf(account),
    ...(method === "POST" && { "content-type": "application/json" }),
  };
  return { method, url, headers, body: text, timeoutMs: replyTimeoutMs };
}

/** Checks the signature over the bytes as they came, of refusals too; only then are they parsed. */
async function verifiedV3(account: ChannelAccount, reply: WireReply, receivedAt: Date): Promise<Answer> {
  const { status, body } = reply;
  const headers = new Map(Object.entries(reply.headers));
  const problem = await signatureProblem({ headers, body }, trustedKeysOf(account), receivedAt);
  const text = wireText({ headers: {}, body });
  const fields = body.length === 0 ? new Map<string, unknown>() : parsedObject(text);
  if (problem !== null) return untrusted(problem, status, fields);
  if (fields === null) return untrusted("the signed body is not a JSON object", status);
  const foreign = foreignIdentifier(fields, v3Identity(account));
  if (foreign !== null) return untrusted(`${foreign} is not ours`, status, fields);
  const [, detail = null] = /-([0-9]{6,12})$/.exec(headers.get("request-id") ?? "") ?? [];
  return { kind: "verified", generation: "v3", status, fields, detail };
}
