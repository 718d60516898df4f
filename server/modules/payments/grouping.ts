// How a batch shares its statements. On one PostgreSQL everything in it does: what a statement costs is paid once for all
// of its merchants. Where merchants live in different shards, each has statements of its own, so that no statement writes
// in two. It is the same code either way: what differs is who is in a group.

import { uuidOf } from "../../kernel/ids.ts";

/** "together", as where nothing is said: one group of everybody. "byMerchant": a group for each merchant. */
export type Grouping = "together" | "byMerchant";

/** The items in groups, in the order of their merchants; inside a group in the order in which they came. */
export function groupsOf<Item>(
  items: readonly Item[],
  grouping: Grouping | undefined,
  merchantOf: (item: Item) => string,
): ReadonlyArray<readonly Item[]> {
  if (items.length === 0) return [];
  if (grouping !== "byMerchant") return [items];
  const byMerchant = Map.groupBy(items, merchantOf);
  return [...byMerchant.keys()].sort().map((merchantId) => byMerchant.get(merchantId) ?? []);
}

/** Something of one merchant, in a group that may hold several. */
export type Of<Thing> = Thing & Readonly<{ merchantId: string }>;

/** What is unique within a merchant, as it is named among several. */
export function nameIn(merchantId: string, word: string): string {
  return `${uuidOf(merchantId)} ${word}`;
}
