// Journals per second through the ledger’s one door, three postings each, against one transaction for each journal on the
// same PostgreSQL.
import type { Bench } from "../bench.ts";
import type { BooksQuestions, Posted, Posting } from "../books.ts";
import { startPart, type Part } from "../processes.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";

/** As many as keep batches full, and as many as there are connections for single ones: each way at its best. */
const callers = { together: 1_024, alone: 64 } as const;

export async function measureLedger(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say, machine } = bench;
  const { legMs: durationMs } = sizes;
  const books = await openBooks(bench);
  const run = async (way: Posting["way"], lasts = durationMs): Promise<Posted> => {
    await machine.checkpoint();
    return books.ask("post", { way, callers: callers[way], until: { durationMs: lasts } });
  };
  const posted = { together: [] as Posted[], alone: [] as Posted[] };
  posted.together.push(await run("together", sizes.warmUpMs));
  posted.alone.push(await run("alone", sizes.warmUpMs));
  for (let round = 1; round <= sizes.rounds; round += 1) {
    posted.alone.push(await run("alone"));
    posted.together.push(await run("together"));
    say(
      `round ${round}: ledger ${posted.together.map(rateOf).at(-1)?.toFixed(0)}/s, alone ${posted.alone.map(rateOf).at(-1)?.toFixed(0)}/s`,
    );
  }
  const all = [...posted.together, ...posted.alone].reduce((sum, { journals }) => sum + journals, 0);
  return [
    rowOf(
      { name: "ledger", values: posted.together.slice(1).map(rateOf) },
      {
        ...{ claim: "ledger", unit: "journals/s" },
        baseline: { name: "one transaction for each journal", values: posted.alone.slice(1).map(rateOf) },
        goal: { of: "ratio", is: "atLeast", bound: 10 },
        figures: { journals: all },
        checked: checkedOf(checkedBooks, await problemsOfBooks(books, all)),
      },
    ),
  ];
}

export const checkedBooks = "every journal that was posted; sums, hashes and balances of the whole ledger";

export async function openBooks(bench: Bench): Promise<Part<BooksQuestions>> {
  const books = startPart<BooksQuestions>("books.ts");
  bench.atEnd(books.end);
  const { merchants } = bench.sizes;
  await books.ask("open", { databaseUrl: await bench.machine.freshDatabase(), merchants });
  return books;
}

function rateOf({ journals, elapsedMs }: Posted): number {
  return (journals * 1_000) / elapsedMs;
}

/** What verification says of books into which so many journals were posted. */
export async function problemsOfBooks(books: Part<BooksQuestions>, posted: number): Promise<string[]> {
  const { journals, broken } = await books.ask("verify", null);
  return [
    ...(broken === null ? [] : [broken]),
    ...(journals === posted ? [] : [`${journals} journals in the books, ${posted} were posted`]),
  ];
}
