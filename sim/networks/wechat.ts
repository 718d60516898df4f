// The simulated WeChat Pay, both generations.
import type { ChannelAccount, WireRequest } from "@huiyin/server/channels/port.ts";
import { wechat as channel } from "@huiyin/server/channels/wechat/client.ts";
import { parsedObject, textIn } from "@huiyin/server/channels/wechat/json.ts";
import type { V2CallName } from "@huiyin/server/channels/wechat/v2/calls.ts";
import { readV3Path, type V3CallName } from "@huiyin/server/channels/wechat/v3/routes.ts";
import { readXml } from "@huiyin/server/channels/wechat/xml.ts";
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Merchant } from "@huiyin/sandbox/book/model.ts";
import { issuedCertificate, serialIn, wechatKeysOf, type WechatKeys } from "@huiyin/sandbox/wechat/keys.ts";
import { v2CallAt } from "@huiyin/sandbox/wechat/v2.ts";
import { nonceOf, type WechatRequest } from "@huiyin/sandbox/wechat/wire.ts";
import { createWechatWorld, type WechatWorld } from "@huiyin/sandbox/wechat/world.ts";
import { keyPair } from "../keys.ts";
import {
  clockOf,
  createRefundNumbers,
  keySecret,
  publicUrl,
  type AccountWay,
  type Call,
  type NetworkDeps,
  type OpenedAccount,
  type Operation,
  type SimulatedNetwork,
} from "./network.ts";

const prefix = "/wechat";
const address = `${publicUrl}${prefix}`;

/** WeChat Pay, with what its merchants need when its platform key changes. */
export type SimulatedWechat = SimulatedNetwork &
  Readonly<{
    /** The fields with which an account believes the next platform certificate as well as the present one. */
    bothCertificates: ChannelAccount;
  }>;

export function createWechat(deps: NetworkDeps): SimulatedWechat {
  const pems = {
    ...{ current: keyPair().privateKeyPem, next: keyPair().privateKeyPem },
    ...{ publicKey: keyPair().privateKeyPem, stranger: keyPair().privateKeyPem },
  };
  const keys = wechatKeysOf(pems);
  const world = createWechatWorld({ keys, clock: clockOf(deps), random: deps.random });
  const office: Office = { world, keys, random: deps.random };
  return {
    ...{ code: "wechat", channel, address, world },
    secrets: Object.values(pems).map(keySecret),
    bothCertificates: {
      platformCertificatesPem: `${keys.current.certificatePem}${keys.next.certificatePem}`,
    },
    open: (name, way) => opened(office, name, way),
    callOf: callReader(),
    handle: (request) => world.handle(requestOf(request)),
    deliver: (notifyId, post) => world.deliver(notifyId, post),
    isTaken: ({ mode }, { status, body }) =>
      mode === "v2Md5" || mode === "v2Hmac"
        ? status === 200 && body.includes("SUCCESS")
        : status === 200 || status === 204,
    namesOrderAmount: () => true,
    isVoid: () => false,
    saysBalanceShort: (body) => /NOT_?ENOUGH/.test(body),
  };
}

type Office = Readonly<{ world: WechatWorld; keys: WechatKeys; random: () => number }>;

function opened({ world, keys, random }: Office, name: string, way: AccountWay): OpenedAccount {
  const own = keyPair();
  const certificatePem = issuedCertificate(name, own.privateKeyPem);
  const [apiKeyV2, apiV3Key] = [nonceOf(random, 32), nonceOf(random, 32)];
  const merchantSerialNo = serialIn(certificatePem);
  const merchant = unwrap(
    world.registerMerchant({
      ...{ name, publicKey: own.publicKeyPem, state: "normal", fundBill: "whenAsked" },
      ...{ products: { facePay: "open" }, notifyStates: [] },
      keys: { apiKeyV2, apiV3Key, merchantSerialNo, verifyBy: "certificate" },
    }),
  );
  const v2 = {
    apiKeyV2,
    clientCertificatePem: certificatePem,
    clientPrivateKeyPem: own.privateKeyPem,
  };
  const v3 = { apiV3Key, merchantSerialNo, merchantPrivateKeyPem: own.privateKeyPem };
  return {
    merchant,
    config: { ...identityOf(merchant), ...fieldsOf(way, { v2, v3, keys }) },
    secrets: [
      keySecret(own.privateKeyPem),
      { what: "an APIv2 key", text: apiKeyV2 },
      { what: "an APIv3 key", text: apiV3Key },
    ],
  };
}

