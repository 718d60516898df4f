// The order inside alipay.trade.pay and alipay.trade.precreate: the same fields, with or without a payer’s code.
import { parseBeijingTime } from "@huiyin/server/kernel/time.ts";
import { limits } from "../book/limits.ts";
import type { InstalmentTerms, OfferRequest, Order, PayRequest } from "../book/model.ts";
import { amountFen, objectIn, text, words, type Content, type Envelope } from "./content.ts";

type Field = Readonly<{ name: string; max: number; shape: RegExp | null }>;

/** Every text field with its length; those an order must have come with the shape they must have. */
const orderFields: readonly Field[] = [
  { name: "out_trade_no", max: 64, shape: /^[0-9A-Za-z_]+$/ },
  { name: "subject", max: 256, shape: /^[^/=&]+$/ },
  { name: "product_code", max: 64, shape: null },
  { name: "seller_id", max: 28, shape: null },
  { name: "body", max: 128, shape: null },
  { name: "store_id", max: 32, shape: null },
  { name: "terminal_id", max: 32, shape: null },
  { name: "operator_id", max: 28, shape: null },
  { name: "disable_pay_channels", max: 1024, shape: null },
  { name: "timeout_express", max: 6, shape: null },
  { name: "time_expire", max: 32, shape: null },
];
const payFields: readonly Field[] = [
  { name: "auth_code", max: 64, shape: /./ },
  { name: "scene", max: 32, shape: /^bar_code$/ },
];
const precreateFields: readonly Field[] = [
  { name: "enable_pay_channels", max: 1024, shape: null },
  { name: "qr_code_timeout_express", max: 6, shape: null },
];

/** The first field that is missing or malformed, or null. */
export function invalidOrderField(content: Content, envelope: Envelope): string | null {
  const { operation } = envelope;
  for (const { name, max, shape } of [
    ...orderFields,
    ...(operation === "pay" ? payFields : precreateFields),
  ]) {
    const value = text(content, name, max);
    if (value === null ? shape !== null || content.has(name) : shape !== null && !shape.test(value))
      return name;
  }
  const amount = amountFen(content, "total_amount");
  if (amount === null || amount < 1n) return "total_amount";
  if (instalmentsIn(content) === "malformed") return "extend_params";
  // Alipay takes one list or the other: both together would leave open which counts.
  if (operation === "precreate" && content.has("enable_pay_channels") && content.has("disable_pay_channels"))
    return "enable_pay_channels";
  if (expiresAtMs(content, 0) === null) return content.has("time_expire") ? "time_expire" : "timeout_express";
  if (operation === "precreate" && codeExpiresAtMs(content, 0) === null) return "qr_code_timeout_express";
  return envelope.notifyUrl === "" || isHttpUrl(envelope.notifyUrl) ? null : "notify_url";
}

/** alipay.trade.pay as the books understand it. */
export function payRequest(content: Content, envelope: Envelope, admittedAt: Date): PayRequest {
  const admittedAtMs = admittedAt.getTime();
  const authCode = text(content, "auth_code", 64) ?? "";
  return { kind: "pay", ...order(content, envelope, admittedAtMs), authCode, admittedAtMs };
}

/** alipay.trade.precreate as the books understand it. */
export function offerRequest(content: Content, envelope: Envelope, admittedAt: Date): OfferRequest {
  const fromMs = admittedAt.getTime();
  return {
    kind: "precreate",
    ...order(content, envelope, fromMs),
    // Only a code that the payer scans may be tied to a list of means.
    enabledChannels: words(content, "enable_pay_channels"),
    codeExpiresAtMs: codeExpiresAtMs(content, fromMs) ?? fromMs,
  };
}

function order(content: Content, envelope: Envelope, admittedAtMs: number): Order {
  const instalments = instalmentsIn(content);
  return {
    appId: envelope.appId,
    sellerId: text(content, "seller_id", 28) ?? "",
    outTradeNo: text(content, "out_trade_no", 64) ?? "",
    amountFen: amountFen(content, "total_amount") ?? 0n,
    subject: text(content, "subject", 256) ?? "",
    body: text(content, "body", 128) ?? "",
    storeId: text(content, "store_id", 32) ?? "",
    terminalId: text(content, "terminal_id", 32) ?? "",
    notifyUrl: envelope.notifyUrl,
    disabledChannels: words(content, "disable_pay_channels"),
    enabledChannels: [],
    instalments: instalments === "malformed" ? null : instalments,
    mode: envelope.mode,
    expiresAtMs: expiresAtMs(content, admittedAtMs) ?? admittedAtMs,
  };
}

const monthsOf: ReadonlyMap<unknown, InstalmentTerms["months"]> = new Map([
  ["3", 3],
  ["6", 6],
  ["12", 12],
]);
/** hb_fq_seller_percent: the merchant’s share of the fee; nothing in between is taken. */
const bearerOf: ReadonlyMap<unknown, InstalmentTerms["feeBearer"]> = new Map([
  ["0", "payer"],
  ["100", "merchant"],
]);

/** The instalments asked for in extend_params: both fields together, as text, with the documented values only. */
function instalmentsIn(content: Content): InstalmentTerms | null | "malformed" {
  if (!content.has("extend_params")) return null;
  const extended = objectIn(content, "extend_params");
  if (extended === null) return "malformed";
  if (!extended.has("hb_fq_num") && !extended.has("hb_fq_seller_percent")) return null;
  const months = monthsOf.get(extended.get("hb_fq_num"));
  const feeBearer = bearerOf.get(extended.get("hb_fq_seller_percent"));
  return months === undefined || feeBearer === undefined ? "malformed" : { months, feeBearer };
}

const unitMs = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 24 * 3_600_000],
]);
const timeoutMsMax = 15 * 24 * 3_600_000;

/** The absolute time_expire wins over the relative timeout_express. Null when the one that counts is malformed. */
function expiresAtMs(content: Content, fromMs: number): number | null {
  const absolute = text(content, "time_expire", 32);
  if (absolute !== null) return parseBeijingTime(absolute)?.getTime() ?? null;
  return spanEndMs(content, "timeout_express", fromMs, limits.unpaidTradeMsDefault);
}

function codeExpiresAtMs(content: Content, fromMs: number): number | null {
  return spanEndMs(content, "qr_code_timeout_express", fromMs, limits.offerMsMax);
}

/** The end of a relative span such as “90m”, “2h”, “1d” or “1c”, the end of the day. Null when it is malformed. */
function spanEndMs(content: Content, name: string, fromMs: number, spanMsDefault: number): number | null {
  const relative = text(content, name, 6);
  if (relative === null) return fromMs + spanMsDefault;
  if (relative === "1c") return endOfBeijingDay(fromMs);
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(relative) ?? [];
  const ms = Number(count ?? Number.NaN) * (unitMs.get(unit ?? "") ?? Number.NaN);
  return Number.isNaN(ms) || ms > timeoutMsMax ? null : fromMs + ms;
}

function endOfBeijingDay(atMs: number): number {
  const dayMs = 24 * 3_600_000;
  const offsetMs = 8 * 3_600_000;
  return (Math.floor((atMs + offsetMs) / dayMs) + 1) * dayMs - offsetMs;
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
