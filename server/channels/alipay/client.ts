// Alipay behind the channel port: pay with a payer code, query, cancel, notifications. RSA2 in key mode.
// Stateless and never throwing for anything the world does: every failure on the way becomes "unknown", named.
import { yuanText } from "../../kernel/money.ts";
import { beijingTime } from "../../kernel/time.ts";
import type {
  CallbackReading,
  Channel,
  ChannelAccount,
  ChannelIo,
  ChargeRequest,
  Exchange,
  Reply,
  WireReply,
} from "../port.ts";
import { outcomeOfCancel, outcomeOfPay, outcomeOfQuery, type Answer } from "./answers.ts";
import { encodeRequest, notificationSignText, requestSignText, sliceAnswer } from "./codec.ts";
import { parsedObject } from "./json.ts";
import { alipayManifest } from "./manifest.ts";
import { readVerifiedNotification } from "./notification.ts";
import { problemOf } from "./problems.ts";
import { redactedFields, redactedRawText } from "./redact.ts";
import { signText, verifyText } from "./signing.ts";

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
    const { channelOrderNo, amount } = request;
    const expected = { channelOrderNo, amount, receivedAt: exchange.receivedAt ?? io.now() };
    return reply(outcomeOfPay(answer, expected, request.sendHistory ?? "first"), exchange);
  },

  async query(io, account, channelOrderNo) {
    // The purse is told only when asked for.
    const content = { out_trade_no: channelOrderNo, query_options: ["fund_bill_list"] };
    const call = { operation: "query", method: "alipay.trade.query", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return reply(
      outcomeOfQuery(answer, { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() }),
      exchange,
    );
  },

  async cancel(io, account, channelOrderNo) {
    const content = { out_trade_no: channelOrderNo };
    const call = { operation: "cancel", method: "alipay.trade.cancel", content, callbackUrl: null } as const;
    const { answer, exchange } = await exchanged(io, account, call);
    return reply(
      outcomeOfCancel(answer, { channelOrderNo, receivedAt: exchange.receivedAt ?? io.now() }),
      exchange,
    );
  },

  readCallback: (account, form) => readNotification(account, form),

  // Exactly seven characters; anything else makes Alipay come again, eight times within about 25 hours.
  answerCallback: (result) =>
    result === "processed"
      ? { status: 200, contentType: "text/plain", body: "success" }
      : { status: 503, contentType: "text/plain", body: "fail" },
};

type Call = Readonly<{
  operation: Exchange["operation"];
  method: string;
  content: Readonly<Record<string, unknown>>;
  callbackUrl: string | null;
}>;

function reply<Outcome>(outcome: Outcome, exchange: Exchange): Reply<Outcome> {
  return { outcome, exchange };
}

function payContent(account: ChannelAccount, request: ChargeRequest): Readonly<Record<string, unknown>> {
  return {
    out_trade_no: request.channelOrderNo,
    total_amount: yuanText(request.amount),
    subject: request.subject,
    scene: request.payerCode.startsWith("fp") ? "security_code" : "bar_code",
    auth_code: request.payerCode,
    product_code: "FACE_TO_FACE_PAYMENT",
    seller_id: account["sellerId"],
    // Absent members are left out by JSON itself.
    store_id: request.storeNo ?? undefined,
    terminal_id: request.terminalNo ?? undefined,
    time_expire: beijingTime(request.expiresAt),
    query_options: ["fund_bill_list"],
  };
}

/** One signed request and its answer, verified before parsed. Evidence of both, redacted, comes back whatever happens. */
async function exchanged(
  io: ChannelIo,
  account: ChannelAccount,
  call: Call,
): Promise<Readonly<{ answer: Answer; exchange: Exchange }>> {
  const sentAt = io.now();
  const parameters = publicParameters(account, call, sentAt);
  const gatewayUrl = account["gatewayUrl"] ?? "";
  const base = {
    operation: call.operation,
    sentAt,
    request: { url: gatewayUrl, ...redactedFields(parameters) },
  };
  let wireReply: WireReply;
  try {
    parameters.set("sign", await signText(requestSignText(parameters), account["privateKeyPem"] ?? ""));
    const { replyTimeoutMs: timeoutMs } = alipayManifest.timetable;
    wireReply = await io.transport({ ...encodeRequest(gatewayUrl, parameters), timeoutMs });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { answer: { kind: "untrusted", problem }, exchange };
  }
  const receivedAt = io.now();
  const answer = await verifiedAnswer(account, call.method, wireReply);
  const exchange: Exchange = {
    ...base,
    receivedAt,
    response: answer.kind === "verified" ? redactedFields(answer.fields) : redactedRawText(wireReply.body),
    httpStatus: wireReply.status,
    problem: answer.kind === "verified" ? null : answer.problem,
  };
  return { answer, exchange };
}

function publicParameters(account: ChannelAccount, call: Call, sentAt: Date): Map<string, string> {
  const parameters = new Map([
    ["app_id", account["appId"] ?? ""],
    ["method", call.method],
    ["format", "JSON"],
    ["charset", "utf-8"],
    ["sign_type", "RSA2"],
    ["timestamp", beijingTime(sentAt)],
    ["version", "1.0"],
    ["biz_content", JSON.stringify(call.content)],
  ]);
  if (call.callbackUrl !== null) parameters.set("notify_url", call.callbackUrl);
  return parameters;
}

/** Checks the signature over the raw node and parses that very text, nothing else of the body. */
async function verifiedAnswer(
  account: ChannelAccount,
  method: string,
  wireReply: WireReply,
): Promise<Answer> {
  if (wireReply.status !== 200) return untrusted(`HTTP status ${wireReply.status}`);
  const slice = sliceAnswer(wireReply.body, method);
  if (slice.kind === "malformed") return untrusted(slice.problem);
  if (slice.signature === null) return untrusted("answer without signature");
  try {
    const genuine = await verifyText(slice.text, slice.signature, account["alipayPublicKeyPem"] ?? "");
    if (!genuine) return untrusted("bad signature");
  } catch (error) {
    return untrusted(`signature could not be checked: ${problemOf(error)}`);
  }
  const fields = parsedObject(slice.text);
  return fields === null
    ? untrusted("signed node is not a JSON object")
    : { kind: "verified", node: slice.node, fields };
}

function untrusted(problem: string): Answer {
  return { kind: "untrusted", problem };
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
    const text = notificationSignText(form, "dropped");
    const genuine = await verifyText(text, signature, account["alipayPublicKeyPem"] ?? "");
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
