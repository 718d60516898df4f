// The gateway of v3: signed JSON in and out, keys by serial, statuses of HTTP for refusals.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { certificatesAnswer } from "@huiyin/server/channels/wechat/v3/certificates.ts";
import { readV3Path } from "@huiyin/server/channels/wechat/v3/routes.ts";
import { publicKeyOf, verifyRsa } from "@huiyin/server/channels/wechat/crypto/rsa.ts";
import {
  clockSkewSecondsMax,
  readAuthorization,
  requestSignText,
  signedHeaders,
  type Authorization,
} from "@huiyin/server/channels/wechat/v3/signing.ts";
import type { Merchant, SigningMode } from "../book/model.ts";
import type { GatewayPlan } from "../faults/model.ts";
import { billText, billTypes, dayStands, hashOf, type BillType } from "./bills.ts";
import { carryOut, planFor, type Carried } from "./carry.ts";
import { errorOf, type WechatError } from "./errors.ts";
import { prepayIdOf } from "./pages.ts";
import { orderV3, refundV3, sceneOf, type Json } from "./trades.ts";
import { identityIn, readV3, type Identity, type V3Path } from "./v3Reading.ts";
import {
  keyOf,
  merchantBy,
  nonceOf,
  shapedBy,
  type GatewayDeps,
  type WechatOutcome,
  type WechatRequest,
} from "./wire.ts";

export const downloadPath = "/v3/billdownload/file";

/** A request with the parts of its address. */
export type V3Request = WechatRequest &
  Readonly<{ prefix: string; path: string; query: URLSearchParams; text: string }>;

type Caller = Readonly<{ signer: Merchant; mode: SigningMode; at: Date }>;
type Said = Readonly<{ status: number; body: string; detail?: string }>;

const undisturbed = { replyDelayMs: 0, reply: "own", platformKey: "current" } as const;
type Seal = Readonly<{ mode: SigningMode; at: Date; named: string }>;
type Leaving = Pick<GatewayPlan, "replyDelayMs" | "reply" | "platformKey">;

/** Carries out one call of v3. */
export async function handleV3(deps: GatewayDeps, request: V3Request): Promise<WechatOutcome> {
  const named = request.headers.get("wechatpay-serial") ?? "";
  const stranger: Seal = { mode: "v3Certificate", at: deps.clocks().now, named };
  const caller = await callerOf(deps, request);
  if (caller === null) return leave(deps, stranger, errorSaid(errorOf("SIGNERROR")), undisturbed);
  const seal: Seal = { mode: caller.mode, at: caller.at, named };
  if (request.path === downloadPath) return download(deps, caller, request);
  const path = readV3Path(request.method, request.path);
  if (path === null)
    return leave(
      deps,
      seal,
      { status: 404, body: JSON.stringify({ code: "NOT_FOUND", message: "接口不存在" }) },
      undisturbed,
    );
  if (path.name === "certificates") return certificates(deps, caller, seal);
  const identity = identityIn(path, request.query, request.text);
  if (identity === null && path.name !== "tradebill")
    return leave(deps, seal, errorSaid(errorOf("PARAM_ERROR", "请求体不是有效的JSON")), undisturbed);
  const merchant = receiverOf(deps, caller.signer, path, identity);
  if ("v2" in merchant) return leave(deps, seal, errorSaid(merchant), undisturbed);
  if (path.name === "tradebill") return tradebill(deps, { caller, seal, merchant }, request);
  const { now } = deps.clocks();
  const read = readV3(path, request.text, { store: deps.store, merchant, mode: caller.mode, now });
  if (read.kind === "error") return leave(deps, seal, errorSaid(read.error), undisturbed);
  const carried = carryOut(deps.store, { ...read, merchant }, now);
  const shaped = shapedBy(carried.plan);
  return shaped ?? leave(deps, seal, saidIn(deps, path, carried), carried.plan);
}

/** Who signed, and how answers to it are signed; null where nobody we know did, or too long ago. */
async function callerOf(deps: GatewayDeps, request: V3Request): Promise<Caller | null> {
  const authorization = readAuthorization(request.headers.get("authorization") ?? "");
  if (authorization === null) return null;
  const signer = merchantBy(deps.store, authorization.mchId);
  if (signer === null || keyOf(signer, "merchantSerialNo") !== authorization.serialNo) return null;
  const at = nearest(deps, authorization);
  if (at === null) return null;
  const { timestampSeconds, nonce, signature } = authorization;
  const { method, pathAndQuery, text: body } = request;
  const text = requestSignText({ method, pathAndQuery, timestampSeconds, nonce, body });
  if (!(await verifyRsa(text, signature, publicKeyOf(signer.publicKey)))) return null;
  return { signer, at, mode: modeOf(deps, signer, request.headers.get("wechatpay-serial") ?? "") };
}

