// For tests only: a world without HTTP, with a clock that stands still until moved, and a merchant with a certificate.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { judgeCertificate, testHolder } from "@huiyin/server/channels/unionpay/certificates.ts";
import { formBody, readAnswer, signText } from "@huiyin/server/channels/unionpay/codec.ts";
import { isRsaGenuine, rsaSignature } from "@huiyin/server/channels/unionpay/signing.ts";
import { wireTime } from "@huiyin/server/channels/unionpay/times.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Merchant, Trade, Wallet } from "../book/model.ts";
import type { NewWallet } from "../book/people.ts";
import { profileOf } from "../book/profile.ts";
import type { Scope } from "../faults/model.ts";
import { everything } from "../faults/switches.ts";
import { publicKeyOf } from "../keys.ts";
import type { WorldEvent } from "../world/state.ts";
import {
  certIdIn,
  merchantCertificate,
  unionpayKeyNames,
  unionpayKeysOf,
  type UnionpayPrivateKeys,
} from "./keys.ts";
import type { Posted } from "./notifier.ts";
import type { UnionpayOutcome } from "./wire.ts";
import { createUnionpayWorld, type UnionpayWorld } from "./world.ts";

// Short keys: the wire is what is tested here, not the strength of RSA.
function privateKeyPem(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

const pems = Object.fromEntries(
  unionpayKeyNames.map((name) => [name, privateKeyPem()]),
) as UnionpayPrivateKeys;
export const keys = unionpayKeysOf(pems);
export const signPrivateKeyPem = privateKeyPem();
export const strangePrivateKeyPem = privateKeyPem();
const { sellerId: merId } = profileOf("unionpay").merchant(1);
export const signCertificatePem = merchantCertificate(keys, merId, signPrivateKeyPem);
export const strangeCertificatePem = merchantCertificate(keys, merId, strangePrivateKeyPem);

/** 2026-03-01 12:00:00 in Beijing. */
export const noonMs = Date.parse("2026-03-01T04:00:00Z");

export const rich: NewWallet = {
  name: "小林",
  ...{ balanceFen: 500_000n, huabeiLimitFen: 0n, huabeiUsedFen: 0n, huabeiState: "closed" },
  cards: [{ kind: "debit", bankName: "招商银行", tail: "6225", limitFen: 0n, balanceFen: 100_000n }],
  ...{ funding: "balance", state: "normal", passwordAboveFen: 100_000n, password: "123456" },
};

export const callbackUrl = "http://merchant.test/callback";

export type Fields = Readonly<Record<string, string>>;
export type Call = Readonly<{
  outcome: UnionpayOutcome;
  /** Nothing where no answer came that can be read. */
  fields: Fields;
  /** Whether the signature holds under a certificate that counts now. */
  genuine: boolean;
}>;

export type TestWorld = Readonly<{
  world: UnionpayWorld;
  merchant: Merchant;
  wallet: Wallet;
  recorded: WorldEvent[];
  now: () => Date;
  advance(seconds: number): void;
  code(walletId?: string): string;
  /** A signed request, with everything that every request carries. */
  call(kind: string, fields: Fields): Promise<Call>;
  pay(orderId: string, fields?: Fields): Promise<Call>;
  query(orderId: string, fields?: Fields): Promise<Call>;
  reverse(orderId: string, fields?: Fields): Promise<Call>;
  refund(orderId: string, refundNo: string, fen: number, fields?: Fields): Promise<Call>;
  tradeOf(orderId: string): Trade | undefined;
  fault(id: string, scope?: Partial<Scope>): void;
  /** Everything that is due, posted to somebody who answers so. */
  posts(status?: number): Promise<Posted[]>;
}>;

/** A world with one merchant and one payer. */
export function testWorld(): TestWorld {
  let nowMs = noonMs;
  let seed = 1;
  const recorded: WorldEvent[] = [];
  const now = (): Date => new Date(nowMs);
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const clock = { now, sleep: async (ms: number) => void (nowMs += ms) };
  const world = createUnionpayWorld({
    keys,
    clock,
    random,
    record: (events) => void recorded.push(...events),
  });
  const merchant = registered(world);
  const wallet = unwrap(world.openWallet(rich));
  const code = (walletId = wallet.id): string => unwrap(world.showCode(walletId)).code;
  const noon = wireTime(new Date(noonMs));
  const call: TestWorld["call"] = (kind, fields) => called(world, kind, { txnTime: noon, ...fields }, now());
  const tradeOf = (orderId: string): Trade | undefined =>
    [...world.book.trades.values()].find(({ outTradeNo }) => outTradeNo === orderId);
  const money = { txnAmt: "1250", currencyCode: "156", backUrl: callbackUrl };
  return {
    ...{ world, merchant, wallet, recorded, now, code, call, tradeOf },
    advance: (seconds) => void (nowMs += seconds * 1_000),
    pay: (orderId, fields = {}) =>
      call("01/06", { orderId, ...money, qrNo: fields["qrNo"] ?? code(), ...fields }),
    query: (orderId, fields = {}) => call("00/00", { orderId, ...fields }),
    reverse: (orderId, fields = {}) => call("99/01", { orderId, ...fields }),
    refund: (orderId, refundNo, fen, fields = {}) =>
      call("04/00", {
        ...{ orderId: refundNo, ...money, txnAmt: String(fen), reqReserved: orderId },
        ...{ origQryId: tradeOf(orderId)?.tradeNo ?? "", ...fields },
      }),
    fault: (id, scope = {}) => void unwrap(world.faults.switchOn(id, { ...everything, ...scope })),
    posts: async (status = 200) => {
      const posted: Posted[] = [];
      const post = async (each: Posted) => (posted.push(each), { status });
      while ((await world.deliverNext(post)) !== null);
      return posted;
    },
  };
}

function registered(world: UnionpayWorld): Merchant {
  return unwrap(
    world.registerMerchant({
      ...{
        name: "回音咖啡",
        publicKey: publicKeyOf(signPrivateKeyPem),
        state: "normal",
        fundBill: "whenAsked",
      },
      ...{ products: { facePay: "open" }, notifyStates: [], keys: { certId: certIdIn(signCertificatePem) } },
    }),
  );
}

const paths: Readonly<Record<string, string>> = { "00/00": "queryTrans.do", "76/01": "fileTransReq.do" };

async function called(world: UnionpayWorld, kind: string, own: Fields, at: Date): Promise<Call> {
  const [txnType = "", txnSubType = ""] = kind.split("/");
  const fields = new Map(
    Object.entries({
      ...{ version: "5.1.0", encoding: "UTF-8", signMethod: "01", bizType: "000000", channelType: "08" },
      ...{ accessType: "0", merId, certId: certIdIn(signCertificatePem), txnType, txnSubType, ...own },
    }).filter(([, value]) => value !== ""),
  );
  fields.set("signature", await rsaSignature(signText(fields), createPrivateKey(signPrivateKeyPem), "rsa"));
  const path = `/unionpay/gateway/api/${paths[kind] ?? "backTransReq.do"}`;
  const outcome = await world.handle({ path, body: Buffer.from(formBody(fields)) });
  if (outcome.kind === "broken") return { outcome, fields: {}, genuine: false };
  const reading = readAnswer(outcome.body);
  if (reading.kind === "malformed") return { outcome, fields: {}, genuine: false };
  return {
    outcome,
    fields: Object.fromEntries(reading.fields),
    genuine: await isGenuine(reading.fields, at),
  };
}

/** As a merchant judges it. */
export async function isGenuine(fields: ReadonlyMap<string, string>, at: Date): Promise<boolean> {
  const authorities = {
    middlePem: keys.middle.certificatePem,
    rootPem: keys.root.certificatePem,
    holders: [testHolder],
  };
  const verdict = judgeCertificate(fields.get("signPubKeyCert") ?? "", authorities, at);
  if (verdict.kind === "refused") return false;
  return isRsaGenuine(signText(fields), fields.get("signature") ?? "", verdict.publicKey, "rsa");
}
