// The manager’s code: set by the merchant, verified for a terminal, locked after five wrong ones, known to nobody.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { after, before, beforeEach, test } from "node:test";
import pino from "pino";
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import { unwrap, type Result } from "../../../kernel/result.ts";
import { createClock, type Clock } from "../../../platform/clock.ts";
import type { Authenticator } from "../../../platform/http/authentication.ts";
import { askJson, operator, testHttp, type Answer, type TestHttp } from "../../../platform/http/fixtures.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import { testShop, type TestShop } from "../fixtures.ts";
import { terminalLimits } from "../limits.ts";
import { managerCodeRoutes } from "./routes.ts";
import { createManagerCodes, ensureDemoManagerCode, type ManagerCodeDeps } from "./service.ts";

const right = "907153";
const wrong = "111111";
let db: TestDb;
let clock: Clock;
let deps: ManagerCodeDeps;
let server: TestHttp;
let shop: TestShop;
let other: TestShop;
let number = 10_000_000;
const logged: string[] = [];

before(async () => {
  db = await testDb();
  clock = createClock();
  const sink = new Writable({ write: (chunk: Buffer, _, done) => (logged.push(chunk.toString()), done()) });
  const log = pino({ level: "debug" }, sink);
  deps = { pg: db.pg, world: createWorld(clock), log, randomBytes, managerCodeKey: randomBytes(32) };
  const authenticators: Authenticator[] = [
    async ({ headers: { authorization } }) => {
      if (authorization === "operator") return operator;
      if (authorization === "merchant")
        return { role: "merchant", merchantId: shop.merchantId, credentialId: "key_test" };
      if (authorization === "terminal")
        return { role: "terminal", merchantId: shop.merchantId, terminalId: deps.world.newId("trm") };
      return null;
    },
  ];
  const managerCodes = createManagerCodes(deps);
  server = await testHttp((app) => managerCodeRoutes(app, { ...deps, managerCodes }), { authenticators });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});
beforeEach(async () => {
  shop = await testShop(deps, String((number += 1)));
  other = await testShop(deps, String((number += 1)));
  logged.length = 0;
});

