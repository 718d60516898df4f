// Every statement that touches the books. Rows are only ever added; heads, balances in them, move under their lock.
import { sql } from "kysely";
import { assert } from "../../kernel/assert.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import type { Head } from "./chain.ts";
import { genesisHash, type JournalDraft, type StoredJournal } from "./model.ts";

/** What a merchant’s accounts came to at the end of its chain; one amount for each account, in the order of accounts. */
export type Balances = Readonly<{ accounts: readonly string[]; amounts: readonly bigint[] }>;

/** The end of a chain, with the balances there. */
export type BalancedHead = Head & Balances;

/** Heads by the UUIDs of their merchants; `made` were not there and had to be made before they could be locked. */
export type LockedHeads = Readonly<{ heads: ReadonlyMap<string, BalancedHead>; made: number }>;

/** Locks the ends of these merchants’ chains, in the order of merchants, starting the chains where there are none. */
export async function lockHeads(tx: Tx, merchantIds: readonly string[]): Promise<LockedHeads> {
  const uuids = merchantIds.map(uuidOf);
  const heads = await selectHeadsForUpdate(tx, uuids);
  const missing = uuids.filter((uuid) => !heads.has(uuid));
  if (missing.length > 0) {
    await insertHeads(tx, missing);
    for (const [uuid, head] of await selectHeadsForUpdate(tx, missing)) heads.set(uuid, head);
  }
  for (const uuid of uuids) assert(heads.has(uuid), `${uuid}: the chain has no head after starting it`);
  return { heads, made: missing.length };
}

async function selectHeadsForUpdate(
  tx: Tx,
  merchantUuids: readonly string[],
): Promise<Map<string, BalancedHead>> {
  const { rows } = await sql<BalancedHead & { merchant_id: string }>`
    select merchant_id, sequence, encode(hash, 'hex') as hash, accounts, amounts from ledger.head
    where merchant_id = any(${merchantUuids}::uuid[])
    order by merchant_id
    for update`.execute(tx);
  return new Map(rows.map(({ merchant_id, ...head }) => [merchant_id, head]));
}

async function insertHeads(tx: Tx, merchantUuids: readonly string[]): Promise<void> {
  await sql`
    insert into ledger.head (merchant_id, sequence, hash)
    select merchant_id, 0, decode(${genesisHash}, 'hex')
    from unnest(${merchantUuids}::uuid[]) as started (merchant_id)
    order by merchant_id
    on conflict (merchant_id) do nothing`.execute(tx);
}

export type RecordedFact = Readonly<{
  merchantId: string;
  subjectId: string;
  fact: string;
  accounts: string[];
  amounts: bigint[];
}>;

/** Which of these facts are in the books already, with their postings. `merchantId` and `subjectId` are UUIDs. */
export async function selectFacts(tx: Tx, drafts: readonly JournalDraft[]): Promise<RecordedFact[]> {
  const { rows } = await sql<RecordedFact>`
    select merchant_id as "merchantId", subject_id as "subjectId", fact, accounts, amounts
    from ledger.journal
    where (merchant_id, subject_id, fact) in (
        select * from unnest(
          ${drafts.map((draft) => uuidOf(draft.merchantId))}::uuid[],
          ${drafts.map((draft) => uuidOf(draft.subjectId))}::uuid[],
          ${drafts.map((draft) => draft.fact)}::text[]))`.execute(tx);
  return rows;
}