/** The one of our two clocks that the caller goes by; null where it goes by neither. */
function nearest(deps: GatewayDeps, { timestampSeconds }: Authorization): Date | null {
  const sentMs = Number(timestampSeconds) * 1_000;
  const { now, unmovedNow } = deps.clocks();
  const near = (clock: Date): boolean => Math.abs(clock.getTime() - sentMs) <= clockSkewSecondsMax * 1_000;
  return near(now) ? now : near(unmovedNow) ? unmovedNow : null;
}

/** How a caller verifies: by the key it names, otherwise as its account says. */
function modeOf({ keys }: GatewayDeps, signer: Merchant, named: string): SigningMode {
  if (named === keys.publicKey.serial) return "v3PublicKey";
  if (named === keys.current.serial || named === keys.next.serial) return "v3Certificate";
  return keyOf(signer, "verifyBy") === "publicKey" ? "v3PublicKey" : "v3Certificate";
}

/** Who receives: the caller, or the sub-merchant it names and serves. Otherwise the error. */
function receiverOf(
  { store }: GatewayDeps,
  signer: Merchant,
  path: V3Path,
  identity: Identity | null,
): Merchant | WechatError {
  const { appId = null, mchId = null, subMchId = null } = identity ?? {};
  if (mchId !== null && mchId !== signer.sellerId) return errorOf("PARAM_ERROR", "mchid与签名的商户号不一致");
  if (appId !== null && appId !== signer.appId) return errorOf("APPID_MCHID_NOT_MATCH");
  const byNumber = path.name === "refund" || path.name === "refundQuery" || path.name === "tradebill";
  if (!byNumber && mchId === null) return errorOf("PARAM_ERROR", "缺少mchid");
  if (subMchId === null) {
    return path.party === "partner" ? errorOf("PARAM_ERROR", "缺少sub_mchid") : signer;
  }
  const found = merchantBy(store, subMchId);
  return found?.providerId === signer.sellerId ? found : errorOf("NOAUTH", "子商户号与服务商没有受理关系");
}

function saidIn(deps: GatewayDeps, path: V3Path, { said }: Carried): Said {
  if (said.kind === "error") return errorSaid(said.error);
  const { answer } = said;
  if (answer.kind === "closed" || answer.kind === "cancelled") return { status: 204, body: "" };
  if (answer.kind === "offered")
    return json(
      path.name === "jsapi" ? { prepay_id: prepayIdOf(answer.offer) } : { code_url: answer.offer.codeUrl },
    );
  const scene = sceneOf(deps.store.state.book, answer.trade);
  if (scene === null) return errorSaid(errorOf("SYSTEMERROR"));
  if (answer.kind === "refunded" || answer.kind === "refundFound") {
    // As it stands now: a refund that was taken over may have been stopped since.
    const numbers = answer.refund?.requestNo;
    const kept = deps.store.state.book.trades.get(answer.trade.tradeNo)?.refunds ?? [];
    const refund = kept.find(({ requestNo }) => requestNo === numbers) ?? answer.refund;
    if (refund === null) return errorSaid(errorOf("REFUNDNOTEXIST"));
    const shown =
      path.name === "refund" && refund.state === "stuck"
        ? { ...refund, state: "processing" as const }
        : refund;
    return json(refundV3(scene, shown));
  }
  if (path.name === "codepay" && answer.trade.status === "WAIT_BUYER_PAY")
    return errorSaid(errorOf("USERPAYING"));
  return json(orderV3(scene));
}

function json(value: Json): Said {
  return { status: 200, body: JSON.stringify(value) };
}

function errorSaid({ status, v3: code, message, detail }: WechatError): Said {
  return { status, body: JSON.stringify({ code, message }), detail };
}

/** Signs and sends an answer. */
async function leave(deps: GatewayDeps, seal: Seal, said: Said, plan: Leaving): Promise<WechatOutcome> {
  const { body, status, detail = "0" } = said;
  const key = signingKey(deps, seal, plan);
  const nonce = nonceOf(deps.random, 32);
  const signed = await signedHeaders(key, { at: seal.at, nonce, body });
  const requestId = `${nonceOf(deps.random, 24).toUpperCase()}-${detail}`;
  const type = body === "" ? {} : { "content-type": "application/json; charset=utf-8" };
  const headers = { ...signed, ...type, "request-id": requestId };
  return { kind: "answer", afterMs: plan.replyDelayMs, status, headers, body: Buffer.from(body, "utf8") };
}

/** The key that the caller names, otherwise the one that is in force. */
function signingKey({ keys }: GatewayDeps, { mode, named }: Seal, plan: Leaving) {
  const own = mode === "v3PublicKey" ? keys.publicKey : certificateFor(keys, named, plan.platformKey);
  if (plan.reply !== "wrongSignature") return own;
  return { serial: own.serial, privateKeyPem: keys.strangerPrivateKeyPem };
}

