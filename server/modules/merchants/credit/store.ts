// Every statement on the merchant’s switch for credit and its history.
import { sql } from "kysely";
import type { CreditAcceptance } from "../../../channels/port.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";

/** One turn of the switch, with who turned it and why. */
export type CreditDecision = Readonly<{
  creditAcceptance: CreditAcceptance;
  actor: string;
  reason: string;
  at: Date;
}>;

/** Turns the switch. False where it stands so already. The merchant is locked by whoever calls. */
export async function saveCreditAcceptance(
  tx: Tx,
  merchantId: string,
  creditAcceptance: CreditAcceptance,
): Promise<boolean> {
  const result = await sql`
    update merchants.merchant set credit_acceptance = ${creditAcceptance}
    where merchant_id = ${uuidOf(merchantId)} and credit_acceptance <> ${creditAcceptance}`.execute(tx);
  return result.numAffectedRows === 1n;
}

/** Adds the next line of the history. The merchant is locked by whoever calls, so versions follow each other. */
export async function appendCreditDecision(
  tx: Tx,
  merchantId: string,
  decision: CreditDecision,
): Promise<void> {
  await sql`
    insert into merchants.credit_acceptance_history (merchant_id, version, credit_acceptance, actor, reason, at)
    select ${uuidOf(merchantId)}, coalesce(max(version), 0) + 1, ${decision.creditAcceptance}, ${decision.actor},
           ${decision.reason}, ${decision.at}::timestamptz
    from merchants.credit_acceptance_history where merchant_id = ${uuidOf(merchantId)}`.execute(tx);
}

/** Newest first, at most `limit`. A merchant that never touched the switch has none. */
export async function listCreditDecisions(
  tx: Tx | Database,
  merchantId: string,
  limit: number,
): Promise<CreditDecision[]> {
  const { rows } = await sql<{
    credit_acceptance: CreditAcceptance;
    actor: string;
    reason: string;
    at: Date;
  }>`
    select credit_acceptance, actor, reason, at from merchants.credit_acceptance_history
    where merchant_id = ${uuidOf(merchantId)} order by version desc limit ${limit}`.execute(tx);
  return rows.map(({ credit_acceptance: creditAcceptance, ...row }) => ({ creditAcceptance, ...row }));
}
