// Posting: facts become journal rows, balances and a longer chain, in the transaction of whoever caused them.
import { assert } from "../../kernel/assert.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { chained, type Head } from "./chain.ts";
import { limits } from "./limits.ts";
import { chartOfAccounts, type JournalDraft, type StoredJournal } from "./model.ts";
import {
  addToBalances,
  advanceHead,
  insertJournals,
  lockHead,
  selectFacts,
  type BalanceChange,
} from "./store.ts";

/**
 * Records facts in the books. A fact recorded before is left as it is, so calling twice is calling once.
 * Takes the locks of the merchants' heads in sorted order and holds them until the transaction ends: call it last.
 * @returns how many journals were new
 */
export async function postJournals(tx: Tx, drafts: readonly JournalDraft[]): Promise<number> {
  assert(drafts.length <= limits.journalsPerCallMax, `${drafts.length} journals in one call`);
  const byMerchant = Map.groupBy(drafts, (draft) => draft.merchantId);
  let posted = 0;
  for (const merchantId of [...byMerchant.keys()].sort()) {
    posted += await postForMerchant(tx, merchantId, byMerchant.get(merchantId) ?? []);
  }
  return posted;
}

async function postForMerchant(tx: Tx, merchantId: string, drafts: readonly JournalDraft[]): Promise<number> {
  drafts.forEach(checkDraft);
  // The lock comes before the look: whoever holds the head sees every fact of this merchant.
  const head = await lockHead(tx, merchantId);
  const fresh = await withoutRecorded(tx, merchantId, drafts);
  if (fresh.length === 0) return 0;
  const journals = chain(fresh, head);
  await insertJournals(tx, journals);
  await addToBalances(tx, merchantId, balanceChanges(journals));
  const last = journals.at(-1);
  assert(last !== undefined, `${merchantId}: no journals were chained`);
  await advanceHead(tx, merchantId, head, last);
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
async function withoutRecorded(
  tx: Tx,
  merchantId: string,
  drafts: readonly JournalDraft[],
): Promise<JournalDraft[]> {
  const key = (subjectUuid: string, fact: string): string => `${subjectUuid} ${fact}`;
  const recorded = await selectFacts(tx, merchantId, drafts);
  const known = new Map(
    recorded.map((row) => [key(row.subjectId, row.fact), postingsText(row.accounts, row.amounts)]),
  );
  const fresh: JournalDraft[] = [];
  for (const draft of drafts) {
    const name = key(uuidOf(draft.subjectId), draft.fact);
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

function chain(drafts: readonly JournalDraft[], from: Head): StoredJournal[] {
  let head = from;
  return drafts.map((draft) => {
    const journal = chained(draft, head);
    head = journal;
    return journal;
  });
}

function balanceChanges(journals: readonly StoredJournal[]): BalanceChange[] {
  const changes = new Map<string, { account: string; currency: string; minor: bigint }>();
  for (const journal of journals) {
    journal.accounts.forEach((account, index) => {
      const key = `${account} ${journal.currency}`;
      const change = changes.get(key) ?? { account, currency: journal.currency, minor: 0n };
      changes.set(key, { ...change, minor: change.minor + (journal.amounts[index] ?? 0n) });
    });
  }
  return [...changes.values()];
}
