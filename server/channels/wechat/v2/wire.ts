// One signed request of v2 and its answer, verified before anything of it is believed.
import type { ChannelAccount, ChannelIo, Exchange, WireReply } from "../../port.ts";
import { wireText } from "../../wireText.ts";
import { fieldOf, signTypeOf, v2Identity } from "../account.ts";
import { textIn } from "../json.ts";
import type { Answer } from "../opened.ts";
import { replyTimeoutMs } from "../timetables.ts";
import { exchangedOver, foreignIdentifier, nonceOf, untrusted, type Exchanged } from "../wire.ts";
import { readXml } from "../xml.ts";
import { v2Calls, type V2CallName } from "./calls.ts";
import type { V2Fields } from "./contents.ts";
import { isGenuine, signedXml } from "./signing.ts";

export type V2Exchange = Readonly<{ operation: Exchange["operation"]; call: V2CallName; fields: V2Fields }>;

/** Evidence comes back whatever happens. Never throws. */
export function exchangedV2(
  io: ChannelIo,
  account: ChannelAccount,
  { operation, call, fields }: V2Exchange,
): Promise<Exchanged> {
  const url = `${fieldOf(account, "gatewayUrl")}${v2Calls[call].path}`;
  const asked = new Map<string, unknown>(
    [...v2Identity(account), ...fields].filter(([, value]) => value !== ""),
  );
  return exchangedOver(io, { operation, url, asked }, async (sentAt) => ({
    request: v2Request(account, { url, call, fields, sentAt }),
    verify: async (reply) => verifiedV2(account, reply),
  }));
}

/** The request, signed. Throws where the account lacks what the call needs. */
export function v2Request(
  account: ChannelAccount,
  { url, call, fields, sentAt }: Readonly<{ url: string; call: V2CallName; fields: V2Fields; sentAt: Date }>,
) {
  const apiKey = fieldOf(account, "apiKeyV2");
  if (apiKey === "") throw new TypeError("the account has no APIv2 key");
  const signType = signTypeOf(account);
  const plain = [...v2Identity(account), ...fields, ["sign_type", signType] as const];
  const told = plain.filter(([, value]) => value !== "");
  const nonce = nonceOf(apiKey, sentAt, JSON.stringify(told));
  const body = signedXml([...told, ["nonce_str", nonce]], apiKey, signType);
  const request = {
    url,
    headers: { "content-type": "text/xml; charset=utf-8" },
    body,
    timeoutMs: replyTimeoutMs,
  };
  if (v2Calls[call].clientCertificate === "no") return request;
  const certificatePem = fieldOf(account, "clientCertificatePem");
  const privateKeyPem = fieldOf(account, "clientPrivateKeyPem");
  if (certificatePem === "" || privateKeyPem === "")
    throw new TypeError("the account has no client certificate");
  return { ...request, clientCertificate: { certificatePem, privateKeyPem } };
}

/** What WeChat Pay could not even take in (return_code FAIL) comes unsigned, and counts for nothing but a hint. */
async function verifiedV2(account: ChannelAccount, reply: WireReply): Promise<Answer> {
  const { status } = reply;
  if (status !== 200) return untrusted(`HTTP status ${status}`, status);
  const reading = readXml(wireText(reply));
  if (reading.kind === "malformed") return untrusted(`no answer in XML: ${reading.problem}`, status);
  const { fields } = reading;
  if (textIn(fields, "return_code") !== "SUCCESS") {
    const said = textIn(fields, "return_msg") ?? "without a word";
    return untrusted(`return_code is not SUCCESS: ${said}`.slice(0, 200), status, fields);
  }
  if (!isGenuine(fields, fieldOf(account, "apiKeyV2")))
    return untrusted(
      textIn(fields, "sign") === null ? "answer without signature" : "bad signature",
      status,
      fields,
    );
  const foreign = foreignIdentifier(fields, v2Identity(account));
  if (foreign !== null) return untrusted(`${foreign} is not ours`, status, fields);
  return { kind: "verified", generation: "v2", fields };
}
