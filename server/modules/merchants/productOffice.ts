// The channel's merchant back office: what state is a product in, and please open it.
// Alipay has no public call for either; this HTTP interface is our own, spoken by the sandbox and by whatever an acquirer
// puts in front of the real back office. Its address and token are fields of the channel account.
import type { CapabilityState } from "@huiyin/contract/words.ts";
import type { ChannelAccount, ConfigField, Transport, WireReply } from "../../channels/port.ts";
import { wireText } from "../../channels/wireText.ts";
import { merchantLimits } from "./limits.ts";
import type { LiveState, Product } from "./model.ts";

export type OpenOutcome =
  /** The application is on record there; whether the product is open is another question. */
  | Readonly<{ kind: "accepted" }>
  | Readonly<{ kind: "refused"; reason: string }>
  | Readonly<{ kind: "unknown"; problem: string }>;

export interface ProductOffice {
  /** The state of a product, now. Never throws: silence is "unknown". */
  stateOf(account: ChannelAccount, product: Product): Promise<LiveState>;
  /** Applies for a product. Applying twice is applying once. Never throws. */
  open(account: ChannelAccount, product: Product): Promise<OpenOutcome>;
}

/** Fields that a channel account may carry beside those of the channel's own manifest. */
export const productOfficeFields: readonly ConfigField[] = [
  {
    key: "productOfficeUrl",
    label: { zh: "商户后台地址", en: "Back office address" },
    help: {
      zh: "查询和开通产品的接口地址；不填则只能人工开通。",
      en: "Where products are queried and opened; without it they are opened by hand.",
    },
    secret: "no",
    pattern: "^https?://[^\\s]{1,200}$",
  },
  {
    key: "productOfficeToken",
    label: { zh: "商户后台令牌", en: "Back office token" },
    help: { zh: "调用商户后台时使用的令牌。", en: "The token sent to the back office." },
    secret: "yes",
    pattern: "^[!-~]{1,500}$",
  },
];

/** Whether somebody can be asked about the products of this account. */
export function hasOffice(account: ChannelAccount): "yes" | "no" {
  return account["productOfficeUrl"] === undefined ? "no" : "yes";
}

// Names of the products, and of their states, in the back office's own words.
const officeProducts: Readonly<Record<Product, string>> = {
  alipay: "facePay",
  huabei: "huabei",
  huabeiInstalment: "huabeiInstalment",
  wechat: "codePay",
  unionpay: "codePay",
};
const officeStates = new Map<string, CapabilityState>([
  ["open", "enabled"],
  ["closed", "closed"],
  ["applying", "applying"],
  ["rejected", "rejected"],
  ["suspended", "suspended"],
]);

export type ProductOfficeDeps = Readonly<{ transport: Transport; now: () => Date }>;

/** The back office over HTTP: GET …/merchants/{appId}/products and POST …/merchants/{appId}/products/{product}/open. */
export function createProductOffice(deps: ProductOfficeDeps): ProductOffice {
  return {
    stateOf: (account, product) => stateOf(deps, account, product),
    open: (account, product) => open(deps, account, product),
  };
}

async function stateOf(
  deps: ProductOfficeDeps,
  account: ChannelAccount,
  product: Product,
): Promise<LiveState> {
  const askedAt = deps.now();
  const reply = await call(deps, account, { method: "GET", path: "products" });
  if (typeof reply === "string") return { kind: "unknown", problem: reply, askedAt };
  if (reply.status !== 200) return { kind: "unknown", problem: `HTTP ${reply.status}`, askedAt };
  const entry = productEntry(wireText(reply), officeProducts[product]);
  if (entry === null) return { kind: "unknown", problem: "the answer does not name the product", askedAt };
  const state = officeStates.get(entry.state);
  if (state === undefined)
    return { kind: "unknown", problem: "the answer names a state that is not documented", askedAt };
  return { kind: "known", state, reason: entry.reason, askedAt };
}

async function open(
  deps: ProductOfficeDeps,
  account: ChannelAccount,
  product: Product,
): Promise<OpenOutcome> {
  const reply = await call(deps, account, {
    method: "POST",
    path: `products/${officeProducts[product]}/open`,
  });
  if (typeof reply === "string") return { kind: "unknown", problem: reply };
  if (reply.status >= 200 && reply.status < 300) return { kind: "accepted" };
  if (reply.status === 409 || reply.status === 422) {
    return { kind: "refused", reason: textField(parse(wireText(reply)), "reason") ?? `HTTP ${reply.status}` };
  }
  return { kind: "unknown", problem: `HTTP ${reply.status}` };
}

/** One call; a text where there was no reply. */
async function call(
  deps: ProductOfficeDeps,
  account: ChannelAccount,
  request: Readonly<{ method: "GET" | "POST"; path: string }>,
): Promise<WireReply | string> {
  const address = account["productOfficeUrl"];
  const appId = account["appId"] ?? account["merId"];
  if (address === undefined || appId === undefined) return "no back office is configured";
  const token = account["productOfficeToken"];
  try {
    return await deps.transport({
      method: request.method,
      url: `${address.replace(/\/+$/, "")}/merchants/${encodeURIComponent(appId)}/${request.path}`,
      headers: {
        accept: "application/json",
        ...(request.method === "POST" ? { "content-type": "application/json" } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: request.method === "POST" ? "{}" : "",
      timeoutMs: merchantLimits.productOfficeMsMax,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Reads `{ products: { huabei: "open" } }` as well as `{ products: { huabei: { state, reason } } }`. */
function productEntry(body: string, name: string): Readonly<{ state: string; reason: string | null }> | null {
  const answer = parse(body);
  const listed = record(answer)?.["products"];
  const entry = ownField(listed, name);
  if (typeof entry === "string") return { state: entry, reason: null };
  const state = textField(entry, "state");
  return state === null ? null : { state, reason: textField(entry, "reason") };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function ownField(value: unknown, key: string): unknown {
  const fields = record(value);
  return fields !== null && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function textField(value: unknown, key: string): string | null {
  const field = ownField(value, key);
  if (typeof field !== "string" || field.length === 0) return null;
  // What the database cannot hold must not stop an answer from being recorded.
  return field.slice(0, 200).replaceAll("\0", "\ufffd").toWellFormed();
}
