// Whose money a terminal speaks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { uuidOf } from "../../kernel/ids.ts";
import { createClock } from "../../platform/clock.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { createWorld } from "../../platform/world.ts";
import { testShop, type TestShop } from "./fixtures.ts";
import type { AnnounceRule, Terminal } from "./model.ts";
import { announcingTerminals, insertTerminal } from "./store.ts";

type Counter = Readonly<{ rule: AnnounceRule; state?: Terminal["state"] }>;

const ownPair = { till: { rule: "own" }, other: { rule: "own" } } as const;

const rows: ReadonlyArray<
  Readonly<{
    says: string;
    counters: Readonly<Record<string, Counter>>;
    /** Null: at no terminal, in the store. “nowhere”: in no store either. */
    paidAt: string | null;
    heardAt: readonly string[];
  }>
> = [
  { says: "what is paid here is spoken here", counters: ownPair, paidAt: "till", heardAt: ["till"] },
  {
    says: "a terminal for the whole store speaks what is paid at another",
    counters: { till: { rule: "own" }, speaker: { rule: "store" } },
    paidAt: "till",
    heardAt: ["till", "speaker"],
  },
  {
    says: "where neither the till nor another announces, nobody speaks",
    counters: { till: { rule: "none" }, other: { rule: "own" } },
    paidAt: "till",
    heardAt: [],
  },
  {
    says: "a printed code is heard at every till where none speaks for the store",
    counters: ownPair,
    paidAt: null,
    heardAt: ["till", "other"],
  },
  {
    says: "a printed code is heard at the terminal that speaks for the store, and there alone",
    counters: { till: { rule: "own" }, speaker: { rule: "store" } },
    paidAt: null,
    heardAt: ["speaker"],
  },
  {
    says: "a terminal for the store that is suspended takes no announcement from the tills",
    counters: { till: { rule: "own" }, speaker: { rule: "store", state: "suspended" } },
    paidAt: null,
    heardAt: ["till"],
  },
  {
    says: "a printed code is not heard at a terminal that announces nothing",
    counters: { till: { rule: "own" }, mute: { rule: "none" } },
    paidAt: null,
    heardAt: ["till"],
  },
  {
    says: "a terminal for the store that was never activated takes no announcement from the tills",
    counters: { till: { rule: "own" }, speaker: { rule: "store", state: "created" } },
    paidAt: null,
    heardAt: ["till"],
  },
  {
    says: "where no terminal of the store announces, a printed code is heard nowhere",
    counters: { mute: { rule: "none" } },
    paidAt: null,
    heardAt: [],
  },
  {
    says: "what is paid in no store is heard nowhere",
    counters: { till: { rule: "own" }, speaker: { rule: "store" } },
    paidAt: "nowhere",
    heardAt: [],
  },
];

const world = createWorld(createClock());
let db: TestDb;

before(async () => {
  db = await testDb();
});

after(() => db[Symbol.asyncDispose]());

/** Another store of a merchant. */
async function secondStore({ merchantId }: TestShop): Promise<TestShop> {
  const storeId = world.newId("sto");
  await db.pg.transaction((tx) =>
    sql`
      insert into merchants.store (merchant_id, store_id, no, name_zh, name_en, address, created_at)
      values (${uuidOf(merchantId)}, ${uuidOf(storeId)}, 'S0002', '淮海中路店', 'Huaihai Middle Road', '淮海中路 1 号',
              ${world.now()})`.execute(tx),
  );
  return { merchantId, storeId };
}

/** Stands these terminals in a shop; their ids by name. */
async function standCounters(place: TestShop, counters: Readonly<Record<string, Counter>>) {
  const ids = new Map<string, string>();
  await db.pg.transaction(async (tx) => {
    for (const [name, { rule, state = "active" }] of Object.entries(counters)) {
      const id = world.newId("trm");
      ids.set(name, id);
      await insertTerminal(tx, {
        ...{ ...place, id, name, no: id.slice(-12), kind: "cashier", state: "created", suspendedBy: null },
        ...{ announce: rule, model: null, appVersion: null, revision: 1 },
        ...{ createdAt: world.now(), activatedAt: null },
      });
      if (state === "created") continue;
      await sql`update terminals.terminal
        set state = ${state}, public_key = ${randomBytes(32)}, activated_at = ${world.now()}
        where terminal_id = ${uuidOf(id)}`.execute(tx);
    }
  });
  return ids;
}

for (const [index, { says, counters, paidAt, heardAt }] of rows.entries())
  test(says, async () => {
    const place = await testShop({ pg: db.pg, world }, String(10_000_000 + index));
    const ids = await standCounters(place, counters);
    // The same counters in another store of this merchant, and at a stranger’s, must never speak; nor may a terminal for
    // that other store silence the tills of this one.
    await standCounters(await secondStore(place), { ...counters, further: { rule: "store" } });
    await standCounters(await testShop({ pg: db.pg, world }, String(20_000_000 + index)), counters);
    const terminalId = paidAt === null ? null : (ids.get(paidAt) ?? null);
    const storeId = paidAt === "nowhere" ? null : place.storeId;
    const order = { ...place, storeId, terminalId };
    const pairs = await db.pg.transaction((tx) => announcingTerminals(tx, [order]));
    assert.deepEqual(
      pairs.map((pair) => pair.terminalId).toSorted(),
      heardAt.map((name) => ids.get(name)).toSorted(),
    );
  });
