// Names of the entries in a backup: the head, the parts of each table in order, the manifest.
import { nameOf } from "./model.ts";

export const headEntry = "head.json";
export const manifestEntry = "manifest.json";

/** "tables/0007-payments.payment/000001.copy"; `index` counts from 0, `part` from 1. */
export function partEntry(
  index: number,
  table: Readonly<{ schema: string; name: string }>,
  part: number,
): string {
  return `tables/${String(index + 1).padStart(4, "0")}-${nameOf(table)}/${String(part).padStart(6, "0")}.copy`;
}

/** Which table, counted from 0, and which part of it an entry is; null where it is none. */
export function readPartEntry(name: string): Readonly<{ index: number; part: number }> | null {
  const match = /^tables\/(\d{4})-[^/]+\/(\d{6})\.copy$/.exec(name);
  return match === null ? null : { index: Number(match[1]) - 1, part: Number(match[2]) };
}
