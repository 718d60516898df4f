// HTTP of the merchant’s switch for credit.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import { CreditAcceptance, PutCreditAcceptance } from "@huiyin/contract/api/merchants.ts";
import { unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant } from "../access.ts";
import type { MerchantDeps } from "../service.ts";
import { creditStanding, setCreditAcceptance } from "./service.ts";

const tags = ["merchants"];
const ByMerchant = Type.Object({ id: Id("mer") }, { additionalProperties: false });
const config = { roles: ["operator", "merchant"] } as const;
const path = "/v1/merchants/:id/credit-acceptance";

export function creditRoutes(app: HttpApp, deps: MerchantDeps): void {
  const putSchema = {
    tags,
    summary: "Take money that the payer borrows, or refuse it",
    params: ByMerchant,
    body: PutCreditAcceptance,
    response: { 200: CreditAcceptance },
  };
  app.put(path, { schema: putSchema, config }, async (request) => {
    const { id } = request.params;
    const principal = principalOf(request);
    requireMerchant(principal, id);
    unwrap(await setCreditAcceptance(deps, id, { ...request.body, actor: actorOf(principal) }));
    return creditView(deps, id);
  });

  const getSchema = {
    tags,
    summary: "Whether the merchant takes credit, and who decided so",
    params: ByMerchant,
    response: { 200: CreditAcceptance },
  };
  app.get(path, { schema: getSchema, config }, async (request) => {
    requireMerchant(principalOf(request), request.params.id);
    return creditView(deps, request.params.id);
  });
}

async function creditView(deps: MerchantDeps, merchantId: string): Promise<CreditAcceptance> {
  const { creditAcceptance, history } = unwrap(await creditStanding(deps, merchantId));
  return { creditAcceptance, history: history.map((line) => ({ ...line, at: rfc3339(line.at) })) };
}
