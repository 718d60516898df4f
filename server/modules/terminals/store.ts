// Every statement on terminals and their activation codes.
import { sql, type RawBuilder } from "kysely";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { AnnounceRule, Terminal, TerminalKind, TerminalState } from "./model.ts";

export type TerminalRow = {
  merchant_id: string;
  terminal_id: string;
  store_id: string;
  name: string;
  no: string;
  kind: TerminalKind;
  state: TerminalState;
  suspended_by: "operator" | "merchant" | null;
  announce: AnnounceRule;
  model: string | null;
  app_version: string | null;
  revision: bigint;
  created_at: Date;
  activated_at: Date | null;
};

/** The columns of `TerminalRow` of a table called `terminal`. */
export const terminalColumns: RawBuilder<unknown> = sql`terminal.merchant_id, terminal.terminal_id, terminal.store_id,
  terminal.name, terminal.no, terminal.kind, terminal.state, terminal.suspended_by, terminal.announce, terminal.model, terminal.app_version,
  terminal.revision, terminal.created_at, terminal.activated_at`;

export function terminalOf(row: TerminalRow): Terminal {
  return {
    id: idOf("trm", row.terminal_id),
    merchantId: idOf("mer", row.merchant_id),
    storeId: idOf("sto", row.store_id),
    name: row.name,
    no: row.no,
    kind: row.kind,
    state: row.state,
    suspendedBy: row.suspended_by,
    announce: row.announce,
    model: row.model,
    appVersion: row.app_version,
    revision: Number(row.revision),
    createdAt: row.created_at,
    activatedAt: row.activated_at,
  };
}

/** Adds a terminal. False where its number is taken; the store must belong to the merchant (foreign key). */
export async function insertTerminal(tx: Tx, terminal: Terminal): Promise<boolean> {
  const result = await sql`
    insert into terminals.terminal (merchant_id, terminal_id, store_id, no, name, kind, state, announce, revision, created_at)
    values (${uuidOf(terminal.merchantId)}, ${uuidOf(terminal.id)}, ${uuidOf(terminal.storeId)}, ${terminal.no},
            ${terminal.name}, ${terminal.kind}, ${terminal.state}, ${terminal.announce}, ${terminal.revision}, ${terminal.createdAt})
    on conflict (merchant_id, no) do nothing`.execute(tx);
  return result.numAffectedRows === 1n;
}

/** `merchantId` null finds it whosever it is. */
export async function findTerminal(
  tx: Tx | Database,
  key: Readonly<{ terminalId: string; merchantId: string | null }>,
): Promise<Terminal | null> {
  const merchantId = key.merchantId === null ? null : uuidOf(key.merchantId);
  const { rows } = await sql<TerminalRow>`
    select ${terminalColumns} from terminals.terminal
    where terminal_id = ${uuidOf(key.terminalId)} and (${merchantId}::uuid is null or merchant_id = ${merchantId}::uuid)`.execute(
    tx,
  );
  return rows[0] ? terminalOf(rows[0]) : null;
}

