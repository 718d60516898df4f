// The simulated WeChat Pay as one object: both generations of its gateway, wallets, merchants, notifications and faults,
// without any HTTP. Time, chance and durability are handed in.
import type { Transport, WireReply } from "@huiyin/server/channels/port.ts";
import type { World } from "../world/model.ts";
import { createPeople } from "../world/people.ts";
import { createStore, type StoreDeps } from "../world/store.ts";
import { releaseDue } from "./carry.ts";
import type { WechatKeys } from "./keys.ts";
import { createWechatNotifier, type WechatNotifier } from "./notifier.ts";
import { createPages, tokenPath, type Pages } from "./pages.ts";
import { handleV2, v2CallAt } from "./v2.ts";
import { handleV3 } from "./v3.ts";
import { textOutcome, type GatewayDeps, type WechatOutcome, type WechatRequest } from "./wire.ts";

export type WechatWorldOptions = Omit<StoreDeps, "network"> &
  Readonly<{
    keys: WechatKeys;
    clock: Readonly<{
      now(): Date;
      sleep(ms: number): Promise<void>;
      /** The same moment by a clock that nobody moved; `now` where the two are one. */
      unmovedNow?: () => Date;
    }>;
    /** A number in [0, 1): draws payer codes and nonces. */
    random: () => number;
  }>;

export type WechatWorld = World &
  Readonly<{
    /** One request as it came; faults apply, nothing waits. */
    handle(request: WechatRequest): Promise<WechatOutcome>;
    /** The same behind the channel port: waits what the outcome says, rejects where the connection breaks or time runs out. */
    transport: Transport;
    /** Pages that WeChat opens on a phone: who holds it, and the bridge. */
    pages: Pages;
    deliver: WechatNotifier["deliver"];
    deliverNext: WechatNotifier["deliverNext"];
  }>;

/** Builds a world from keys, a clock, chance and, where it is to last, a journal and the state it left. */
export function createWechatWorld(options: WechatWorldOptions): WechatWorld {
  const { keys, clock, random } = options;
  const store = createStore({ ...options, network: "wechat" });
  const clocks = () => ({ now: clock.now(), unmovedNow: (clock.unmovedNow ?? clock.now)() });
  const deps: GatewayDeps = { store, keys, clocks, random };
  const people = createPeople({ store, now: clock.now, random });
  const pages = createPages(deps, people);
  const notifier = createWechatNotifier({ store, keys, random, now: clock.now });
  const handle = (request: WechatRequest): Promise<WechatOutcome> => {
    store.passTime(clock.now());
    return routed({ ...deps, pages }, request);
  };
  return {
    ...people,
    pages,
    handle,
    transport: transportOver(handle, clock.sleep),
    deliver: notifier.deliver,
    deliverNext: notifier.deliverNext,
    passTime: () => {
      store.passTime(clock.now());
      releaseDue(store, clock.now());
    },
  };
}

/** Whatever comes before /v3, /pay, /secapi or /sns is the sandbox’s own prefix. */
async function routed(
  deps: GatewayDeps & Readonly<{ pages: Pages }>,
  request: WechatRequest,
): Promise<WechatOutcome> {
  const [whole = "", query = ""] = request.pathAndQuery.split(/\?(.*)/s);
  const at = whole.search(/\/(?:v3|pay|secapi|sns)\//);
  const [prefix, path] = at < 0 ? ["", whole] : [whole.slice(0, at), whole.slice(at)];
  if (path === tokenPath && request.method === "GET") return deps.pages.token(new URLSearchParams(query));
  const name = v2CallAt(path);
  if (name !== null) return handleV2(deps, name, request);
  if (!path.startsWith("/v3/")) return textOutcome("404 page not found", { status: 404 });
  const text = Buffer.from(request.body).toString("utf8");
  return handleV3(deps, { ...request, prefix, path, query: new URLSearchParams(query), text });
}

function transportOver(
  handle: (request: WechatRequest) => Promise<WechatOutcome>,
  sleep: (ms: number) => Promise<void>,
): Transport {
  return async (request): Promise<WireReply> => {
    const { origin, pathname, search } = new URL(request.url);
    const headers = new Map(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const { method = "POST" } = request;
    const body = Buffer.from(request.body, "utf8");
    const outcome = await handle({ method, origin, pathAndQuery: `${pathname}${search}`, headers, body });
    await sleep(Math.min(outcome.afterMs, request.timeoutMs));
    if (outcome.afterMs >= request.timeoutMs) throw new Error("timeout");
    if (outcome.kind === "broken") throw new Error("connection reset");
    return { status: outcome.status, headers: { ...outcome.headers }, body: outcome.body };
  };
}
