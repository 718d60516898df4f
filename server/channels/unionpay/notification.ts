// Notifications: how the platform reads one, and how the simulated gateway builds one. UnionPay tells of successes only.
import { readForm, FormError } from "../../kernel/form.ts";
import type { CallbackReading, CallbackRequest, ChannelAccount, Paid } from "../port.ts";
import { charsetIn } from "../wireText.ts";
import { finishedAt, fundingSourceOf } from "./answers.ts";
import type { WireFields } from "./codec.ts";
import { outcomeOf } from "./codes.ts";
import { genuinenessOf } from "./identity.ts";
import { amountIn, textIn } from "./opened.ts";
import { maskedAccount, redactedFields } from "./redact.ts";

/** A notification has about thirty fields. */
const formFieldsMax = 100;

/** Verifies and reads a notification. Never throws. */
export async function readNotification(
  account: ChannelAccount,
  { headers, body, receivedAt }: CallbackRequest,
): Promise<CallbackReading> {
  const fields = formOf(headers.get("content-type"), body);
  if (fields === null) return { kind: "malformed", problem: "not a form" };
  if (textIn(fields, "signature") === null) return { kind: "malformed", problem: "signature is missing" };
  const redacted = redactedFields(fields);
  const genuineness = await genuinenessOf(account, fields, receivedAt);
  if (genuineness.kind === "refused") return { kind: "forged", problem: genuineness.problem, redacted };
  // Genuine, but perhaps meant for another merchant of ours, or of somebody else.
  if (account["merId"] === undefined || fields.get("merId") !== account["merId"])
    return { kind: "forged", problem: "merId is not ours", redacted };
  return readVerified(fields, receivedAt);
}

function formOf(contentType: string | undefined, body: Uint8Array): WireFields | null {
  try {
    return readForm(body, charsetIn(contentType), formFieldsMax);
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

/** Numbers of ours, of payments and refunds alike. */
const orderIdPattern = /^[0-9A-Za-z]{8,40}$/;

/** Reads a notification whose signature and addressee were checked. */
export function readVerified(fields: WireFields, receivedAt: Date): CallbackReading {
  const orderId = fields.get("orderId") ?? "";
  const queryId = fields.get("queryId") ?? "";
  const txnType = fields.get("txnType") ?? "";
  if (!orderIdPattern.test(orderId)) return { kind: "malformed", problem: "orderId is missing or malformed" };
  if (queryId === "") return { kind: "malformed", problem: "queryId is missing" };
  const tradeStatus = `${txnType}/${fields.get("respCode") ?? ""}`;
  const common = {
    kind: "accepted",
    // UnionPay gives its notifications no number; a transaction is notified once, and repeated until answered.
    notificationId: `${txnType}-${queryId}`,
    redacted: redactedFields(fields),
  } as const;
  if (txnType !== "04" && txnType !== "31") {
    const amount = txnType === "01" ? amountIn(fields) : null;
    const changed = { kind: "stateMayHaveChanged", tradeStatus, amount } as const;
    return { ...common, channelOrderNo: orderId, news: paidNews(fields, receivedAt) ?? changed };
  }
  // A refund or void has a number of its own; that of its payment is what we asked UnionPay to keep for us.
  const channelOrderNo = fields.get("reqReserved") ?? "";
  if (!orderIdPattern.test(channelOrderNo))
    return { kind: "malformed", problem: "a refund that names no payment of ours" };
  const news = { kind: "stateMayHaveChanged", tradeStatus, amount: null, channelRefundNo: orderId } as const;
  return { ...common, channelOrderNo, news };
}

function paidNews(fields: WireFields, receivedAt: Date): Paid | null {
  const code = fields.get("respCode") ?? "";
  if (fields.get("txnType") !== "01" || outcomeOf("charge", code) !== "done") return null;
  const amount = amountIn(fields);
  const channelTradeNo = textIn(fields, "queryId");
  if (amount === null || channelTradeNo === null) return null;
  return {
    kind: "succeeded",
    channelTradeNo,
    amount,
    paidAt: finishedAt(fields) ?? receivedAt,
    fundingSource: fundingSourceOf(fields.get("payCardType")),
    payerAccount: maskedAccount(fields.get("accNo") ?? ""),
    words: { code, message: fields.get("respMsg") ?? "" },
  };
}