function identityOf({ appId, sellerId: mchId }: Merchant): ChannelAccount {
  return { appId, mchId, gatewayUrl: address };
}

type Fields = Readonly<{ v2: ChannelAccount; v3: ChannelAccount; keys: WechatKeys }>;

function fieldsOf(way: AccountWay, { v2, v3, keys }: Fields): ChannelAccount {
  const certificate = { platformCertificatesPem: keys.current.certificatePem };
  const publicKey = {
    platformPublicKeyId: keys.publicKey.serial,
    platformPublicKeyPem: keys.publicKey.publicKeyPem,
  };
  switch (way) {
    case "v2":
      return v2;
    case "v2Md5":
      return { ...v2, signTypeV2: "MD5" };
    case "v3Certificate":
      return { ...v3, ...certificate };
    case "v2AndV3PublicKey":
      return { ...v2, ...v3, ...publicKey };
    case "v2AndV3Certificate":
      return { ...v2, ...v3, ...certificate };
    case "key":
    case "pem":
    case "keyFile":
      throw new Error(`WeChat Pay has no accounts of the kind “${way}”`);
    default:
      return unreachable(way);
  }
}

function requestOf(request: WireRequest): WechatRequest {
  const { origin, pathname, search } = new URL(request.url);
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = Buffer.from(request.body, "utf8");
  return { method: request.method ?? "POST", origin, pathAndQuery: `${pathname}${search}`, headers, body };
}

const operationsV2: Readonly<Record<V2CallName, Operation | null>> = {
  micropay: "pay",
  unifiedorder: "precreate",
  orderquery: "query",
  reverse: "cancel",
  closeorder: "close",
  refund: "refund",
  refundquery: "refundQuery",
  downloadbill: null,
};
const operationsV3: Readonly<Record<V3CallName, Operation | null>> = {
  codepay: "pay",
  native: "precreate",
  jsapi: "precreate",
  query: "query",
  reverse: "cancel",
  close: "close",
  refund: "refund",
  refundQuery: "refundQuery",
  certificates: null,
  tradebill: null,
};

/** Reads calls of either generation; remembers which order a refund belongs to. */
function callReader(): (request: WireRequest) => Call {
  const refundNumbers = createRefundNumbers();
  return (request) => {
    const path = new URL(request.url).pathname.slice(prefix.length);
    const asked = askedV2(path, request.body) ?? askedV3(path, request);
    if (asked === null) throw new Error(`nobody here asks for ${request.method ?? "POST"} ${path}`);
    const { operation, orderNo, refundNo } = asked;
    if (operation === "refund") refundNumbers.learn(refundNo, orderNo);
    return { operation, orderNo: operation === "refundQuery" ? refundNumbers.orderOf(refundNo) : orderNo };
  };
}

type Asked = Call & Readonly<{ refundNo: string }>;

function askedV2(path: string, body: string): Asked | null {
  const name = v2CallAt(path);
  const operation = name === null ? null : operationsV2[name];
  if (operation === null) return null;
  const reading = readXml(body);
  if (reading.kind === "malformed")
    throw new Error(`the client sent what nobody can read: ${reading.problem}`);
  const { fields } = reading;
  return {
    operation,
    orderNo: fields.get("out_trade_no") ?? "",
    refundNo: fields.get("out_refund_no") ?? "",
  };
}

function askedV3(path: string, { method = "POST", body }: WireRequest): Asked | null {
  const found = readV3Path(method, path);
  const operation = found === null ? null : operationsV3[found.name];
  if (found === null || operation === null) return null;
  const members = body === "" ? null : parsedObject(body);
  const orderNo = textIn(members, "out_trade_no") ?? found.number;
  return { operation, orderNo, refundNo: textIn(members, "out_refund_no") ?? found.number };
}
