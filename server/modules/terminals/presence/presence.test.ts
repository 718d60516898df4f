// Sessions of terminals as several processes write them down, with a database that goes away and comes back.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import pino from "pino";
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import { unwrap } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { createClock } from "../../../platform/clock.ts";
import type { Broker, Session, SessionListener } from "../../../platform/mqtt/port.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import { testShop, type TestShop } from "../fixtures.ts";
import { createTerminal } from "../index.ts";
import { terminalLimits } from "../limits.ts";
import type { TerminalSession } from "../model.ts";
import { createPresence, type Presence, type PresenceDeps } from "./service.ts";
import { listSessions, listViews } from "./store.ts";

type MovedWorld = PresenceDeps["world"] & Readonly<{ moveSeconds(seconds: number): void }>;
type Bench = AsyncDisposable &
  Readonly<{ db: TestDb; world: MovedWorld; shop: TestShop; newTerminal: () => Promise<string> }>;

async function bench(): Promise<Bench> {
  const db = await testDb();
  const real = createWorld(createClock());
  let now = new Date("2026-11-22T07:10:00Z");
  const moveSeconds = (seconds: number): void => void (now = addSeconds(now, seconds));
  const world = { ...real, now: () => now, moveSeconds };
  const deps = { pg: db.pg, world, log: pino({ level: "silent" }), randomBytes };
  const shop = await testShop(deps);
  let count = 0;
  const newTerminal = async (): Promise<string> => {
    const no = `T000${(count += 1)}`;
    const wanted = { ...shop, name: "收银台", no, kind: "cashier", announce: "own" } as const;
    return unwrap(await createTerminal(deps, wanted)).id;
  };
  return { db, world, shop, newTerminal, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

type Process = Readonly<{
  presence: Presence;
  /** The terminal connects to this process; its session is written down unless the database is away. */
  connect(terminalId: string): Promise<void>;
  leave(terminalId: string, detail?: string): Promise<void>;
}>;

/** One more process of the platform, on a broker of its own. */
function processOf({ db, world }: Bench, processId: string, pg: PresenceDeps["pg"] = db.pg): Process {
  const held = new Map<string, Session>();
  const listeners: SessionListener[] = [];
  const tell: SessionListener = async (event) => {
    for (const listener of listeners) await listener(event);
  };
  const broker = {
    sessions: () => held,
    onSession: (listener: SessionListener) => void listeners.push(listener),
    closeSession: async () => undefined,
  } as unknown as Broker;
  const bus = {
    handle: () => undefined,
    send: async () => undefined,
    sessionOf: () => null,
  } as unknown as PresenceDeps["bus"];
  const presence = createPresence({ pg, world, log: pino({ level: "silent" }), broker, bus, processId });
  return {
    presence,
    connect: async (terminalId) => {
      const session: Session = {
        key: `${processId} ${terminalId} ${world.now().toISOString()}`,
        clientId: terminalId,
        transport: "tcp",
        remoteAddress: null,
        openedAt: world.now(),
      };
      held.set(terminalId, session);
      await tell({ kind: "open", session });
    },
    leave: async (terminalId, detail = "") => {
      const session = held.get(terminalId);
      assert.ok(session);
      held.delete(terminalId);
      await tell({ kind: "close", session, at: world.now(), reason: "disconnected", detail });
    },
  };
}

async function isOnline({ db, world }: Bench, terminalId: string): Promise<boolean> {
  const filter = {
    terminalId,
    merchantId: null,
    storeId: null,
    state: null,
    after: null,
    before: null,
    limit: 1,
  };
  const [view] = await listViews(db.pg.batch, { ...filter, now: world.now() });
  return view?.online ?? false;
}

function sessionsOf({ db, world }: Bench, terminalId: string): Promise<TerminalSession[]> {
  return listSessions(db.pg.batch, { terminalId, from: new Date(0), to: world.now(), limit: 100 });
}

const outageSeconds = terminalLimits.sessionLeaseSeconds + 10;

test("after an outage of the database whoever renews first ends nobody’s session for good", async () => {
  await using shop = await bench();
  const [first, second] = [processOf(shop, "A"), processOf(shop, "B")];
  const [till, speaker] = [await shop.newTerminal(), await shop.newTerminal()];
  await first.connect(till);
  await second.connect(speaker);
  shop.world.moveSeconds(outageSeconds); // neither could renew
  await first.presence.renew();
  assert.equal(await isOnline(shop, speaker), false, "nobody has vouched for it yet");
  await second.presence.renew();
  assert.deepEqual([await isOnline(shop, till), await isOnline(shop, speaker)], [true, true]);
  const sessions = await sessionsOf(shop, speaker);
  assert.deepEqual(
    sessions.map(({ closedAt, closeReason, detail }) => [closedAt, closeReason, detail]),
    [[null, null, null]],
    "it was connected all the time, so the history knows one connection that goes on",
  );
  await second.leave(speaker);
  assert.equal((await sessionsOf(shop, speaker))[0]?.closeReason, "disconnected");
});

test("a session that expired stays ended where its terminal has connected elsewhere meanwhile", async () => {
  await using shop = await bench();
  const [first, second] = [processOf(shop, "A"), processOf(shop, "B")];
  const till = await shop.newTerminal();
  await second.connect(till);
  shop.world.moveSeconds(outageSeconds);
  await first.presence.renew();
  await first.connect(till);
  await first.leave(till);
  await second.presence.renew();
  assert.equal(await isOnline(shop, till), false, "what the second process still holds is half a connection");
  assert.deepEqual(
    (await sessionsOf(shop, till)).map(({ closeReason }) => closeReason),
    ["disconnected", "leaseExpired"],
  );
});

test("a session written down late does not end the newer one of another process", async () => {
  await using shop = await bench();
  let isAway = true;
  const transaction: PresenceDeps["pg"]["transaction"] = (...args) =>
    isAway ? Promise.reject(new Error("the database is away")) : shop.db.pg.transaction(...args);
  const cutOff = processOf(shop, "A", { ...shop.db.pg, transaction });
  const till = await shop.newTerminal();
  await cutOff.connect(till);
  shop.world.moveSeconds(5);
  await processOf(shop, "B").connect(till);
  isAway = false;
  await cutOff.presence.renew();
  const [newest] = await sessionsOf(shop, till);
  assert.equal(newest?.closedAt, null, "the terminal is where it went last");
  await cutOff.leave(till);
  assert.equal(await isOnline(shop, till), true);
});

test("terminals that all connect at once are written down in a few transactions, and all leave again", async () => {
  await using shop = await bench();
  let transactions = 0;
  const transaction: PresenceDeps["pg"]["transaction"] = (...args) => {
    transactions += 1;
    return shop.db.pg.transaction(...args);
  };
  const [first, second] = [processOf(shop, "A"), processOf(shop, "B", { ...shop.db.pg, transaction })];
  const tills: string[] = [];
  for (let count = 0; count < 12; count += 1) tills.push(await shop.newTerminal());
  for (const till of tills) await first.connect(till);
  shop.world.moveSeconds(1);
  await Promise.all(tills.map((till) => second.connect(till)));
  assert.ok(transactions <= 3, `${transactions} transactions for ${tills.length} terminals`);
  const ends = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const till of tills)
      found.push((await sessionsOf(shop, till)).map(({ closeReason }) => closeReason));
    return found;
  };
  assert.deepEqual(
    await ends(),
    tills.map(() => [null, "takenOver"]),
  );
  shop.world.moveSeconds(1);
  await Promise.all(tills.map((till) => second.leave(till)));
  assert.deepEqual(
    await ends(),
    tills.map(() => ["disconnected", "takenOver"]),
  );
});

