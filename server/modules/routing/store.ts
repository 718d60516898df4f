// Every statement of routing: rules, choices other than the first account, and circuits that processes tell each other of.
import { sql } from "kysely";
import type { ChannelCode, CircuitState } from "@huiyin/contract/words.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { Plan } from "./model.ts";
import { rulesOf, storedRules, type StoredRule } from "./stored.ts";

type PlanRow = { version: number; rules: readonly StoredRule[]; actor: string; reason: string; at: Date };

/** The rules that hold now; null where there never were any. */
export async function findPlan(
  tx: Tx | Database,
  merchantId: string,
  channel: ChannelCode,
): Promise<Plan | null> {
  const { rows } = await sql<PlanRow>`
    select version, rules, actor, reason, at from routing.plan
    where merchant_id = ${uuidOf(merchantId)} and channel = ${channel}
    order by version desc limit 1`.execute(tx);
  const row = rows[0];
  return row === undefined ? null : { ...row, rules: rulesOf(row.rules) };
}

export type NewPlan = Readonly<{
  merchantId: string;
  channel: ChannelCode;
  plan: Plan & Readonly<{ actor: string; reason: string; at: Date }>;
}>;

/** Puts rules in force. The merchant must be locked (`touchMerchant`). */
export async function insertPlan(tx: Tx, { merchantId, channel, plan }: NewPlan): Promise<void> {
  await sql`
    insert into routing.plan (merchant_id, channel, version, rules, actor, reason, at)
    values (${uuidOf(merchantId)}, ${channel}, ${plan.version}, ${JSON.stringify(storedRules(plan.rules))}::jsonb,
            ${plan.actor}, ${plan.reason}, ${plan.at})`.execute(tx);
}

export type ChoiceRow = Readonly<{
  merchantId: string;
  paymentId: string;
  channel: ChannelCode;
  route: string;
  /** The version of the account that was chosen. */
  version?: number;
}>;

/** Writes down through which account payments of one merchant go, other than the first. Repeating it is harmless. */
export async function insertChoices(tx: Tx, rows: readonly ChoiceRow[]): Promise<void> {
  for (const { merchantId, paymentId, channel, route } of rows)
    await sql`
    insert into routing.choice (merchant_id, payment_id, channel, route)
    values (${uuidOf(merchantId)}, ${uuidOf(paymentId)}, ${channel}, ${route})
    on conflict (merchant_id, payment_id) do nothing`.execute(tx);
}

/** The account of a payment; null where it is the first one. */
export async function findChoice(
  tx: Tx | Database,
  merchantId: string,
  paymentId: string,
): Promise<string | null> {
  const { rows } = await sql<{ route: string }>`
    select route from routing.choice
    where merchant_id = ${uuidOf(merchantId)} and payment_id = ${uuidOf(paymentId)}`.execute(tx);
  return rows[0]?.route ?? null;
}

export type CircuitRow = Readonly<{
  channel: ChannelCode;
  path: string;
  method: "payerCode" | "shownCode" | "refund";
  bank: string;
  state: CircuitState;
  failures: number;
  answers: number;
  since: Date;
  probeAt: Date | null;
  process: string;
}>;

/** Tells the other processes of a circuit. The younger word holds. */
export async function saveCircuit(tx: Tx, row: CircuitRow): Promise<void> {
  await sql`
    insert into routing.circuit (channel, path, method, bank, state, failures, answers, since, probe_at, process)
    values (${row.channel}, ${row.path}, ${row.method}, ${row.bank}, ${row.state}, ${row.failures}, ${row.answers},
            ${row.since}, ${row.probeAt}, ${row.process})
    on conflict (channel, path, method, bank) do update
    set state = excluded.state, failures = excluded.failures, answers = excluded.answers, since = excluded.since,
        probe_at = excluded.probe_at, process = excluded.process
    where circuit.since <= excluded.since`.execute(tx);
}

/** What other processes said of circuits that changed since a moment, the youngest `limit` of them. */
export async function circuitsSince(
  tx: Tx | Database,
  asked: Readonly<{ since: Date; process: string; limit: number }>,
): Promise<readonly CircuitRow[]> {
  const { rows } = await sql<Omit<CircuitRow, "probeAt"> & { probe_at: Date | null }>`
    select channel, path, method, bank, state, failures, answers, since, probe_at, process from routing.circuit
    where since >= ${asked.since} and process <> ${asked.process} order by since desc limit ${asked.limit}`.execute(
    tx,
  );
  return rows.map(({ probe_at: probeAt, ...row }) => ({ ...row, probeAt }));
}
