// HTTP of products: their state with its history, and the four things a person may ask for.
import { Type } from "typebox";
import { Id, OneOf } from "@huiyin/contract/api/common.ts";
import {
  Capability,
  CapabilityAction,
  CapabilityList,
  productCodes,
} from "@huiyin/contract/api/merchants.ts";
import { RefusalError, refuse, unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant, sourceOf } from "../access.ts";
import type { MerchantDeps } from "../service.ts";
import { actOnCapability, capabilitiesOf, type CapabilityView, type CapabilityWish } from "./service.ts";

const tags = ["merchants"];
const ByMerchant = Type.Object({ id: Id("mer") }, { additionalProperties: false });
const ByProduct = Type.Object(
  { id: Id("mer"), product: OneOf(productCodes) },
  { additionalProperties: false },
);
const config = { roles: ["operator", "merchant"] } as const;

export function capabilityRoutes(app: HttpApp, deps: MerchantDeps): void {
  const listSchema = {
    tags,
    summary: "Every product with its state and history",
    params: ByMerchant,
    response: { 200: CapabilityList },
  };
  app.get("/v1/merchants/:id/capabilities", { schema: listSchema, config }, async (request) => {
    const { id } = request.params;
    requireMerchant(principalOf(request), id);
    const views = await capabilitiesOf(deps, id);
    if (views.length === 0) return unwrap(refuse("not_found", { what: id }));
    return { items: views.map(capabilityView) };
  });

  const actSchema = {
    tags,
    summary: "Open, suspend, resume or close a product",
    params: ByProduct,
    body: CapabilityAction,
    response: { 200: Capability },
  };
  app.post("/v1/merchants/:id/capabilities/:product", { schema: actSchema, config }, async (request) => {
    const { id, product } = request.params;
    const principal = principalOf(request);
    requireMerchant(principal, id);
    const asker = { source: sourceOf(principal), actor: actorOf(principal) };
    unwrap(await actOnCapability(deps, { merchantId: id, product }, wishOf(request.body), asker));
    const view = (await capabilitiesOf(deps, id)).find((candidate) => candidate.product === product);
    return view ? capabilityView(view) : unwrap(refuse("not_found", { what: product }));
  });
}

const reasonMissing = { zh: "停用或关闭时必须说明原因。", en: "is required for suspend and close." };

/** A stop without a reason is refused: somebody will ask why. */
function wishOf(body: CapabilityAction): CapabilityWish {
  if (body.action === "open" || body.action === "resume") return { action: body.action };
  if (body.reason !== undefined) return { action: body.action, reason: body.reason };
  const errors = [{ field: "reason", problem: reasonMissing }];
  throw new RefusalError({ code: "request_invalid", facts: {}, errors });
}

function capabilityView(view: CapabilityView): Capability {
  const { id, merchantId, channel, product, state, source, reason, live } = view;
  return {
    id,
    merchantId,
    channel,
    product,
    state,
    source,
    reason,
    changedAt: rfc3339(view.changedAt),
    live:
      live === null
        ? null
        : {
            state: live.kind === "known" ? live.state : null,
            reason: live.kind === "known" ? live.reason : null,
            problem: live.kind === "unknown" ? live.problem : null,
            askedAt: rfc3339(live.askedAt),
          },
    history: view.history.map((line) => ({ ...line, at: rfc3339(line.at) })),
  };
}
