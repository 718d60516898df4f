// Notices that WeChat Pay posts: of v3, signed in their headers and sealed; of v2, signed fields or sealed ones in XML.
import type { CallbackAnswer, CallbackReading, CallbackRequest, ChannelAccount, Paid } from "../port.ts";
import { fieldOf, trustedKeysOf, v2Identity, v3Identity } from "./account.ts";
import type { Generation } from "./codes.ts";
import { reqInfoKey } from "./crypto/aead.ts";
import { fenIn, memberIn, textIn, type Members } from "./json.ts";
import { problemOf } from "../problems.ts";
import { redactedMembers } from "./redact.ts";
import { paidOutcome, tradeFactsOf } from "./trade.ts";
import { openReqInfo } from "./v2/notices.ts";
import { isGenuine } from "./v2/signing.ts";
import { readNotice } from "./v3/notices.ts";
import { signatureProblem } from "./v3/signing.ts";
import { foreignIdentifier } from "./wire.ts";
import { readXml, writeXml } from "./xml.ts";

type Identity = ReadonlyArray<readonly [name: string, value: string]>;

/** Reads a notice of either generation. Never throws. */
export async function readCallback(
  account: ChannelAccount,
  callback: CallbackRequest,
): Promise<CallbackReading> {
  try {
    return generationOf(callback) === "v3" ? await readV3(account, callback) : readV2(account, callback);
  } catch (error) {
    return { kind: "malformed", problem: `signature could not be checked: ${problemOf(error)}` };
  }
}

/** Anything but these makes WeChat Pay come again: fifteen times within about a day. */
export function answerCallback(result: "processed" | "tryAgain", callback: CallbackRequest): CallbackAnswer {
  if (generationOf(callback) === "v2") {
    const fields =
      result === "processed"
        ? ([
            ["return_code", "SUCCESS"],
            ["return_msg", "OK"],
          ] as const)
        : ([
            ["return_code", "FAIL"],
            ["return_msg", "try again"],
          ] as const);
    return { status: result === "processed" ? 200 : 503, contentType: "text/xml", body: writeXml(fields) };
  }
  return result === "processed"
    ? { status: 204, contentType: "application/json", body: "" }
    : { status: 503, contentType: "application/json", body: '{"code":"FAIL","message":"try again"}' };
}

/** v2 posts XML and signs in it; v3 posts JSON and signs in its headers. */
function generationOf({ headers, body }: CallbackRequest): Generation {
  if ((headers.get("wechatpay-signature") ?? "") !== "") return "v3";
  return Buffer.from(body).toString("latin1").trimStart().startsWith("<") ? "v2" : "v3";
}

async function readV3(account: ChannelAccount, callback: CallbackRequest): Promise<CallbackReading> {
  const apiV3Key = fieldOf(account, "apiV3Key");
  if (apiV3Key === "") return malformed("the account has no APIv3 key");
  const problem = await signatureProblem(callback, trustedKeysOf(account), callback.receivedAt);
  if (problem === "unsigned") return malformed("a notice without signature");
  const serial = callback.headers.get("wechatpay-serial") ?? "";
  if (problem !== null) return { kind: "forged", problem, redacted: { serial } };
  const notice = readNotice(new TextDecoder().decode(callback.body), apiV3Key);
  if (notice === null) return malformed("the resource does not open under the APIv3 key");
  const { id, eventType, resource } = notice;
  const redacted = { id, event_type: eventType, serial, resource: redactedMembers(resource) };
  const refund = eventType.startsWith("REFUND.");
  const identity = v3Identity(account).filter(([name]) => !refund || name.endsWith("mchid"));
  const stranger = strangerIn(resource, identity);
  if (stranger !== null) return { kind: "forged", problem: `${stranger} is not ours`, redacted };
  if (!refund) return paymentReading({ generation: "v3", fields: resource, id, redacted, callback });
  const amount = fenIn(memberIn(resource.get("amount")), "total");
  return refundReading({ fields: resource, id, redacted, amount, tradeStatus: eventType });
}

