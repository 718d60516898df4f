// The merchants as Alipay knows them, and the codes they show: what is on their accounts, what they are notified of.
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import { rfc3339 } from "@huiyin/server/kernel/time.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { AlipayWorld } from "../alipay/world.ts";
import type { Book, Offer } from "../book/model.ts";
import { openOffers } from "../book/offers.ts";
import type { MerchantChanges } from "../book/people.ts";
import * as schemas from "./schemas.ts";
import { merchantView, tradeView } from "./views.ts";

export type MerchantRouteDeps = Readonly<{ world: AlipayWorld; clock: Clock }>;

const config = { roles: ["operator"] as const };
const tags = ["sandbox"];

/** Registers what is asked about merchants and their codes, and the payer’s scan of one. */
export function merchantRoutes(app: HttpApp, { world, clock }: MerchantRouteDeps): void {
  const list = { tags, summary: "Every merchant at the simulated Alipay" };
  app.get("/control/merchants", { schema: list, config }, async () => {
    return {
      items: [...world.book.merchants.values()].map((merchant) => merchantView(world.book, merchant)),
    };
  });

  const change = {
    tags,
    summary: "Change a merchant: its balance at Alipay, its notifications, its products",
    params: schemas.MerchantParams,
    body: schemas.MerchantPatch,
  };
  app.patch("/control/merchants/:appId", { schema: change, config }, async (request) => {
    const { appId } = request.params;
    if (!world.book.merchants.has(appId)) return unwrap(refuse("not_found", { what: appId }));
    return merchantView(world.book, unwrap(world.changeMerchant(appId, changesOf(request.body))));
  });

  const offers = { tags, summary: "The codes that merchants show and nobody has scanned yet, newest first" };
  app.get("/control/offers", { schema: offers, config }, async () => ({
    items: openOffers(world.book, clock.now().getTime()).map((offer) => offerView(world.book, offer)),
  }));

  const scan = {
    tags,
    summary: "The payer’s phone scans a merchant’s code; the trade waits for the password then",
    params: schemas.WalletParams,
    body: schemas.ScanBody,
  };
  app.post("/control/wallets/:walletId/scans", { schema: scan, config }, async (request, reply) => {
    const { walletId } = request.params;
    const trade = unwrap(world.scan({ walletId, codeUrl: request.body.codeUrl.trim() }));
    return reply.code(201).send(tradeView(world.book, trade));
  });
}

function changesOf(body: schemas.MerchantPatch): MerchantChanges {
  const { balance, ...rest } = body;
  return { ...rest, ...(balance === undefined ? {} : { balanceFen: BigInt(balance) }) };
}

/** A code that a merchant shows, as the wallet page lists it. Amounts are fen. */
function offerView(book: Book, { codeUrl, order, expiresAtMs }: Offer): Readonly<Record<string, unknown>> {
  return {
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
