// HTTP of the menu: what a terminal may offer now, and why not.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import { Methods } from "@huiyin/contract/api/merchants.ts";
import { refuse, success, unwrap } from "../../../kernel/result.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { requireMerchant } from "../access.ts";
import { capabilitiesOf } from "../capability/service.ts";
import { maintenanceBetween } from "../maintenance/service.ts";
import { instalmentsOf, methodsOf, type Instalments, type Method, type MethodFacts } from "./decide.ts";
import type { LiveState, Product } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { findMerchant, listAccounts, listFeeRates } from "../store.ts";

/** What this module needs to know of a terminal. */
export type TerminalStanding = Readonly<{ merchantId: string; state: MethodFacts["terminalState"] }>;

export type MethodDeps = Readonly<{
  /** Null where there is no such terminal. */
  terminalStanding: (terminalId: string) => Promise<TerminalStanding | null>;
}>;

type Deps = Pick<MerchantDeps, "pg" | "world">;

const Params = Type.Object({ id: Id("trm") }, { additionalProperties: false });

export function methodRoutes(app: HttpApp, deps: Deps & MethodDeps): void {
  const schema = {
    tags: ["terminals"],
    summary: "What this terminal may offer now, and why not",
    params: Params,
    response: { 200: Methods },
  };
  const config = { roles: ["operator", "merchant", "terminal"] } as const;
  app.get("/v1/terminals/:id/methods", { schema, config }, async (request) => {
    const { id } = request.params;
    const principal = principalOf(request);
    const terminal = await deps.terminalStanding(id);
    if (terminal === null || (principal.role === "terminal" && principal.terminalId !== id)) {
      return unwrap(refuse("not_found", { what: id }));
    }
    requireMerchant(principal, terminal.merchantId);
    const { methods, instalments } = await menuAt(deps, terminal);
    return { items: methods, instalments };
  });
}

/** Every method with its availability at a terminal of this merchant, now; from what is stored, without asking anybody. */
export async function methodsAt(deps: Deps, terminal: TerminalStanding): Promise<Method[]> {
  return (await menuAt(deps, terminal)).methods;
}

type Menu = Readonly<{ methods: Method[]; instalments: Instalments[] }>;

async function menuAt(deps: Deps, terminal: TerminalStanding): Promise<Menu> {
  const { merchantId } = terminal;
  const now = deps.world.now();
  const [merchant, accounts, capabilities, windows, fees] = await Promise.all([
    findMerchant(deps.pg.batch, merchantId),
    listAccounts(deps.pg.batch, merchantId),
    capabilitiesOf(deps, merchantId),
    maintenanceBetween(deps, now, now),
    listFeeRates(deps.pg.batch, merchantId),
  ]);
  const found = unwrap(merchant === null ? refuse("not_found", { what: merchantId }) : success(merchant));
  const live = capabilities.flatMap(({ product, live }): Array<[Product, LiveState]> =>
    live === null ? [] : [[product, live]],
  );
  const facts: MethodFacts = {
    merchantState: found.state,
    creditAcceptance: found.creditAcceptance,
    fees,
    terminalState: terminal.state,
    accounts: new Map(accounts.map(({ channel, state }) => [channel, state])),
    capabilities,
    live: new Map(live),
    windows,
  };
  return { methods: methodsOf(facts, now), instalments: instalmentsOf(facts, now) };
}
