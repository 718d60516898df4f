// Every statement on channel accounts: the first one of a channel, and the alternatives beside it.
import { sql, type RawBuilder } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert } from "../../../kernel/assert.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { mainRoute, type ChannelAccountState, type ChannelAccountSummary } from "../model.ts";
import type { AccountKey } from "../vault.ts";

export type SealedAccount = Readonly<{ state: ChannelAccountState; version: number; configSealed: string }>;

type AccountRow = { state: ChannelAccountState; version: number; config_sealed: string };

export async function findAccount(tx: Tx | Database, key: AccountKey): Promise<SealedAccount | null> {
  const { rows } =
    (key.route ?? mainRoute) === mainRoute
      ? await sql<AccountRow>`
    select state, version, config_sealed from merchants.channel_account
    where merchant_id = ${uuidOf(key.merchantId)} and channel = ${key.channel}`.execute(tx)
      : await sql<AccountRow>`
    select state, version, config_sealed from merchants.alternative_account
    where merchant_id = ${uuidOf(key.merchantId)} and channel = ${key.channel} and route = ${key.route}`.execute(
          tx,
        );
  const row = rows[0];
  return row ? { state: row.state, version: row.version, configSealed: row.config_sealed } : null;
}

/** The account in force, held against every other change of it until the transaction ends; null where there is none. */
export async function lockAccount(tx: Tx, key: AccountKey): Promise<SealedAccount | null> {
  await lockedVersion(tx, key, sql`for update`);
  return findAccount(tx, key);
}

/**
 * The version of the account in force, which cannot change before the transaction ends; null where there is none. Others may
 * hold it as well.
 */
export async function holdAccountVersion(tx: Tx, key: AccountKey): Promise<number | null> {
  return lockedVersion(tx, key, sql`for share`);
}

async function lockedVersion(tx: Tx, key: AccountKey, lock: RawBuilder<unknown>): Promise<number | null> {
  const { rows } =
    (key.route ?? mainRoute) === mainRoute
      ? await sql<{ version: number }>`
    select version from merchants.channel_account
    where merchant_id = ${uuidOf(key.merchantId)} and channel = ${key.channel} ${lock}`.execute(tx)
      : await sql<{ version: number }>`
    select version from merchants.alternative_account
    where merchant_id = ${uuidOf(key.merchantId)} and channel = ${key.channel} and route = ${key.route}
    ${lock}`.execute(tx);
  return rows[0]?.version ?? null;
}

type SummaryRow = {
  channel: ChannelCode;
  route: string;
  state: ChannelAccountState;
  version: number;
  updated_at: Date;
};

/** What a screen may know of the first account of each channel: nothing sealed. */
export async function listAccounts(tx: Tx | Database, merchantId: string): Promise<ChannelAccountSummary[]> {
  const { rows } = await sql<Omit<SummaryRow, "route">>`
    select channel, state, version, updated_at from merchants.channel_account
    where merchant_id = ${uuidOf(merchantId)} order by channel`.execute(tx);
  return rows.map((row) => ({
    channel: row.channel,
    state: row.state,
    version: row.version,
    updatedAt: row.updated_at,
  }));
}

/** Every account of a merchant by channel and route, the first one of a channel before the others. */
export async function listRoutes(
  tx: Tx | Database,
  merchantId: string,
): Promise<ReadonlyArray<ChannelAccountSummary & Readonly<{ route: string }>>> {
  const { rows } = await sql<SummaryRow>`
    select channel, route, state, version, updated_at from merchants.alternative_account
    where merchant_id = ${uuidOf(merchantId)} order by channel, route`.execute(tx);
  const first = (await listAccounts(tx, merchantId)).map((account) => ({ ...account, route: mainRoute }));
  return [...first, ...rows.map(({ updated_at: updatedAt, ...row }) => ({ ...row, updatedAt }))];
}

