// Verification: reads the books as a stranger would, recomputes everything and names the first row that does not fit.
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { limits } from "./limits.ts";
import type { Line } from "./verifying/line.ts";
import { Books, Milestone, type Snapshot } from "./verifying/books.ts";
import { compare, type Broken, type Finding, type Turn } from "./verifying/compare.ts";
import { balancesOf, closingsHashOf, headOf, type Closing } from "./verifying/closing.ts";
import { groupsOf, inTurns, partsOf } from "./verifying/groups.ts";
import { merchantsInBooks } from "./verifying/merchants.ts";
import {
  selectClosingsOf,
  selectLines,
  selectMonths,
  selectSummaries,
  type ClosedMonth,
  type Part,
  type Summary,
} from "./verifying/store.ts";

export type Verification = Readonly<{
  /** Whose books were looked at; none of those that come after what does not fit. */
  merchants: number;
  /** Rows that were read: fewer than there ever were, where months are archived or a closing is the start. */
  journals: bigint;
  postings: bigint;
  broken: Broken | null;
}>;

export type VerifyOptions = Readonly<{
  /** Rejects with its reason once it is aborted, before the next page of rows. */
  signal?: AbortSignal;
  /**
   * "everything": all that is in the tables, so from the last detached month on. "lastClosing": what was booked since
   * the last closed month, which was verified when it was closed.
   */
  from?: "everything" | "lastClosing";
}>;

/**
 * Recomputes sums, hash chains, balances and closings of one merchant (mer_…), or of all where `merchantId` is null.
 * Postings may go on meanwhile: each merchant is verified as of the moment at which its turn came.
 */
export async function verifyLedger(
  deps: { pg: Pg },
  merchantId: string | null,
  options: VerifyOptions = {},
): Promise<Verification> {
  const db = deps.pg.batch;
  options.signal?.throwIfAborted();
  const months = await selectMonths(db);
  const verifier = new Verifier(deps, months, options);
  const monthsBroken = merchantId === null ? await verifier.verifyMonths() : null;
  if (monthsBroken !== null) return { merchants: 0, journals: 0n, postings: 0n, broken: monthsBroken };
  let merchants = 0;
  for await (const some of merchantId === null ? merchantsInBooks(db) : [[uuidOf(merchantId)]]) {
    merchants += some.length;
    await verifier.verifyMerchants(some);
    if (verifier.broken !== null) break;
  }
  const { journals, postings, broken } = verifier;
  return { merchants, journals, postings, broken };
}

/** The lowest UUID there is. */
const anything = "00000000-0000-0000-0000-000000000000";

/** The books of a merchant as of some journal. Rejects where they do not fit: nothing false is ever closed. */
export async function snapshotAt(
  deps: { pg: Pg },
  merchantUuid: string,
  at: Readonly<{ sequence: bigint; below: string; months: readonly ClosedMonth[] }>,
): Promise<Readonly<{ snapshot: Snapshot; closings: readonly Closing[] }>> {
  const verifier = new Verifier(deps, at.months, { from: "lastClosing" });
  const wanted = new Milestone(at.sequence, at.below);
  const turn = await verifier.verifyMerchant(merchantUuid, wanted);
  if (verifier.broken !== null) throw new LedgerBrokenError(verifier.broken);
  if (wanted.snapshot === null) throw new Error(`${merchantUuid}: its chain does not reach ${at.sequence}`);
  return { snapshot: wanted.snapshot, closings: turn.summary.closings };
}

/** Something was to be built on books that do not fit. */
export class LedgerBrokenError extends Error {
  override readonly name = "LedgerBrokenError";
  readonly broken: Broken;

  constructor(broken: Broken) {
    super(`${broken.merchantId}: ${broken.table} ${broken.row}: ${broken.problem}`);
    this.broken = broken;
  }
}

class Verifier {
  readonly #deps: { pg: Pg };
  readonly #options: VerifyOptions;
  readonly #months: readonly ClosedMonth[];
  readonly #detached: ClosedMonth | null;
  journals = 0n;
  postings = 0n;
  broken: Broken | null = null;

  constructor(deps: { pg: Pg }, months: readonly ClosedMonth[], options: VerifyOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#months = months;
    this.#detached = months.findLast(({ state }) => state === "detached") ?? null;
  }

