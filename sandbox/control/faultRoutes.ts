// Switching faults, at one network or wherever they exist.
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { Network } from "../book/network.ts";
import type { Scope } from "../faults/model.ts";
import type { FaultView } from "../faults/panel.ts";
import type { ComposedWorld, World } from "../world/model.ts";
import { worldAt } from "./directory.ts";
import * as schemas from "./schemas.ts";
import { faultView } from "./views.ts";

const config = { roles: ["operator"] as const };
const tags = ["sandbox"];

export type FaultRouteDeps = Readonly<{ worlds: readonly ComposedWorld[]; clock: Clock }>;

/** Registers listing faults and switching them. */
export function faultRoutes(app: HttpApp, { worlds, clock }: FaultRouteDeps): void {
  const list = {
    tags,
    summary: "Every fault with its switch: of a network, or of all",
    querystring: schemas.ChannelQuery,
  };
  app.get("/control/faults", { schema: list, config }, async (request) => {
    return { items: faultsOver(named(worlds, request.query.channel)).map(faultView) };
  });

  const on = {
    tags,
    summary: "Switch a fault on, at one network or wherever it exists",
    params: schemas.FaultParams,
    body: schemas.FaultBody,
  };
  app.put("/control/faults/:faultId", { schema: on, config }, async (request) => {
    const { faultId } = request.params;
    const scope = scopeOf(request.body ?? {}, clock.now());
    const where = placesOf(worlds, { faultId, channel: request.body?.channel, scope });
    return faultView(oneOf(where.map((world) => unwrap(world.faults.switchOn(faultId, scope)))));
  });

  const off = {
    tags,
    summary: "Switch a fault off",
    params: schemas.FaultParams,
    querystring: schemas.FaultTargetQuery,
  };
  app.delete("/control/faults/:faultId", { schema: off, config }, async (request) => {
    const { faultId } = request.params;
    const { channel, appId = null, walletId = null } = request.query;
    const where = placesOf(worlds, { faultId, channel, scope: { appId, walletId } });
    return faultView(oneOf(where.map((world) => unwrap(world.faults.switchOff(faultId, appId ?? walletId)))));
  });
}

function named(worlds: FaultRouteDeps["worlds"], channel: Network | undefined): readonly World[] {
  return channel === undefined ? worlds.map(({ world }) => world) : [worldAt(worlds, channel)];
}

type FaultPlace = Readonly<{
  faultId: string;
  channel: Network | undefined;
  scope: Readonly<{ appId: string | null; walletId: string | null }>;
}>;

/** Where a fault is switched: at the network that is named, or that the merchant or the wallet belongs to, or wherever it exists. */
function placesOf(
  worlds: FaultRouteDeps["worlds"],
  { faultId, channel, scope }: FaultPlace,
): readonly World[] {
  const concerned = named(worlds, channel).filter(({ book, faults }) => {
    const exists = faults.list().some(({ id }) => id === faultId);
    const merchant = scope.appId === null || book.merchants.has(scope.appId);
    return exists && merchant && (scope.walletId === null || book.wallets.has(scope.walletId));
  });
  // Whoever names nothing that exists hears so from the first network.
  return concerned.length > 0 ? concerned : named(worlds, channel).slice(0, 1);
}

/** Each fault once: as the first network shows at which it is on, otherwise the first that has it. */
function faultsOver(worlds: readonly World[]): readonly FaultView[] {
  const views = worlds.flatMap(({ faults }) => faults.list());
  return [...new Set(views.map(({ id }) => id))].map((id) => oneOf(views.filter((view) => view.id === id)));
}

function oneOf(views: readonly FaultView[]): FaultView {
  const found = views.find(({ state }) => state === "on") ?? views[0];
  return found ?? unwrap(refuse("not_found", { what: "fault" }));
}

function scopeOf(body: Exclude<schemas.FaultBody, null>, now: Date): Scope {
  return {
    appId: body.appId ?? null,
    walletId: body.walletId ?? null,
    operations: body.operations ?? null,
    remaining: body.nextRequests ?? null,
    delayMs: body.delaySeconds === undefined ? null : body.delaySeconds * 1_000,
    untilMs: body.forSeconds === undefined ? null : now.getTime() + body.forSeconds * 1_000,
  };
}
