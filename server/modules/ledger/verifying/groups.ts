// How verification divides its work: small chains together, long ones page by page, a few of them side by side.
import { limits } from "../limits.ts";
import type { Part } from "./store.ts";

/** Neighbours whose sizes together fill a page; whatever is larger stays alone. */
export function groupsOf<T>(items: readonly T[], sizeOf: (item: T) => bigint): T[][] {
  const groups: T[][] = [];
  let room = 0n;
  for (const item of items) {
    const size = sizeOf(item);
    if (groups.length === 0 || size > room) {
      groups.push([]);
      room = BigInt(limits.verifyPageRows);
    }
    groups.at(-1)?.push(item);
    room -= size;
  }
  return groups;
}

/** The chains of a group as pages: one page for all of them, or many pages of a long one. */
export function partsOf(wholes: readonly Part[]): Part[][] {
  const [first] = wholes;
  if (wholes.length !== 1 || first === undefined) return wholes.length === 0 ? [] : [[...wholes]];
  const pages: Part[][] = [];
  for (let after = first.after; after < first.upTo;) {
    const end = after + BigInt(limits.verifyPageRows);
    const upTo = end < first.upTo ? end : first.upTo;
    pages.push([{ ...first, after, upTo }]);
    after = upTo;
  }
  return pages;
}

/** Does the work of all items in their order, some side by side; begins nothing more once one has found something. */
export async function inTurns<T, R>(
  items: readonly T[],
  sideBySide: number,
  work: (item: T) => Promise<R | null>,
): Promise<Array<R | null>> {
  const results: Array<R | null> = [];
  let next = 0;
  let found: "nothing" | "something" = "nothing";
  const worker = async (): Promise<void> => {
    while (next < items.length && found === "nothing") {
      const index = next;
      next += 1;
      const item = items[index] as T;
      const result = await work(item).catch((error: unknown) => {
        found = "something";
        throw error;
      });
      results[index] = result;
      if (result !== null) found = "something";
    }
  };
  // All have ended before anything is told: nobody reads on behind the caller’s back.
  const ended = await Promise.allSettled(Array.from({ length: sideBySide }, worker));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return results;
}
