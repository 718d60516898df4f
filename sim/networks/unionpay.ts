// The simulated UnionPay.
import type { ChannelAccount, WireRequest } from "@huiyin/server/channels/port.ts";
import { unionpay as channel } from "@huiyin/server/channels/unionpay/client.ts";
import { keyFile } from "@huiyin/server/channels/unionpay/testing/keyFile.ts";
import { readForm } from "@huiyin/server/kernel/form.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { profileOf } from "@huiyin/sandbox/book/profile.ts";
import {
  certIdIn,
  merchantCertificate,
  unionpayKeyNames,
  unionpayKeysOf,
  type UnionpayKeys,
  type UnionpayPrivateKeys,
} from "@huiyin/sandbox/unionpay/keys.ts";
import { kinds, refundMarks, type UnionpayOperation } from "@huiyin/sandbox/unionpay/reading.ts";
import { createUnionpayWorld, type UnionpayWorld } from "@huiyin/sandbox/unionpay/world.ts";
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

const address = `${publicUrl}/unionpay/gateway/api`;

export function createUnionpay(deps: NetworkDeps): SimulatedNetwork {
  const pems = Object.fromEntries(
    unionpayKeyNames.map((name) => [name, keyPair().privateKeyPem]),
  ) as UnionpayPrivateKeys;
  const keys = unionpayKeysOf(pems);
  const world = createUnionpayWorld({ keys, clock: clockOf(deps), random: deps.random });
  return {
    ...{ code: "unionpay", channel, address, world },
    secrets: Object.values(pems).map(keySecret),
    open: (name, way) => opened(world, keys, name, way),
    callOf: callReader(),
    handle: async (request) => {
      const path = new URL(request.url).pathname;
      const outcome = await world.handle({ path, body: Buffer.from(request.body, "utf8") });
      if (outcome.kind === "broken") return outcome;
      const { afterMs, status, contentType, body } = outcome;
      const headers = { "content-type": contentType };
      return { kind: "answer", afterMs, status, headers, body: Buffer.from(body) };
    },
    deliver: (notifyId, post) => world.deliver(notifyId, post),
    isTaken: (_notification, { status }) => status === 200 || status === 302,
    // Of a refund it names the amount of the refund alone.
    namesOrderAmount: ({ refund }) => refund === null,
    isVoid: ({ reason }) => refundMarks(reason).txnType === "31",
    // It documents no code for it.
    saysBalanceShort: () => false,
  };
}

function opened(world: UnionpayWorld, keys: UnionpayKeys, name: string, way: AccountWay): OpenedAccount {
  const own = keyPair();
  // The number stands in the certificate.
  const { sellerId: merId } = profileOf("unionpay").merchant(world.book.sequence + 1);
  const certificatePem = merchantCertificate(keys, merId, own.privateKeyPem);
  const merchant = unwrap(
    world.registerMerchant({
      ...{ name, publicKey: own.publicKeyPem, state: "normal", fundBill: "whenAsked" },
      ...{ products: { facePay: "open" }, notifyStates: [], keys: { certId: certIdIn(certificatePem) } },
    }),
  );
  const identity = identityOf(way, { certificatePem, privateKeyPem: own.privateKeyPem });
  const authorities = {
    middleCertificatePem: keys.middle.certificatePem,
    rootCertificatePem: keys.root.certificatePem,
  };
  const config: ChannelAccount = { merId, ...identity, ...authorities, gatewayUrl: address };
  const file = config["pfxBase64"];
  return {
    ...{ merchant, config },
    secrets: [
      keySecret(own.privateKeyPem),
      ...(file === undefined ? [] : [{ what: "a key file", text: file.slice(200, 240) }]),
    ],
  };
}

const keyFilePassword = "shop of the simulation";

function identityOf(
  way: AccountWay,
  holder: Readonly<{ certificatePem: string; privateKeyPem: string }>,
): ChannelAccount {
  if (way === "pem")
    return { signCertificatePem: holder.certificatePem, signPrivateKeyPem: holder.privateKeyPem };
  if (way !== "keyFile") throw new Error(`UnionPay has no accounts of the kind “${way}”`);
  const pfxBase64 = keyFile(
    { pem: holder.certificatePem, privateKeyPem: holder.privateKeyPem },
    keyFilePassword,
  );
  return { pfxBase64, pfxPassword: keyFilePassword };
}

const operations: ReadonlyMap<UnionpayOperation, Operation> = new Map<UnionpayOperation, Operation>([
  ["pay", "pay"],
  ["precreate", "precreate"],
  ["query", "query"],
  ["cancel", "cancel"],
  ["refund", "refund"],
  // Gives back too, on the day of the payment.
  ["void", "refund"],
]);

const fieldsMax = 100;

/** Reads calls; remembers which order a refund belongs to, as a query names either in the same way. */
function callReader(): (request: WireRequest) => Call {
  const refundNumbers = createRefundNumbers();
  return ({ body }) => {
    const fields = readForm(Buffer.from(body, "utf8"), "utf-8", fieldsMax);
    const kind = `${fields.get("txnType")}/${fields.get("txnSubType")}`;
    const asked = kinds.get(kind);
    const operation = asked === undefined ? undefined : operations.get(asked);
    if (operation === undefined) throw new Error(`nobody here asks for ${kind}`);
    const number = fields.get("orderId") ?? "";
    if (operation === "query" && refundNumbers.knows(number))
      return { operation: "refundQuery", orderNo: refundNumbers.orderOf(number) };
    if (operation !== "refund") return { operation, orderNo: number };
    const orderNo = fields.get("reqReserved") ?? "";
    refundNumbers.learn(number, orderNo);
    return asked === "void" ? { operation, orderNo, voidNo: number } : { operation, orderNo };
  };
}
