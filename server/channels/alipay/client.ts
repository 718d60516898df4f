// Alipay behind the channel port: pay with a payer code, a code to show, query, cancel, close, refund, notifications.
// Stateless and never throwing for anything the world does: every failure on the way becomes "unknown", named.
import { FormError, readForm } from "../../kernel/form.ts";
import type { CallbackReading, CallbackRequest, Channel, ChannelAccount, Exchange, Reply } from "../port.ts";
import { charsetIn } from "../wireText.ts";
import { outcomeOfCancel, outcomeOfPay, outcomeOfQuery } from "./answers.ts";
import { bill } from "./bill/bill.ts";
import { bytesOfText, charsetOf } from "./charset.ts";
import { outcomeOfClose, outcomeOfPrecreate } from "./codeAnswers.ts";
import { notificationSignText } from "./codec.ts";
import { payContent, precreateContent, refundContent } from "./contents.ts";
import { alipayManifest } from "./manifest.ts";
import { readVerifiedNotification } from "./notification.ts";
import { probe } from "./probe.ts";
import { problemOf } from "../problems.ts";
import { redactedFields } from "./redact.ts";
import { outcomeOfRefund, outcomeOfRefundQuery } from "./refundAnswers.ts";
import { verifyBytes } from "./signing.ts";
import { unknownCertificateProblem, verifierOf } from "./trust.ts";
import { exchanged } from "./wire.ts";

/** Digits of a shown code; or "fp" and 35 characters for a face or a sound. */
const barCode = /^(?:2[5-9]|30)[0-9]{14,22}$/;
const securityCode = /^fp[!-~]{35}$/;

export const alipay: Channel = {
  manifest: alipayManifest,
  recognises: (payerCode) => barCode.test(payerCode) || securityCode.test(payerCode),

  async charge(io, account, request) {
    const content = payContent(account, request);
    const call = {
      operation: "charge",
      method: "alipay.trade.pay",
      content,
      callbackUrl: request.callbackUrl,
    } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const { channelOrderNo, amount, credit } = request;
    const asked = credit === undefined ? ("no" as const) : ("yes" as const);
    const expected = {
      ...{ channelOrderNo, amount, instalmentsAsked: asked },
      receivedAt: exchange.receivedAt ?? io.now(),
    } as const;
    return reply(outcomeOfPay(answer, expected, request.sendHistory ?? "first"), exchange);
  },

  async query(io, account, { channelOrderNo }) {
    // The purse is told only when asked for; the term of instalments comes by agreement, without being asked for.
    const content = { out_trade_no: channelOrderNo, query_options: ["fund_bill_list"] };
    const call = { operation: "query", method: "alipay.trade.query", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return reply(
      outcomeOfQuery(answer, { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() }),
      exchange,
    );
  },

  async cancel(io, account, { channelOrderNo }) {
    const content = { out_trade_no: channelOrderNo };
    const call = { operation: "cancel", method: "alipay.trade.cancel", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return reply(
      outcomeOfCancel(answer, { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() }),
      exchange,
    );
  },

  async refund(io, account, request) {
    const content = refundContent(request);
    const call = { operation: "refund", method: "alipay.trade.refund", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const { order, channelRefundNo, amount, sendHistory } = request;
    const { channelOrderNo } = order;
    const receivedAt = exchange.receivedAt ?? io.now();
    const expected = { channelOrderNo, channelRefundNo, amount, receivedAt };
    return reply(outcomeOfRefund(answer, expected, sendHistory), exchange);
  },

  async refundQuery(io, account, { order, channelRefundNo }) {
    const { channelOrderNo } = order;
    // The moment is told only when asked for.
    const content = {
      out_trade_no: channelOrderNo,
      out_request_no: channelRefundNo,
      query_options: ["gmt_refund_pay"],
    };
    const method = "alipay.trade.fastpay.refund.query";
    const call = { operation: "refundQuery", method, content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const expected = { channelOrderNo, channelRefundNo, receivedAt: exchange.receivedAt ?? io.now() };
    return reply(outcomeOfRefundQuery(answer, expected), exchange);
  },

  async precreate(io, account, request) {
    const content = precreateContent(account, request);
    const { callbackUrl, channelOrderNo } = request;
    const call = { operation: "precreate", method: "alipay.trade.precreate", content, callbackUrl } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const expected = { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() };
    return reply(outcomeOfPrecreate(answer, expected), exchange);
  },

  async close(io, account, { channelOrderNo }) {
    const content = { out_trade_no: channelOrderNo };
    const call = { operation: "close", method: "alipay.trade.close", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    const expected = { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() };
    return reply(outcomeOfClose(answer, expected), exchange);
  },

  bill,
  probe,
  readCallback: async (account, callback) => {
    const fields = formOf(callback);
    return fields === null ? { kind: "malformed", problem: "not a form" } : readNotification(account, fields);
  },

  // Exactly seven characters; anything else makes Alipay come again, eight times within about 25 hours.
  answerCallback: (result) =>
    result === "processed"
      ? { status: 200, contentType: "text/plain", body: "success" }
      : { status: 503, contentType: "text/plain", body: "fail" },
};

function reply<Outcome>(outcome: Outcome, exchange: Exchange): Reply<Outcome> {
  return { outcome, exchange };
}

/** A notification has about thirty fields. */
const formFieldsMax = 100;

function formOf({ headers, body }: CallbackRequest): ReadonlyMap<string, string> | null {
  try {
    // A field of the notification names its charset, in ASCII; the header need not.
    const named = /(?:^|&)charset=([^&]*)/.exec(Buffer.from(body).toString("latin1"))?.[1];
    const charset = named === undefined ? charsetIn(headers.get("content-type")) : charsetOf(named);
    return readForm(body, charset, formFieldsMax);
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

async function readNotification(
  account: ChannelAccount,
  form: ReadonlyMap<string, string>,
): Promise<CallbackReading> {
  const signature = form.get("sign") ?? "";
  if (signature === "") return { kind: "malformed", problem: "sign is missing" };
  // RSA (SHA-1) is not offered: whoever names it does not speak for an account in RSA2 mode.
  if (form.get("sign_type") !== "RSA2") return { kind: "malformed", problem: "sign_type is not RSA2" };
  try {
    const text = bytesOfText(notificationSignText(form, "dropped"), charsetOf(form.get("charset")));
    const { publicKey, certificateSerial } = verifierOf(account);
    const serial = form.get("alipay_cert_sn") ?? "";
    // Notifications do not have to name their certificate; one that names another cannot be checked with ours.
    if (certificateSerial !== null && serial !== "" && serial !== certificateSerial)
      return { kind: "forged", problem: unknownCertificateProblem, redacted: redactedFields(form) };
    const genuine = await verifyBytes(text, signature, publicKey);
    if (!genuine) return { kind: "forged", problem: "bad signature", redacted: redactedFields(form) };
  } catch (error) {
    return { kind: "malformed", problem: `signature could not be checked: ${problemOf(error)}` };
  }
  // Genuine, but perhaps meant for another merchant of ours, or of somebody else.
  for (const [name, own] of [
    ["app_id", account["appId"]],
    ["seller_id", account["sellerId"]],
  ] as const) {
    if (own === undefined || form.get(name) !== own) {
      return { kind: "forged", problem: `${name} is not ours`, redacted: redactedFields(form) };
    }
  }
  return readVerifiedNotification(form);
}
