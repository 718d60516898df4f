// The merchants as their networks know them, and the codes they show: what is on their accounts, what they are notified of.
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { rfc3339 } from "@huiyin/server/kernel/time.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { Book, Merchant, Offer } from "../book/model.ts";
import { openOffers } from "../book/offers.ts";
import type { MerchantChanges } from "../book/people.ts";
import type { ComposedWorld } from "../world/model.ts";
import { composedAt, merchantIn, walletIn, worldAt } from "./directory.ts";
import * as schemas from "./schemas.ts";
import { merchantView, tradeView } from "./views.ts";

export type MerchantRouteDeps = Readonly<{ worlds: readonly ComposedWorld[]; clock: Clock }>;

const config = { roles: ["operator"] as const };
const tags = ["sandbox"];

/** Registers what is asked about merchants and their codes, and the payer’s scan of one. */
export function merchantRoutes(app: HttpApp, deps: MerchantRouteDeps): void {
  accountRoutes(app, deps);
  offerRoutes(app, deps);
}

function accountRoutes(app: HttpApp, { worlds }: MerchantRouteDeps): void {
  const list = { tags, summary: "Every merchant at a simulated network", querystring: schemas.ChannelQuery };
  app.get("/control/merchants", { schema: list, config }, async (request) => {
    const { book } = worldAt(worlds, request.query.channel);
    return { items: [...book.merchants.values()].map((merchant) => merchantView(book, merchant)) };
  });

  const creation = {
    tags,
    summary: "Make sure of a merchant, also one that a service provider acts for; answers its account",
    body: schemas.NewMerchantBody,
  };
  app.post("/control/merchants", { schema: creation, config }, async (request, reply) => {
    const { channel, name, provider } = request.body;
    const wish = provider === undefined ? { name } : { name, provider };
    const account = await composedAt(worlds, channel).ensureMerchant(wish);
    return reply.code(201).header("cache-control", "no-store").send(account);
  });

  const change = {
    tags,
    summary: "Change a merchant: its balance at the network, its notifications, its products, its keys",
    params: schemas.MerchantParams,
    body: schemas.MerchantPatch,
  };
  app.patch("/control/merchants/:appId", { schema: change, config }, async (request) => {
    const { appId } = request.params;
    const { world, merchant } = merchantIn(worlds, appId);
    return merchantView(world.book, unwrap(world.changeMerchant(appId, changesOf(merchant, request.body))));
  });
}

function offerRoutes(app: HttpApp, { worlds, clock }: MerchantRouteDeps): void {
  const offers = { tags, summary: "The codes that merchants show and nobody has scanned yet, newest first" };
  app.get("/control/offers", { schema: offers, config }, async () => {
    const nowMs = clock.now().getTime();
    return {
      items: worlds.flatMap(({ world: { book } }) => {
        return openOffers(book, nowMs).map((offer) => offerView(book, offer));
      }),
    };
  });

  const scan = {
    tags,
    summary: "The payer’s phone scans a merchant’s code; the trade waits for the password then",
    params: schemas.WalletParams,
    body: schemas.ScanBody,
  };
  app.post("/control/wallets/:walletId/scans", { schema: scan, config }, async (request, reply) => {
    const { walletId } = request.params;
    const { world } = walletIn(worlds, walletId);
    const trade = unwrap(world.scan({ walletId, codeUrl: request.body.codeUrl.trim() }));
    return reply.code(201).send(tradeView(world.book, trade));
  });
}

function changesOf(merchant: Merchant, body: schemas.MerchantPatch): MerchantChanges {
  const { balance, verifyBy, ...rest } = body;
  return {
    ...rest,
    ...(balance === undefined ? {} : { balanceFen: BigInt(balance) }),
    ...(verifyBy === undefined ? {} : { keys: { ...merchant.keys, verifyBy } }),
  };
}

/** A code that a merchant shows, as the wallet page lists it. Amounts are fen. */
function offerView(book: Book, { codeUrl, order, expiresAtMs }: Offer): Readonly<Record<string, unknown>> {
  return {
    channel: book.network,
    codeUrl,
    merchantName: book.merchants.get(order.appId)?.name ?? "",
    appId: order.appId,
    outTradeNo: order.outTradeNo,
    amount: Number(order.amountFen),
    currency: "CNY",
    subject: order.subject,
    expiresAt: rfc3339(new Date(expiresAtMs)),
  };
}
