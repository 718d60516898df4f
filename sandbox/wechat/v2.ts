// The gateway of v2: XML in, signed XML out, refusals in two levels as WeChat Pay has them.
import { gzipSync } from "node:zlib";
import { v2Calls, type V2CallName } from "@huiyin/server/channels/wechat/v2/calls.ts";
import { isGenuine, signedXml, type SignType } from "@huiyin/server/channels/wechat/v2/signing.ts";
import { readXml, writeXml } from "@huiyin/server/channels/wechat/xml.ts";
import type { Merchant } from "../book/model.ts";
import { billText, billTypes, dayStands } from "./bills.ts";
import { carryOut, planFor, type Carried, type Said } from "./carry.ts";
import { errorOf, type WechatError } from "./errors.ts";
import {
  paidFieldsV2,
  queriedFieldsV2,
  refundFieldsV2,
  refundsFieldsV2,
  sceneOf,
  type Fields,
} from "./trades.ts";
import { readV2, type Caller } from "./v2Reading.ts";
import {
  keyOf,
  merchantBy,
  nonceOf,
  shapedBy,
  textOutcome,
  type GatewayDeps,
  type WechatOutcome,
  type WechatRequest,
} from "./wire.ts";

/** The call at this path, or null. */
export function v2CallAt(path: string): V2CallName | null {
  const names = Object.keys(v2Calls) as V2CallName[];
  return names.find((name) => v2Calls[name].path === path) ?? null;
}

type Named = ReadonlyMap<string, string>;

/** Carries out one call of v2. */
export async function handleV2(
  deps: GatewayDeps,
  name: V2CallName,
  request: WechatRequest,
): Promise<WechatOutcome> {
  if (request.method !== "POST") return refusedAtDoor("请使用post方法");
  const reading = readXml(Buffer.from(request.body).toString("utf8"));
  if (reading.kind === "malformed") return refusedAtDoor("XML格式错误");
  const { fields } = reading;
  const signer = merchantBy(deps.store, fields.get("mch_id") ?? "");
  if (signer === null) return refusedAtDoor("商户号mch_id不存在");
  if (!isGenuine(fields, keyOf(signer, "apiKeyV2"))) return refusedAtDoor("签名错误");
  const merchant = receiverOf(deps, signer, fields.get("sub_mch_id") ?? "");
  const signType: SignType = fields.get("sign")?.length === 64 ? "HMAC-SHA256" : "MD5";
  const seal = { deps, fields, signType, apiKey: keyOf(signer, "apiKeyV2") };
  if (signer.appId !== fields.get("appid"))
    return answered(seal, failed(errorOf("APPID_MCHID_NOT_MATCH")), 0);
  if (merchant === null) return answered(seal, failed(errorOf("NOAUTH", "子商户号与服务商没有受理关系")), 0);
  const { now } = deps.clocks();
  if (name === "downloadbill") return bill(deps, merchant, fields, now);
  const mode = signType === "MD5" ? "v2Md5" : "v2Hmac";
  const caller: Caller = { store: deps.store, merchant, mode, now };
  const read = readV2(name, fields, caller);
  if (read.kind === "error") return answered(seal, failed(read.error), 0);
  const carried = carryOut(deps.store, { ...read, merchant }, now);
  return leave(seal, name, carried);
}

/** Who receives: the caller, or the sub-merchant it names and serves. */
function receiverOf({ store }: GatewayDeps, signer: Merchant, subMchId: string): Merchant | null {
  if (subMchId === "") return signer;
  const found = merchantBy(store, subMchId);
  return found?.providerId === signer.sellerId ? found : null;
}

type Seal = Readonly<{ deps: GatewayDeps; fields: Named; signType: SignType; apiKey: string }>;

function leave(seal: Seal, name: V2CallName, { said, plan }: Carried): WechatOutcome {
  const shaped = shapedBy(plan);
  if (shaped !== null) return shaped;
  const content = contentOf(seal, name, said);
  // A stranger knows another key.
  const by = plan.reply === "wrongSignature" ? { ...seal, apiKey: "0".repeat(32) } : seal;
  return answered(by, content, plan.replyDelayMs);
}

