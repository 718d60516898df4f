// Defaults for tests: whatever a test sets itself, it means.
import { idOf, uuidV7 } from "../../kernel/ids.ts";
import type { IdPrefix } from "../../kernel/world.ts";
import type { JournalDraft } from "./model.ts";

/** The same id for the same number, always. */
export function fixtureId(prefix: IdPrefix, number: number): string {
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(5, number);
  return idOf(prefix, uuidV7(new Date("2026-11-22T02:00:00Z"), bytes));
}

/** A paid order of ¥12.50 with a fee of 5 fen. */
export function journalDraft(own: Partial<JournalDraft> = {}): JournalDraft {
  return {
    merchantId: fixtureId("mer", 1),
    subjectId: fixtureId("pay", 1),
    fact: "succeeded",
    recordedAt: new Date("2026-11-22T02:00:01.234Z"),
    currency: "CNY",
    postings: [
      { account: "channel:alipay", minor: 1_250n },
      { account: "merchant:payable", minor: -1_245n },
      { account: "fee:income", minor: -5n },
    ],
    ...own,
  };
}
