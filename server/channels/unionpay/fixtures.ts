// For tests only: an account, a request, and gateways at the end of a transport.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { FormError, readForm } from "../../kernel/form.ts";
import { fen } from "../../kernel/money.ts";
import type { ChannelAccount, ChannelIo, ChargeRequest, RefundRequest, Transport } from "../port.ts";
import { answerBody, signText, type WireFields } from "./codec.ts";
import { isRsaGenuine, rsaSignature } from "./signing.ts";
import { gatewayCertificate, merchantCertificate, middle, root, type Issued } from "./testing/authority.ts";

export const account: ChannelAccount = {
  merId: "777290058110048",
  signCertificatePem: merchantCertificate.pem,
  signPrivateKeyPem: merchantCertificate.privateKeyPem,
  middleCertificatePem: middle.pem,
  rootCertificatePem: root.pem,
  gatewayUrl: "http://127.0.0.1:8090/unionpay/gateway/api",
};

/** 2026-03-01 12:00:00 in Beijing. */
export const noon = new Date("2026-03-01T04:00:00.000Z");
export const noonText = "20260301120000";

export const chargeRequest: ChargeRequest = {
  channelOrderNo: "00000001order1",
  orderedAt: noon,
  amount: fen(1250),
  payerCode: "6212345678901234567",
  subject: "回音咖啡",
  expiresAt: new Date("2026-03-01T04:02:00.000Z"),
  storeNo: "store1",
  terminalNo: "terminal1",
  callbackUrl: "https://pay.example.com/v1/channels/unionpay/callbacks/mer_1",
};

export const refundRequest: RefundRequest = {
  order: { ...chargeRequest, channelTradeNo: "262603011200001234567" },
  channelRefundNo: "00000001refund1",
  requestedAt: new Date("2026-03-01T05:00:00.000Z"),
  amount: fen(500),
  reason: "拿铁做错了",
  sendHistory: "first",
  callbackUrl: chargeRequest.callbackUrl,
};

export function ioWith(transport: Transport): ChannelIo {
  return { now: () => noon, transport };
}

/** A gateway that answers every request with this raw text. */
export function replying(body: string, status = 200): Transport {
  return () => Promise.resolve({ status, headers: { "content-type": "text/html" }, body: Buffer.from(body) });
}

/** Fields as UnionPay signs them, with its certificate in them. */
export async function signedByGateway(
  fields: Iterable<readonly [string, string]>,
  signer: Issued = gatewayCertificate,
): Promise<Map<string, string>> {
  const all = new Map([
    ["version", "5.1.0"],
    ["encoding", "UTF-8"],
    ["signMethod", "01"],
    ...fields,
    // As on the real wire: a certificate with the line breaks of another system.
    ["signPubKeyCert", signer.pem.trim().replaceAll("\r\n", "\n").replaceAll("\n", "\r\n")],
  ]);
  const key = createPrivateKey(signer.privateKeyPem);
  return all.set("signature", await rsaSignature(signText(all), key, "rsa"));
}

export type GatewayCall = Readonly<{ path: string; fields: WireFields }>;

/**
 * A gateway on the server half of the codec: it refuses what the merchant’s certificate did not sign, and signs what
 * `answer` gives, after the fields of the request that every answer repeats.
 */
export function gateway(answer: (call: GatewayCall) => Readonly<Record<string, string>>): Transport {
  return async (request) => {
    const fields = formOf(request.body);
    const genuine = await isGenuine(fields);
    const own = genuine
      ? answer({ path: new URL(request.url).pathname, fields })
      : { respCode: "11", respMsg: "验证签名失败[9100004]" };
    const repeated = ["merId", "orderId", "txnTime", "txnAmt", "currencyCode", "txnType", "txnSubType"];
    const common = [...fields].filter(([name]) => repeated.includes(name));
    const signed = await signedByGateway(new Map([...common, ...Object.entries(own)]));
    return { status: 200, headers: { "content-type": "text/html" }, body: Buffer.from(answerBody(signed)) };
  };
}

function formOf(body: string): WireFields {
  try {
    return readForm(Buffer.from(body), "utf-8", 100);
  } catch (error) {
    if (error instanceof FormError) return new Map();
    throw error;
  }
}

function isGenuine(fields: WireFields): Promise<boolean> {
  const { publicKey } = new X509Certificate(merchantCertificate.pem);
  return isRsaGenuine(signText(fields), fields.get("signature") ?? "", publicKey, "rsa");
}