function contentOf(seal: Seal, name: V2CallName, said: Said): Fields {
  if (said.kind === "error") {
    const recall: Fields = name === "reverse" ? [["recall", said.recall ?? "N"]] : [];
    // Whoever cannot be served at all may come again.
    const again: Fields = name === "reverse" && said.error.status === 500 ? [["recall", "Y"]] : recall;
    return [...failed(said.error), ...again];
  }
  const { answer } = said;
  const done: Fields = [["result_code", "SUCCESS"]];
  if (answer.kind === "cancelled") return [...done, ["recall", "N"]];
  if (answer.kind === "offered") {
    const { codeUrl, tradeNo } = answer.offer;
    const prepay = `wx${codeUrl.slice(-21)}`;
    return [
      ...done,
      ["trade_type", "NATIVE"],
      ["prepay_id", `${prepay}${tradeNo.slice(-10)}`],
      ["code_url", codeUrl],
    ];
  }
  if (answer.kind === "closed") return done;
  const scene = sceneOf(seal.deps.store.state.book, answer.trade);
  if (scene === null) return failed(errorOf("SYSTEMERROR"));
  if (answer.kind === "refunded") return [...done, ...refundFieldsV2(scene, answer.refund)];
  if (answer.kind === "refundFound")
    return [...done, ...refundsFieldsV2(scene, answer.refund === null ? [] : [answer.refund])];
  if (name === "refundquery") {
    const named = scene.trade.refunds.filter(({ requestNo }) => requestNo !== "");
    return named.length === 0
      ? failed(errorOf("REFUNDNOTEXIST"))
      : [...done, ...refundsFieldsV2(scene, named)];
  }
  if (name !== "micropay") return [...done, ...queriedFieldsV2(scene)];
  if (answer.trade.status === "WAIT_BUYER_PAY") return failed(errorOf("USERPAYING"));
  return [...done, ...paidFieldsV2(scene)];
}

function failed(error: WechatError): Fields {
  return [
    ["result_code", "FAIL"],
    ["err_code", error.v2],
    ["err_code_des", error.message],
  ];
}

/** Transport failures are not signed: nothing in them may be trusted. */
function refusedAtDoor(message: string): WechatOutcome {
  const xml = writeXml([
    ["return_code", "FAIL"],
    ["return_msg", message],
  ]);
  return textOutcome(xml, { headers: { "content-type": "text/plain" } });
}

const repeated = ["appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"];

function answered({ deps, fields, signType, apiKey }: Seal, content: Fields, afterMs: number): WechatOutcome {
  const identity = repeated
    .map((name) => [name, fields.get(name) ?? ""] as const)
    .filter(([, value]) => value !== "");
  const head: Fields = [
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ...identity,
    ["nonce_str", nonceOf(deps.random, 32)],
  ];
  const xml = signedXml([...head, ...content.filter(([, value]) => value !== "")], apiKey, signType);
  return textOutcome(xml, { afterMs, headers: { "content-type": "text/plain" } });
}

function bill(deps: GatewayDeps, merchant: Merchant, fields: Named, now: Date): WechatOutcome {
  const digits = fields.get("bill_date") ?? "";
  const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const type = billTypes.find((each) => each === (fields.get("bill_type") ?? "ALL"));
  const { plan, used } = planFor(
    deps.store,
    { operation: "bill", appId: merchant.appId, walletId: null },
    now,
  );
  deps.store.commit(used, now);
  const shaped = shapedBy(plan);
  if (shaped !== null) return shaped;
  const stands = dayStands(day, now);
  if (type === undefined) return noBill("invalid bill_type", "20003");
  if (stands === "wrong") return noBill("No Bill Exist", "20002");
  if (stands === "notYet" || plan.bill === "notReady") return noBill("Bill Creating", "20001");
  const text = billText(deps.store.state.book, merchant, { day, type, plan: plan.bill });
  if (text === null) return noBill("No Bill Exist", "20002");
  const packed = fields.get("tar_type") === "GZIP";
  const body = packed ? gzipSync(Buffer.from(text, "utf8")) : Buffer.from(text, "utf8");
  const headers = { "content-type": packed ? "application/x-gzip" : "text/plain" };
  return { kind: "answer", afterMs: plan.replyDelayMs, status: 200, headers, body };
}

function noBill(message: string, code: string): WechatOutcome {
  const xml = writeXml([
    ["return_code", "FAIL"],
    ["return_msg", message],
    ["error_code", code],
  ]);
  return textOutcome(xml, { headers: { "content-type": "text/plain" } });
}
