// What other modules may use of the ledger.
export { type Account, type Fact, type JournalDraft, type Posting } from "./model.ts";
export { ledgerRoutes } from "./routes.ts";
export { postJournals } from "./service.ts";
export { verifyLedger, type Verification } from "./verify.ts";
export { type Broken } from "./verifying/compare.ts";
export { closeBooks } from "./verifying/service.ts";
export { LedgerBrokenError } from "./verify.ts";
