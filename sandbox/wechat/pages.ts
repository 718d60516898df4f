// Pages that WeChat itself opens: web authorization, which tells an app who holds the phone, and the bridge with which such
// a page asks the phone to pay. Codes of authorization are kept in memory: they live five minutes.
import { createHash } from "node:crypto";
import { bridgeSignText } from "@huiyin/server/channels/wechat/pages.ts";
import { publicKeyOf, verifyRsa } from "@huiyin/server/channels/wechat/crypto/rsa.ts";
import { refuse, type Result } from "@huiyin/server/kernel/result.ts";
import type { Book, Merchant, Offer, Trade, Wallet } from "../book/model.ts";
import type { World } from "../world/model.ts";
import { keyOf, nonceOf, textOutcome, type GatewayDeps, type WechatOutcome } from "./wire.ts";

export const tokenPath = "/sns/oauth2/access_token";
export const authorizePath = "/connect/oauth2/authorize";

const codeMsMax = 5 * 60_000;

/** What a page hands to the bridge. */
export type BridgeWish = Readonly<
  Record<"appId" | "timeStamp" | "nonceStr" | "package" | "signType" | "paySign", string>
>;

export type Authorized =
  | Readonly<{ kind: "back"; location: string }>
  /** What WeChat shows in the place of the page that asked. */
  | Readonly<{ kind: "refused"; message: string }>;

export type Pages = Readonly<{
  /** Sends the browser of a phone back to the page that asked who holds it. */
  authorize(walletId: string, query: URLSearchParams): Authorized;
  /** Exchanges a code: `/sns/oauth2/access_token`. */
  token(query: URLSearchParams): WechatOutcome;
  /** The bridge: the trade that the payer may confirm now. Refuses what is forged, expired, or another payer’s. */
  begin(walletId: string, call: BridgeWish): Promise<Result<Trade>>;
}>;

type Code = {
  readonly walletId: string;
  readonly appId: string;
  readonly endsAtMs: number;
  used: "yes" | "no";
};

/** The name of an order in a page, by the address under which the books have it. */
export function prepayIdOf({ codeUrl }: Pick<Offer, "codeUrl">): string {
  return `wx${createHash("sha256").update(codeUrl).digest("hex").slice(0, 34)}`;
}

/** One for each world. */
export function createPages(deps: GatewayDeps, people: Pick<World, "scan">): Pages {
  const codes = new Map<string, Code>();
  const nowMs = (): number => deps.clocks().now.getTime();
  return {
    authorize: (walletId, query) => {
      const appId = query.get("appid") ?? "";
      const { book } = deps.store.state;
      const refusal = authorizeRefusal(book, walletId, query);
      if (refusal !== null) return { kind: "refused", message: refusal };
      for (const [code, { endsAtMs }] of codes) if (endsAtMs <= nowMs()) codes.delete(code);
      const code = nonceOf(deps.random, 32);
      codes.set(code, { walletId, appId, endsAtMs: nowMs() + codeMsMax, used: "no" });
      const back = new URL(query.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", query.get("state") ?? "");
      return { kind: "back", location: back.toString() };
    },
    token: (query) => {
      const { book } = deps.store.state;
      const merchant = book.merchants.get(query.get("appid") ?? "");
      if (merchant === undefined) return wrong(40_013, "invalid appid");
      const secret = keyOf(merchant, "appSecret");
      if (secret === "" || query.get("secret") !== secret) return wrong(40_125, "invalid appsecret");
      const code = codes.get(query.get("code") ?? "");
      if (code === undefined || code.appId !== merchant.appId) return wrong(40_029, "invalid code");
      if (code.used === "yes") return wrong(40_163, "code been used");
      if (code.endsAtMs <= nowMs()) return wrong(42_003, "code expired");
      code.used = "yes";
      const openid = book.wallets.get(code.walletId)?.buyerUserId ?? "";
      const token = { access_token: nonceOf(deps.random, 32), expires_in: 7_200 };
      return said({ ...token, refresh_token: nonceOf(deps.random, 32), openid, scope: "snsapi_base" });
    },
    begin: async (walletId, call) => {
      const { book } = deps.store.state;
      const [wallet, merchant] = [book.wallets.get(walletId), book.merchants.get(call.appId)];
      if (wallet === undefined || merchant === undefined) return refuse("not_found", { what: walletId });
      if (!(await isGenuine(merchant, call))) return refuse("sandbox_bridge_forged", {});
      const offer = offerOf(book, { wallet, merchant }, call.package);
      if (offer === null) return refuse("sandbox_scan_unknown", {});
      return people.scan({ walletId, codeUrl: offer.codeUrl });
    },
  };
}

function authorizeRefusal(book: Book, walletId: string, query: URLSearchParams): string | null {
  if (!book.wallets.has(walletId)) return "请在微信客户端打开链接";
  if (!book.merchants.has(query.get("appid") ?? "")) return "appid 参数错误";
  if (query.get("response_type") !== "code") return "response_type 参数错误";
  if (query.get("scope") !== "snsapi_base") return "Scope 参数错误或没有 Scope 权限";
  if ((query.get("state") ?? "").length > 128) return "state 参数错误";
  const back = query.get("redirect_uri") ?? "";
  return URL.canParse(back) && /^https?:\/\//.test(back) ? null : "redirect_uri 参数错误";
}

async function isGenuine(merchant: Merchant, call: BridgeWish): Promise<boolean> {
  if (call.signType !== "RSA") return false;
  return verifyRsa(bridgeSignText(call), call.paySign, publicKeyOf(merchant.publicKey));
}

/** The order in a page that this wallet may pay; null where there is none. */
function offerOf(
  book: Book,
  { wallet, merchant }: Readonly<{ wallet: Wallet; merchant: Merchant }>,
  named: string,
): Offer | null {
  const receives = (appId: string): boolean =>
    appId === merchant.appId || book.merchants.get(appId)?.providerId === merchant.sellerId;
  const mine = [...book.offers.values()].filter(
    ({ order }) => order.payerUserId === wallet.buyerUserId && receives(order.appId),
  );
  return mine.find((offer) => `prepay_id=${prepayIdOf(offer)}` === named) ?? null;
}

function wrong(errcode: number, errmsg: string): WechatOutcome {
  return said({ errcode, errmsg });
}

function said(value: Readonly<Record<string, unknown>>): WechatOutcome {
  return textOutcome(JSON.stringify(value), { headers: { "content-type": "text/plain" } });
}
