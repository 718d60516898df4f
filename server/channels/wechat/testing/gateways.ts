// For tests only: a gateway that gives one answer, genuinely signed, and remembers what it was asked.
import { addSeconds } from "../../../kernel/time.ts";
import type { ChannelIo, Transport, WireReply, WireRequest } from "../../port.ts";
import { v2Identity, v3Identity } from "../account.ts";
import { signedXml } from "../v2/signing.ts";
import { signedHeaders } from "../v3/signing.ts";
import { platformKeys, publicKeyId, v2Account, v3KeyAccount } from "./accounts.ts";
import { noon } from "./keys.ts";

/** A minute after the order: late enough for a reversal. */
export const later = addSeconds(noon, 60);

export type Asked = ChannelIo & Readonly<{ requests: WireRequest[] }>;

/** What is sent is kept in `requests`. */
export function ioWith(reply: (request: WireRequest) => Promise<WireReply> | WireReply): Asked {
  const requests: WireRequest[] = [];
  const transport: Transport = async (request) => {
    requests.push(request);
    return reply(request);
  };
  return { now: () => later, transport, requests };
}

/** A genuine answer of v2 with these fields besides the identifiers. A field can be overwritten. */
export function answeringV2(fields: Readonly<Record<string, string>>, account = v2Account): Asked {
  const whole = new Map([
    ["return_code", "SUCCESS"],
    ["result_code", "SUCCESS"],
    ...v2Identity(account),
    ...Object.entries(fields),
  ]);
  return ioWith(() => xmlReply(signedXml(whole, account["apiKeyV2"] ?? "", "HMAC-SHA256")));
}

export function xmlReply(text: string, status = 200): WireReply {
  return { status, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}

/** A genuine answer of v3 with these members besides the identifiers; null for an empty body. */
export function answeringV3(
  status: number,
  members: Readonly<Record<string, unknown>> | null,
  account = v3KeyAccount,
): Asked {
  const body =
    members === null ? "" : JSON.stringify({ ...Object.fromEntries(v3Identity(account)), ...members });
  const gateway = { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
  return ioWith(async () => {
    const headers = await signedHeaders(gateway, { at: later, nonce: "n1", body });
    return { status, headers: { ...headers, "request-id": "08F7-268449641" }, body: Buffer.from(body) };
  });
}
