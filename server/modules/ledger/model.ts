// The words of the ledger: accounts, postings, journals and the text that the hash chain covers.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert } from "../../kernel/assert.ts";
import type { Currency } from "../../kernel/money.ts";
import type { IdPrefix } from "../../kernel/world.ts";

/**
 * The chart of accounts. Every merchant has its own set, so that no row is shared by two merchants:
 * `channel:*` what a channel owes us for this merchant's trades, `merchant:payable` what we owe the merchant,
 * `fee:income` what we earned from it.
 */
export type Account = `channel:${ChannelCode}` | "merchant:payable" | "fee:income";
export type AccountClass = "asset" | "liability" | "income";

export const chartOfAccounts: ReadonlyMap<Account, AccountClass> = new Map<Account, AccountClass>([
  ["channel:alipay", "asset"],
  ["channel:wechat", "asset"],
  ["channel:unionpay", "asset"],
  ["merchant:payable", "liability"],
  ["fee:income", "income"],
]);

/** Every fact that may be recorded, with the kind of thing it is about. The ledger leaves room for more. */
export const factSubjects = {
  /** A payment was paid. */
  succeeded: "pay",
  /** A paid payment was undone in full by the channel. */
  reversed: "pay",
  /** A person decided that a reversed payment had been paid after all. */
  reinstated: "pay",
  /** Part or all of a payment was given back to the payer. */
  refunded: "ref",
} as const satisfies Record<string, IdPrefix>;
export type Fact = keyof typeof factSubjects;

/** One line of a journal: an account and a signed amount in minor units, debit positive, never zero. */
export type Posting = Readonly<{ account: Account; minor: bigint }>;

/** A fact to be recorded. (merchantId, subjectId, fact) names it: recording the same fact twice is a no-op. */
export type JournalDraft = Readonly<{
  merchantId: string;
  /** The thing the fact is about: pay_… or ref_…; its time decides where the row lives. */
  subjectId: string;
  fact: Fact;
  recordedAt: Date;
  currency: Currency;
  postings: readonly Posting[];
}>;

/** A journal row exactly as it is stored, in the text forms that the hash covers. */
export type StoredJournal = Readonly<{
  merchantId: string;
  subjectId: string;
  fact: string;
  sequence: bigint;
  /** Microseconds since 1970: the full precision of the database, so that no change hides behind rounding. */
  recordedAtMicros: bigint;
  currency: string;
  accounts: readonly string[];
  amounts: readonly bigint[];
  previousHash: string;
  hash: string;
}>;

/** What a chain starts from, and the hash of an empty one. */
export const genesisHash = "0".repeat(64);

/**
 * The canonical text of a journal row: every column but the hash itself, in one fixed order.
 * A JSON array of strings, so that no two different rows share a text whatever their columns contain.
 */
export function canonicalText(row: Omit<StoredJournal, "hash">): string {
  return JSON.stringify([
    "huiyin.journal.1",
    row.merchantId,
    row.sequence.toString(),
    row.subjectId,
    row.fact,
    row.recordedAtMicros.toString(),
    row.currency,
    row.accounts,
    row.amounts.map(String),
    row.previousHash,
  ]);
}

/** The class of an account as the database names it. */
export function accountClassOf(account: string): AccountClass {
  const accountClass = (chartOfAccounts as ReadonlyMap<string, AccountClass>).get(account);
  assert(accountClass !== undefined, `no account ${account} in the chart`);
  return accountClass;
}

/** What kind of thing a fact, as the database names it, is about. */
export function factSubjectOf(fact: string): IdPrefix {
  const prefix = new Map<string, IdPrefix>(Object.entries(factSubjects)).get(fact);
  assert(prefix !== undefined, `no fact ${fact}`);
  return prefix;
}
