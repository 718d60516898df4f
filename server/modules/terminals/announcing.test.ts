// Whose money a terminal speaks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { uuidOf } from "../../kernel/ids.ts";
import { createClock } from "../../platform/clock.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { createWorld } from "../../platform/world.ts";
import { testShop } from "./fixtures.ts";
import type { AnnounceRule, Terminal } from "./model.ts";
import { announcingTerminals, insertTerminal } from "./store.ts";

type Counter = Readonly<{ rule: AnnounceRule; state?: Terminal["state"] }>;

const ownPair = { till: { rule: "own" }, other: { rule: "own" } } as const;

const rows: ReadonlyArray<
  Readonly<{
    says: string;
    counters: Readonly<Record<string, Counter>>;
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
];

const world = createWorld(createClock());
let db: TestDb;

before(async () => {
  db = await testDb();
});

after(() => db[Symbol.asyncDispose]());

/** Stands these terminals in a new shop, by name. */
async function openCounters(number: string, counters: Readonly<Record<string, Counter>>) {
  const place = await testShop({ pg: db.pg, world }, number);
  const ids = new Map<string, string>();
  await db.pg.transaction(async (tx) => {
    for (const [name, { rule, state = "active" }] of Object.entries(counters)) {
      const id = world.newId("trm");
      ids.set(name, id);
      await insertTerminal(tx, {
        ...{ ...place, id, name, no: name, kind: "cashier", state: "created", suspendedBy: null },
        ...{ announce: rule, model: null, appVersion: null, revision: 1 },
        ...{ createdAt: world.now(), activatedAt: null },
      });
      await sql`update terminals.terminal
        set state = ${state}, public_key = ${randomBytes(32)}, activated_at = ${world.now()}
        where terminal_id = ${uuidOf(id)}`.execute(tx);
    }
  });
  return { place, ids };
}

for (const [index, { says, counters, paidAt, heardAt }] of rows.entries())
  test(says, async () => {
    const { place, ids } = await openCounters(`1000000${index}`, counters);
    // Another shop with the same counters must never speak.
    await openCounters(`2000000${index}`, counters);
    const terminalId = paidAt === null ? null : (ids.get(paidAt) ?? null);
    const pairs = await db.pg.transaction((tx) => announcingTerminals(tx, [{ ...place, terminalId }]));
    assert.deepEqual(
      pairs.map((pair) => pair.terminalId).toSorted(),
      heardAt.map((name) => ids.get(name)).toSorted(),
    );
  });
