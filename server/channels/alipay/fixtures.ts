// For tests only: keys of the two sides, an account, a request, and gateways at the end of a transport.
import { generateKeyPairSync } from "node:crypto";
import { fen } from "../../kernel/money.ts";
import type { ChannelAccount, ChannelIo, ChargeRequest, RefundRequest, Transport } from "../port.ts";
import {
  answerBody,
  answerContentType,
  readRequest,
  requestSignTextsAccepted,
  responseNodeName,
} from "./codec.ts";
import { signText, verifyText } from "./signing.ts";

export type KeyPair = Readonly<{ privateKeyPem: string; publicKeyPem: string }>;

// Short keys: the wire is what is tested here, not the strength of RSA.
export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

export const appKeys = keyPair();
export const alipayKeys = keyPair();

export const account: ChannelAccount = {
  appId: "2021000000000001",
  privateKeyPem: appKeys.privateKeyPem,
  alipayPublicKeyPem: alipayKeys.publicKeyPem,
  sellerId: "2088000000000001",
  gatewayUrl: "http://127.0.0.1:8090/gateway.do",
};

/** 2026-03-01 12:00:00 in Beijing. */
export const noon = new Date("2026-03-01T04:00:00.000Z");

export const chargeRequest: ChargeRequest = {
  channelOrderNo: "00000001order1",
  orderedAt: noon,
  amount: fen(1250),
  payerCode: "284712345678901234",
  subject: "回音咖啡",
  expiresAt: new Date("2026-03-01T04:02:00.000Z"),
  storeNo: "store1",
  terminalNo: "terminal1",
  callbackUrl: "https://pay.example.com/v1/channels/alipay/callbacks/mer_1",
};

/** Five yuan of the payment above. */
export const refundRequest: RefundRequest = {
  order: chargeRequest,
  channelRefundNo: "refund1",
  requestedAt: noon,
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
  return () =>
    Promise.resolve({ status, headers: { "content-type": answerContentType }, body: Buffer.from(body) });
}

export type GatewayCall = Readonly<{
  method: string;
  content: ReadonlyMap<string, unknown>;
  parameters: ReadonlyMap<string, string>;
}>;

/**
 * A gateway on the server half of the codec: it refuses what is not signed by `appKeys`
 * and signs, with `alipayKeys`, the node text that `answer` gives.
 */
export function gateway(answer: (call: GatewayCall) => string): Transport {
  return async (request) => {
    const reading = readRequest(new URL(request.url).search.slice(1), request.body);
    if (reading.kind === "malformed") throw new Error(reading.problem);
    const { parameters } = reading;
    const method = parameters.get("method") ?? "";
    const genuine = await isGenuine(parameters);
    const nodeText = genuine
      ? answer({ method, content: new Map(Object.entries(bizContentOf(parameters))), parameters })
      : '{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature","sub_msg":"无效签名"}';
    const signature = await signText(nodeText, alipayKeys.privateKeyPem);
    const body = answerBody(responseNodeName(method), nodeText, signature);
    return { status: 200, headers: { "content-type": answerContentType }, body: Buffer.from(body) };
  };
}

async function isGenuine(parameters: ReadonlyMap<string, string>): Promise<boolean> {
  for (const text of requestSignTextsAccepted(parameters)) {
    if (await verifyText(text, parameters.get("sign") ?? "", appKeys.publicKeyPem)) return true;
  }
  return false;
}

function bizContentOf(parameters: ReadonlyMap<string, string>): object {
  return JSON.parse(parameters.get("biz_content") ?? "{}") as object;
}