/** The certificate’s key: of the one that is named, otherwise of the one in force. */
function certificateFor(keys: GatewayDeps["keys"], named: string, inForce: "current" | "next") {
  const { current, next } = keys;
  if (named === current.serial) return current;
  return named === next.serial || inForce === "next" ? next : current;
}

async function certificates(deps: GatewayDeps, { signer }: Caller, seal: Seal): Promise<WechatOutcome> {
  const { now } = deps.clocks();
  const call = { operation: "certificates", appId: signer.appId, walletId: null } as const;
  const { plan, used } = planFor(deps.store, call, now);
  deps.store.commit(used, now);
  const shaped = shapedBy(plan);
  if (shaped !== null) return shaped;
  const { current, next } = deps.keys;
  const listed = plan.platformKey === "next" ? [current, next] : [current];
  // Merchants that were registered with a public key have no certificates.
  const mine = keyOf(signer, "verifyBy") === "publicKey" ? [] : listed;
  const sealed = mine.map(({ certificatePem }) => ({ certificatePem, nonce: nonceOf(deps.random, 12) }));
  const body = certificatesAnswer(sealed, keyOf(signer, "apiV3Key"));
  return leave(deps, seal, { status: 200, body }, plan);
}

type BillCall = Readonly<{ caller: Caller; seal: Seal; merchant: Merchant }>;

async function tradebill(deps: GatewayDeps, call: BillCall, request: V3Request): Promise<WechatOutcome> {
  const { merchant, seal } = call;
  const { now } = deps.clocks();
  const asked = { operation: "bill", appId: merchant.appId, walletId: null } as const;
  const { plan, used } = planFor(deps.store, asked, now);
  deps.store.commit(used, now);
  const shaped = shapedBy(plan);
  if (shaped !== null) return shaped;
  const refuse = (code: string, message: string): Promise<WechatOutcome> =>
    leave(deps, seal, { status: 400, body: JSON.stringify({ code, message }) }, plan);
  const day = request.query.get("bill_date") ?? "";
  const type = billTypes.find((each) => each === (request.query.get("bill_type") ?? "ALL"));
  const stands = dayStands(day, now);
  if (type === undefined || stands === "wrong") return refuse("PARAM_ERROR", "bill_date或bill_type不合法");
  if (stands === "notYet" || plan.bill === "notReady") return refuse("STATEMENT_CREATING", "账单生成中");
  const text = billText(deps.store.state.book, merchant, { day, type, plan: plan.bill });
  if (text === null) return refuse("NO_STATEMENT_EXIST", "账单文件不存在");
  const packed = request.query.get("tar_type") === "GZIP" ? "1" : "0";
  const ticket = { appId: merchant.appId, day, type, packed, plan: plan.bill, atMs: String(now.getTime()) };
  const query = new URLSearchParams({
    ...ticket,
    token: tokenOf(ticket, keyOf(call.caller.signer, "apiV3Key")),
  });
  const download_url = `${request.origin}${request.prefix}${downloadPath}?${query.toString()}`;
  const hash_value = hashOf(text, plan.bill);
  return leave(deps, seal, json({ hash_type: "SHA1", hash_value, download_url }), plan);
}

function tokenOf(ticket: Readonly<Record<string, string>>, secret: string): string {
  const text = Object.keys(ticket)
    .toSorted()
    .map((key) => `${key}=${ticket[key] ?? ""}`)
    .join("&");
  return createHash("sha256").update(`${text}&${secret}`).digest("hex");
}

const downloadMsMax = 30_000;

/** The file itself. Its answer carries no signature: the hash vouches for it. */
function download(deps: GatewayDeps, { signer }: Caller, { query }: V3Request): WechatOutcome {
  const given = (name: string): string => query.get(name) ?? "";
  const ticket = {
    ...{ appId: given("appId"), day: given("day"), type: given("type") },
    ...{ packed: given("packed"), plan: given("plan"), atMs: given("atMs") },
  };
  const genuine = given("token") === tokenOf(ticket, keyOf(signer, "apiV3Key"));
  const { now } = deps.clocks();
  const merchant = deps.store.state.book.merchants.get(ticket.appId);
  const expired = now.getTime() - Number(ticket.atMs) > downloadMsMax;
  const wish = { day: ticket.day, type: ticket.type as BillType, plan: ticket.plan as GatewayPlan["bill"] };
  const text =
    genuine && !expired && merchant !== undefined ? billText(deps.store.state.book, merchant, wish) : null;
  if (text === null) {
    const body = JSON.stringify({ code: "INVALID_REQUEST", message: "下载地址已失效，请重新获取" });
    return {
      kind: "answer",
      afterMs: 0,
      status: 400,
      headers: { "content-type": "application/json" },
      body: Buffer.from(body),
    };
  }
  const bytes = Buffer.from(text, "utf8");
  const body = ticket.packed === "1" ? gzipSync(bytes) : bytes;
  return {
    kind: "answer",
    afterMs: 0,
    status: 200,
    headers: { "content-type": "application/octet-stream" },
    body,
  };
}