  /** Whether every closing of every month is there. */
  async verifyMonths(): Promise<Broken | null> {
    for (const { month } of this.#months) {
      const closings = await selectClosingsOf(this.#deps.pg.batch, month);
      const hashes = closings.flatMap(({ closingHash }) => closingHash ?? []);
      const [expected] = closings;
      if (expected === undefined) continue;
      if (BigInt(hashes.length) === expected.merchants && closingsHashOf(hashes) === expected.closingsHash)
        continue;
      const problem = `the month remembers ${expected.merchants} closings, ${hashes.length} are there or one was changed`;
      return { merchantId: idOf("mer", anything), table: "closing", row: month, problem };
    }
    return null;
  }

  async verifyMerchants(merchantUuids: readonly string[]): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const summaries = await selectSummaries(this.#deps.pg.batch, merchantUuids);
    const turns = summaries.map((summary) => this.#turnOf(summary));
    const groups = groupsOf(turns, ({ summary, books }) => (summary.sequence ?? 0n) - books.head.sequence);
    // The first in the order of merchants, whichever was found first.
    const found = await inTurns(groups, limits.verifySideBySide, (group) => this.#verifyGroup(group));
    this.broken = found.find((broken) => broken !== null) ?? null;
  }

  async verifyMerchant(merchantUuid: string, wanted: Milestone): Promise<Turn> {
    const [summary] = await selectSummaries(this.#deps.pg.batch, [merchantUuid]);
    if (summary === undefined) throw new Error("one merchant asked for, none answered");
    const turn = this.#turnOf(summary, wanted);
    this.broken = await this.#verifyGroup([turn]);
    return turn;
  }

  #turnOf(summary: Summary, wanted?: Milestone): Turn {
    const start = this.#startOf(summary, wanted);
    const told = summary.closings.filter(
      (closing) => start === null || closing === start || closing.sequence > start.sequence,
    );
    const milestones = new Map(
      told.map((closing) => [closing, new Milestone(closing.sequence, closing.below)]),
    );
    const all = [...milestones.values(), ...(wanted === undefined ? [] : [wanted])];
    const from = start && { head: headOf(start), balances: balancesOf(start) };
    return { summary, start, milestones, books: new Books(summary.merchantId, all, from) };
  }

  #startOf({ closings }: Summary, wanted?: Milestone): Closing | null {
    const detached = this.#detached;
    const mayStart = closings.filter(
      ({ month, sequence, below }) =>
        (this.#options.from === "lastClosing" || month === detached?.month) &&
        (wanted === undefined || (sequence <= wanted.sequence && below <= wanted.below)),
    );
    return mayStart.reduce<Closing | null>(
      (last, one) => (last === null || one.sequence >= last.sequence ? one : last),
      null,
    );
  }

  async #verifyGroup(turns: readonly Turn[]): Promise<Broken | null> {
    const found =
      (await this.#readKept(turns)) ??
      (await this.#readChains(turns)) ??
      first(turns, (turn) => compare(turn));
    for (const { books } of turns) {
      this.journals += books.counts.journals;
      this.postings += books.counts.postings;
    }
    return found;
  }

  /** Rows from before the closings where these books begin. */
  async #readKept(turns: readonly Turn[]): Promise<Broken | null> {
    const parts = turns.flatMap(({ start, books: { merchantUuid } }) => {
      if (start === null) return [];
      // Of a detached month and those before it nothing may be left; of a closed one all is there, and was proven.
      const from = this.#detached === null || start.month > this.#detached.month ? start.below : anything;
      return [{ merchantId: merchantUuid, after: 0n, upTo: start.sequence, from }];
    });
    const books = booksOf(turns);
    if (parts.length > 0) {
      for (const line of await selectLines(this.#deps.pg.batch, parts)) {
        const wrong = books.get(line.merchantId)?.addKept(line) ?? null;
        if (wrong !== null) return named(line.merchantId, { table: "journal", ...wrong });
      }
    }
    for (const one of books.values()) one.begin();
    return null;
  }

  async #readChains(turns: readonly Turn[]): Promise<Broken | null> {
    const books = booksOf(turns);
    const wholes = turns.map(({ summary, books: { head, merchantUuid } }) => ({
      ...{ merchantId: merchantUuid, after: head.sequence, upTo: summary.sequence ?? 0n, from: anything },
    }));
    const pages = partsOf(wholes);
    // While one page is hashed the database reads the next.
    let coming = this.#page(pages[0]);
    for (const [index, parts] of pages.entries()) {
      this.#options.signal?.throwIfAborted();
      const lines = await coming;
      coming = this.#page(pages[index + 1]);
      for (const line of lines) {
        const wrong = books.get(line.merchantId)?.add(line) ?? null;
        if (wrong !== null) return named(line.merchantId, { table: "journal", ...wrong });
      }
      for (const { merchantId, upTo } of parts) {
        const missing = (books.get(merchantId)?.head.sequence ?? 0n) + 1n;
        if (missing > upTo) continue;
        return named(merchantId, {
          table: "journal",
          row: `sequence ${missing}`,
          problem: "this row is missing",
        });
      }
    }
    return null;
  }

  #page(parts: readonly Part[] | undefined): Promise<readonly Line[]> {
    const lines: Promise<readonly Line[]> =
      parts === undefined ? Promise.resolve([]) : selectLines(this.#deps.pg.batch, parts);
    // Whoever found something wrong in the page before does not wait for this one.
    lines.catch(() => undefined);
    return lines;
  }
}

function booksOf(turns: readonly Turn[]): ReadonlyMap<string, Books> {
  return new Map(turns.map(({ books }) => [books.merchantUuid, books]));
}

function named(merchantUuid: string, finding: Finding): Broken {
  return { merchantId: idOf("mer", merchantUuid), ...finding };
}

function first(turns: readonly Turn[], look: (turn: Turn) => Finding | null): Broken | null {
  for (const turn of turns) {
    const finding = look(turn);
    if (finding !== null) return named(turn.books.merchantUuid, finding);
  }
  return null;
}