/** These terminals, by id; an id that names none is absent. */
export async function findTerminals(
  db: Tx | Database,
  terminalIds: readonly string[],
): Promise<ReadonlyMap<string, Terminal>> {
  const { rows } = await sql<TerminalRow>`
    select ${terminalColumns} from terminals.terminal where terminal_id = any (${terminalIds.map(uuidOf)}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map(terminalOf).map((terminal) => [terminal.id, terminal]));
}

export async function findTerminalByNo(
  db: Tx | Database,
  key: Readonly<{ merchantId: string; no: string }>,
): Promise<Terminal | null> {
  const { rows } = await sql<TerminalRow>`
    select ${terminalColumns} from terminals.terminal
    where merchant_id = ${uuidOf(key.merchantId)} and no = ${key.no}`.execute(db);
  return rows[0] ? terminalOf(rows[0]) : null;
}

/** Locks the row: changes to one terminal happen in one order. */
export async function lockTerminal(
  tx: Tx,
  key: Readonly<{ terminalId: string; merchantId: string | null }>,
): Promise<Terminal | null> {
  const merchantId = key.merchantId === null ? null : uuidOf(key.merchantId);
  const { rows } = await sql<TerminalRow>`
    select ${terminalColumns} from terminals.terminal
    where terminal_id = ${uuidOf(key.terminalId)} and (${merchantId}::uuid is null or merchant_id = ${merchantId}::uuid)
    for update`.execute(tx);
  return rows[0] ? terminalOf(rows[0]) : null;
}

/** Saves state and who suspended it, name, announce rule and revision of a locked terminal. */
export async function saveTerminal(tx: Tx, terminal: Terminal): Promise<void> {
  await sql`
    update terminals.terminal
    set state = ${terminal.state}, suspended_by = ${terminal.suspendedBy}, name = ${terminal.name},
        announce = ${terminal.announce}, revision = ${terminal.revision}
    where merchant_id = ${uuidOf(terminal.merchantId)} and terminal_id = ${uuidOf(terminal.id)}`.execute(tx);
}

/** Binds a device key. False where another terminal has it. */
export async function bindKey(tx: Tx, terminal: Terminal, publicKey: Uint8Array): Promise<boolean> {
  const result = await sql`
    update terminals.terminal
    set state = ${terminal.state}, public_key = ${Buffer.from(publicKey)}, activated_at = ${terminal.activatedAt},
        model = ${terminal.model}, app_version = ${terminal.appVersion}, revision = ${terminal.revision}
    where merchant_id = ${uuidOf(terminal.merchantId)} and terminal_id = ${uuidOf(terminal.id)}
      and not exists (
        select from terminals.terminal as other
        where other.public_key = ${Buffer.from(publicKey)} and other.terminal_id <> ${uuidOf(terminal.id)})`.execute(
    tx,
  );
  return result.numAffectedRows === 1n;
}

/** Puts a code in place of any earlier one of the terminal. */
export async function putActivation(
  tx: Tx,
  activation: Readonly<{
    terminal: Terminal;
    codeHash: Uint8Array;
    expiresAt: Date;
    actor: string;
    createdAt: Date;
  }>,
): Promise<void> {
  const { terminal, codeHash, expiresAt, actor, createdAt } = activation;
  await sql`
    insert into terminals.activation (merchant_id, terminal_id, code_hash, expires_at, actor, created_at)
    values (${uuidOf(terminal.merchantId)}, ${uuidOf(terminal.id)}, ${Buffer.from(codeHash)}, ${expiresAt}, ${actor}, ${createdAt})
    on conflict (merchant_id, terminal_id) do update
    set code_hash = excluded.code_hash, expires_at = excluded.expires_at, used_at = null, actor = excluded.actor,
        created_at = excluded.created_at`.execute(tx);
}

export type Activation = Readonly<{
  terminalId: string;
  expiresAt: Date;
  usedAt: Date | null;
  publicKey: Uint8Array | null;
}>;

/** The activation behind a code, locked, with the key that its terminal has now. */
export async function lockActivation(tx: Tx, codeHash: Uint8Array): Promise<Activation | null> {
  const { rows } = await sql<{
    terminal_id: string;
    expires_at: Date;
    used_at: Date | null;
    public_key: Buffer | null;
  }>`
    select activation.terminal_id, activation.expires_at, activation.used_at, terminal.public_key
    from terminals.activation
    join terminals.terminal using (merchant_id, terminal_id)
    where activation.code_hash = ${Buffer.from(codeHash)}
    for update of activation`.execute(tx);
  const [row] = rows;
  if (!row) return null;
  return {
    terminalId: idOf("trm", row.terminal_id),
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    publicKey: row.public_key,
  };
}

export async function useActivation(tx: Tx, codeHash: Uint8Array, usedAt: Date): Promise<void> {
  await sql`update terminals.activation set used_at = ${usedAt} where code_hash = ${Buffer.from(codeHash)}`.execute(
    tx,
  );
}

/** Notes what a device says about itself; only rows that differ are written. */
export async function noteDevices(
  tx: Tx,
  devices: ReadonlyArray<Readonly<{ terminalId: string; model: string | null; appVersion: string | null }>>,
): Promise<void> {
  await sql`
    update terminals.terminal
    set model = coalesce(device.model, terminal.model), app_version = coalesce(device.app_version, terminal.app_version)
    from unnest(
      ${devices.map((device) => uuidOf(device.terminalId))}::uuid[],
      ${devices.map((device) => device.model)}::text[],
      ${devices.map((device) => device.appVersion)}::text[]) as device (terminal_id, model, app_version)
    where terminal.terminal_id = device.terminal_id
      and (device.model is distinct from terminal.model or device.app_version is distinct from terminal.app_version)`.execute(
    tx,
  );
}

export type PaidAt = Readonly<{ merchantId: string; storeId: string | null; terminalId: string | null }>;

/**
 * Which terminals announce each of these paid orders: pairs of the order's index and a terminal id, sorted by terminal.
 * What is paid at no terminal, but in a store, is for its active terminals that announce the store, else for every active
 * till of it that announces at all.
 */
export async function announcingTerminals(
  tx: Tx,
  orders: readonly PaidAt[],
): Promise<ReadonlyArray<Readonly<{ order: number; terminalId: string }>>> {
  const { rows } = await sql<{ position: bigint; terminal_id: string }>`
    select paid.position, terminal.terminal_id
    from unnest(
      ${orders.map((order) => uuidOf(order.merchantId))}::uuid[],
      ${orders.map((order) => (order.storeId === null ? null : uuidOf(order.storeId)))}::uuid[],
      ${orders.map((order) => (order.terminalId === null ? null : uuidOf(order.terminalId)))}::uuid[])
      with ordinality as paid (merchant_id, store_id, terminal_id, position)
    join terminals.terminal
      on terminal.merchant_id = paid.merchant_id and terminal.state = 'active'
      and ((terminal.terminal_id = paid.terminal_id and terminal.announce <> 'none')
        or (terminal.store_id = paid.store_id and (terminal.announce = 'store'
          or (paid.terminal_id is null and terminal.announce = 'own' and not exists (
            select from terminals.terminal as speaker
            where speaker.merchant_id = paid.merchant_id and speaker.store_id = paid.store_id
              and speaker.state = 'active' and speaker.announce = 'store')))))
    order by terminal.terminal_id, paid.position`.execute(tx);
  return rows.map((row) => ({ order: Number(row.position) - 1, terminalId: idOf("trm", row.terminal_id) }));
}
