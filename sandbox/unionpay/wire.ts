// What comes to the simulated gateway and what leaves it.
import { answerBody, signText, type WireFields } from "@huiyin/server/channels/unionpay/codec.ts";
import { rsaSignature } from "@huiyin/server/channels/unionpay/signing.ts";
import { privateKeyIn } from "../keys.ts";
import type { Store } from "../world/store.ts";
import type { Holder, UnionpayKeys } from "./keys.ts";

/** What leaves on the wire, and when: an answer so many milliseconds later, or a connection that breaks. */
export type UnionpayOutcome =
  | Readonly<{ kind: "answer"; afterMs: number; status: number; contentType: string; body: string }>
  | Readonly<{ kind: "broken"; afterMs: number }>;

export type Clocks = Readonly<{
  now: Date;
  /** The same moment by a clock that nobody moved: an independent client knows nothing of the sandbox’s clock. */
  unmovedNow: Date;
}>;

export type GatewayDeps = Readonly<{ store: Store; keys: UnionpayKeys; clocks: () => Clocks }>;

/** Who signs, with which certificate beside: a wrong signature is that of a stranger under the genuine certificate. */
export type Signer = Readonly<{ certificatePem: string; privateKeyPem: string }>;

/** The fields with UnionPay’s certificate, its line breaks as on the real wire, and its signature over them all. */
export async function sealed(
  content: Iterable<readonly [string, string]>,
  { certificatePem, privateKeyPem }: Holder | Signer,
): Promise<Map<string, string>> {
  const fields = new Map([["version", "5.1.0"], ["encoding", "UTF-8"], ["signMethod", "01"], ...content]);
  fields.set("signPubKeyCert", certificatePem.trim().replaceAll("\n", "\r\n"));
  return fields.set("signature", await rsaSignature(signText(fields), privateKeyIn(privateKeyPem), "rsa"));
}

export function answered(fields: WireFields, afterMs: number): UnionpayOutcome {
  const contentType = "text/html;charset=UTF-8";
  return { kind: "answer", afterMs, status: 200, contentType, body: answerBody(fields) };
}

/** A page of a proxy in the way. */
export function badGateway(afterMs: number): UnionpayOutcome {
  const body =
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
  return { kind: "answer", afterMs, status: 502, contentType: "text/html", body };
}
