// The watchdog beside terminals whose reports are stored at the very same moment.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import pino from "pino";
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import { unwrap } from "../../../kernel/result.ts";
import { createClock } from "../../../platform/clock.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import { testShop } from "../../terminals/fixtures.ts";
import { createTerminal } from "../../terminals/index.ts";
import type { ArrivalsDeps, SilentCase } from "../deps.ts";
import { watchOver } from "./service.ts";

const now = new Date("2026-11-22T07:10:00Z");
const accepted = new Date("2026-11-22T07:09:50Z");

type Shop = AsyncDisposable &
  Readonly<{
    db: TestDb;
    tills: readonly [string, string];
    paymentId: string;
    opened: SilentCase[];
    watch: () => Promise<void>;
  }>;

/** A payment that two tills announce, and whose time to be heard is over; `secondWatch` is when the second is looked at. */
async function twoTills(secondWatch = now): Promise<Shop> {
  const db = await testDb();
  const world = { ...createWorld(createClock()), now: () => now };
  const log = pino({ level: "silent" });
  const shop = await testShop({ pg: db.pg, world });
  const till = async (no: string): Promise<string> => {
    const wanted = { ...shop, name: "收银台", no, kind: "cashier", announce: "store" } as const;
    return unwrap(await createTerminal({ pg: db.pg, world, log, randomBytes }, wanted)).id;
  };
  const tills = [await till("T0001"), await till("T0002")] as const;
  const paymentId = world.newId("pay");
  await db.pg.transaction(async (tx) => {
    for (const [index, terminalId] of tills.entries())
      await sql`
        insert into arrivals.arrival (merchant_id, payment_id, terminal_id, arrival_id, sequence, stage, amount_minor, currency,
          wallet, paid_at, accepted_at, send_after, send_count, sent_at, watch_at)
        values (${uuidOf(shop.merchantId)}, ${uuidOf(paymentId)}, ${uuidOf(terminalId)}, ${uuidOf(world.newId("arr"))}, ${index + 1},
          'accepted', 1250, 'CNY', 'alipay', ${accepted}, ${accepted}, ${now}, 0, null, ${index === 0 ? now : secondWatch})`.execute(
        tx,
      );
  });
  const opened: SilentCase[] = [];
  const cases: ArrivalsDeps["cases"] = {
    openCases: async (_, drafts) => void opened.push(...drafts),
    closeCases: async () => undefined,
  };
  const watch = (): Promise<void> => watchOver({ pg: db.pg, world, log, cases });
  return { db, tills, paymentId, opened, watch, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

async function speak(tx: Tx, { paymentId }: Shop, terminalId: string): Promise<void> {
  await sql`
    update arrivals.arrival set stage = 'spoken', starting_at = ${now}, delivered_at = ${now}, spoken_at = ${now},
      send_after = null, watch_at = null
    where payment_id = ${uuidOf(paymentId)} and terminal_id = ${uuidOf(terminalId)}`.execute(tx);
}

/** Resolves once the watchdog waits for a lock, or has ended without waiting for any. */
async function waitsOrEnds({ db }: Shop, watching: Promise<void>): Promise<void> {
  let state: "running" | "ended" = "running";
  void watching.then(() => (state = "ended"));
  while (state === "running") {
    const { rows } = await sql<{ waiting: boolean }>`
      select exists (
        select from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()) as waiting`.execute(db.pg.batch);
    if (rows[0]?.waiting) return;
  }
}

for (const index of [0, 1] as const) {
  test(`no case is opened where till ${index + 1} has spoken and its report is being stored`, async () => {
    await using shop = await twoTills();
    let watching: Promise<void> = Promise.resolve();
    await shop.db.pg.transaction(async (tx) => {
      await speak(tx, shop, shop.tills[index]);
      watching = shop.watch();
      await waitsOrEnds(shop, watching);
    });
    await watching;
    assert.deepEqual(shop.opened, []);
  });
}

test("nobody has heard it: one case, and every till that speaks later knows that it closes one", async () => {
  await using shop = await twoTills(new Date("2026-11-22T07:10:05Z"));
  await shop.watch();
  assert.deepEqual(
    shop.opened.map(({ subjectId, facts }) => [subjectId, facts["terminalId"]]),
    [[shop.paymentId, shop.tills[0]]],
  );
  const { rows } = await sql<{ unheard_at: Date | null; watch_at: Date | null }>`
    select unheard_at, watch_at from arrivals.arrival where payment_id = ${uuidOf(shop.paymentId)}`.execute(
    shop.db.pg.batch,
  );
  assert.deepEqual(
    rows.map(({ unheard_at, watch_at }) => [unheard_at, watch_at]),
    [
      [now, null],
      [now, null],
    ],
  );
  await shop.watch();
  assert.equal(shop.opened.length, 1, "told once");
});
