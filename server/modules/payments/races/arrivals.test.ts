// Announcements of one terminal, reported, sent and numbered by several processes at once.
import assert from "node:assert/strict";
import { randomBytes, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import pino from "pino";
import { fen } from "../../../kernel/money.ts";
import { unwrap, type Result } from "../../../kernel/result.ts";
import type { World } from "../../../kernel/world.ts";
import { createClock } from "../../../platform/clock.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import {
  createArrivals,
  listOfPayment,
  type Arrival,
  type Arrivals,
  type PaidOrder,
} from "../../arrivals/index.ts";
import { testShop } from "../../terminals/fixtures.ts";
import {
  activateTerminal,
  createTerminal,
  findTerminal,
  issueActivationCode,
  type Terminal,
} from "../../terminals/index.ts";
import { answerOf, explore } from "./testing/explorer.ts";

type Counter = AsyncDisposable & Readonly<{ db: TestDb; world: World; terminal: Terminal }>;

/** A shop whose one terminal is at work. */
async function counter(): Promise<Counter> {
  const db = await testDb();
  const world = createWorld(createClock());
  const deps = { pg: db.pg, world, log: pino({ level: "silent" }), randomBytes };
  const shop = await testShop(deps);
  const wanted = { ...shop, name: "一号收银台", no: "T0001", kind: "cashier", announce: "own" } as const;
  const { id: terminalId, merchantId } = unwrap(await createTerminal(deps, wanted));
  const key = { terminalId, merchantId };
  const { activationCode } = unwrap(await issueActivationCode(deps, key, "test"));
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const device = { publicKey: new Uint8Array(raw), model: null, appVersion: null };
  const terminal = unwrap(await activateTerminal(deps, activationCode, device));
  return { db, world, terminal, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

type Report = (terminalId: string, message: unknown) => Promise<Result<null>>;
type Process = Readonly<{ arrivals: Arrivals; report: Report; sent: unknown[] }>;

/** The module in one more process, which holds the session of the terminal. */
function processOn({ db, world, terminal }: Counter, pg: Pg): Process {
  const reports = new Map<string, Report>();
  const sent: unknown[] = [];
  const arrivals = createArrivals({
    ...{ pg, world, log: pino({ level: "silent" }), metrics: createMetrics() },
    bus: {
      handle: (_topic, { name }, handler) => void reports.set(name, handler as Report),
      send: async (_terminalId, _topic, payload) => void sent.push(payload),
      sessionOf: () => "session",
    },
    terminalOf: (terminalId) => findTerminal(db.pg.batch, { terminalId, merchantId: terminal.merchantId }),
    cases: { openCases: async () => undefined, closeCases: async () => undefined },
  });
  const report: Report = (terminalId, message) => {
    const handler = reports.get("receipt");
    assert.ok(handler !== undefined);
    return handler(terminalId, message);
  };
  return { arrivals, report, sent };
}

function orderAt({ world, terminal }: Counter): PaidOrder {
  const { id: terminalId, merchantId, storeId } = terminal;
  return {
    ...{ merchantId, terminalId, storeId, paymentId: world.newId("pay") },
    ...{ amount: fen(1_250), channel: "alipay", fundingSource: "balance", paidAt: world.now() },
  };
}

async function announced(shop: Counter): Promise<Arrival> {
  const { arrivals } = processOn(shop, shop.db.pg);
  const [arrival] = await shop.db.pg.transaction((tx) => arrivals.insertArrivals(tx, [orderAt(shop)]));
  assert.ok(arrival !== undefined);
  return arrival;
}

const reporting =
  (shop: Counter, { id, paymentId, terminalId }: Arrival, stage: string) =>
  async (pg: Pg) =>
    unwrap(await processOn(shop, pg).report(terminalId, { arrivalId: id, paymentId, stage }));

async function present({ db }: Counter, { merchantId, paymentId }: Arrival): Promise<Arrival | undefined> {
  return (await listOfPayment(db.pg.batch, merchantId, paymentId))[0];
}

for (const late of ["delivered", "silent"])
  test(`“starting” stays stored, whenever “${late}” arrives by another process`, async () => {
    await using shop = await counter();
    await explore(shop.db, {}, async () => {
      const arrival = await announced(shop);
      return {
        actors: {
          starting: reporting(shop, arrival, "starting"),
          late: reporting(shop, arrival, late),
        },
        check: async (outcomes) => {
          answerOf(outcomes, "starting");
          answerOf(outcomes, "late");
          const after = await present(shop, arrival);
          // Sent again it would be spoken twice.
          assert.deepEqual([after?.stage, after?.sendAfter], ["speaking", null]);
        },
      };
    });
  });

test("what its terminal has begun is not made due again by a sending on its way", async () => {
  await using shop = await counter();
  await explore(shop.db, { interruptionsMax: 2 }, async () => {
    const arrival = await announced(shop);
    return {
      actors: {
        starting: reporting(shop, arrival, "starting"),
        sending: (pg) => processOn(shop, pg).arrivals.replayArrivals(arrival.terminalId),
      },
      check: async (outcomes) => {
        answerOf(outcomes, "starting");
        answerOf(outcomes, "sending");
        const after = await present(shop, arrival);
        assert.deepEqual([after?.stage, after?.sendAfter], ["speaking", null]);
      },
    };
  });
});

test("announcements that two payments make at once are numbered without a gap", async () => {
  await using shop = await counter();
  let last = (await announced(shop)).sequence;
  const announcing = async (pg: Pg): Promise<bigint | undefined> => {
    const { arrivals } = processOn(shop, pg);
    const [arrival] = await pg.transaction((tx) => arrivals.insertArrivals(tx, [orderAt(shop)]));
    return arrival?.sequence;
  };
  await explore(shop.db, {}, async () => ({
    actors: { first: announcing, second: announcing },
    check: (outcomes) => {
      const sequences = [answerOf<bigint>(outcomes, "first"), answerOf<bigint>(outcomes, "second")];
      assert.deepEqual(
        sequences.sort((left, right) => Number(left - right)),
        [last + 1n, last + 2n],
      );
      last += 2n;
    },
  }));
});
