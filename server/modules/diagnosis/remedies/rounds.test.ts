// Automatic remedies of many shops share one round: whoever cannot be helped yet holds up nobody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { createClock } from "../../../platform/clock.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import { diagnosisLimits as limits } from "../limits.ts";
import { continueRemedies, type RemedyDeps, type RemedyRound } from "./service.ts";

const now = new Date("2026-11-22T07:10:00Z");
const spokenAt = now.toISOString();
const { signal } = new AbortController();
const real = createWorld(createClock());
const world = { ...real, now: () => now };

/** So many replays on offer, each of another payment; the first of them the oldest. */
async function offer(db: TestDb, merchantId: string, count: number, since: Date): Promise<void> {
  await db.pg.transaction(async (tx) => {
    for (let index = 0; index < count; index += 1) {
      const at = addSeconds(since, index);
      const id = uuidOf(world.newId("dia"));
      await sql`
        insert into diagnosis.diagnosis (merchant_id, diagnosis_id, payment_id, terminal_id, complaint, actor, created_at)
        values (${uuidOf(merchantId)}, ${id}, ${uuidOf(world.newId("pay"))}, null, null, 'platform', ${at})`.execute(
        tx,
      );
      await sql`
        insert into diagnosis.remedy (merchant_id, diagnosis_id, remedy_id, cause_id, action, level, state, version, lease_until, offered_at)
        values (${uuidOf(merchantId)}, ${id}, 'replayArrival', 'C-NET-02', 'replayArrival', 'R3', 'offered', 1, null, ${at})`.execute(
        tx,
      );
    }
  });
}

/** The terminals of these merchants are connected; a replay there has been spoken by the time it is looked at. */
function roundsFor(db: TestDb, connected: readonly string[]): RemedyDeps & Readonly<{ treated: string[] }> {
  const treated: string[] = [];
  const looked = new Map<string, number>();
  const ports = {
    sleep: async () => undefined,
    isOnline: async (merchantId) => (connected.includes(merchantId) ? "yes" : "no"),
    replayArrivals: async (merchantId, paymentId) => {
      treated.push(merchantId);
      looked.set(paymentId, 1);
    },
    arrivals: async (_, paymentId) => {
      const isSpoken = looked.has(paymentId);
      const common = { id: "arr", terminalId: "trm", acceptedAt: spokenAt, deliveredAt: null, problem: null };
      return [{ ...common, stage: isSpoken ? "spoken" : "accepted", spokenAt: isSpoken ? spokenAt : null }];
    },
  } as Partial<RemedyDeps["ports"]> as RemedyDeps["ports"];
  return { pg: db.pg, world, ports, treated };
}

test("a shop whose terminal is away holds up no replay of another shop", async () => {
  await using db = await testDb();
  const [away, back] = [world.newId("mer"), world.newId("mer")];
  await offer(db, away, limits.remediesPerRoundMax + 1, addSeconds(now, -3_600));
  await offer(db, back, 1, addSeconds(now, -60));
  const deps = roundsFor(db, [back]);
  assert.equal(await continueRemedies(deps, signal), 1);
  assert.deepEqual(deps.treated, [back]);
});

test("shops take turns where more is due than one round holds", async () => {
  await using db = await testDb();
  const [busy, small] = [world.newId("mer"), world.newId("mer")];
  await offer(db, busy, limits.remediesPerRoundMax + 1, addSeconds(now, -3_600));
  await offer(db, small, 1, addSeconds(now, -60));
  const deps = roundsFor(db, [busy, small]);
  assert.equal(await continueRemedies(deps, signal), limits.remediesPerRoundMax);
  assert.ok(deps.treated.includes(small));
});

test("more that cannot be helped yet than one round looks at: the next round goes on behind them, and begins again", async () => {
  await using db = await testDb();
  const away = Array.from({ length: limits.remediesLookedAtMax }, () => world.newId("mer"));
  const back = world.newId("mer");
  for (const merchantId of away) await offer(db, merchantId, 1, addSeconds(now, -3_600));
  await offer(db, back, 1, addSeconds(now, -60));
  const round: RemedyRound = { skipped: 0 };
  const deps = roundsFor(db, [back]);
  assert.equal(await continueRemedies(deps, signal, round), 0);
  assert.equal(await continueRemedies(deps, signal, round), 1);
  const all = roundsFor(db, away);
  assert.equal(
    await continueRemedies(all, signal, round),
    limits.remediesPerRoundMax,
    "from the beginning again",
  );
});

test("a remedy that fails holds up nobody behind it, and is told of once the round is over", async () => {
  await using db = await testDb();
  const [broken, sound] = [world.newId("mer"), world.newId("mer")];
  await offer(db, broken, 1, addSeconds(now, -3_600));
  await offer(db, sound, 1, addSeconds(now, -60));
  const deps = roundsFor(db, [sound]);
  const isOnline: RemedyDeps["ports"]["isOnline"] = (merchantId, terminalId) =>
    merchantId === broken
      ? Promise.reject(new Error("no such terminal"))
      : deps.ports.isOnline(merchantId, terminalId);
  const round: RemedyRound = { skipped: 0 };
  const failing = { ...deps, ports: { ...deps.ports, isOnline } };
  await assert.rejects(continueRemedies(failing, signal, round), /no such terminal/);
  assert.deepEqual(deps.treated, [sound]);
  assert.equal(round.skipped, 0, "everything was looked at, so the next round begins again");
});
