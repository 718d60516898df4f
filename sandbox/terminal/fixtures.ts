// For tests only: the part of the platform that terminals talk to, on a real PostgreSQL and a real broker, and virtual
// terminals in a shop. The platform can be killed and started again on the same database.
import { randomBytes } from "node:crypto";
import pino from "pino";
import { fen } from "@huiyin/server/kernel/money.ts";
import { success, unwrap } from "@huiyin/server/kernel/result.ts";
import type { World } from "@huiyin/server/kernel/world.ts";
import {
  createArrivals,
  arrivalRoutes,
  type Arrivals,
  type CasesPort,
  type PaidOrder,
} from "@huiyin/server/modules/arrivals/index.ts";
import { testShop, type TestShop } from "@huiyin/server/modules/terminals/fixtures.ts";
import {
  createManagerCodes,
  createTerminal,
  createTerminalIdentity,
  createTerminals,
  issueActivationCode,
  runTerminals,
  terminalRoutes,
  type CounterOf,
  type Terminals,
} from "@huiyin/server/modules/terminals/index.ts";
import { createClock, type Clock } from "@huiyin/server/platform/clock.ts";
import type { Authenticator } from "@huiyin/server/platform/http/authentication.ts";
import { createHttp } from "@huiyin/server/platform/http/app.ts";
import { createLoops } from "@huiyin/server/platform/loops.ts";
import { createMetrics } from "@huiyin/server/platform/metrics.ts";
import { attachToHttp, createBroker } from "@huiyin/server/platform/mqtt/broker.ts";
import type { Broker } from "@huiyin/server/platform/mqtt/port.ts";
import type { Pg } from "@huiyin/server/platform/pg/pg.ts";
import { testDb, type TestDb } from "@huiyin/server/platform/pg/testing.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { createDevice, type Device } from "./device.ts";
import { recordingSpeaker, type Speaker } from "./speaker.ts";
import { memoryStorage, type Storage } from "./storage.ts";
import { createVirtualTerminal, type VirtualTerminal } from "./virtualTerminal.ts";

export const operatorToken = "ok_test";

/** Cases opened and closed, with the time at which that was. */
export type CaseBook = {
  opened: { paymentId: string; facts: Record<string, string | number> }[];
  closed: string[];
};

export type Shop = Readonly<{
  pg: Pg;
  clock: Clock;
  world: World;
  place: TestShop;
  cases: CaseBook;
  platform(): Platform;
  /** Ends the platform at once and starts another on the same database. */
  restart(): Promise<void>;
  /** Another process on the same database, with a broker of its own. */
  secondPlatform(): Promise<Platform>;
  /** A terminal of the shop, activated but not connected. */
  terminal(options?: Partial<TerminalWish>): Promise<Bench>;
  /** Books a payment at a terminal: rows in one transaction, then the push. Returns the payment's id. */
  pay(terminalId: string | null, amountFen: bigint, through?: Platform): Promise<string>;
  stop(): Promise<void>;
}>;

export type TerminalWish = Readonly<{
  announce: "own" | "store" | "none";
  clipMs: number;
  transport: "tcp" | "websocket";
}>;

/** A device on the bench: the same one may be switched on again after a crash. */
export type Bench = Readonly<{
  terminalId: string;
  device: Device;
  storage: Storage;
  speaker: Speaker;
  terminal: VirtualTerminal;
  /** The device after a power cut. */
  reboot(): VirtualTerminal;
}>;

export type Platform = Readonly<{
  url: string;
  mqttUrl: string;
  webSocketUrl: string;
  broker: Broker;
  terminals: Terminals;
  arrivals: Arrivals;
  stop(): Promise<void>;
}>;

/** `mqttUrl` is that of an external broker; it is told where the platform listens before anybody connects. */
export type ShopOptions = Readonly<{ mqttUrl: string; terminalsMqttUrl: string }>;

export async function openShop(external: ShopOptions | null = null): Promise<Shop> {
  const db: TestDb = await testDb();
  const clock = createClock();
  const world = createWorld(clock);
  const cases: CaseBook = { opened: [], closed: [] };
  const place = await testShop({ pg: db.pg, world });
  const base = { pg: db.pg, world, clock, place, cases, external };
  let platform = await startPlatform(base, { httpPort: 0, mqttPort: 0 });
  const rigs: VirtualTerminal[] = [];
  let number = 0;

  return {
    ...{ pg: db.pg, clock, world, place, cases },
    platform: () => platform,
    async restart() {
      const ports = {
        httpPort: Number(new URL(platform.url).port),
        mqttPort: platform.broker.tcpPort() ?? 0,
      };
      await platform.stop();
      platform = await startPlatform(base, ports);
    },
    secondPlatform: () => startPlatform(base, { httpPort: 0, mqttPort: 0 }),
    async terminal(options) {
      number += 1;
      return putOnBench(
        base,
        { place, number, platform: () => platform, built: (terminal) => rigs.push(terminal) },
        options,
      );
    },
    async pay(terminalId, amountFen, through = platform) {
      const paymentId = world.newId("pay");
      const order: PaidOrder = {
        ...{ ...place, paymentId, terminalId, amount: fen(amountFen), paidAt: world.now() },
        ...{ channel: "alipay", fundingSource: "balance" },
      };
      const rows = await db.pg.transaction((tx) => through.arrivals.insertArrivals(tx, [order]));
      await through.arrivals.pushArrivals(rows);
      return paymentId;
    },
    async stop() {
      await Promise.all(rigs.map((terminal) => terminal.crash()));
      await platform.stop();
      await db[Symbol.asyncDispose]();
    },
  };
}

