// The gateway’s front door: the public parameters and the signature, before any business is looked at.
import { parseBeijingTime } from "@huiyin/server/kernel/time.ts";
import { requestSignTextsAccepted, type WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import { bytesOfText, charsetOf } from "@huiyin/server/channels/alipay/charset.ts";
import { verifyBytes } from "@huiyin/server/channels/alipay/signing.ts";
import type { Merchant, SigningMode } from "../book/model.ts";
import type { Operation } from "../faults/model.ts";
import { certificateProblem, modeOf, type AlipayCertificates } from "./certificateMode.ts";

const operations: ReadonlyMap<string, Operation> = new Map([
  ["alipay.trade.pay", "pay"],
  ["alipay.trade.query", "query"],
  ["alipay.trade.cancel", "cancel"],
  ["alipay.trade.refund", "refund"],
  ["alipay.trade.fastpay.refund.query", "refundQuery"],
  ["alipay.trade.precreate", "precreate"],
  ["alipay.trade.close", "close"],
]);

/** The one method that is about no order. */
const billMethod = "alipay.data.dataservice.bill.downloadurl.query";

/** What a method asks for; undefined where the gateway has no such method. */
export function operationOf(method: string): Operation | undefined {
  return operations.get(method);
}

/** Every method of the gateway. */
export function methodNames(): readonly string[] {
  return [...operations.keys()];
}

export type GatewayError = Readonly<{ code: string; message: string; subCode: string; subMessage: string }>;

export type Admission =
  | Readonly<{
      kind: "admitted";
      /** For whom: whoever signed, or the merchant who authorised it. */
      merchant: Merchant;
      /** Whose key signed, and whose content key holds. */
      app: Merchant;
      operation: Operation | "bill";
      method: string;
      mode: SigningMode;
    }>
  | Readonly<{ kind: "rejected"; method: string | null; merchant: Merchant | null; error: GatewayError }>;

/** A request’s timestamp may differ this much from the gateway’s clock: the official SDKs write local time, of any zone. */
export const timestampSkewMsMax = 24 * 3_600_000;

const missing = { code: "40001", message: "Missing Required Arguments" };
const invalid = { code: "40002", message: "Invalid Arguments" };

const token = { code: "20001", message: "Insufficient Token Permissions" };

const gatewayErrors: ReadonlyMap<string, GatewayError> = new Map(
  [
    { ...missing, subCode: "isv.missing-method", subMessage: "缺少方法名参数" },
    { ...missing, subCode: "isv.missing-app-id", subMessage: "缺少AppID参数" },
    { ...missing, subCode: "isv.missing-signature", subMessage: "缺少签名参数" },
    { ...missing, subCode: "isv.missing-signature-type", subMessage: "缺少签名类型参数" },
    { ...missing, subCode: "isv.missing-timestamp", subMessage: "缺少时间戳参数" },
    { ...missing, subCode: "isv.missing-version", subMessage: "缺少版本参数" },
    { ...missing, subCode: "isv.missing-app-cert-sn", subMessage: "缺少应用公钥证书序列号参数" },
    { ...missing, subCode: "isv.missing-alipay-root-cert-sn", subMessage: "缺少支付宝根证书序列号参数" },
    { ...invalid, subCode: "isv.app-cert-not-exist", subMessage: "应用公钥证书不存在" },
    { ...invalid, subCode: "isv.invalid-alipay-root-cert-sn", subMessage: "无效的支付宝根证书序列号" },
    { ...invalid, subCode: "isv.invalid-method", subMessage: "不存在的方法名" },
    { ...invalid, subCode: "isv.invalid-app-id", subMessage: "无效的AppID参数" },
    { ...invalid, subCode: "isv.invalid-signature", subMessage: "无效签名" },
    { ...invalid, subCode: "isv.invalid-signature-type", subMessage: "无效的签名类型" },
    { ...invalid, subCode: "isv.invalid-timestamp", subMessage: "非法的时间戳参数" },
    { ...invalid, subCode: "isv.invalid-version", subMessage: "无效的版本参数" },
    { ...invalid, subCode: "isv.invalid-format", subMessage: "无效的数据格式" },
    { ...invalid, subCode: "isv.invalid-charset", subMessage: "字符集错误" },
    { ...invalid, subCode: "isv.invalid-encrypt-type", subMessage: "无效的加密类型" },
    { ...invalid, subCode: "isv.decryption-error-not-valid-encryptkey", subMessage: "解密出错，无效的密钥" },
    { ...missing, subCode: "isv.missing-encrypt-key", subMessage: "缺少加密配置" },
    { ...token, subCode: "aop.invalid-app-auth-token", subMessage: "无效的应用授权令牌" },
    { ...token, subCode: "aop.app-auth-token-time-out", subMessage: "应用授权令牌已过期" },
    { ...invalid, subCode: "isv.illegal-json", subMessage: "业务参数不是有效的JSON" },
    { ...invalid, subCode: "isv.invalid-parameter", subMessage: "参数无效" },
  ].map((error) => [error.subCode, error]),
);

/** One of the gateway errors above. */
export function gatewayError(subCode: string): GatewayError {
  const found = gatewayErrors.get(subCode);
  if (found === undefined) throw new TypeError(`no gateway error ${subCode}`);
  return found;
}

export type Clocks = Readonly<{
  now: Date;
  /** The same moment by a clock that nobody moved: an independent SDK knows nothing of the sandbox’s clock. */
  unmovedNow: Date;
}>;

export type AdmissionDeps = Readonly<{
  merchants: ReadonlyMap<string, Merchant>;
  clocks: Clocks;
  /** Null where the request names no certificate, or nobody has any. */
  certificates: AlipayCertificates | null;
}>;

/** Checks who calls, for what, when, and whether the certificates and the signature are theirs. */
export async function admit(deps: AdmissionDeps, parameters: WireParameters): Promise<Admission> {
  const { merchants, clocks, certificates } = deps;
  const method = parameters.get("method") ?? "";
  const merchant = merchants.get(parameters.get("app_id") ?? "") ?? null;
  const operation = method === billMethod ? "bill" : operationOf(method);
  const known = operation === undefined ? null : method;
  const problem = publicProblem(parameters, clocks) ?? (merchant === null ? "isv.invalid-app-id" : null);
  if (problem !== null || merchant === null) {
    return {
      kind: "rejected",
      method: known,
      merchant,
      error: gatewayError(problem ?? "isv.invalid-app-id"),
    };
  }
  const mode = modeOf(parameters);
  const wrong = mode === "certificate" ? certificateProblem(parameters, certificates) : null;
  if (wrong !== null) return { kind: "rejected", method: known, merchant, error: gatewayError(wrong) };
  if (!(await signatureHolds(parameters, merchant))) {
    return { kind: "rejected", method: known, merchant, error: gatewayError("isv.invalid-signature") };
  }
  if (operation === undefined) {
    return { kind: "rejected", method: null, merchant, error: gatewayError("isv.invalid-method") };
  }
  const acting = actingFor(merchants, merchant, parameters, clocks.now);
  return typeof acting === "string"
    ? { kind: "rejected", method: known, merchant, error: gatewayError(acting) }
    : { kind: "admitted", merchant: acting, app: merchant, operation, method, mode };
}

/** The merchant for whom an app calls: itself, or who authorised it by a token. The sub-code where the token is none. */
function actingFor(
  merchants: ReadonlyMap<string, Merchant>,
  app: Merchant,
  parameters: WireParameters,
  now: Date,
): Merchant | string {
  const given = parameters.get("app_auth_token") ?? "";
  if (given === "") return app;
  const found = [...merchants.values()].find(
    ({ keys, providerId }) => keys["appAuthToken"] === given && providerId === app.sellerId,
  );
  if (found === undefined) return "aop.invalid-app-auth-token";
  const endsAtMs = Number(found.keys["appAuthTokenEndsAtMs"] ?? Number.POSITIVE_INFINITY);
  return endsAtMs <= now.getTime() ? "aop.app-auth-token-time-out" : found;
}

/** Each public parameter that must be there, with the values it may have; null where any text will do. */
const required: ReadonlyArray<
  Readonly<{ name: string; missing: string; wrong: string; values: string[] | null }>
> = [
  { name: "method", missing: "isv.missing-method", wrong: "", values: null },
  { name: "app_id", missing: "isv.missing-app-id", wrong: "", values: null },
  { name: "sign", missing: "isv.missing-signature", wrong: "", values: null },
  {
    name: "sign_type",
    missing: "isv.missing-signature-type",
    wrong: "isv.invalid-signature-type",
    values: ["RSA2"],
  },
  { name: "version", missing: "isv.missing-version", wrong: "isv.invalid-version", values: ["1.0"] },
  { name: "timestamp", missing: "isv.missing-timestamp", wrong: "", values: null },
];

function publicProblem(parameters: WireParameters, clocks: Clocks): string | null {
  for (const rule of required) {
    const value = parameters.get(rule.name) ?? "";
    if (value === "") return rule.missing;
    if (rule.values !== null && !rule.values.includes(value)) return rule.wrong;
  }
  const format = parameters.get("format") ?? "JSON";
  if (format.toUpperCase() !== "JSON") return "isv.invalid-format";
  const charset = parameters.get("charset") ?? "utf-8";
  if (!["utf-8", "gbk"].includes(charset.toLowerCase())) return "isv.invalid-charset";
  if (!["", "AES"].includes(parameters.get("encrypt_type") ?? "")) return "isv.invalid-encrypt-type";
  const sentAt = parseBeijingTime(parameters.get("timestamp") ?? "");
  if (sentAt === null) return "isv.invalid-timestamp";
  const skews = [clocks.now, clocks.unmovedNow].map((clock) => Math.abs(clock.getTime() - sentAt.getTime()));
  return Math.min(...skews) > timestampSkewMsMax ? "isv.invalid-timestamp" : null;
}

async function signatureHolds(parameters: WireParameters, merchant: Merchant): Promise<boolean> {
  const signature = parameters.get("sign") ?? "";
  const charset = charsetOf(parameters.get("charset"));
  for (const text of requestSignTextsAccepted(parameters)) {
    if (await verifyBytes(bytesOfText(text, charset), signature, merchant.publicKey)) return true;
  }
  return false;
}
