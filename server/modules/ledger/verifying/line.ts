// A journal as verification reads it: one text with every column, taken apart without making an object of each.
import { assert } from "../../../kernel/assert.ts";

/**
 * A journal as it lies there: its columns as the text that `canonicalText` writes, and the hash beside it. The database
 * builds the text out of the very columns, so no column can differ from the text.
 */
export type Line = Readonly<{ merchantId: string; text: string | null; hash: string | null }>;

/** What a line says. Amounts are exact: plain numbers where all of them are small, bigint where one is not. */
export type Columns = Readonly<{
  sequence: string;
  subjectId: string;
  fact: string;
  /** Names, as JSON, of currency and accounts: the same text for the same accounts. */
  accounts: string;
  amounts: readonly number[] | readonly bigint[] | null;
  previousHash: string;
}>;

const uuid = "[0-9a-f-]{36}";
// No bracket, quote or backslash inside a name: what matches can be read in one way only.
const usual = new RegExp(
  `^\\["huiyin\\.journal\\.1","${uuid}","(\\d+)","(${uuid})","([a-zA-Z]+)","-?\\d+",("[A-Z]+",\\[(?:"[a-z:]+",?)+\\]),` +
    `\\[((?:"-?\\d{1,13}",?)+)\\],"([0-9a-f]{64})"\\]$`,
);

/** Reads a line. What looks unusual is read slowly, and `amounts` is null where they are no list of whole numbers. */
export function columnsOf(text: string): Columns {
  const match = usual.exec(text);
  if (match === null) return unusualColumnsOf(text);
  const [, sequence = "", subjectId = "", fact = "", accounts = "", list = "", previousHash = ""] = match;
  // Thirteen digits are far from what a number cannot hold, also when some hundred are added up.
  const amounts = list.split(",").map((amount) => Number(amount.slice(1, -1)));
  return { sequence, subjectId, fact, accounts, amounts, previousHash };
}

function unusualColumnsOf(text: string): Columns {
  const columns = JSON.parse(text) as unknown[];
  const [, , sequence, subjectId, fact, , currency, accounts, amounts, previousHash] = columns;
  const whole = (amount: unknown): amount is string => typeof amount === "string" && /^-?\d+$/.test(amount);
  return {
    sequence: String(sequence),
    subjectId: String(subjectId),
    fact: String(fact),
    accounts: `${JSON.stringify(currency)},${JSON.stringify(accounts)}`,
    amounts: Array.isArray(amounts) && amounts.every(whole) ? amounts.map(BigInt) : null,
    previousHash: String(previousHash),
  };
}

/** The keys under which balances count these accounts: "account currency". Throws where they are no list of names. */
export function balanceKeysOf(accounts: string): string[] {
  const [currency, ...lists] = JSON.parse(`[${accounts}]`) as [string, string[]];
  const [names] = lists;
  assert(Array.isArray(names), `no accounts in ${accounts}`);
  return names.map((name) => `${name} ${currency}`);
}