type Bring = Readonly<{
  place: TestShop;
  number: number;
  platform: () => Platform;
  built: (terminal: VirtualTerminal) => void;
}>;

/** Creates a terminal as an operator would, and activates a fresh device with its code. */
async function putOnBench(
  { pg, world }: Base,
  { place, number, platform, built }: Bring,
  { announce = "own", clipMs = 2, transport = "tcp" }: Partial<TerminalWish> = {},
): Promise<Bench> {
  const deps = { pg, world, log: pino({ level: "silent" }), randomBytes };
  const wanted = {
    ...place,
    name: `${number}号收银台`,
    no: `T${number}`,
    kind: "cashier",
    announce,
  } as const;
  const created = unwrap(await createTerminal(deps, wanted));
  const code = unwrap(await issueActivationCode(deps, { terminalId: created.id, merchantId: null }, "test"));
  const device = createDevice();
  const storage = memoryStorage();
  const speaker = recordingSpeaker({ now: world.now, sleep: realTime.sleep, clipMs });
  const build = (): VirtualTerminal => {
    const { url, mqttUrl, webSocketUrl } = platform();
    const address = { platformUrl: url, mqttUrl: transport === "tcp" ? mqttUrl : webSocketUrl };
    const own = { device, storage, speaker, now: world.now };
    const terminal = createVirtualTerminal({ ...address, ...own });
    built(terminal);
    return terminal;
  };
  const terminal = build();
  await terminal.activate(code.activationCode);
  return { terminalId: created.id, device, storage, speaker, terminal, reboot: build };
}

type Base = Readonly<{
  pg: Pg;
  world: World;
  clock: Clock;
  place: TestShop;
  cases: CaseBook;
  external: ShopOptions | null;
}>;

const shopNames = { zh: "回音咖啡", en: "Echo Coffee" };
const storeNames = { zh: "南京西路店", en: "Nanjing West Road" };

async function startPlatform(
  base: Base,
  ports: Readonly<{ httpPort: number; mqttPort: number }>,
): Promise<Platform> {
  const { pg, world, clock } = base;
  const log = pino({ level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
  const metrics = createMetrics();
  const loops = createLoops({ clock, log });
  const identity = createTerminalIdentity({ pg, world });
  const broker = createBroker(
    { ...identity.broker, log, now: world.now },
    { url: base.external?.mqttUrl ?? null, host: "127.0.0.1", port: ports.mqttPort },
  );
  const common = { pg, world, log, randomBytes };
  const terminals = createTerminals({ ...common, broker, identity, processId: `test ${process.pid}` });
  const arrivals = createArrivals({
    ...{ pg, world, log, metrics, bus: terminals.bus, terminalOf: terminals.terminalOf },
    cases: casesPort(base.cases),
  });
  const authenticators = [identity.authenticator, operatorAuthenticator];
  const http = await createHttp({
    log,
    metrics,
    authenticators,
    version: "test",
    pages: [],
    trustedProxies: [],
  });
  const managerCodes = createManagerCodes({ ...common, managerCodeKey: randomBytes(32) });
  const counterOf: CounterOf = async ({ storeId }) =>
    storeId === base.place.storeId
      ? { merchantNames: shopNames, storeNames, storeAddress: "南京西路 1266 号" }
      : null;
  terminalRoutes(http.app, { ...common, identity, managerCodes, counterOf });
  arrivalRoutes(http.app, { pg, paymentFor: async () => success({ merchantId: base.place.merchantId }) });
  attachToHttp(broker, http.app.server);
  await broker.start();
  const stopListening = [await runTerminals({ pg, loops, identity }, terminals), await arrivals.run(loops)];
  const url = await http.listen({ host: "127.0.0.1", port: ports.httpPort });
  return {
    url,
    mqttUrl: base.external?.terminalsMqttUrl ?? `mqtt://127.0.0.1:${broker.tcpPort()}`,
    webSocketUrl: `${url.replace("http", "ws")}/mqtt`,
    ...{ broker, terminals, arrivals },
    async stop() {
      for (const stop of stopListening) stop();
      await loops.stop();
      await broker.stop();
      await http.drain();
      await terminals.presence.settled();
    },
  };
}

const operatorAuthenticator: Authenticator = async ({ headers }) =>
  headers.authorization === `Bearer ${operatorToken}` ? { role: "operator", credentialId: "key_test" } : null;

function casesPort(book: CaseBook): CasesPort {
  return {
    openCases: async (_tx, cases) =>
      void book.opened.push(...cases.map(({ paymentId, facts }) => ({ paymentId, facts: { ...facts } }))),
    closeCases: async (_tx, closings) => void book.closed.push(...closings.map(({ subjectId }) => subjectId)),
  };
}

/** Devices play and pause in real time, however the platform's clock is moved. */
export const realTime = createClock();

const pollMs = 10;
const pollsMax = 1_000;

/** Waits until the condition holds; fails after some ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let poll = 0; !(await condition()); poll += 1) {
    if (poll > pollsMax) throw new Error(`still waiting for ${condition.toString().slice(0, 200)}`);
    await realTime.sleep(pollMs);
  }
}
