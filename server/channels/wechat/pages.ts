// Paying in a page that WeChat itself opened: web authorization tells the payer’s openid, and WeixinJSBridge is called with
// an order that was placed for it. Sources: 微信网页授权 of the official accounts’ documents; JSAPI调起支付 of APIv3.
import type { ChannelAccount, ChannelIo } from "../port.ts";
import type { PayerOutcome, PayerPages } from "../payerPages.ts";
import { problemOf } from "../problems.ts";
import { wireText } from "../wireText.ts";
import { fieldOf, generationsOf } from "./account.ts";
import { signRsa } from "./crypto/rsa.ts";
import { parsedObject, textIn, type Members } from "./json.ts";
import { replyTimeoutMs } from "./timetables.ts";
import { nonceOf } from "./wire.ts";

const authorizeUrlDefault = "https://open.weixin.qq.com/connect/oauth2/authorize";
const tokenUrlDefault = "https://api.weixin.qq.com/sns/oauth2/access_token";

/** What every openid is made of. */
const openidPattern = /^[0-9A-Za-z_-]{6,128}$/;

/** 网页授权 names these: the code is unknown, has been used, has expired, or is missing. */
const codeFaults: ReadonlySet<number> = new Set([40_029, 40_163, 42_003, 41_008]);
/** The app or its secret is wrong, or the app may not do this. */
const accountFaults: ReadonlySet<number> = new Set([40_001, 40_013, 40_125, 41_002, 41_004, 48_001, 50_002]);

export const payerPages: PayerPages = {
  offeredBy: (account) =>
    fieldOf(account, "appSecret") !== "" && generationsOf(account).includes("v3") ? "yes" : "no",
  audienceOf: (account) => fieldOf(account, "appId"),
  authorizeUrl: (account, { returnUrl, state }) => {
    // WeChat compares the order of these, and wants the fragment.
    const query = new URLSearchParams([
      ["appid", fieldOf(account, "appId")],
      ["redirect_uri", returnUrl],
      ["response_type", "code"],
      ["scope", "snsapi_base"],
      ["state", state],
    ]);
    const base = fieldOf(account, "oauthAuthorizeUrl") || authorizeUrlDefault;
    return `${base}?${query.toString()}#wechat_redirect`;
  },
  payerOf,
  bridgeCall: async (io, account, ticket) => {
    const [key, at] = [fieldOf(account, "merchantPrivateKeyPem"), io.now()];
    const call = {
      appId: fieldOf(account, "appId"),
      timeStamp: String(Math.floor(at.getTime() / 1_000)),
      nonceStr: nonceOf(key, at, ticket),
      package: `prepay_id=${ticket}`,
    };
    return { ...call, signType: "RSA", paySign: await signRsa(bridgeSignText(call), key) };
  },
};

export type BridgeCall = Readonly<Record<"appId" | "timeStamp" | "nonceStr" | "package", string>>;

/** Four lines, each ended. `signType` is sent along and not signed. */
export function bridgeSignText(call: BridgeCall): string {
  return `${call.appId}\n${call.timeStamp}\n${call.nonceStr}\n${call.package}\n`;
}

/** The answer is not signed: TLS alone vouches for it, as for the bill. It moves no money. */
async function payerOf(io: ChannelIo, account: ChannelAccount, code: string): Promise<PayerOutcome> {
  const query = new URLSearchParams([
    ["appid", fieldOf(account, "appId")],
    ["secret", fieldOf(account, "appSecret")],
    ["code", code],
    ["grant_type", "authorization_code"],
  ]);
  const url = `${fieldOf(account, "oauthTokenUrl") || tokenUrlDefault}?${query.toString()}`;
  const headers = { accept: "application/json" };
  try {
    const reply = await io.transport({ method: "GET", url, headers, body: "", timeoutMs: replyTimeoutMs });
    const members = reply.status === 200 ? parsedObject(wireText(reply)) : null;
    return members === null
      ? { kind: "unknown", reason: `no answer that can be read, status ${reply.status}` }
      : payerIn(members);
  } catch (error) {
    return { kind: "unknown", reason: problemOf(error) };
  }
}

function payerIn(members: Members): PayerOutcome {
  const errorCode = members.get("errcode");
  if (errorCode === undefined || errorCode === 0) {
    const payerId = textIn(members, "openid");
    return payerId !== null && openidPattern.test(payerId)
      ? { kind: "known", payerId }
      : { kind: "unknown", reason: "the answer names nobody" };
  }
  // The message may repeat what was sent: only the number is kept of a refusal.
  const words = { code: String(errorCode), message: "" };
  if (typeof errorCode === "number" && codeFaults.has(errorCode))
    return { kind: "refused", fault: "code", words };
  if (typeof errorCode === "number" && accountFaults.has(errorCode))
    return { kind: "refused", fault: "account", words };
  return { kind: "unknown", reason: `errcode ${String(errorCode)}` };
}
