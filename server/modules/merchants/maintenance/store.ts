// Every statement on maintenance windows.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { MaintenanceScope, MaintenanceWindow, MethodCode } from "../model.ts";

type WindowRow = {
  window_id: string;
  scope: MaintenanceScope;
  method: MethodCode | null;
  route: string | null;
  bank: string | null;
  planned_from: Date;
  planned_to: Date;
  actual_from: Date | null;
  actual_to: Date | null;
  text_zh: string;
  text_en: string;
  created_at: Date;
};

function windowOf(row: WindowRow): MaintenanceWindow {
  return {
    id: idOf("mwn", row.window_id),
    scope: row.scope,
    method: row.method,
    route: row.route,
    bank: row.bank,
    plannedFrom: row.planned_from,
    plannedTo: row.planned_to,
    actualFrom: row.actual_from,
    actualTo: row.actual_to,
    texts: { zh: row.text_zh, en: row.text_en },
    createdAt: row.created_at,
  };
}

export async function insertWindow(tx: Tx, window: MaintenanceWindow, actor: string): Promise<void> {
  await sql`
    insert into merchants.maintenance_window
      (window_id, scope, method, route, bank, planned_from, planned_to, actual_from, actual_to, text_zh, text_en, actor, created_at)
    values (${uuidOf(window.id)}, ${window.scope}, ${window.method}, ${window.route}, ${window.bank}, ${window.plannedFrom}, ${window.plannedTo}, ${window.actualFrom},
            ${window.actualTo}, ${window.texts.zh}, ${window.texts.en}, ${actor}, ${window.createdAt})`.execute(
    tx,
  );
}

/** Writes down when the window really began and ended. False where there is no such window. */
export async function saveActualSpan(
  tx: Tx,
  windowId: string,
  actual: Readonly<{ from: Date | null; to: Date | null }>,
): Promise<boolean> {
  const result = await sql`
    update merchants.maintenance_window set actual_from = ${actual.from}, actual_to = ${actual.to}
    where window_id = ${uuidOf(windowId)}`.execute(tx);
  return result.numAffectedRows === 1n;
}

export async function findWindow(tx: Tx | Database, windowId: string): Promise<MaintenanceWindow | null> {
  const { rows } = await sql<WindowRow>`
    select window_id, scope, method, route, bank, planned_from, planned_to, actual_from, actual_to, text_zh, text_en, created_at
    from merchants.maintenance_window where window_id = ${uuidOf(windowId)}`.execute(tx);
  return rows[0] ? windowOf(rows[0]) : null;
}

/** The window, held until the transaction ends: what is decided by where it stands is decided once. */
export async function lockWindow(tx: Tx, windowId: string): Promise<MaintenanceWindow | null> {
  const { rows } = await sql<WindowRow>`
    select window_id, scope, method, route, bank, planned_from, planned_to, actual_from, actual_to, text_zh, text_en, created_at
    from merchants.maintenance_window where window_id = ${uuidOf(windowId)} for update`.execute(tx);
  return rows[0] ? windowOf(rows[0]) : null;
}

/** Windows whose effective span touches the given one, newest first, at most `limit`. */
export async function windowsTouching(
  tx: Tx | Database,
  span: Readonly<{ from: Date; to: Date }>,
  limit: number,
): Promise<MaintenanceWindow[]> {
  const { rows } = await sql<WindowRow>`
    select window_id, scope, method, route, bank, planned_from, planned_to, actual_from, actual_to, text_zh, text_en, created_at
    from merchants.maintenance_window
    where coalesce(actual_from, planned_from) <= ${span.to} and coalesce(actual_to, planned_to) >= ${span.from}
    order by planned_from desc, window_id desc limit ${limit}`.execute(tx);
  return rows.map(windowOf);
}

/** Every window, newest first, older than `after`; one more than asked tells whether there is more. */
export async function listWindows(
  tx: Tx | Database,
  page: Readonly<{ after: string | null; limit: number }>,
): Promise<MaintenanceWindow[]> {
  const { rows } = await sql<WindowRow>`
    select window_id, scope, method, route, bank, planned_from, planned_to, actual_from, actual_to, text_zh, text_en, created_at
    from merchants.maintenance_window
    where ${page.after === null ? null : uuidOf(page.after)}::uuid is null
       or window_id < ${page.after === null ? null : uuidOf(page.after)}::uuid
    order by window_id desc limit ${page.limit + 1}`.execute(tx);
  return rows.map(windowOf);
}