export type AccountChange = AccountKey &
  Readonly<{
    state: ChannelAccountState;
    version: number;
    configSealed: string;
    changedKeys: readonly string[];
    actor: string;
    reason: string;
    at: Date;
  }>;

/** Puts a new version in force and keeps it in the history. The merchant must be locked (`touchMerchant`). */
export async function saveAccount(tx: Tx, change: AccountChange): Promise<void> {
  const rows = await ((change.route ?? mainRoute) === mainRoute
    ? saveFirst(tx, change)
    : saveAlternative(tx, change));
  assert(rows === 1n, `${change.merchantId} ${change.channel}: version ${change.version} does not follow`);
}

async function saveFirst(tx: Tx, change: AccountChange): Promise<bigint> {
  const saved = await sql`
    insert into merchants.channel_account (merchant_id, channel, state, version, config_sealed, updated_at)
    values (${uuidOf(change.merchantId)}, ${change.channel}, ${change.state}, ${change.version}, ${change.configSealed}, ${change.at})
    on conflict (merchant_id, channel) do update
    set state = excluded.state, version = excluded.version, config_sealed = excluded.config_sealed, updated_at = excluded.updated_at
    where channel_account.version = excluded.version - 1`.execute(tx);
  await sql`
    insert into merchants.channel_account_history
      (merchant_id, channel, version, state, config_sealed, changed_keys, actor, reason, at)
    values (${uuidOf(change.merchantId)}, ${change.channel}, ${change.version}, ${change.state}, ${change.configSealed},
            ${change.changedKeys}::text[], ${change.actor}, ${change.reason}, ${change.at})`.execute(tx);
  return saved.numAffectedRows ?? 0n;
}

async function saveAlternative(tx: Tx, change: AccountChange): Promise<bigint> {
  const saved = await sql`
    insert into merchants.alternative_account (merchant_id, channel, route, state, version, config_sealed, updated_at)
    values (${uuidOf(change.merchantId)}, ${change.channel}, ${change.route}, ${change.state}, ${change.version},
            ${change.configSealed}, ${change.at})
    on conflict (merchant_id, channel, route) do update
    set state = excluded.state, version = excluded.version, config_sealed = excluded.config_sealed, updated_at = excluded.updated_at
    where alternative_account.version = excluded.version - 1`.execute(tx);
  await sql`
    insert into merchants.alternative_account_history
      (merchant_id, channel, route, version, state, config_sealed, changed_keys, actor, reason, at)
    values (${uuidOf(change.merchantId)}, ${change.channel}, ${change.route}, ${change.version}, ${change.state},
            ${change.configSealed}, ${change.changedKeys}::text[], ${change.actor}, ${change.reason}, ${change.at})`.execute(
    tx,
  );
  return saved.numAffectedRows ?? 0n;
}

export type AccountHistoryEntry = Readonly<{
  version: number;
  state: ChannelAccountState;
  changedKeys: readonly string[];
  actor: string;
  reason: string;
  at: Date;
}>;

type HistoryRow = {
  version: number;
  state: ChannelAccountState;
  changed_keys: string[];
  actor: string;
  reason: string;
  at: Date;
};

/** Who changed which fields of the account when, newest first; never the values. */
export async function accountHistory(
  tx: Tx | Database,
  { merchantId, channel, route = mainRoute }: AccountKey,
  limit: number,
): Promise<AccountHistoryEntry[]> {
  const { rows } =
    route === mainRoute
      ? await sql<HistoryRow>`
    select version, state, changed_keys, actor, reason, at from merchants.channel_account_history
    where merchant_id = ${uuidOf(merchantId)} and channel = ${channel}
    order by version desc limit ${limit}`.execute(tx)
      : await sql<HistoryRow>`
    select version, state, changed_keys, actor, reason, at from merchants.alternative_account_history
    where merchant_id = ${uuidOf(merchantId)} and channel = ${channel} and route = ${route}
    order by version desc limit ${limit}`.execute(tx);
  return rows.map(({ changed_keys: changedKeys, ...row }) => ({ ...row, changedKeys }));
}