const put = (body: unknown, authorization = "merchant", storeId = shop.storeId): Promise<Answer> =>
  askJson(server.url, `/v1/stores/${storeId}/manager-code`, {
    method: "PUT",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const standing = (authorization = "merchant", storeId = shop.storeId): Promise<Answer> =>
  askJson(server.url, `/v1/stores/${storeId}/manager-code`, { headers: { authorization } });
const verify = (code: string, place = shop): Promise<Result<null>> =>
  createManagerCodes(deps).verify({ ...place, terminalId: deps.world.newId("trm"), code });
const outcome = async (code: string, place = shop): Promise<string> => {
  const result = await verify(code, place);
  return result.ok ? "right" : result.refusal.code;
};

test("the code that was set is right, any other is wrong, and a store without one says so", async () => {
  assert.equal(await outcome(right), "manager_code_missing");
  const set = await put({ code: right });
  assert.deepEqual([set.status, set.json["storeId"], set.json["lockedUntil"]], [200, shop.storeId, null]);
  assert.equal(await outcome(right), "right");
  assert.equal(await outcome(wrong), "manager_code_wrong");
  assert.equal(await outcome(right, other), "manager_code_missing");
  assert.equal((await put({ code: "246813" })).status, 200);
  assert.deepEqual([await outcome(right), await outcome("246813")], ["manager_code_wrong", "right"]);
});

test("who may set whose code", async () => {
  const { merchantId } = shop;
  const strange = other.merchantId;
  const rows = [
    [{ code: right }, "merchant", shop.storeId, 200, undefined],
    [{ code: right, merchantId }, "operator", shop.storeId, 200, undefined],
    [{ code: right }, "operator", shop.storeId, 400, "request_invalid"],
    [{ code: right }, "merchant", other.storeId, 404, "not_found"],
    [{ code: right, merchantId }, "operator", other.storeId, 404, "not_found"],
    [{ code: right, merchantId: strange }, "merchant", other.storeId, 404, "not_found"],
    [{ code: right }, "terminal", shop.storeId, 403, "not_allowed"],
    [{ code: right }, "nobody", shop.storeId, 401, "not_signed_in"],
    [{ code: "12345" }, "merchant", shop.storeId, 400, "request_invalid"],
    [{ code: "12345a" }, "merchant", shop.storeId, 400, "request_invalid"],
  ] as const;
  for (const [body, who, storeId, status, code] of rows) {
    const answer = await put(body, who, storeId);
    assert.deepEqual([answer.status, answer.json["code"]], [status, code], `${who} ${JSON.stringify(body)}`);
  }
});

test("whether a code is set can be read, the code cannot", async () => {
  assert.equal((await standing()).status, 404);
  await put({ code: right });
  const answer = await standing("operator");
  assert.deepEqual(Object.keys(answer.json).sort(), ["lockedUntil", "setAt", "storeId"]);
  assert.ok(typeof answer.json["setAt"] === "string");
  await put({ code: right, merchantId: other.merchantId }, "operator", other.storeId);
  assert.equal((await standing("merchant", other.storeId)).status, 404);
});

test("five wrong codes in a row lock the store, the right one included, until the time is over", async () => {
  await put({ code: right });
  const left: unknown[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const result = await verify(wrong);
    left.push(result.ok ? null : result.refusal.facts["left"]);
  }
  assert.deepEqual(left, [4, 3, 2, 1]);
  const fifth = await verify(wrong);
  assert.ok(!fifth.ok);
  assert.equal(fifth.refusal.code, "manager_code_locked");
  assert.equal(fifth.refusal.facts["minutes"], terminalLimits.managerCodeLockMinutes);
  assert.equal(fifth.refusal.facts["until"], (await standing()).json["lockedUntil"]);
  assert.equal(await outcome(right), "manager_code_locked");
  clock.advance(terminalLimits.managerCodeLockMinutes * 60_000 - 1_000);
  assert.equal(await outcome(right), "manager_code_locked");
  clock.advance(2_000);
  assert.equal(await outcome(right), "right");
});

test("a right code forgives the wrong ones before it; a new code ends a lock", async () => {
  await put({ code: right });
  for (let attempt = 0; attempt < 4; attempt += 1) await verify(wrong);
  assert.equal(await outcome(right), "right");
  for (let attempt = 0; attempt < 5; attempt += 1) await verify(wrong);
  assert.equal(await outcome(right), "manager_code_locked");
  await put({ code: right });
  assert.equal(await outcome(right), "right");
});

test("guessing at once from many connections gets no more guesses than one after the other", async () => {
  await put({ code: right });
  const guesses = Array.from({ length: 40 }, (_, index) => String(100_000 + index));
  const outcomes = await Promise.all(guesses.map((guess) => outcome(guess)));
  const count = (wanted: string): number => outcomes.filter((one) => one === wanted).length;
  assert.deepEqual([count("manager_code_wrong"), count("manager_code_locked")], [4, 36]);
});

test("the same code in two stores is stored differently, and never in clear or in the log", async () => {
  await put({ code: right });
  await put({ code: right, merchantId: other.merchantId }, "operator", other.storeId);
  await verify(wrong);
  await verify(right);
  const { rows } = await sql<{ code_hash: Buffer; salt: Buffer; row: string }>`
    select code_hash, salt, manager_code::text as row from terminals.manager_code
    where merchant_id in (${uuidOf(shop.merchantId)}, ${uuidOf(other.merchantId)})`.execute(db.pg.batch);
  assert.equal(rows.length, 2);
  assert.notDeepEqual(rows[0]?.code_hash, rows[1]?.code_hash);
  assert.notDeepEqual(rows[0]?.salt, rows[1]?.salt);
  assert.ok(logged.length > 0);
  // An id is hexadecimal and could hold any six digits.
  const said = [...logged, ...rows.map(({ row }) => row)].map((text) => text.replace(/[0-9a-f-]{32,}/g, ""));
  for (const text of said) assert.doesNotMatch(text, new RegExp(`${right}|${wrong}`));
});

test("without the platform’s key a stolen table tells nothing", async () => {
  await put({ code: right });
  const elsewhere = createManagerCodes({ ...deps, managerCodeKey: randomBytes(32) });
  const asked = { ...shop, terminalId: deps.world.newId("trm"), code: right };
  const result = await elsewhere.verify(asked);
  assert.deepEqual([result.ok, !result.ok && result.refusal.code], [false, "manager_code_wrong"]);
});

test("the proofs are not a tenant’s to read", async () => {
  await put({ code: right });
  const read = db.pg.tenant(shop.merchantId, (tx) =>
    sql`select code_hash from terminals.manager_code`.execute(tx),
  );
  await assert.rejects(read, /permission denied/);
});

test("the demo store’s code is set once and stays what a person made of it", async () => {
  const codes = createManagerCodes(deps);
  assert.equal(await ensureDemoManagerCode(codes, shop), "246810");
  assert.equal(await outcome("246810"), "right");
  unwrap(await codes.set(shop, right, "test"));
  await ensureDemoManagerCode(codes, shop);
  assert.equal(await outcome(right), "right");
});
