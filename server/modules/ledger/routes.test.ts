import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { askJson, testHttp } from "../../platform/http/fixtures.ts";
import type { Principal } from "../../platform/principal.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { fixtureId, journalDraft } from "./fixtures.ts";
import { ledgerRoutes } from "./routes.ts";
import { postJournals } from "./service.ts";
import { verifyLedger } from "./verify.ts";

const principals = new Map<string, Principal>(
  [1, 2].map((number) => [
    `merchant ${number}`,
    { role: "merchant", merchantId: fixtureId("mer", number), credentialId: fixtureId("key", number) },
  ]),
);

const verifyAs = (who: string, signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: { authorization: who, "content-type": "application/json" },
  body: "{}",
  ...(signal && { signal }),
});

const serve = (db: TestDb) =>
  testHttp((app) => ledgerRoutes(app, db), {
    authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null],
  });

/** Holds every verification up until `release`, as books of millions of rows would. */
async function holdBooks(db: TestDb): Promise<{ waiting(): Promise<void>; release(): Promise<void> }> {
  const opened = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holding = db.pg.owner.transaction().execute(async (tx) => {
    await sql`lock table ledger.head in access exclusive mode`.execute(tx);
    held.resolve();
    await opened.promise;
  });
  await Promise.race([held.promise, holding]);
  const waiting = async (): Promise<void> => {
    for (;;) {
      const { rows } = await sql`
        select 1 from pg_locks where relation = 'ledger.head'::regclass and not granted`.execute(db.pg.owner);
      if (rows.length > 0) return;
    }
  };
  return { waiting, release: () => (opened.resolve(), holding) };
}

test("a merchant verifies its books once at a time, and another merchant beside it", async () => {
  await using db = await testDb();
  await using http = await serve(db);
  const books = await holdBooks(db);
  const first = askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 1"));
  await books.waiting();
  const second = await askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 1"));
  assert.deepEqual([second.status, second.json["code"]], [429, "too_many_requests"]);
  assert.ok(Number(second.headers.get("retry-after")) >= 1);
  const other = askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 2"));
  await books.release();
  assert.deepEqual([(await first).status, (await other).status], [200, 200]);
  const again = await askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 1"));
  assert.equal(again.status, 200, "it is free again");
});

test("a verification that nobody waits for any more stops, and makes room", async () => {
  await using db = await testDb();
  await using http = await serve(db);
  const books = await holdBooks(db);
  const caller = new AbortController();
  const first = askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 1", caller.signal));
  await books.waiting();
  caller.abort();
  await assert.rejects(first);
  await books.release();
  let status = 429;
  for (let look = 0; status === 429 && look < 500; look += 1)
    ({ status } = await askJson(http.url, "/v1/ledger/verify", verifyAs("merchant 1")));
  assert.equal(status, 200);
});

test("an aborted signal ends a verification before it reads on", async () => {
  await using db = await testDb();
  await db.pg.transaction((tx) => postJournals(tx, [journalDraft({ merchantId: fixtureId("mer", 1) })]));
  await assert.rejects(verifyLedger(db, null, { signal: AbortSignal.abort(new Error("gone")) }), /gone/);
});
