// The browser inside the simulated WeChat. A page of a printed code opens on the sandbox’s own address, fetched as WeChat
// would fetch it, so that any browser can play the phone: the bridge is put into it, and web authorization knows the wallet.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Type } from "typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import { fen, yuanText } from "@huiyin/server/kernel/money.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import { same } from "../control/access.ts";
import { paidBy } from "../world/approval.ts";
import { authorizePath, type BridgeWish } from "./pages.ts";
import { gatewayPrefix } from "./routes.ts";
import type { WechatWorld } from "./world.ts";

export const wechatAgent =
  "Mozilla/5.0 (Linux; Android 14; Huiyin Sandbox) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Mobile Safari/537.36 MicroMessenger/8.0.47.2560";

const phoneCookie = "huiyin_wechat_phone";
/** The only cookie that a page of a printed code has: those of the sandbox stay here. */
const pageCookie = "huiyin_page";
const printedCode = /^https?:\/\/[^/?#]+\/c\/[0-9a-z]{26}$/;
const fetchMsMax = 20_000;
const bridgeScript = readFileSync(new URL("./bridge.js", import.meta.url));

export type BrowserDeps = Readonly<{ world: WechatWorld; controlToken: string }>;

/** Whose phone it is, and where the page that it has open comes from. */
type Phone = Readonly<{ walletId: string; origin: string }>;

/** Registers the opening of a page, the page, web authorization and the bridge. */
export function wechatBrowserRoutes(app: HttpApp, deps: BrowserDeps): void {
  const open = {
    tags: ["sandbox"],
    summary: "The payer’s WeChat opens the page of a printed code",
    params: Type.Object({ walletId: Type.String({ maxLength: 64 }) }),
    body: Type.Object({ url: Type.String({ maxLength: 512 }) }),
  };
  const config = { roles: ["operator"] as const };
  app.post("/control/wallets/:walletId/pages", { schema: open, config }, async (request, reply) => {
    const { walletId } = request.params;
    const url = request.body.url.trim();
    if (!deps.world.book.wallets.has(walletId)) return unwrap(refuse("not_found", { what: walletId }));
    if (!printedCode.test(url)) return unwrap(refuse("sandbox_scan_unknown", {}));
    const { origin, pathname } = new URL(url);
    const value = sealed(deps, { walletId, origin });
    void reply.setCookie(phoneCookie, value, { path: "/", httpOnly: true, sameSite: "lax", maxAge: 86_400 });
    return reply.code(201).send({ location: pathname });
  });
  pageRoutes(app, deps);
  bridgeRoutes(app, deps);
}

const open = { schema: { hide: true }, config: { roles: "public" } } as const;

function pageRoutes(app: HttpApp, deps: BrowserDeps): void {
  app.get(`${gatewayPrefix}${authorizePath}`, open, async (request, reply) => {
    const phone = phoneIn(deps, request);
    const query = new URLSearchParams(request.url.split("?")[1] ?? "");
    const outcome = deps.world.pages.authorize(phone?.walletId ?? "", query);
    if (outcome.kind === "refused")
      return reply.code(400).type("text/plain; charset=utf-8").send(outcome.message);
    return reply.redirect(within(outcome.location, phone), 302);
  });
  for (const method of ["GET", "POST"] as const)
    app.route({
      ...{ method, url: "/c/*", schema: { hide: true }, exposeHeadRoute: false },
      config: { roles: "public", body: "raw" },
      handler: async (request, reply) => {
        const phone = phoneIn(deps, request);
        if (phone === null) return unwrap(refuse("not_found", { what: "phone" }));
        return passOn(request, reply, phone);
      },
    });
}

function bridgeRoutes(app: HttpApp, { world, ...deps }: BrowserDeps): void {
  app.get(`${gatewayPrefix}/bridge.js`, open, async (_request, reply) =>
    reply.header("cache-control", "no-cache").type("text/javascript; charset=utf-8").send(bridgeScript),
  );
  const text = Type.String({ maxLength: 1_024 });
  const names = ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"] as const;
  const call = Type.Object(Object.fromEntries(names.map((name) => [name, text])));
  const { config } = open;
  app.post(
    `${gatewayPrefix}/bridge/payment`,
    { schema: { hide: true, body: call }, config },
    async (request) => {
      const { walletId } = own(deps, world, request);
      const trade = unwrap(await world.pages.begin(walletId, request.body as BridgeWish));
      const merchantName = world.book.merchants.get(trade.appId)?.name ?? "";
      return { tradeNo: trade.tradeNo, merchantName, amountText: yuanText(fen(trade.amountFen)) };
    },
  );
  const confirmation = Type.Object({ tradeNo: text, password: text });
  app.post(
    `${gatewayPrefix}/bridge/confirmation`,
    { schema: { hide: true, body: confirmation }, config },
    async (request) => {
      const { walletId } = own(deps, world, request);
      unwrap(paidBy(unwrap(world.approve({ walletId, ...request.body }))));
      return { state: "paid" };
    },
  );
}

/** The page as WeChat would fetch it, with the bridge in it. */
async function passOn(request: FastifyRequest, reply: FastifyReply, phone: Phone): Promise<FastifyReply> {
  const { method, url, headers, rawBody } = request;
  const cookie = request.cookies[pageCookie];
  const answer = await fetch(`${phone.origin}${url}`, {
    method,
    headers: {
      "user-agent": wechatAgent,
      "accept-language": headers["accept-language"] ?? "zh-CN",
      ...(headers["content-type"] !== undefined && { "content-type": headers["content-type"] }),
      ...(cookie !== undefined && { cookie: `${pageCookie}=${encodeURIComponent(cookie)}` }),
    },
    ...(method === "POST" && { body: new Uint8Array(rawBody) }),
    redirect: "manual",
    signal: AbortSignal.timeout(fetchMsMax),
  });
  const type = answer.headers.get("content-type") ?? "text/plain";
  for (const each of answer.headers.getSetCookie())
    void reply.header("set-cookie", each.replace(/; *Secure/i, ""));
  const location = answer.headers.get("location");
  if (location !== null) void reply.header("location", within(location, phone));
  const body = await answer.text();
  // Before every script of the page’s own.
  const withBridge = `</title><script src="${gatewayPrefix}/bridge.js" defer></script>`;
  return reply
    .code(answer.status)
    .header("cache-control", "no-store")
    .type(type)
    .send(type.startsWith("text/html") ? body.replace("</title>", withBridge) : body);
}

/** An address of the page’s own server as it is reached here. */
function within(location: string, phone: Phone | null): string {
  return phone !== null && location.startsWith(`${phone.origin}/`)
    ? location.slice(phone.origin.length)
    : location;
}

/** The phone that calls from our own page: another site cannot set this header. */
function own(deps: Omit<BrowserDeps, "world">, world: WechatWorld, request: FastifyRequest): Phone {
  const phone = request.headers["x-huiyin-bridge"] === "1" ? phoneIn({ ...deps, world }, request) : null;
  return phone ?? unwrap(refuse("not_found", { what: "phone" }));
}

function phoneIn(deps: BrowserDeps, request: FastifyRequest): Phone | null {
  const [text = "", mac = ""] = (request.cookies[phoneCookie] ?? "").split(".");
  if (text === "" || !same(mac, macOf(deps, text))) return null;
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Phone;
}

function sealed(deps: BrowserDeps, phone: Phone): string {
  const text = Buffer.from(JSON.stringify(phone)).toString("base64url");
  return `${text}.${macOf(deps, text)}`;
}

function macOf({ controlToken }: Pick<BrowserDeps, "controlToken">, text: string): string {
  return createHmac("sha256", controlToken).update(`wechat phone ${text}`).digest("base64url");
}
