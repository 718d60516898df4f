import { test } from "node:test";
import { aJournal } from "../ledger/fixtures.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { book } from "../../../sandbox/book.ts";
test(`${aJournal} ${testDb} ${book}`, () => undefined);
