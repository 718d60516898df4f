// Every statement on capabilities, their history and the last word of the channel's back office.
import { sql } from "kysely";
import type { CapabilityState, ChannelCode } from "@huiyin/contract/words.ts";
import { assert } from "../../../kernel/assert.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Capability, CapabilityChange, CapabilitySource, LiveState, Product } from "../model.ts";

type CapabilityRow = {
  merchant_id: string;
  channel: ChannelCode;
  product: Product;
  capability_id: string;
  state: CapabilityState;
  source: CapabilitySource;
  reason: string | null;
  version: number;
  changed_at: Date;
};

function capabilityOf(row: CapabilityRow): Capability {
  return {
    id: idOf("cap", row.capability_id),
    merchantId: idOf("mer", row.merchant_id),
    channel: row.channel,
    product: row.product,
    state: row.state,
    source: row.source,
    reason: row.reason,
    version: row.version,
    changedAt: row.changed_at,
  };
}

/** Adds a capability with the first line of its history. False where it exists already. */
export async function insertCapability(tx: Tx, capability: Capability, actor: string): Promise<boolean> {
  const result = await sql`
    insert into merchants.capability
      (merchant_id, channel, product, capability_id, state, source, reason, version, changed_at)
    values (${uuidOf(capability.merchantId)}, ${capability.channel}, ${capability.product}, ${uuidOf(capability.id)},
            ${capability.state}, ${capability.source}, ${capability.reason}, ${capability.version}, ${capability.changedAt})
    on conflict (merchant_id, channel, product) do nothing`.execute(tx);
  if (result.numAffectedRows === 0n) return false;
  await appendHistory(tx, capability, { stateBefore: null, actor });
  return true;
}

/** Reads one capability and locks it: every decision about it happens in one order. */
export async function lockCapability(
  tx: Tx,
  merchantId: string,
  product: Product,
): Promise<Capability | null> {
  const { rows } = await sql<CapabilityRow>`
    select merchant_id, channel, product, capability_id, state, source, reason, version, changed_at
    from merchants.capability where merchant_id = ${uuidOf(merchantId)} and product = ${product}
    for update`.execute(tx);
  return rows[0] ? capabilityOf(rows[0]) : null;
}

export async function listCapabilities(tx: Tx | Database, merchantId: string): Promise<Capability[]> {
  const { rows } = await sql<CapabilityRow>`
    select merchant_id, channel, product, capability_id, state, source, reason, version, changed_at
    from merchants.capability where merchant_id = ${uuidOf(merchantId)} order by product`.execute(tx);
  return rows.map(capabilityOf);
}

/** Saves the next version and its line of history. */
export async function saveCapability(
  tx: Tx,
  next: Capability,
  change: Readonly<{ stateBefore: CapabilityState; actor: string }>,
): Promise<void> {
  const result = await sql`
    update merchants.capability
    set state = ${next.state}, source = ${next.source}, reason = ${next.reason}, version = ${next.version}, changed_at = ${next.changedAt}
    where merchant_id = ${uuidOf(next.merchantId)} and channel = ${next.channel} and product = ${next.product}
      and version = ${next.version - 1}`.execute(tx);
  assert(
    result.numAffectedRows === 1n,
    `${next.id}: saved ${result.numAffectedRows} rows as version ${next.version}`,
  );
  await appendHistory(tx, next, change);
}

async function appendHistory(
  tx: Tx,
  capability: Capability,
  change: Readonly<{ stateBefore: CapabilityState | null; actor: string }>,
): Promise<void> {
  await sql`
    insert into merchants.capability_history
      (merchant_id, channel, product, version, state_before, state, source, reason, actor, at)
    values (${uuidOf(capability.merchantId)}, ${capability.channel}, ${capability.product}, ${capability.version},
            ${change.stateBefore}, ${capability.state}, ${capability.source}, ${capability.reason}, ${change.actor},
            ${capability.changedAt})`.execute(tx);
}

type HistoryRow = {
  product: Product;
  version: number;
  state_before: CapabilityState | null;
  state: CapabilityState;
  source: CapabilitySource;
  reason: string | null;
  actor: string;
  at: Date;
};

/** The history of every product of a merchant, newest first, at most `limit` lines in all. */
export async function capabilityHistory(
  tx: Tx | Database,
  merchantId: string,
  limit: number,
): Promise<ReadonlyArray<CapabilityChange & Readonly<{ product: Product }>>> {
  const { rows } = await sql<HistoryRow>`
    select product, version, state_before, state, source, reason, actor, at
    from merchants.capability_history where merchant_id = ${uuidOf(merchantId)}
    order by at desc, version desc limit ${limit}`.execute(tx);
  return rows.map(({ state_before: stateBefore, ...row }) => ({ ...row, stateBefore }));
}

/** Merchants with an application under way or an open product, in order of id, after a given one: what a refresh walks through. */
export async function merchantsToRefresh(
  tx: Tx | Database,
  page: Readonly<{ after: string | null; limit: number; states: readonly CapabilityState[] }>,
): Promise<string[]> {
  const { rows } = await sql<{ merchant_id: string }>`
    select distinct merchant_id from merchants.capability
    where state = any(${page.states}::text[])
      and (${page.after === null ? null : uuidOf(page.after)}::uuid is null
           or merchant_id > ${page.after === null ? null : uuidOf(page.after)}::uuid)
    order by merchant_id limit ${page.limit}`.execute(tx);
  return rows.map((row) => idOf("mer", row.merchant_id));
}

type LiveRow = {
  state: CapabilityState | null;
  reason: string | null;
  problem: string | null;
  asked_at: Date;
};

export async function findLive(
  tx: Tx | Database,
  merchantId: string,
  product: Product,
): Promise<LiveState | null> {
  const { rows } = await sql<LiveRow>`
    select state, reason, problem, asked_at from merchants.capability_live
    where merchant_id = ${uuidOf(merchantId)} and product = ${product}`.execute(tx);
  const row = rows[0];
  if (!row) return null;
  return row.state === null
    ? { kind: "unknown", problem: row.problem ?? "", askedAt: row.asked_at }
    : { kind: "known", state: row.state, reason: row.reason, askedAt: row.asked_at };
}

/** Keeps the newest answer; an older one that arrives later is dropped. */
export async function saveLive(
  tx: Tx,
  key: Readonly<{ merchantId: string; channel: ChannelCode; product: Product }>,
  live: LiveState,
): Promise<void> {
  const known = live.kind === "known" ? live : null;
  const problem = live.kind === "unknown" ? live.problem : null;
  await sql`
    insert into merchants.capability_live (merchant_id, channel, product, state, reason, problem, asked_at)
    values (${uuidOf(key.merchantId)}, ${key.channel}, ${key.product}, ${known?.state ?? null}, ${known?.reason ?? null},
            ${problem}, ${live.askedAt})
    on conflict (merchant_id, channel, product) do update
    set state = excluded.state, reason = excluded.reason, problem = excluded.problem, asked_at = excluded.asked_at
    where capability_live.asked_at <= excluded.asked_at`.execute(tx);
}
