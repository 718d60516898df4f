// Closing the books of a month: every merchant’s chain is verified up to its last journal of the month, and what it came
// to is written down as a closing, from which verification can start.
import type { Pg, Tx } from "../../../platform/pg/pg.ts";
import { assert } from "../../../kernel/assert.ts";
import { genesisHash } from "../model.ts";
import { snapshotAt } from "../verify.ts";
import { closingHashOf, closingsHashOf, type Closing } from "./closing.ts";
import { merchantsInBooks } from "./merchants.ts";
import {
  insertClosings,
  selectClosingTargets,
  selectMonths,
  upsertMonth,
  type ClosingTarget,
} from "./store.ts";

/** A month by its name ("202611"), and the lowest id that is later than it. */
export type LedgerMonth = Readonly<{ name: string; below: string }>;

/**
 * Closes the books of a month for every merchant, and again for those that were booked in since: a closing is never
 * changed. Throws LedgerBrokenError where the books do not fit. As the owner of the tables: no request may do it.
 * @returns how many closings were new
 */
export async function closeBooks(deps: { pg: Pg }, month: LedgerMonth, now: Date): Promise<number> {
  const months = await selectMonths(deps.pg.batch);
  const fresh: Closing[] = [];
  const newest = new Map<string, Closing>();
  for await (const some of merchantsInBooks(deps.pg.owner)) {
    for (const target of await selectClosingTargets(deps.pg.owner, some, month.below)) {
      const { closing, already } = await closingOf(deps, { target, month, now }, months);
      if (already === "no") fresh.push(closing);
      newest.set(closing.merchantId, closing);
    }
  }
  const hashes = [...newest.values()].sort((a, b) => (a.merchantId < b.merchantId ? -1 : 1));
  await deps.pg.owner.transaction().execute(async (tx: Tx) => {
    await insertClosings(tx, fresh);
    await upsertMonth(tx, {
      ...{ month: month.name, below: month.below, closedAt: now, merchants: BigInt(hashes.length) },
      closingsHash: closingsHashOf(hashes.map(({ closingHash }) => closingHash)),
    });
  });
  return fresh.length;
}

async function closingOf(
  deps: { pg: Pg },
  { target, month, now }: Readonly<{ target: ClosingTarget; month: LedgerMonth; now: Date }>,
  months: Parameters<typeof snapshotAt>[2]["months"],
): Promise<Readonly<{ closing: Closing; already: "yes" | "no" }>> {
  const { merchantId, sequence } = target;
  const { snapshot, closings } = await snapshotAt(deps, merchantId, { sequence, below: month.below, months });
  const same = closings.findLast((one) => one.month === month.name);
  if (same !== undefined && same.sequence === sequence) return { closing: same, already: "yes" };
  const before = closings.at(-1);
  const balances = [...snapshot.balances].sort(([one], [other]) => (one < other ? -1 : 1));
  const currencies = new Set(balances.map(([key]) => key.split(" ")[1]));
  assert(
    currencies.size === 1 && currencies.has("CNY"),
    `${merchantId}: balances in ${[...currencies].join()}`,
  );
  const columns = {
    ...{ merchantId, month: month.name, below: month.below, sequence, hash: snapshot.hash },
    number: (before?.number ?? 0n) + 1n,
    currency: "CNY",
    accounts: balances.map(([key]) => key.split(" ")[0] ?? ""),
    amounts: balances.map(([, sum]) => sum),
    laterJournals: snapshot.laterJournals,
    laterHash: snapshot.laterHash,
    closedAtMicros: BigInt(now.getTime()) * 1_000n,
    previousHash: before?.closingHash ?? genesisHash,
  };
  return { closing: { ...columns, closingHash: closingHashOf(columns) }, already: "no" };
}
