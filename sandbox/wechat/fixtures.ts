// For tests only: a world without HTTP, with a clock that stands still until moved, and a merchant who speaks v2 and v3.
import { generateKeyPairSync } from "node:crypto";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { WireReply } from "@huiyin/server/channels/port.ts";
import { authorizationOf, signatureProblem } from "@huiyin/server/channels/wechat/v3/signing.ts";
import { certificatesIn, publicKeyOf } from "@huiyin/server/channels/wechat/crypto/rsa.ts";
import { isGenuine, signedXml, type SignType } from "@huiyin/server/channels/wechat/v2/signing.ts";
import { readXml } from "@huiyin/server/channels/wechat/xml.ts";
import type { Merchant, Trade, Wallet } from "../book/model.ts";
import type { NewWallet } from "../book/people.ts";
import type { Scope } from "../faults/model.ts";
import { everything } from "../faults/switches.ts";
import type { WorldEvent } from "../world/state.ts";
import { wechatKeysOf } from "./keys.ts";
import type { Posted } from "./notifier.ts";
import type { WechatOutcome } from "./wire.ts";
import { createWechatWorld, type WechatWorld } from "./world.ts";

// Short keys: the wire is what is tested here, not the strength of RSA.
function privateKeyPem(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

const pems = {
  ...{ current: privateKeyPem(), next: privateKeyPem() },
  ...{ publicKey: privateKeyPem(), stranger: privateKeyPem() },
};
export const keys = wechatKeysOf(pems);
export const merchantPrivateKeyPem = privateKeyPem();
export const merchantSerialNo = "5157F09EFDC096DE15EBE81A47057A72";
export const apiKeyV2 = "192006250b4c09247ec02edce69f6a2d";
export const appSecret = "9f86d081884c7d659a2feaa0c55ad015";
export const apiV3Key = "0123456789abcdefghijklmnopqrstuv";

/** 2026-03-01 12:00:00 in Beijing. */
export const noonMs = Date.parse("2026-03-01T04:00:00Z");

export const rich: NewWallet = {
  name: "小林",
  ...{ balanceFen: 500_000n, huabeiLimitFen: 0n, huabeiUsedFen: 0n, huabeiState: "closed" },
  cards: [{ kind: "debit", bankName: "招商银行", tail: "6225", limitFen: 0n, balanceFen: 100_000n }],
  ...{ funding: "balance", state: "normal", passwordAboveFen: 100_000n, password: "123456" },
};

export const callbackUrl = "http://merchant.test/callback";

export type V2Fields = Readonly<Record<string, string>>;
export type Call<Body> = Readonly<{
  outcome: WechatOutcome;
  /** Nothing where no answer came that can be read. */
  body: Body;
  status: number;
  /** Whether WeChat’s signature holds over the answer as sent. */
  genuine: boolean;
}>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked into as they come
export type Json = any;

export type TestWorld = Readonly<{
  world: WechatWorld;
  merchant: Merchant;
  wallet: Wallet;
  recorded: WorldEvent[];
  now: () => Date;
  advance(seconds: number): void;
  code(walletId?: string): string;
  /** A signed call of v2. */
  v2(path: string, fields: V2Fields, signType?: SignType): Promise<Call<V2Fields>>;
  micropay(outTradeNo: string, fields?: V2Fields): Promise<Call<V2Fields>>;
  /** A signed call of v3; GET where there is no body. */
  v3(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Call<Json>>;
  native(outTradeNo: string, body?: object): Promise<Call<Json>>;
  /** A native order, scanned and paid. */
  paidNative(outTradeNo: string): Promise<void>;
  refund(outTradeNo: string, requestNo: string, fen: number): Promise<Call<Json>>;
  tradeOf(outTradeNo: string): Trade | undefined;
  fault(id: string, scope?: Partial<Scope>): void;
  /** Everything that is due, posted to somebody who answers so. */
  posts(answer?: Readonly<{ status: number; body: string }>): Promise<Posted[]>;
}>;

/** A world with one merchant and one payer. */
export function testWorld(): TestWorld {
  let nowMs = noonMs;
  let seed = 1;
  const recorded: WorldEvent[] = [];
  const now = (): Date => new Date(nowMs);
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const clock = { now, sleep: async (ms: number) => void (nowMs += ms) };
  const world = createWechatWorld({ keys, clock, random, record: (events) => void recorded.push(...events) });
  const merchant = registered(world);
  const wallet = unwrap(world.openWallet(rich));
  const code = (walletId = wallet.id): string => unwrap(world.showCode(walletId)).code;
  const v2: TestWorld["v2"] = (path, fields, signType = "MD5") =>
    callV2(
      world,
      path,
      signedXml(Object.entries({ ...identityOf(merchant), ...fields }), apiKeyV2, signType),
    );
  const v3: TestWorld["v3"] = (path, body, headers = {}) =>
    callV3(world, { path, body, headers, at: now(), mchId: merchant.sellerId });
  const who = { appid: merchant.appId, mchid: merchant.sellerId };
  const tradeOf = (outTradeNo: string): Trade | undefined =>
    [...world.book.trades.values()].find((trade) => trade.outTradeNo === outTradeNo);
  const native: TestWorld["native"] = (outTradeNo, body = {}) =>
    v3("/v3/pay/transactions/native", {
      ...{ ...who, description: "拿铁", out_trade_no: outTradeNo, notify_url: callbackUrl },
      ...{ amount: { total: 1250, currency: "CNY" }, ...body },
    });
  return {
    ...{ world, merchant, wallet, recorded, now, code, v2, v3, native, tradeOf },
    advance: (seconds) => void (nowMs += seconds * 1_000),
    micropay: (outTradeNo, fields = {}) =>
      v2("/pay/micropay", {
        ...{ body: "拿铁", out_trade_no: outTradeNo, total_fee: "1250", spbill_create_ip: "127.0.0.1" },
        ...{ auth_code: fields["auth_code"] ?? code(), ...fields },
      }),
    paidNative: async (outTradeNo) => {
      const { body } = await native(outTradeNo);
      const trade = unwrap(world.scan({ walletId: wallet.id, codeUrl: body.code_url }));
      unwrap(world.approve({ walletId: wallet.id, tradeNo: trade.tradeNo, password: rich.password }));
    },
    refund: (outTradeNo, requestNo, fen) =>
      v3("/v3/refund/domestic/refunds", {
        ...{ out_trade_no: outTradeNo, out_refund_no: requestNo, notify_url: callbackUrl },
        amount: { refund: fen, total: Number(tradeOf(outTradeNo)?.amountFen ?? 0), currency: "CNY" },
      }),
    fault: (id, scope = {}) => void unwrap(world.faults.switchOn(id, { ...everything, ...scope })),
    posts: async (answer = { status: 200, body: "" }) => {
      const posted: Posted[] = [];
      const post = async (each: Posted) => (posted.push(each), answer);
      while ((await world.deliverNext(post)) !== null);
      return posted;
    },
  };
}

function registered(world: WechatWorld): Merchant {
  const { publicKey } = { publicKey: publicPemOf(merchantPrivateKeyPem) };
  return unwrap(
    world.registerMerchant({
      ...{ name: "回音咖啡", publicKey, state: "normal", fundBill: "whenAsked", notifyStates: [] },
      products: { facePay: "open" },
      keys: { apiKeyV2, apiV3Key, merchantSerialNo, appSecret },
    }),
  );
}

function publicPemOf(pem: string): string {
  const issued = certificatesIn(wechatKeysOf({ ...pems, current: pem }).current.certificatePem)[0];
  return issued?.publicKey.export({ type: "spki", format: "pem" }).toString() ?? "";
}

function identityOf(merchant: Merchant): V2Fields {
  return { appid: merchant.appId, mch_id: merchant.sellerId, nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS" };
}

const origin = "https://api.mch.weixin.qq.com";

async function callV2(world: WechatWorld, path: string, xml: string): Promise<Call<V2Fields>> {
  const request = { method: "POST", origin, pathAndQuery: path, headers: new Map(), body: Buffer.from(xml) };
  const outcome = await world.handle(request);
  if (outcome.kind === "broken") return { outcome, body: {}, status: 0, genuine: false };
  const reading = readXml(Buffer.from(outcome.body).toString("utf8"));
  const fields = reading.kind === "read" ? reading.fields : new Map<string, string>();
  const { status } = outcome;
  return { outcome, status, body: Object.fromEntries(fields), genuine: isGenuine(fields, apiKeyV2) };
}

/** Every key of the platform, by serial. */
export const trusted = new Map([
  [keys.publicKey.serial, publicKeyOf(keys.publicKey.publicKeyPem)],
  ...[keys.current, keys.next].map(({ serial, certificatePem }) => {
    return [serial, certificatesIn(certificatePem)[0]?.publicKey ?? publicKeyOf("")] as const;
  }),
]);

type V3CallWish = Readonly<{
  path: string;
  body: unknown;
  headers: Readonly<Record<string, string>>;
  at: Date;
  mchId: string;
}>;

async function callV3(
  world: WechatWorld,
  { path, body, headers, at, mchId }: V3CallWish,
): Promise<Call<Json>> {
  const method = body === undefined ? "GET" : "POST";
  const text = body === undefined ? "" : JSON.stringify(body);
  const timestampSeconds = String(Math.floor(at.getTime() / 1_000));
  const authorization = await authorizationOf(
    { method, pathAndQuery: path, timestampSeconds, nonce: "593BEC0C930BF1AFEB40B4A08C8FB242", body: text },
    { mchId, serialNo: merchantSerialNo, privateKeyPem: merchantPrivateKeyPem },
  );
  const outcome = await world.handle({
    ...{ method, origin, pathAndQuery: path, body: Buffer.from(text) },
    headers: new Map(Object.entries({ authorization, ...headers })),
  });
  if (outcome.kind === "broken") return { outcome, body: {}, status: 0, genuine: false };
  const problem = await signatureProblem(
    { headers: new Map(Object.entries(outcome.headers)), body: outcome.body },
    trusted,
    at,
  );
  const answered = Buffer.from(outcome.body).toString("utf8");
  const readable = outcome.headers["content-type"]?.startsWith("application/json") === true;
  const parsed = readable ? JSON.parse(answered) : answered;
  return { outcome, status: outcome.status, body: parsed as Json, genuine: problem === null };
}

/** The reply of an outcome, for whoever speaks the port’s words. */
export function replyOf(outcome: Extract<WechatOutcome, { kind: "answer" }>): WireReply {
  return { status: outcome.status, headers: { ...outcome.headers }, body: outcome.body };
}
