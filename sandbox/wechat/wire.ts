// What comes to the simulated gateway and what leaves it, whatever the generation.
import type { GatewayPlan } from "../faults/model.ts";
import type { Merchant } from "../book/model.ts";
import type { Store } from "../world/store.ts";
import type { WechatKeys } from "./keys.ts";

export type WechatRequest = Readonly<{
  method: string;
  /** Scheme and host as the caller knows them: where the bill is fetched from. */
  origin: string;
  /** As sent, with whatever prefix the sandbox has before /v3 or /pay. */
  pathAndQuery: string;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}>;

/** What leaves on the wire, and when: an answer so many milliseconds later, or a connection that breaks. */
export type WechatOutcome =
  | Readonly<{
      kind: "answer";
      afterMs: number;
      status: number;
      headers: Readonly<Record<string, string>>;
      body: Uint8Array;
    }>
  | Readonly<{ kind: "broken"; afterMs: number }>;

export type Clocks = Readonly<{
  now: Date;
  /** The same moment by a clock that nobody moved: an independent SDK knows nothing of the sandbox’s clock. */
  unmovedNow: Date;
}>;

export type GatewayDeps = Readonly<{
  store: Store;
  keys: WechatKeys;
  clocks: () => Clocks;
  /** A number in [0, 1). */
  random: () => number;
}>;

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** So many characters that nobody has to guess. */
export function nonceOf(random: () => number, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** The merchant with this receiving account, or null. */
export function merchantBy(store: Store, mchId: string): Merchant | null {
  return [...store.state.book.merchants.values()].find(({ sellerId }) => sellerId === mchId) ?? null;
}

/** A shared key or serial of a merchant; empty where it has none. */
export function keyOf(
  merchant: Merchant,
  name: "apiKeyV2" | "apiV3Key" | "merchantSerialNo" | "verifyBy" | "appSecret",
): string {
  return merchant.keys[name] ?? "";
}

export function textOutcome(
  text: string,
  {
    status = 200,
    afterMs = 0,
    headers = {},
  }: Partial<Pick<Extract<WechatOutcome, { kind: "answer" }>, "status" | "afterMs" | "headers">>,
): WechatOutcome {
  return { kind: "answer", afterMs, status, headers, body: Buffer.from(text, "utf8") };
}

const badGateway =
  "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/** What the plan makes of any answer before it is written: nothing, a page of a proxy, or null where the answer itself leaves. */
export function shapedBy(plan: GatewayPlan): WechatOutcome | null {
  const afterMs = plan.replyDelayMs;
  if (plan.reply === "lost") return { kind: "broken", afterMs };
  if (plan.reply !== "serverError") return null;
  return textOutcome(badGateway, { status: 502, afterMs, headers: { "content-type": "text/html" } });
}
