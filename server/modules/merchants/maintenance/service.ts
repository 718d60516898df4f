// Maintenance windows: announced by an operator, read by diagnosis, methods and terminal screens.
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { merchantLimits } from "../limits.ts";
import { channelOfProduct, type MaintenanceWindow } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { findWindow, insertWindow, saveActualSpan, windowsTouching } from "./store.ts";

type Deps = Pick<MerchantDeps, "pg" | "world">;

export type NewWindow = Pick<MaintenanceWindow, "scope" | "plannedFrom" | "plannedTo" | "texts"> &
  Partial<Pick<MaintenanceWindow, "method" | "route" | "bank">>;

/** Announces a window. Refuses `maintenance_window_invalid` and `maintenance_scope_invalid`. */
export async function announceWindow(
  deps: Deps,
  wanted: NewWindow,
  actor: string,
): Promise<Result<MaintenanceWindow>> {
  if (wanted.plannedTo <= wanted.plannedFrom) return refuse("maintenance_window_invalid");
  const { method = null, route = null, bank = null } = wanted;
  const part = method ?? route ?? bank;
  if (wanted.scope === "own" ? part !== null : method !== null && channelOfProduct[method] !== wanted.scope)
    return refuse("maintenance_scope_invalid");
  const window: MaintenanceWindow = {
    id: deps.world.newId("mwn"),
    ...wanted,
    ...{ method, route, bank },
    actualFrom: null,
    actualTo: null,
    createdAt: deps.world.now(),
  };
  await deps.pg.transaction((tx) => insertWindow(tx, window, actor));
  return success(window);
}

/** Writes down when a window really began and ended. Refuses `not_found` and `maintenance_window_invalid`. */
export async function recordActualSpan(
  deps: Deps,
  windowId: string,
  actual: Readonly<{ from: Date | null; to: Date | null }>,
): Promise<Result<MaintenanceWindow>> {
  if (actual.to !== null && (actual.from === null || actual.to < actual.from))
    return refuse("maintenance_window_invalid");
  return deps.pg.transaction(async (tx) => {
    const found = (await saveActualSpan(tx, windowId, actual)) ? await findWindow(tx, windowId) : null;
    return found === null ? refuse("not_found", { what: windowId }) : success(found);
  });
}

/** Windows that shut something at some moment of the span, newest first. */
export async function maintenanceBetween(
  deps: Pick<Deps, "pg">,
  from: Date,
  to: Date,
): Promise<MaintenanceWindow[]> {
  return windowsTouching(deps.pg.batch, { from, to }, merchantLimits.windowsMax);
}
