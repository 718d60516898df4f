// Every statement on telemetry and presence, and those that read sessions; sessions/store.ts has the rest.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Telemetry, TerminalSession, TerminalView } from "../model.ts";
import { terminalColumns, terminalOf, type TerminalRow } from "../store.ts";

export type TelemetryEntry = Telemetry & Readonly<{ terminalId: string }>;

/** Stores readings and when each terminal was last heard. A second reading of the same millisecond is dropped. */
export async function insertTelemetry(tx: Tx, entries: readonly TelemetryEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, terminalId: uuidOf(entry.terminalId) }));
  await sql`
    with reading as (
      select terminal.merchant_id, given.*
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
        "terminalId" uuid, at timestamptz, "appVersion" text, model text, "batteryPercent" smallint, charging boolean,
        network text, "rssiDbm" smallint, "volumePercent" smallint, muted boolean, "scannerDecodePercent" smallint,
        "waitingArrivals" integer, "clockOffsetSeconds" integer)
      join terminals.terminal on terminal.terminal_id = given."terminalId"
    ), stored as (
      insert into terminals.telemetry (merchant_id, terminal_id, at, app_version, model, battery_percent, charging, network,
        rssi_dbm, volume_percent, muted, scanner_decode_percent, waiting_arrivals, clock_offset_seconds)
      select merchant_id, "terminalId", at, "appVersion", model, "batteryPercent", charging, network, "rssiDbm",
             "volumePercent", muted, "scannerDecodePercent", "waitingArrivals", "clockOffsetSeconds"
      from reading
      on conflict (merchant_id, terminal_id, at) do nothing
    )
    insert into terminals.presence as present (merchant_id, terminal_id, last_seen_at)
    select merchant_id, "terminalId", max(at) from reading group by merchant_id, "terminalId" order by merchant_id, "terminalId"
    on conflict (merchant_id, terminal_id) do update
    set last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at)`.execute(tx);
}

export type ConfigNote = Readonly<{ terminalId: string; revision: number; at: Date }>;

/** Notes which configuration each terminal runs; of one terminal, at most one note. */
export async function noteConfigs(tx: Tx, notes: readonly ConfigNote[]): Promise<void> {
  await sql`
    insert into terminals.presence as present (merchant_id, terminal_id, last_seen_at, config_revision)
    select terminal.merchant_id, terminal.terminal_id, given.at, given.revision
    from unnest(
      ${notes.map((note) => uuidOf(note.terminalId))}::uuid[],
      ${notes.map((note) => note.revision)}::bigint[],
      ${notes.map((note) => note.at)}::timestamptz[]) as given (terminal_id, revision, at)
    join terminals.terminal on terminal.terminal_id = given.terminal_id
    order by terminal.merchant_id, terminal.terminal_id
    on conflict (merchant_id, terminal_id) do update
    set config_revision = excluded.config_revision,
        last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at)`.execute(tx);
}

export async function pruneTelemetry(tx: Tx, before: Date, countMax: number): Promise<number> {
  const result = await sql`
    delete from terminals.telemetry
    where (merchant_id, terminal_id, at) in (
      select merchant_id, terminal_id, at from terminals.telemetry where at < ${before} limit ${countMax})`.execute(
    tx,
  );
  return Number(result.numAffectedRows ?? 0n);
}

type TelemetryRow = {
  at: Date;
  app_version: string | null;
  telemetry_model: string | null;
  battery_percent: number | null;
  charging: boolean | null;
  network: Telemetry["network"];
  rssi_dbm: number | null;
  volume_percent: number | null;
  muted: boolean | null;
  scanner_decode_percent: number | null;
  waiting_arrivals: number | null;
  clock_offset_seconds: number;
};

function telemetryOf(row: TelemetryRow): Telemetry {
  return {
    at: row.at,
    appVersion: row.app_version,
    model: row.telemetry_model,
    batteryPercent: row.battery_percent,
    charging: row.charging,
    network: row.network,
    rssiDbm: row.rssi_dbm,
    volumePercent: row.volume_percent,
    muted: row.muted,
    scannerDecodePercent: row.scanner_decode_percent,
    waitingArrivals: row.waiting_arrivals,
    clockOffsetSeconds: row.clock_offset_seconds,
  };
}

