// The bodies of each call of v3: what is asked, in WeChat Pay's own names. Absent members are left out by JSON itself.
import type { ChannelAccount, ChargeRequest, PrecreateRequest, RefundRequest } from "../../port.ts";
import { fieldOf, partyOf, v3Identity } from "../account.ts";
import { rfc3339Seconds } from "../time.ts";
import { cutToBytes, deviceIp } from "../v2/contents.ts";

type Body = Readonly<Record<string, unknown>>;

/** Bytes of UTF-8 that `description` and `reason` may have: characters in one document, bytes in another. */
const descriptionBytesMax = 127;
const reasonBytesMax = 80;

export function codepayBody(account: ChannelAccount, request: ChargeRequest): Body {
  return {
    ...orderBody(account, request),
    payer: { auth_code: request.payerCode },
    scene_info: {
      device_id: request.terminalNo ?? "huiyin",
      device_ip: deviceIp,
      store_info: { out_id: request.storeNo ?? "huiyin" },
    },
  };
}

export function nativeBody(account: ChannelAccount, request: PrecreateRequest): Body {
  return {
    ...orderBody(account, request),
    time_expire: rfc3339Seconds(request.expiresAt),
    notify_url: request.callbackUrl,
    scene_info: {
      payer_client_ip: deviceIp,
      device_id: request.terminalNo ?? undefined,
      store_info: request.storeNo === null ? undefined : { id: request.storeNo },
    },
  };
}

/**
 * An order that one payer pays in our page. The payer is known to the app that signs in, which is the service provider’s own
 * where one acts: a second app beside it would make WeChat Pay look for the payer there.
 */
export function jsapiBody(account: ChannelAccount, request: PrecreateRequest, payerId: string): Body {
  const payer = partyOf(account) === "direct" ? { openid: payerId } : { sp_openid: payerId };
  return { ...nativeBody(account, request), sub_appid: undefined, payer };
}

/** Closing names the merchant alone; reversing names the app too. */
export function closeBody(account: ChannelAccount): Body {
  return Object.fromEntries(v3Identity(account).filter(([name]) => name.endsWith("mchid")));
}

export function reverseBody(account: ChannelAccount): Body {
  return Object.fromEntries(v3Identity(account));
}

/** The number goes along always, so that a repetition never pays out twice. */
export function refundBody(
  account: ChannelAccount,
  { order, channelRefundNo, amount, reason, callbackUrl }: RefundRequest,
): Body {
  const subMchId = fieldOf(account, "subMchId");
  return {
    sub_mchid: subMchId === "" ? undefined : subMchId,
    out_trade_no: order.channelOrderNo,
    out_refund_no: channelRefundNo,
    reason: reason === null ? undefined : cutToBytes(reason, reasonBytesMax),
    notify_url: callbackUrl === "" ? undefined : callbackUrl,
    amount: { refund: Number(amount.minor), total: Number(order.amount.minor), currency: "CNY" },
  };
}

/** The query behind the address of an order: who asks. */
export function orderQuery(account: ChannelAccount): string {
  return `?${new URLSearchParams(Object.entries(closeBody(account)) as Array<[string, string]>).toString()}`;
}

/** The query behind the address of a refund: for whom a service provider asks. */
export function refundQuery(account: ChannelAccount): string {
  const subMchId = fieldOf(account, "subMchId");
  return subMchId === "" ? "" : `?sub_mchid=${encodeURIComponent(subMchId)}`;
}

function orderBody(account: ChannelAccount, request: PrecreateRequest): Body {
  return {
    ...Object.fromEntries(v3Identity(account)),
    description: cutToBytes(request.subject, descriptionBytesMax),
    out_trade_no: request.channelOrderNo,
    amount: { total: Number(request.amount.minor), currency: "CNY" },
  };
}
