// Ledger entries verified per minute: sums, hash chains and balances recomputed from what is stored. An entry is a posting;
// a paid order has three. Baseline: reading the same rows without looking at them.
import type { Bench } from "../bench.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { medianOf } from "../statistics.ts";
import { checkedBooks, openBooks } from "./ledger.ts";

const callers = 1_024;
const postingsPerJournal = 3;
const minuteMs = 60_000;

export async function measureVerify(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say, machine } = bench;
  const books = await openBooks(bench);
  say(`verify: posting ${sizes.verifyRows} journals`);
  const until = { journals: sizes.verifyRows };
  const { journals: posted } = await books.ask("post", { way: "together", callers, until });
  await machine.checkpoint();

  const problems: string[] = [];
  const verified: number[] = [];
  const read: number[] = [];
  const journals: number[] = [];
  // The first round is for the caches, of the database and of the compiler.
  for (let round = 0; round <= sizes.rounds; round += 1) {
    const reading = await books.ask("read", null);
    const result = await books.ask("verify", null);
    if (result.broken !== null) problems.push(result.broken);
    if (result.journals !== posted || reading.rows !== posted)
      problems.push(`${result.journals} verified, ${reading.rows} read, ${posted} posted`);
    if (round === 0) continue;
    verified.push((result.postings * minuteMs) / result.elapsedMs);
    read.push((reading.rows * postingsPerJournal * minuteMs) / reading.elapsedMs);
    journals.push((result.journals * minuteMs) / result.elapsedMs);
    say(`round ${round}: ${((verified.at(-1) ?? 0) / 1e6).toFixed(2)} million entries a minute`);
  }
  return [
    rowOf(
      { name: "verify", values: verified },
      {
        ...{ claim: "verify", unit: "entries/minute" },
        baseline: { name: "reading the same entries, entries/minute", values: read },
        goal: { of: "value", is: "atLeast", bound: 5_000_000 },
        figures: { journals: posted, journalsPerMinute: medianOf(journals) },
        checked: checkedOf(checkedBooks, problems),
      },
    ),
  ];
}
