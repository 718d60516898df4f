// The hash chain of one merchant's journals: each row carries the hash of all of its columns and of the row before it.
import { createHash } from "node:crypto";
import { uuidOf } from "../../kernel/ids.ts";
import { canonicalText, type JournalDraft, type StoredJournal } from "./model.ts";

/** The end of a chain: how many rows it has, and the hash (lower-case hex) of the last. */
export type Head = Readonly<{ sequence: bigint; hash: string }>;

/** SHA-256 in lower-case hex over the canonical text of a row. */
export function hashOf(row: Omit<StoredJournal, "hash">): string {
  return createHash("sha256").update(canonicalText(row), "utf8").digest("hex");
}

/** The draft as the next row of a chain. */
export function chained(draft: JournalDraft, head: Head): StoredJournal {
  const row = {
    merchantId: uuidOf(draft.merchantId),
    subjectId: uuidOf(draft.subjectId),
    fact: draft.fact,
    sequence: head.sequence + 1n,
    recordedAtMicros: BigInt(draft.recordedAt.getTime()) * 1_000n,
    currency: draft.currency,
    accounts: draft.postings.map((posting) => posting.account),
    amounts: draft.postings.map((posting) => posting.minor),
    previousHash: head.hash,
  };
  return { ...row, hash: hashOf(row) };
}
