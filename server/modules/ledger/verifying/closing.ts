// What the books of one merchant said at the end of a month. Closings of a merchant form a chain of their own.
import { hash } from "node:crypto";
import type { Head } from "../chain.ts";

/** A closing as it is stored. Hashes are lower-case hex. */
export type Closing = Readonly<{
  merchantId: string;
  /** Counts the closings of a merchant, from 1, without gaps. */
  number: bigint;
  /** "202611": the month in Shanghai that it closes. */
  month: string;
  /** Ids of this month and of all before it are below this UUID. */
  below: string;
  /** The last journal about anything of this month or an earlier one, and its hash. */
  sequence: bigint;
  hash: string;
  currency: string;
  /** Balances as of that journal. */
  accounts: readonly string[];
  amounts: readonly bigint[];
  /** Journals up to there that are about later months: how many, and the hash over their hashes. */
  laterJournals: bigint;
  laterHash: string;
  /** Microseconds since 1970. */
  closedAtMicros: bigint;
  previousHash: string;
  closingHash: string;
}>;

/** SHA-256 in lower-case hex over every column of a closing but this one, in one fixed order. */
export function closingHashOf(closing: Omit<Closing, "closingHash">): string {
  const text = JSON.stringify([
    "huiyin.closing.1",
    closing.merchantId,
    closing.number.toString(),
    closing.month,
    closing.below,
    closing.sequence.toString(),
    closing.hash,
    closing.currency,
    closing.accounts,
    closing.amounts.map(String),
    closing.laterJournals.toString(),
    closing.laterHash,
    closing.closedAtMicros.toString(),
    closing.previousHash,
  ]);
  return hash("sha256", text, "hex");
}

/** SHA-256 in lower-case hex over closings, in the order of their merchants: what a month remembers of them. */
export function closingsHashOf(closingHashes: readonly string[]): string {
  return hash("sha256", closingHashes.join("\n"), "hex");
}

/** Balances by "account currency", as a closing or a head tells them. */
export function balancesOf(closing: Pick<Closing, "currency" | "accounts" | "amounts">): Map<string, bigint> {
  return new Map(
    closing.accounts.map((account, index) => [
      `${account} ${closing.currency}`,
      closing.amounts[index] ?? 0n,
    ]),
  );
}

/** Where a chain continues after a closing. */
export function headOf(closing: Closing): Head {
  return { sequence: closing.sequence, hash: closing.hash };
}
