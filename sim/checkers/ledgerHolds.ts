// The ledger by itself: the product’s own verification, and a second fold that shares no code with it.
import { createHash } from "node:crypto";
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import type { JournalRow } from "../evidence.ts";
import type { Checker, Problem } from "./checker.ts";

export const ledgerHolds: Checker = {
  name: "ledgerHolds",
  promise: "Journals sum to zero, balances are their sums, the chain has neither gap nor break.",
  check: ({ verification, journals, balances, heads }) => {
    const problems: Problem[] = [];
    if (verification.broken !== null)
      problems.push({
        about: verification.broken.merchantId,
        problem: `verifyLedger: ${verification.broken.table} ${verification.broken.row}: ${verification.broken.problem}`,
      });
    const sums = new Map<string, bigint>();
    const ends = new Map<string, { sequence: bigint; hash: string }>();
    for (const row of journals) {
      const about = `${row.subject_id} ${row.fact}`;
      const amounts = row.amounts.map(BigInt);
      if (amounts.reduce((sum, amount) => sum + amount, 0n) !== 0n)
        problems.push({ about, problem: "does not sum to zero" });
      row.accounts.forEach((account, index) => {
        const key = `${row.merchant_id} ${account}`;
        sums.set(key, (sums.get(key) ?? 0n) + (amounts[index] ?? 0n));
      });
      const end = ends.get(row.merchant_id) ?? { sequence: 0n, hash: "0".repeat(64) };
      if (BigInt(row.sequence) !== end.sequence + 1n)
        problems.push({ about, problem: `sequence ${row.sequence} after ${end.sequence}` });
      if (row.previous_hash !== end.hash)
        problems.push({ about, problem: "the chain breaks before this row" });
      if (hashOf(row) !== row.hash) problems.push({ about, problem: "the hash is not that of the columns" });
      ends.set(row.merchant_id, { sequence: BigInt(row.sequence), hash: row.hash });
    }
    for (const { merchant_id: about, sequence, hash } of heads) {
      const end = ends.get(about);
      if (end !== undefined && (end.sequence !== BigInt(sequence) || end.hash !== hash))
        problems.push({ about, problem: "the head is not the end of the chain" });
    }
    for (const { merchant_id, account, minor } of balances) {
      const about = `${merchant_id} ${account}`;
      if ((sums.get(about) ?? 0n) !== BigInt(minor))
        problems.push({ about, problem: `balance ${minor}, journals ${sums.get(about) ?? 0n}` });
      sums.delete(about);
    }
    for (const [about, sum] of sums)
      if (sum !== 0n) problems.push({ about, problem: `no balance, journals ${sum}` });
    return problems;
  },
};

/** Written down once more from the words of the schema, not taken from the code that writes it. */
function hashOf(row: JournalRow): string {
  const text = JSON.stringify([
    "huiyin.journal.1",
    uuidOf(row.merchant_id),
    row.sequence,
    row.subject_id,
    row.fact,
    row.recorded_micros,
    row.currency,
    row.accounts,
    row.amounts,
    row.previous_hash,
  ]);
  return createHash("sha256").update(text, "utf8").digest("hex");
}
