// What commands ask of the database itself, where no platform runs that could be asked.
import type pg from "pg";
import type { Facts } from "@huiyin/server/platform/backup/model.ts";

/** The ends of all hash chains as one digest: the same after a restore, or it was not the same money. */
export async function ledgerFacts(client: pg.ClientBase): Promise<Facts> {
  const { rows } = await client.query<{ merchants: string; journals: string; digest: string }>(
    `select count(*)::text as merchants, coalesce(sum(sequence), 0)::text as journals,
            encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', merchant_id, sequence, encode(hash, 'hex')), E'\\n'
                   order by merchant_id), ''), 'UTF8')), 'hex') as digest
     from ledger.head`,
  );
  const [row] = rows;
  return {
    ledgerMerchants: row?.merchants ?? "0",
    ledgerJournals: row?.journals ?? "0",
    ledgerHeadsSha256: row?.digest ?? "",
  };
}

/** What the next start will take up again by itself, and what waits for a person. */
export type Outstanding = Readonly<{
  paymentsUnfinished: number;
  refundsUnfinished: number;
  inReview: number;
  jobsWaiting: number;
}>;

/** Counts it in the newest schema. */
export async function readOutstanding(client: pg.ClientBase): Promise<Outstanding> {
  const count = async (text: string): Promise<number> =>
    (await client.query<{ count: number }>(`select count(*)::int as count from ${text}`)).rows[0]?.count ?? 0;
  const has = async (table: string): Promise<boolean> =>
    (await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [table])).rows[0]
      ?.found === true;
  return {
    paymentsUnfinished: await count("payments.payment where state in ('processing', 'awaitingPayer')"),
    refundsUnfinished: (await has("payments.refund"))
      ? await count("payments.refund where state = 'processing'")
      : 0,
    inReview: await count("payments.payment where review_since is not null"),
    jobsWaiting: (await has("pgboss.job"))
      ? await count("pgboss.job where state in ('created', 'retry', 'active')")
      : 0,
  };
}
