// Posting: facts become journal rows, balances and a longer chain, in the transaction of whoever caused them.
import { assert } from "../../kernel/assert.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { chained } from "./chain.ts";
import { limits } from "./limits.ts";
import { chartOfAccounts, type JournalDraft, type StoredJournal } from "./model.ts";
import {
  advanceHeads,
  insertJournals,
  lockHeads,
  selectFacts,
  type BalancedHead,
  type Balances,
  type HeadMove,
  type RecordedFact,
} from "./store.ts";

/**
 * Records facts in the books, of any number of merchants. A fact recorded before is left as it is, so calling twice is
 * calling once. Takes the locks of the merchants' heads in sorted order and holds them until the transaction ends: call
 * it last, or together with what comes last (the order of locks is in payments/README.md).
 * @returns how many journals were new
 */
export async function postJournals(tx: Tx, drafts: readonly JournalDraft[]): Promise<number> {
  assert(drafts.length <= limits.journalsPerCallMax, `${drafts.length} journals in one call`);
  if (drafts.length === 0) return 0;
  drafts.forEach(checkDraft);
  // The lock comes before the look: whoever holds the head sees every fact of this merchant.
  const [locked, seen] = await Promise.all([
    lockHeads(tx, [...new Set(drafts.map(({ merchantId }) => merchantId))]),
    selectFacts(tx, drafts),
  ]);
  // Where a head had to be made first, what was seen was seen before its lock.
  const recorded = locked.made === 0 ? seen : await selectFacts(tx, drafts);
  const fresh = withoutRecorded(drafts, recorded);
  if (fresh.length === 0) return 0;
  const [journals, moves] = chain(fresh, locked.heads);
  await Promise.all([insertJournals(tx, journals), advanceHeads(tx, moves)]);
  return journals.length;
}

function checkDraft(draft: JournalDraft): void {
  const name = `${draft.subjectId} ${draft.fact}`;
  const sum = draft.postings.reduce((total, posting) => total + posting.minor, 0n);
  assert(sum === 0n, `${name}: postings sum to ${sum}`);
  for (const posting of draft.postings) {
    assert(chartOfAccounts.has(posting.account), `${name}: no account ${posting.account}`);
    assert(posting.minor !== 0n, `${name}: an empty posting to ${posting.account}`);
  }
}

/** Drafts that are new, each fact once. The same fact with other postings is our bug and stops everything. */
function withoutRecorded(drafts: readonly JournalDraft[], recorded: readonly RecordedFact[]): JournalDraft[] {
  const key = (merchantUuid: string, subjectUuid: string, fact: string): string =>
    `${merchantUuid} ${subjectUuid} ${fact}`;
  const known = new Map(
    recorded.map(({ merchantId, subjectId, fact, accounts, amounts }) => [
      key(merchantId, subjectId, fact),
      postingsText(accounts, amounts),
    ]),
  );
  const fresh: JournalDraft[] = [];
  for (const draft of drafts) {
    const name = key(uuidOf(draft.merchantId), uuidOf(draft.subjectId), draft.fact);
    const postings = postingsText(
      draft.postings.map((posting) => posting.account),
      draft.postings.map((posting) => posting.minor),
    );
    const before = known.get(name);
    assert(before === undefined || before === postings, `${name}: recorded as ${before}, now ${postings}`);
    if (before === undefined) fresh.push(draft);
    known.set(name, postings);
  }
  return fresh;
}

function postingsText(accounts: readonly string[], amounts: readonly bigint[]): string {
  return accounts.map((account, index) => `${account}=${amounts[index]}`).join(" ");
}

/** The drafts as the next rows of their merchants’ chains, and how far each chain moves. */
function chain(
  drafts: readonly JournalDraft[],
  heads: ReadonlyMap<string, BalancedHead>,
): [journals: StoredJournal[], moves: HeadMove[]] {
  const moves = new Map<string, HeadMove>();
  const journals = drafts.map((draft) => {
    const merchantId = uuidOf(draft.merchantId);
    const from = heads.get(merchantId);
    assert(from !== undefined, `${merchantId}: its head was not locked`);
    const end = moves.get(merchantId)?.to ?? from;
    const journal = chained(draft, end);
    const { sequence, hash } = journal;
    moves.set(merchantId, { merchantId, from, to: { sequence, hash, ...folded(end, journal) } });
    return journal;
  });
  return [journals, [...moves.values()]];
}

/** The balances after a journal. */
function folded(before: Balances, { accounts: posted, amounts: moved }: Balances): Balances {
  const accounts = posted.every((account) => before.accounts.includes(account))
    ? before.accounts
    : [...new Set([...before.accounts, ...posted])].sort();
  const amounts = accounts.map((account) => before.amounts[before.accounts.indexOf(account)] ?? 0n);
  posted.forEach((account, index) => {
    const at = accounts.indexOf(account);
    amounts[at] = (amounts[at] ?? 0n) + (moved[index] ?? 0n);
  });
  return { accounts, amounts };
}
