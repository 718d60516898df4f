// Lakeside behind the channel port. Stateless, never throwing: every failure on the way becomes "unknown", named.
import type {
  CallbackReading,
  CallbackRequest,
  Channel,
  ChannelAccount,
  ChannelWords,
  Declined,
  Exchange,
  Probe,
  Reply,
} from "../../port.ts";
import {
  billOutcome,
  cancelOutcome,
  chargeOutcome,
  moneyIn,
  paidIn,
  queryOutcome,
  refundOutcome,
  refundQueryOutcome,
  wordsOf,
} from "./answers.ts";
import { readMessage, signatureHeader, type Fields } from "./codec.ts";
import { lakesideManifest } from "./manifest.ts";
import { isGenuine } from "./signing.ts";
import { exchanged, redacted } from "./wire.ts";

const payerCodePattern = /^47[0-9]{15}$/;

export const lakeside: Channel = {
  manifest: lakesideManifest,
  recognises: (payerCode) => payerCodePattern.test(payerCode),

  async charge(io, account, request) {
    const fields = new Map([
      ["order", request.channelOrderNo],
      ["amount", String(request.amount.minor)],
      ["payerCode", request.payerCode],
      ["subject", request.subject],
      ["expiresAt", request.expiresAt.toISOString()],
      ["callbackUrl", request.callbackUrl],
    ]);
    const { answer, exchange } = await exchanged(io, account, {
      operation: "charge",
      path: "charge",
      fields,
    });
    return { outcome: chargeOutcome(answer, request), exchange };
  },

  async query(io, account, { channelOrderNo }) {
    const call = { operation: "query", path: "query", fields: orderFields(channelOrderNo) } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: queryOutcome(answer, channelOrderNo), exchange };
  },

  async cancel(io, account, { channelOrderNo }) {
    const call = { operation: "cancel", path: "cancel", fields: orderFields(channelOrderNo) } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: cancelOutcome(answer), exchange };
  },

  async refund(io, account, request) {
    const { order, channelRefundNo, amount } = request;
    const fields = new Map([
      ["order", order.channelOrderNo],
      ["refund", channelRefundNo],
      ["amount", String(amount.minor)],
    ]);
    const { answer, exchange } = await exchanged(io, account, {
      operation: "refund",
      path: "refund",
      fields,
    });
    return { outcome: refundOutcome(answer, request), exchange };
  },

  async refundQuery(io, account, { order, channelRefundNo }) {
    const fields = new Map([
      ["order", order.channelOrderNo],
      ["refund", channelRefundNo],
    ]);
    const call = { operation: "refundQuery", path: "refundQuery", fields } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: refundQueryOutcome(answer, channelRefundNo), exchange };
  },

  precreate: async (io) => notOffered("precreate", io.now(), declinedAsNotOffered),
  close: async (io) => notOffered("close", io.now(), refusedAsNotOffered),

  async bill(io, account, { day }) {
    const call = { operation: "bill", path: "bill", fields: new Map([["day", day]]) } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return { outcome: billOutcome(answer), exchange };
  },

  async probe(io, account): Promise<Probe> {
    // Order numbers of payments begin with eight digits: this one is nobody’s.
    const call = { operation: "probe", path: "query", fields: orderFields("huiyinprobe") } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    if (answer.kind === "verified" && wordsOf(answer.fields).code === "NO_ORDER")
      return { outcome: { kind: "ready", warnings: [] }, exchange };
    const wrongKey = answer.kind === "untrusted" && answer.status === 401;
    const finding = wrongKey ? keyWrong : gatewayStrange;
    return { outcome: { kind: "refused", finding, words: null }, exchange };
  },

  readCallback: async (account, callback) => callbackReading(account, callback),
  answerCallback: (result) =>
    result === "processed"
      ? { status: 200, contentType: "application/json", body: '{"code":"OK"}' }
      : { status: 503, contentType: "application/json", body: '{"code":"AGAIN"}' },
};

const orderFields = (channelOrderNo: string): Fields => new Map([["order", channelOrderNo]]);

const keyWrong = {
  code: "sharedKeyWrong",
  field: "sharedKeyHex",
  title: { zh: "湖畔支付不认这把共享密钥", en: "Lakeside does not know this shared key" },
  next: { zh: "在湖畔商户后台重新复制密钥。", en: "Copy the key again from Lakeside’s merchant desk." },
} as const;
const gatewayStrange = {
  code: "gatewayStrange",
  field: "gatewayUrl",
  title: { zh: "网关没有给出湖畔支付的应答", en: "The gateway gave no answer of Lakeside" },
  next: { zh: "核对网关地址。", en: "Check the gateway URL." },
} as const;

const notOfferedWords: ChannelWords = {
  code: "",
  message: "湖畔支付没有此功能 / Lakeside has no such thing",
};
const declinedAsNotOffered: Declined = {
  ...{ kind: "declined", words: notOfferedWords, blame: ["platform"], retry: "never", causeHints: [] },
};
const refusedAsNotOffered = { kind: "refused", words: notOfferedWords, causeHints: [] } as const;

function notOffered<Outcome>(operation: Exchange["operation"], at: Date, outcome: Outcome): Reply<Outcome> {
  const nothing = { receivedAt: null, request: {}, response: null, httpStatus: null } as const;
  return { outcome, exchange: { operation, sentAt: at, ...nothing, problem: "not offered" } };
}

function callbackReading(account: ChannelAccount, { headers, body }: CallbackRequest): CallbackReading {
  const fields = readMessage(body);
  if (fields === null) return { kind: "malformed", problem: "not a message" };
  const kept = redacted(fields);
  const signature = headers.get(signatureHeader) ?? "";
  if (!isGenuine(account["sharedKeyHex"] ?? "", { purpose: { kind: "callback" }, body, signature }))
    return { kind: "forged", problem: "bad signature", redacted: kept };
  if (fields.get("merchant") !== account["merchantNo"])
    return { kind: "forged", problem: "merchant is not ours", redacted: kept };
  const channelOrderNo = fields.get("order") ?? "";
  const notificationId = fields.get("notification") ?? "";
  if (channelOrderNo === "" || notificationId === "") return { kind: "malformed", problem: "no order" };
  const tradeStatus = fields.get("state") ?? "";
  const paid = tradeStatus === "paid" ? paidIn(fields) : null;
  const news = paid ?? { kind: "stateMayHaveChanged", tradeStatus, amount: moneyIn(fields, "amount") };
  return { kind: "accepted", channelOrderNo, news, notificationId, redacted: kept };
}