function readV2(account: ChannelAccount, callback: CallbackRequest): CallbackReading {
  const apiKey = fieldOf(account, "apiKeyV2");
  if (apiKey === "") return malformed("the account has no APIv2 key");
  const reading = readXml(new TextDecoder().decode(callback.body));
  if (reading.kind === "malformed") return malformed(reading.problem);
  const { fields } = reading;
  if (textIn(fields, "return_code") !== "SUCCESS") return malformed("return_code is not SUCCESS");
  const redacted = redactedMembers(fields);
  const reqInfo = textIn(fields, "req_info");
  if (reqInfo !== null) return readV2Refund(account, fields, reqInfo);
  if (textIn(fields, "sign") === null) return malformed("sign is missing");
  if (!isGenuine(fields, apiKey)) return { kind: "forged", problem: "bad signature", redacted };
  const stranger = strangerIn(fields, v2Identity(account));
  if (stranger !== null) return { kind: "forged", problem: `${stranger} is not ours`, redacted };
  // v2 gives its notices no number: of one order there is one payment to tell of.
  const id = `payment ${textIn(fields, "transaction_id") ?? textIn(fields, "out_trade_no") ?? ""}`;
  return paymentReading({ generation: "v2", fields, id, redacted, callback });
}

/** Sealed without a signature: it is no proof of anything, only a reason to ask. */
function readV2Refund(account: ChannelAccount, outer: Members, reqInfo: string): CallbackReading {
  const stranger = strangerIn(outer, v2Identity(account));
  const redacted = redactedMembers(outer);
  if (stranger !== null) return { kind: "forged", problem: `${stranger} is not ours`, redacted };
  const fields = openReqInfo(reqInfo, reqInfoKey(fieldOf(account, "apiKeyV2")));
  if (fields === null)
    return { kind: "forged", problem: "req_info does not open under the APIv2 key", redacted };
  const tradeStatus = `REFUND.${textIn(fields, "refund_status") ?? ""}`;
  const id = `refund ${textIn(fields, "refund_id") ?? ""} ${tradeStatus}`;
  const amount = fenIn(fields, "total_fee");
  return refundReading({
    fields,
    id,
    redacted: { ...redacted, ...redactedMembers(fields) },
    amount,
    tradeStatus,
  });
}

type Facts = Readonly<{ fields: Members; id: string; redacted: Readonly<Record<string, unknown>> }>;

/** Only a payment that stands, whole and of our currency, is proof; everything else asks for a query. */
function paymentReading({
  generation,
  fields,
  id,
  redacted,
  callback,
}: Facts & Readonly<{ generation: Generation; callback: CallbackRequest }>): CallbackReading {
  const facts = tradeFactsOf(generation, fields);
  const { orderNo: channelOrderNo, amount } = facts;
  if (channelOrderNo === null) return malformed("out_trade_no is missing");
  // v2 tells of payments only, and of success by its result.
  const tradeStatus = facts.tradeState ?? textIn(fields, "result_code") ?? "";
  const words = { code: tradeStatus, message: textIn(fields, "trade_state_desc") ?? "" };
  const paid: Paid | null =
    tradeStatus === "SUCCESS" && facts.paidAt !== null ? paidOrNull(facts, words, callback.receivedAt) : null;
  const news = paid ?? ({ kind: "stateMayHaveChanged", tradeStatus, amount } as const);
  return { kind: "accepted", channelOrderNo, news, notificationId: id, redacted };
}

function paidOrNull(
  facts: ReturnType<typeof tradeFactsOf>,
  words: Paid["words"],
  receivedAt: Date,
): Paid | null {
  const outcome = paidOutcome(facts, { words, receivedAt });
  return outcome.kind === "succeeded" ? outcome : null;
}

function refundReading({
  fields,
  id,
  redacted,
  amount,
  tradeStatus,
}: Facts & Readonly<{ amount: Paid["amount"] | null; tradeStatus: string }>): CallbackReading {
  const [channelOrderNo, channelRefundNo] = [textIn(fields, "out_trade_no"), textIn(fields, "out_refund_no")];
  if (channelOrderNo === null || channelRefundNo === null)
    return malformed("out_trade_no or out_refund_no is missing");
  const news = { kind: "stateMayHaveChanged", tradeStatus, amount, channelRefundNo } as const;
  return { kind: "accepted", channelOrderNo, news, notificationId: id, redacted };
}

/** A notice must name whom it is for: absent is as foreign as another's. */
function strangerIn(fields: Members, identity: Identity): string | null {
  const missing = identity.find(([name]) => textIn(fields, name) === null && !name.startsWith("sub_appid"));
  return missing?.[0] ?? foreignIdentifier(fields, identity);
}

function malformed(problem: string): CallbackReading {
  return { kind: "malformed", problem };
}