/** Readings no later than `until`, newest first. */
export async function listTelemetry(
  tx: Tx | Database,
  wanted: Readonly<{ terminalId: string; until: Date; limit: number }>,
): Promise<Telemetry[]> {
  const { rows } = await sql<TelemetryRow>`
    select telemetry.at, telemetry.app_version, telemetry.model as telemetry_model, telemetry.battery_percent,
           telemetry.charging, telemetry.network, telemetry.rssi_dbm, telemetry.volume_percent, telemetry.muted,
           telemetry.scanner_decode_percent, telemetry.waiting_arrivals, telemetry.clock_offset_seconds
    from terminals.telemetry
    join terminals.terminal using (merchant_id, terminal_id)
    where terminal_id = ${uuidOf(wanted.terminalId)} and telemetry.at <= ${wanted.until}
    order by telemetry.at desc limit ${wanted.limit}`.execute(tx);
  return rows.map(telemetryOf);
}

type SessionRow = {
  merchant_id: string;
  connection_id: string;
  terminal_id: string;
  transport: string;
  remote_address: string | null;
  opened_at: Date;
  closed_at: Date | null;
  close_reason: string | null;
  detail: string | null;
  lease_until: Date;
};

/** Connections that touch the span, newest first. */
export async function listSessions(
  tx: Tx | Database,
  wanted: Readonly<{ terminalId: string; from: Date; to: Date; limit: number }>,
): Promise<TerminalSession[]> {
  const { rows } = await sql<SessionRow>`
    select session.merchant_id, session.connection_id, session.terminal_id, session.transport, session.remote_address,
           session.opened_at, session.closed_at, session.close_reason, session.detail, session.lease_until
    from terminals.session
    join terminals.terminal using (merchant_id, terminal_id)
    where terminal_id = ${uuidOf(wanted.terminalId)} and session.opened_at <= ${wanted.to}
      and (session.closed_at is null or session.closed_at >= ${wanted.from})
    order by session.opened_at desc limit ${wanted.limit}`.execute(tx);
  return rows.map((row) => ({
    id: idOf("con", row.connection_id),
    merchantId: idOf("mer", row.merchant_id),
    terminalId: idOf("trm", row.terminal_id),
    transport: row.transport,
    remoteAddress: row.remote_address,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    closeReason: row.close_reason,
    detail: row.detail,
    leaseUntil: row.lease_until,
  }));
}

export type ViewFilter = Readonly<{
  terminalId: string | null;
  merchantId: string | null;
  storeId: string | null;
  state: string | null;
  after: string | null;
  before: string | null;
  now: Date;
  limit: number;
}>;

/** Terminals with their presence, newest first. Row-level security narrows it further for a tenant. */
export async function listViews(tx: Tx | Database, filter: ViewFilter): Promise<TerminalView[]> {
  const uuid = (id: string | null): string | null => (id === null ? null : uuidOf(id));
  const { rows } = await sql<TerminalRow & TelemetryRow & { online: boolean; last_seen_at: Date | null }>`
    select ${terminalColumns}, presence.last_seen_at, reading.*,
           exists (select from terminals.session where session.merchant_id = terminal.merchant_id
                   and session.terminal_id = terminal.terminal_id and session.closed_at is null
                   and session.lease_until >= ${filter.now}) as online
    from terminals.terminal
    left join terminals.presence using (merchant_id, terminal_id)
    left join lateral (
      select at, app_version as telemetry_app_version, model as telemetry_model, battery_percent, charging, network, rssi_dbm,
             volume_percent, muted, scanner_decode_percent, waiting_arrivals, clock_offset_seconds
      from terminals.telemetry
      where telemetry.merchant_id = terminal.merchant_id and telemetry.terminal_id = terminal.terminal_id
      order by at desc limit 1) as reading on true
    where (${uuid(filter.terminalId)}::uuid is null or terminal.terminal_id = ${uuid(filter.terminalId)}::uuid)
      and (${uuid(filter.merchantId)}::uuid is null or terminal.merchant_id = ${uuid(filter.merchantId)}::uuid)
      and (${uuid(filter.storeId)}::uuid is null or terminal.store_id = ${uuid(filter.storeId)}::uuid)
      and (${filter.state}::text is null or terminal.state = ${filter.state}::text)
      and (${uuid(filter.after)}::uuid is null or terminal.terminal_id < ${uuid(filter.after)}::uuid)
      and (${uuid(filter.before)}::uuid is null or terminal.terminal_id > ${uuid(filter.before)}::uuid)
    order by terminal.terminal_id ${filter.before === null ? sql`desc` : sql`asc`} limit ${filter.limit}`.execute(
    tx,
  );
  // The neighbours of `before` were found oldest first.
  return (filter.before === null ? rows : rows.toReversed()).map((row) => ({
    ...terminalOf(row),
    online: row.online,
    lastSeenAt: row.last_seen_at,
    telemetry: row.at === null ? null : telemetryOf(row),
  }));
}
