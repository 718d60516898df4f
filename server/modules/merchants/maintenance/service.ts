// Maintenance windows: announced by an operator, read by diagnosis, methods and terminal screens.
import type { Localized } from "@huiyin/contract/words.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { merchantLimits } from "../limits.ts";
import { channelOfProduct, type MaintenanceWindow } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { spanAfter, standingOf, type WindowStanding, type WindowStep } from "./decide.ts";
import { findWindow, insertWindow, lockWindow, saveActualSpan, windowsTouching } from "./store.ts";

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

/**
 * Begins, ends or calls off a window now, by the clock of the platform. Refuses `not_found` and
 * `maintenance_step_impossible`: of two people who say the same, one is told that it is so already.
 */
export async function takeWindowStep(
  deps: Deps,
  windowId: string,
  step: WindowStep,
): Promise<Result<MaintenanceWindow>> {
  return deps.pg.transaction(async (tx) => {
    const window = await lockWindow(tx, windowId);
    if (window === null) return refuse("not_found", { what: windowId });
    const now = deps.world.now();
    const actual = spanAfter(window, step, now);
    if (actual === null) {
      const [standing, wanted] = [standingWords[standingOf(window, now)], stepWords[step]];
      return refuse("maintenance_step_impossible", {
        ...{ standingZh: standing.zh, standingEn: standing.en, stepZh: wanted.zh, stepEn: wanted.en },
      });
    }
    await saveActualSpan(tx, windowId, actual);
    return success({ ...window, actualFrom: actual.from, actualTo: actual.to });
  });
}

const standingWords: Readonly<Record<WindowStanding, Localized>> = {
  planned: { zh: "还没有开始", en: "has not begun yet" },
  open: { zh: "已经开始", en: "is under way" },
  over: { zh: "已经结束", en: "is over" },
};
const stepWords: Readonly<Record<WindowStep, Localized>> = {
  begin: { zh: "再开始", en: "begin now" },
  end: { zh: "结束", en: "end now" },
  callOff: { zh: "取消", en: "be called off" },
};

/** Puts right when a window really began and ended. Refuses `not_found` and `maintenance_window_invalid`. */
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