test("a session ends although what ended it cannot be stored as it was sent", async () => {
  await using shop = await bench();
  const process = processOf(shop, "A");
  const till = await shop.newTerminal();
  await process.connect(till);
  await process.leave(
    till,
    `publish to a\0b${"👍".repeat(terminalLimits.sessionDetailLengthMax)}: not its own topic`,
  );
  const [session] = await sessionsOf(shop, till);
  assert.equal(session?.closeReason, "disconnected");
  assert.match(session?.detail ?? "", /^publish to ab👍+/u);
});

test("readings that are too old go, however many have gathered; newer ones stay", async () => {
  await using shop = await bench();
  const till = await shop.newTerminal();
  const keptFrom = addSeconds(shop.world.now(), -terminalLimits.telemetryKeepDays * 86_400);
  const tooOld = terminalLimits.telemetryPrunedMax * 2 + 1;
  await shop.db.pg.transaction((tx) =>
    sql`
      insert into terminals.telemetry (merchant_id, terminal_id, at, clock_offset_seconds)
      select ${uuidOf(shop.shop.merchantId)}::uuid, ${uuidOf(till)}::uuid, ${keptFrom}::timestamptz - n * interval '1 second', 0
      from generate_series(-1, ${tooOld}::integer) as n where n <> 0`.execute(tx),
  );
  await processOf(shop, "A").presence.prune();
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::integer as count from terminals.telemetry`.execute(shop.db.pg.batch);
  assert.equal(rows[0]?.count, 1);
});