/** Adds the rows to the books. Arrays of arrays have no unnest, so the rows travel as one JSON document. */
export async function insertJournals(tx: Tx, journals: readonly StoredJournal[]): Promise<void> {
  const rows = journals.map((row) => ({
    merchant_id: row.merchantId,
    subject_id: row.subjectId,
    fact: row.fact,
    sequence: row.sequence.toString(),
    recorded_at: new Date(Number(row.recordedAtMicros / 1_000n)),
    currency: row.currency,
    accounts: row.accounts,
    amounts: row.amounts.map(String),
    previous_hash: `\\x${row.previousHash}`,
    hash: `\\x${row.hash}`,
  }));
  const inserted = await sql`
    insert into ledger.journal
      (merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash)
    select merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      merchant_id uuid, subject_id uuid, fact text, sequence bigint, recorded_at timestamptz, currency text,
      accounts text[], amounts bigint[], previous_hash bytea, hash bytea)`.execute(tx);
  assert(
    inserted.numAffectedRows === BigInt(journals.length),
    `added ${inserted.numAffectedRows} of ${journals.length} journals`,
  );
}

/** The end of the chain of a merchant (UUID), as it was locked and as it is to be. */
export type HeadMove = Readonly<{ merchantId: string; from: Head; to: BalancedHead }>;

/** Moves the heads from where they were locked to the last rows added, and the balances with them. */
export async function advanceHeads(tx: Tx, moves: readonly HeadMove[]): Promise<void> {
  const rows = moves.map(({ merchantId, from, to }) => ({
    merchant_id: merchantId,
    held: from.sequence.toString(),
    sequence: to.sequence.toString(),
    hash: `\\x${to.hash}`,
    accounts: to.accounts,
    amounts: to.amounts.map(String),
  }));
  const advanced = await sql`
    update ledger.head as present set
      sequence = move.sequence, hash = move.hash, accounts = move.accounts, amounts = move.amounts
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as move (
      merchant_id uuid, held bigint, sequence bigint, hash bytea, accounts text[], amounts bigint[])
    where present.merchant_id = any(${moves.map((move) => move.merchantId)}::uuid[])
      and present.merchant_id = move.merchant_id and present.sequence = move.held`.execute(tx);
  assert(
    advanced.numAffectedRows === BigInt(moves.length),
    `${advanced.numAffectedRows} of ${moves.length} heads were where we had locked them`,
  );
}

export type BalanceRow = Readonly<{ merchantId: string; account: string; minor: bigint }>;

/** Balances a reader may see, of one merchant or of all, in the order (merchant, account). */
export async function selectBalances(tx: Tx, merchantUuid: string | null): Promise<BalanceRow[]> {
  const { rows } = await sql<Balances & { merchantId: string }>`
    select merchant_id as "merchantId", accounts, amounts
    from ledger.head
    where (${merchantUuid}::uuid is null or merchant_id = ${merchantUuid}::uuid)
    order by merchant_id`.execute(tx);
  return rows.flatMap(({ merchantId, accounts, amounts }) =>
    accounts.map((account, index) => ({ merchantId, account, minor: amounts[index] ?? 0n })),
  );
}

export type JournalFilter = Readonly<{
  merchantUuid: string;
  subjectUuid: string | null;
  beforeSequence: bigint | null;
  afterSequence: bigint | null;
  limit: number;
}>;

/** Journals of one merchant, newest first; oldest first where `afterSequence` is set. */
export async function selectJournals(tx: Tx, filter: JournalFilter): Promise<StoredJournal[]> {
  const direction = filter.afterSequence === null ? sql`desc` : sql`asc`;
  const { rows } = await sql<StoredJournal>`
    select merchant_id as "merchantId", subject_id as "subjectId", fact, sequence,
           (extract(epoch from recorded_at) * 1000000)::bigint as "recordedAtMicros",
           currency, accounts, amounts, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
    from ledger.journal
    where merchant_id = ${filter.merchantUuid}
      and (${filter.subjectUuid}::uuid is null or subject_id = ${filter.subjectUuid}::uuid)
      and (${filter.beforeSequence}::bigint is null or sequence < ${filter.beforeSequence}::bigint)
      and (${filter.afterSequence}::bigint is null or sequence > ${filter.afterSequence}::bigint)
    order by sequence ${direction}
    limit ${filter.limit}`.execute(tx);
  return rows;
}
