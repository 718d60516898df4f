// Whose books there are. Journals are never walked through for it, of which there may be any number: heads name nearly
// everybody, and between two of them one look into an index says whether there is anybody else.
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { limits } from "../limits.ts";
import { selectHeadsAfter, selectStrays, type Gap } from "./store.ts";

/** Nobody has these: ids are UUIDs of version 7. */
const lowest = "00000000-0000-0000-0000-000000000000";
const highest = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * UUIDs of every merchant that has anything in the books, sorted, in pages of some hundred: a head, a closing or a single
 * journal is enough.
 */
export async function* merchantsInBooks(db: Database | Tx): AsyncGenerator<readonly string[]> {
  for (let after: string | null = lowest; after !== null;) {
    const heads = await selectHeadsAfter(db, after, limits.verifyMerchantsAtOnce);
    const last: string | null = heads.length < limits.verifyMerchantsAtOnce ? null : (heads.at(-1) ?? null);
    const page = [
      ...heads,
      ...(await straysBetween(db, [after, ...heads, ...(last === null ? [highest] : [])])),
    ];
    if (page.length > 0) yield page.sort();
    after = last;
  }
}

/** Those between neighbours of whom there is a journal or a closing without a head. */
async function straysBetween(db: Database | Tx, sorted: readonly string[]): Promise<string[]> {
  const strays: string[] = [];
  let gaps: readonly Gap[] = sorted
    .slice(1)
    .map((below, index) => ({ above: sorted[index] as string, below }));
  while (gaps.length > 0) {
    const found = await selectStrays(db, gaps);
    strays.push(...found.map(({ merchantId }) => merchantId));
    gaps = found.map(({ merchantId, below }) => ({ above: merchantId, below }));
  }
  return strays;
}
