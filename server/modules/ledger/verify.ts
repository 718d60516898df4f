// Verification: reads the books as a stranger would, recomputes everything and names the first row that does not fit.
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { hashOf, type Head } from "./chain.ts";
import { limits } from "./limits.ts";
import { genesisHash, type StoredJournal } from "./model.ts";
import { selectChain, selectMerchants, selectSummary, type Summary } from "./store.ts";

/** What was found at the first row that does not fit, in the words of somebody who has to look at it. */
export type Broken = Readonly<{
  merchantId: string;
  table: "journal" | "balance" | "head";
  row: string;
  problem: string;
}>;

export type Verification = Readonly<{
  merchants: number;
  journals: bigint;
  postings: bigint;
  broken: Broken | null;
}>;

/**
 * Recomputes sums, hash chains and balances of one merchant (mer_…), or of all where `merchantId` is null.
 * Postings may go on meanwhile: each merchant is verified as of the moment at which its turn came.
 * Rejects with the reason of the signal once it is aborted, before the next page of rows.
 */
export async function verifyLedger(
  deps: { pg: Pg },
  merchantId: string | null,
  signal?: AbortSignal,
): Promise<Verification> {
  const merchants = merchantId === null ? await selectMerchants(deps.pg.batch) : [uuidOf(merchantId)];
  let journals = 0n;
  let postings = 0n;
  for (const merchantUuid of merchants) {
    signal?.throwIfAborted();
    const summary = await selectSummary(deps.pg.batch, merchantUuid);
    const books = new Books(merchantUuid);
    const broken =
      (await readChain({ ...deps, signal }, books, summary.sequence ?? 0n)) ?? compareSummary(books, summary);
    journals += books.head.sequence;
    postings += books.postings;
    if (broken !== null) {
      return {
        merchants: merchants.length,
        journals,
        postings,
        broken: { merchantId: idOf("mer", merchantUuid), ...broken },
      };
    }
  }
  return { merchants: merchants.length, journals, postings, broken: null };
}

type Finding = Omit<Broken, "merchantId">;

async function readChain(
  deps: { pg: Pg; signal: AbortSignal | undefined },
  books: Books,
  upTo: bigint,
): Promise<Finding | null> {
  while (books.head.sequence < upTo) {
    deps.signal?.throwIfAborted();
    const after = books.head.sequence;
    const pageEnd = after + BigInt(limits.verifyPageRows);
    const range = { after, upTo: pageEnd < upTo ? pageEnd : upTo };
    const rows = await selectChain(deps.pg.batch, books.merchantUuid, range);
    for (const row of rows) {
      const problem = books.add(row);
      if (problem !== null) return { table: "journal", row: nameOf(row), problem };
    }
    if (books.head.sequence < range.upTo) {
      const missing = (books.head.sequence + 1n).toString();
      return { table: "journal", row: `sequence ${missing}`, problem: "this row is missing" };
    }
  }
  return null;
}

function compareSummary(books: Books, summary: Summary): Finding | null {
  if (summary.strayFact !== null) {
    return {
      table: "journal",
      row: summary.strayFact,
      problem: "this row lies outside the chain that the head ends",
    };
  }
  if (summary.sequence === null && summary.balances.length > 0) {
    return { table: "head", row: "head", problem: "the head is missing" };
  }
  if (summary.hash !== null && summary.hash !== books.head.hash) {
    return {
      table: "head",
      row: "head",
      problem: `the head says ${summary.hash}, the chain ends with ${books.head.hash}`,
    };
  }
  const present = new Map(
    summary.balances.map((row) => [`${row.account} ${row.currency}`, BigInt(row.minor)]),
  );
  for (const key of new Set([...books.balances.keys(), ...present.keys()])) {
    const [expected, found] = [books.balances.get(key) ?? 0n, present.get(key)];
    if (found !== expected) {
      return {
        table: "balance",
        row: key,
        problem: `the balance is ${found ?? "missing"}, the journals sum to ${expected}`,
      };
    }
  }
  return null;
}

function nameOf(row: StoredJournal): string {
  return `sequence ${row.sequence} (${row.subjectId} ${row.fact})`;
}

/** The books of one merchant, rebuilt row by row. */
class Books {
  readonly merchantUuid: string;
  readonly balances = new Map<string, bigint>();
  head: Head = { sequence: 0n, hash: genesisHash };
  postings = 0n;

  constructor(merchantUuid: string) {
    this.merchantUuid = merchantUuid;
  }

  /** Takes the next row of the chain; says what is wrong with it, or null. */
  add(row: StoredJournal): string | null {
    const expected = this.head.sequence + 1n;
    if (row.sequence !== expected)
      return `the chain continues with sequence ${expected}, this row says ${row.sequence}`;
    if (row.accounts.length !== row.amounts.length) return "accounts and amounts differ in number";
    if (row.amounts.reduce((total, amount) => total + amount, 0n) !== 0n)
      return "the postings do not sum to zero";
    if (row.previousHash !== this.head.hash) return "previous_hash is not the hash of the row before";
    const hash = hashOf(row);
    if (row.hash !== hash) return `hash is ${row.hash}, the columns give ${hash}`;
    row.accounts.forEach((account, index) => {
      const key = `${account} ${row.currency}`;
      this.balances.set(key, (this.balances.get(key) ?? 0n) + (row.amounts[index] ?? 0n));
    });
    this.postings += BigInt(row.amounts.length);
    this.head = { sequence: row.sequence, hash: row.hash };
    return null;
  }
}
