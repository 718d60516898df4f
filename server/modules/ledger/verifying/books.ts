// The books of one merchant, rebuilt row by row from what lies in the database.
import { createHash, hash, type Hash } from "node:crypto";
import type { Head } from "../chain.ts";
import { genesisHash } from "../model.ts";
import { balanceKeysOf, columnsOf, type Columns, type Line } from "./line.ts";

/** The books as of one journal. */
export type Snapshot = Readonly<{
  hash: string;
  balances: ReadonlyMap<string, bigint>;
  laterJournals: bigint;
  laterHash: string;
}>;

/** A journal at which somebody wants to know the books, and from which id on journals before it belong to later months. */
export class Milestone {
  readonly sequence: bigint;
  readonly below: string;
  snapshot: Snapshot | null = null;
  #laterJournals = 0n;
  readonly #later: Hash = createHash("sha256");

  constructor(sequence: bigint, below: string) {
    this.sequence = sequence;
    this.below = below;
  }

  /** Tells of the next journal; those about later months are remembered. */
  pass(subjectId: string, journalHash: string): void {
    if (subjectId < this.below) return;
    this.#laterJournals += 1n;
    this.#later.update(journalHash);
  }

  /** Tells that the journal is the one, and what the books are. */
  reach(journalHash: string, balances: ReadonlyMap<string, bigint>): void {
    this.snapshot = {
      hash: journalHash,
      balances: new Map(balances),
      laterJournals: this.#laterJournals,
      laterHash: this.#later.digest("hex"),
    };
  }
}

/** The sum of an account: whole numbers first, which are quicker, and a bigint for what they add up to. */
class Account {
  #sum: bigint;
  #recent = 0;

  constructor(sum: bigint) {
    this.#sum = sum;
  }

  add(amount: number | bigint): void {
    if (typeof amount === "bigint") {
      this.#sum += amount;
      return;
    }
    this.#recent += amount;
    if (Math.abs(this.#recent) < 1e15) return;
    this.#sum += BigInt(this.#recent);
    this.#recent = 0;
  }

  get sum(): bigint {
    return this.#sum + BigInt(this.#recent);
  }
}

/** A row that does not fit, in the words of somebody who has to look at it. */
export type Wrong = Readonly<{ row: string; problem: string }>;

const empty: Wrong = { row: "a row", problem: "a column that makes up its text or its hash is empty" };

export class Books {
  readonly merchantUuid: string;
  #postings = 0;
  #journals = 0;
  #sequence: number;
  #hash: string;
  readonly #accounts: Map<string, Account>;
  /** Accounts by the text that names them in a journal: nearly all journals name the same. */
  readonly #named = new Map<string, readonly Account[]>();
  /** Not reached yet, in the order of their sequences. */
  #milestones: readonly Milestone[];

  /** From an empty chain, or from where a closing left it. */
  constructor(
    merchantUuid: string,
    milestones: readonly Milestone[],
    start: Readonly<{ head: Head; balances: ReadonlyMap<string, bigint> }> | null,
  ) {
    this.merchantUuid = merchantUuid;
    this.#sequence = Number(start?.head.sequence ?? 0n);
    this.#hash = start?.head.hash ?? genesisHash;
    this.#accounts = new Map([...(start?.balances ?? [])].map(([key, sum]) => [key, new Account(sum)]));
    this.#milestones = milestones.toSorted((a, b) => (a.sequence < b.sequence ? -1 : 1));
  }

  /** The last row that was taken. */
  get head(): Head {
    return { sequence: BigInt(this.#sequence), hash: this.#hash };
  }

  /** By "account currency". */
  get balances(): Map<string, bigint> {
    return new Map([...this.#accounts].map(([key, account]) => [key, account.sum]));
  }

  /** How many rows were read, and how many postings they have. */
  get counts(): Readonly<{ journals: bigint; postings: bigint }> {
    return { journals: BigInt(this.#journals), postings: BigInt(this.#postings) };
  }

  /** Takes the next row of the chain; says which row it is and what is wrong with it, or null. */
  add(line: Line): Wrong | null {
    const { text, hash: stored } = line;
    if (text === null || stored === null) return empty;
    const columns = columnsOf(text);
    const problem = this.#problemOf(columns) ?? hashProblem(text, stored) ?? this.#fold(columns);
    if (problem !== null) return { row: nameOf(columns), problem };
    this.#sequence += 1;
    this.#hash = stored;
    if (this.#milestones.length === 0) return null;
    for (const milestone of this.#milestones) milestone.pass(columns.subjectId, stored);
    this.begin();
    return null;
  }

  /**
   * Takes a row from before the closing where these books begin, kept because it is about a later month: proven by its
   * own hash, and by the closing, which knows the hashes of all of them.
   */
  addKept(line: Line): Wrong | null {
    if (line.text === null || line.hash === null) return empty;
    const columns = columnsOf(line.text);
    const problem = hashProblem(line.text, line.hash);
    if (problem !== null) return { row: nameOf(columns), problem };
    this.#journals += 1;
    this.#postings += columns.amounts?.length ?? 0;
    for (const milestone of this.#milestones) milestone.pass(columns.subjectId, line.hash);
    return null;
  }

  /** The start is a milestone itself: reached once every kept row was taken. */
  begin(): void {
    for (;;) {
      const [next, ...others] = this.#milestones;
      if (next === undefined || next.sequence !== BigInt(this.#sequence)) return;
      next.reach(this.#hash, this.balances);
      this.#milestones = others;
    }
  }

  #problemOf({ sequence, previousHash }: Columns): string | null {
    const expected = String(this.#sequence + 1);
    if (sequence !== expected)
      return `the chain continues with sequence ${expected}, this row says ${sequence}`;
    return previousHash === this.#hash ? null : "previous_hash is not the hash of the row before";
  }

  /** Adds the postings to the balances, unless something is wrong with them. */
  #fold({ accounts, amounts }: Columns): string | null {
    if (amounts === null) return "the amounts are no list of whole numbers";
    const named = this.#accountsOf(accounts);
    if (named.length !== amounts.length) return "accounts and amounts differ in number";
    let total = 0n;
    let small = 0;
    for (let index = 0; index < amounts.length; index += 1) {
      const amount = amounts[index] ?? 0;
      if (typeof amount === "bigint") total += amount;
      else small += amount;
      named[index]?.add(amount);
    }
    if (total + BigInt(small) !== 0n) return "the postings do not sum to zero";
    this.#journals += 1;
    this.#postings += amounts.length;
    return null;
  }

  #accountsOf(names: string): readonly Account[] {
    const known = this.#named.get(names);
    if (known !== undefined) return known;
    const accounts = balanceKeysOf(names).map((key) => {
      const present = this.#accounts.get(key) ?? new Account(0n);
      this.#accounts.set(key, present);
      return present;
    });
    this.#named.set(names, accounts);
    return accounts;
  }
}

function hashProblem(text: string, stored: string): string | null {
  const computed = hash("sha256", text, "hex");
  return stored === computed ? null : `hash is ${stored}, the columns give ${computed}`;
}

function nameOf({ sequence, subjectId, fact }: Columns): string {
  return `sequence ${sequence} (${subjectId} ${fact})`;
}
