// HTTP of the menu: what a terminal may offer now, and why not.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import { Methods } from "@huiyin/contract/api/merchants.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { refuse, success, unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { requireMerchant } from "../access.ts";
import { capabilitiesOf } from "../capability/service.ts";
import { maintenanceBetween } from "../maintenance/service.ts";
import { instalmentsOf, methodsOf, type Instalments, type Method, type MethodFacts } from "./decide.ts";
import type { ChannelAccountState, LiveState, Product, RouteStanding } from "../model.ts";
import { listRoutes } from "../account/store.ts";
import type { MerchantDeps } from "../service.ts";
import { findMerchant, listFeeRates } from "../store.ts";

/** What this module needs to know of a terminal. */
export type TerminalStanding = Readonly<{ merchantId: string; state: MethodFacts["terminalState"] }>;

export type MethodDeps = Readonly<{
  /** Accounts of this merchant in force that get no answers at this moment, by their routes. Absent: nobody watches. */
  unstableRoutes?: (merchantId: string) => Promise<ReadonlyMap<ChannelCode, ReadonlySet<string>>>;
  /** Null where there is no such terminal. */
  terminalStanding: (terminalId: string) => Promise<TerminalStanding | null>;
}>;

type Deps = Pick<MerchantDeps, "pg" | "world"> & Pick<MethodDeps, "unstableRoutes">;

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
    return {
      items: methods.map(({ instead, ...method }) => ({
        ...shownWithTime(method),
        ...(!method.available && { instead: [...instead] }),
      })),
      instalments: instalments.map(shownWithTime),
    };
  });
}

function shownWithTime<T extends { until: Date | null }>({ until, ...shown }: T) {
  return { ...shown, ...(until !== null && { until: rfc3339(until) }) };
}

/** Every method with its availability at a terminal of this merchant, now; from what is stored, without asking anybody. */
export async function methodsAt(deps: Deps, terminal: TerminalStanding): Promise<Method[]> {
  return (await menuAt(deps, terminal)).methods;
}

type Menu = Readonly<{ methods: Method[]; instalments: Instalments[] }>;

async function menuAt(deps: Deps, terminal: TerminalStanding): Promise<Menu> {
  const { merchantId } = terminal;
  const now = deps.world.now();
  const [merchant, accounts, capabilities, windows, fees, unstable] = await Promise.all([
    findMerchant(deps.pg.batch, merchantId),
    listRoutes(deps.pg.batch, merchantId),
    capabilitiesOf(deps, merchantId),
    maintenanceBetween(deps, now, now),
    listFeeRates(deps.pg.batch, merchantId),
    deps.unstableRoutes?.(merchantId),
  ]);
  const found = unwrap(merchant === null ? refuse("not_found", { what: merchantId }) : success(merchant));
  const live = capabilities.flatMap(({ product, live }): Array<[Product, LiveState]> =>
    live === null ? [] : [[product, live]],
  );
  const byChannel = Map.groupBy(accounts, ({ channel }) => channel);
  const facts: MethodFacts = {
    merchantState: found.state,
    creditAcceptance: found.creditAcceptance,
    fees,
    terminalState: terminal.state,
    accounts: new Map([...byChannel].map(([channel, routes]) => [channel, stateOfAll(routes)])),
    routes: new Map([...byChannel].map(([channel, routes]) => [channel, activeAmong(routes)])),
    ...(unstable && { unstable }),
    capabilities,
    live: new Map(live),
    windows,
  };
  return { methods: methodsOf(facts, now), instalments: instalmentsOf(facts, now) };
}

/** A channel serves where one of its accounts does. */
function stateOfAll(routes: readonly RouteStanding[]): ChannelAccountState {
  return routes.some(({ state }) => state === "active") ? "active" : "disabled";
}

function activeAmong(routes: readonly RouteStanding[]): string[] {
  return routes.filter(({ state }) => state === "active").map(({ route }) => route);
}
