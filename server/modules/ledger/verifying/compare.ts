// What was rebuilt from the chain, held against what the tables say.
import { genesisHash } from "../model.ts";
import type { Books, Milestone } from "./books.ts";
import { balancesOf, closingHashOf, type Closing } from "./closing.ts";
import type { Summary } from "./store.ts";

/** What was found at the first row that does not fit, in the words of somebody who has to look at it. */
export type Broken = Readonly<{
  merchantId: string;
  table: "journal" | "balance" | "head" | "closing";
  row: string;
  problem: string;
}>;

export type Finding = Omit<Broken, "merchantId">;

/** One merchant’s turn: what its tables say, the books that are rebuilt from its chain, and where they begin. */
export type Turn = Readonly<{
  summary: Summary;
  start: Closing | null;
  milestones: ReadonlyMap<Closing, Milestone>;
  books: Books;
}>;

/** The first thing that does not fit once the whole chain was read, or null. */
export function compare(turn: Turn): Finding | null {
  return compareEnds(turn) ?? compareClosings(turn) ?? compareBalances(turn);
}

function compareEnds({ books, summary }: Turn): Finding | null {
  if (summary.strayFact !== null) {
    const problem = "this row lies outside the chain that the head ends";
    return { table: "journal", row: summary.strayFact, problem };
  }
  if (summary.sequence === null && books.head.sequence > 0n)
    return { table: "head", row: "head", problem: "the head is missing" };
  if (summary.sequence !== null && books.head.sequence > summary.sequence) {
    const problem = `the head says ${summary.sequence}, a closing says ${books.head.sequence}`;
    return { table: "head", row: "head", problem };
  }
  if (summary.hash !== null && summary.hash !== books.head.hash) {
    const problem = `the head says ${summary.hash}, the chain ends with ${books.head.hash}`;
    return { table: "head", row: "head", problem };
  }
  return null;
}

/** Closings are a chain of their own, and say what the journals up to them came to. */
function compareClosings({ summary, milestones }: Turn): Finding | null {
  let [number, previousHash] = [0n, genesisHash];
  for (const closing of summary.closings) {
    number += 1n;
    const row = `${closing.month} (${closing.number})`;
    const at = { table: "closing", row } as const;
    if (closing.number !== number) return { ...at, problem: `the closing ${number} is missing` };
    if (closing.previousHash !== previousHash)
      return { ...at, problem: "previous_hash is not the hash of the closing before" };
    const expected = closingHashOf(closing);
    if (closing.closingHash !== expected)
      return { ...at, problem: `closing_hash is ${closing.closingHash}, the columns give ${expected}` };
    const problem = problemOfClosing(closing, milestones.get(closing));
    if (problem !== null) return { ...at, problem };
    previousHash = closing.closingHash;
  }
  return null;
}

function problemOfClosing(closing: Closing, milestone: Milestone | undefined): string | null {
  // Older than where the books begin: its hash is all that can be looked at.
  if (milestone === undefined) return null;
  const { snapshot } = milestone;
  if (snapshot === null) return `the chain ends before sequence ${closing.sequence}`;
  if (snapshot.hash !== closing.hash) return `the chain has ${snapshot.hash} there`;
  if (!sameBalances(snapshot.balances, balancesOf(closing)))
    return "the journals up to there come to other balances";
  if (snapshot.laterJournals !== closing.laterJournals || snapshot.laterHash !== closing.laterHash)
    return `${snapshot.laterJournals} journals of later months are there, not the ${closing.laterJournals} of the closing`;
  return null;
}

function sameBalances(left: ReadonlyMap<string, bigint>, right: ReadonlyMap<string, bigint>): boolean {
  return [...new Set([...left.keys(), ...right.keys()])].every(
    (key) => (left.get(key) ?? 0n) === (right.get(key) ?? 0n),
  );
}

function compareBalances({ books, summary }: Turn): Finding | null {
  const present = summary.balances;
  for (const key of new Set([...books.balances.keys(), ...present.keys()])) {
    const [expected, found] = [books.balances.get(key) ?? 0n, present.get(key)];
    if (found === expected) continue;
    const problem = `the balance is ${found ?? "missing"}, the journals sum to ${expected}`;
    return { table: "balance", row: key, problem };
  }
  return null;
}
