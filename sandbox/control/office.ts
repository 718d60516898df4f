// The acquirer’s back office for products, under a name of our own: Alipay has no public call to open one.
// A merchant comes with its own token, an operator with the control token.
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import { principalOf } from "@huiyin/server/platform/http/authentication.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { FastifyRequest } from "fastify";
import type { AlipayWorld } from "../alipay/world.ts";
import type { Merchant } from "../book/model.ts";
import { MerchantParams, OfficeBody, ProductParams } from "./schemas.ts";

const config = { roles: ["operator", "merchant"] as const };
const tags = ["back office"];

/** Registers the two calls: which products are open, and please open one. */
export function officeRoutes(app: HttpApp, { world }: Readonly<{ world: AlipayWorld }>): void {
  const state = { tags, summary: "Which products of a merchant are open", params: MerchantParams };
  app.get("/huiyin/merchants/:appId/products", { schema: state, config }, async (request) =>
    answer(merchantFor(world, request, request.params.appId)),
  );

  const opening = { tags, summary: "Open a product", params: ProductParams, body: OfficeBody };
  app.post(
    "/huiyin/merchants/:appId/products/:product/open",
    { schema: opening, config },
    async (request) => {
      const { appId, product } = request.params;
      merchantFor(world, request, appId);
      return answer(unwrap(world.changeMerchant(appId, { product: { code: product, state: "open" } })));
    },
  );
}

function answer(merchant: Merchant): Readonly<Record<string, unknown>> {
  return { appId: merchant.appId, products: merchant.products };
}

/** The merchant, if it exists and the caller may speak for it; a stranger’s merchant looks like none. */
function merchantFor(world: AlipayWorld, request: FastifyRequest, appId: string): Merchant {
  const principal = principalOf(request);
  const merchant = world.book.merchants.get(appId);
  const may =
    principal.role === "operator" || (principal.role === "merchant" && principal.merchantId === appId);
  if (merchant === undefined || !may) return unwrap(refuse("not_found", { what: appId }));
  return merchant;
}
