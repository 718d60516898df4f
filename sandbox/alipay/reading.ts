// biz_content of the three trade methods, read strictly into requests that the books understand.
import { parseYuan } from "@huiyin/server/kernel/money.ts";
import { parseBeijingTime } from "@huiyin/server/kernel/time.ts";
import { parsedObject } from "@huiyin/server/channels/alipay/json.ts";
import { limits } from "../book/limits.ts";
import type { BookRequest } from "../book/model.ts";
import type { Operation } from "./admission.ts";

export type BusinessReading =
  | Readonly<{ kind: "request"; request: BookRequest; asksFundBill: boolean; outTradeNo: string }>
  /** The text is not a JSON object: refused by the gateway. */
  | Readonly<{ kind: "notJson" }>
  /** A field is missing or malformed: refused by the business. */
  | Readonly<{ kind: "invalid"; field: string; outTradeNo: string }>;

export type Envelope = Readonly<{
  operation: Operation;
  appId: string;
  bizContent: string;
  notifyUrl: string;
}>;

/** Reads a request’s business content at the moment it was admitted. Never throws. */
export function readBusiness(envelope: Envelope, admittedAt: Date): BusinessReading {
  const content = parsedObject(envelope.bizContent);
  if (content === null) return { kind: "notJson" };
  const outTradeNo = text(content, "out_trade_no", 64) ?? "";
  const field = invalidField(content, envelope);
  if (field !== null) return { kind: "invalid", field, outTradeNo };
  const request =
    envelope.operation === "pay"
      ? payRequest(content, envelope, admittedAt)
      : ({
          kind: envelope.operation,
          appId: envelope.appId,
          tradeNo: text(content, "trade_no", 64) ?? "",
          outTradeNo,
        } as const);
  const options = content.get("query_options");
  const asksFundBill = Array.isArray(options) && options.includes("fund_bill_list");
  return { kind: "request", request, asksFundBill, outTradeNo };
}

type Content = ReadonlyMap<string, unknown>;

/** Every text field with its length; those a barcode payment must have come with the shape they must have. */
const payFields: ReadonlyArray<Readonly<{ name: string; max: number; shape: RegExp | null }>> = [
  { name: "out_trade_no", max: 64, shape: /^[0-9A-Za-z_]+$/ },
  { name: "subject", max: 256, shape: /^[^/=&]+$/ },
  { name: "auth_code", max: 64, shape: /./ },
  { name: "scene", max: 32, shape: /^bar_code$/ },
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

function invalidField(content: Content, envelope: Envelope): string | null {
  if (envelope.operation !== "pay") {
    const numbers = [text(content, "trade_no", 64), text(content, "out_trade_no", 64)];
    return numbers.every((number) => number === null) ? "out_trade_no" : null;
  }
  for (const { name, max, shape } of payFields) {
    const value = text(content, name, max);
    if (value === null ? shape !== null || content.has(name) : shape !== null && !shape.test(value))
      return name;
  }
  const amount = parseYuan(amountText(content));
  if (amount === null || amount.minor < 1n) return "total_amount";
  if (expiresAtMs(content, 0) === null) return content.has("time_expire") ? "time_expire" : "timeout_express";
  return envelope.notifyUrl === "" || isHttpUrl(envelope.notifyUrl) ? null : "notify_url";
}

function payRequest(content: Content, envelope: Envelope, admittedAt: Date): BookRequest {
  const admittedAtMs = admittedAt.getTime();
  return {
    kind: "pay",
    appId: envelope.appId,
    sellerId: text(content, "seller_id", 28) ?? "",
    outTradeNo: text(content, "out_trade_no", 64) ?? "",
    amountFen: parseYuan(amountText(content))?.minor ?? 0n,
    subject: text(content, "subject", 256) ?? "",
    body: text(content, "body", 128) ?? "",
    authCode: text(content, "auth_code", 64) ?? "",
    storeId: text(content, "store_id", 32) ?? "",
    terminalId: text(content, "terminal_id", 32) ?? "",
    notifyUrl: envelope.notifyUrl,
    disabledChannels: (text(content, "disable_pay_channels", 1024) ?? "")
      .split(",")
      .filter((name) => name !== ""),
    expiresAtMs: expiresAtMs(content, admittedAtMs) ?? admittedAtMs,
    admittedAtMs,
  };
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
  const relative = text(content, "timeout_express", 6);
  if (relative === null) return fromMs + limits.unpaidTradeMsDefault;
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

/** A text member within its length; null when absent, empty, too long or not text. */
function text(content: Content, name: string, max: number): string | null {
  const value = content.get(name);
  return typeof value === "string" && value !== "" && value.length <= max ? value : null;
}

/** Alipay takes the amount as text and, from careless callers, as a number. */
function amountText(content: Content): string {
  const value = content.get("total_amount");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
