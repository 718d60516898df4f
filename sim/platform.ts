// One process of the platform: the real modules, composed as in production, on simulated ports.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Channel, ChannelManifest } from "@huiyin/server/channels/port.ts";
import { createArrivals, type Arrivals } from "@huiyin/server/modules/arrivals/index.ts";
import {
  createMerchantDirectory,
  createProductOffice,
  type MerchantDeps,
} from "@huiyin/server/modules/merchants/index.ts";
import { createPayments, runPayments, type Payments } from "@huiyin/server/modules/payments/index.ts";
import {
  createTerminalIdentity,
  createTerminals,
  runTerminals,
  type Terminals,
  type TerminalsDeps,
} from "@huiyin/server/modules/terminals/index.ts";
import { createMetrics } from "@huiyin/server/platform/metrics.ts";
import type { Pg } from "@huiyin/server/platform/pg/pg.ts";
import type { Vault } from "@huiyin/server/platform/secrets.ts";
import type { Bank } from "./bank.ts";
import { createSimulatedBroker, type SimulatedBroker } from "./broker.ts";
import { casesOf } from "./cases.ts";
import { gatedPg } from "./database.ts";
import { createSimulatedLoops } from "./loops.ts";
import { createTransport, watchedChannel } from "./network.ts";
import { publicUrl } from "./networks/network.ts";
import { createSleep, createTiming, createWorld, type LogBook, type Skew } from "./ports.ts";
import type { Chance } from "./random.ts";
import type { Life, Scheduler } from "./scheduler.ts";
import type { Store } from "./database.ts";
import type { Trouble } from "./trouble.ts";

export type Platform = Readonly<{
  payments: Payments;
  arrivals: Arrivals;
  terminals: Terminals;
  terminalDeps: TerminalsDeps;
  merchants: MerchantDeps;
  broker: SimulatedBroker;
  pg: Pg;
}>;

/** What outlives the processes of one run. */
export type Lasting = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  chance: Chance;
  skew: Skew;
  bank: Bank;
  logBook: LogBook;
  vault: Vault;
  store: Store;
  /** Multiplies the pauses of loops: in a long calm nothing is gained by looking twice a second. */
  pauseFactor(): number;
}>;

export type Deaths = Readonly<{
  database(at: "beforeCommit" | "afterCommit"): boolean;
  network(at: "beforeCall" | "afterCall"): boolean;
}>;

/** Builds the modules of one process and starts their loops. */
export function buildPlatform(lasting: Lasting, life: Life, deaths: Deaths): Platform {
  const { scheduler, trouble, chance, skew, vault, logBook, bank } = lasting;
  const { log } = logBook;
  const gated = gatedPg({ scheduler, chance, life, dies: deaths.database }, lasting.store);
  const world = createWorld({ scheduler, chance, skew });
  const metrics = createMetrics();
  const batchTiming = createTiming(scheduler, life);
  const transport = createTransport({ scheduler, trouble, bank, life, dies: deaths.network });
  const channels = new Map<ChannelCode, Channel>(
    bank.networks.map(({ code, channel }) => [code, watchedChannel(scheduler, life, channel)]),
  );
  const directory = createMerchantDirectory({ pg: gated, world, vault });
  const identity = createTerminalIdentity({ pg: gated, world });
  const broker = createSimulatedBroker({ scheduler, trouble, life, log, now: world.now });
  const randomBytes = (count: number): Uint8Array => chance.bytes(count);
  const terminalDeps = {
    ...{ pg: gated, world, log, identity, randomBytes, batchTiming },
    broker: broker.broker,
    processId: `process-${life.number}`,
  };
  const terminals = createTerminals(terminalDeps);
  const { bus, terminalOf } = terminals;
  const arrivals = createArrivals({
    pg: gated,
    world,
    log,
    metrics,
    bus,
    terminalOf,
    batchTiming,
    cases: casesOf(world),
  });
  const payments = createPayments({
    ...{ pg: gated, world, log, metrics, channels, transport, batchTiming, publicUrl },
    clock: { sleep: createSleep(scheduler, life) },
    merchants: directory,
    terminals: { terminalOf },
    arrivals: arrivals as never,
    payerCodeKey: Buffer.alloc(32, "simulation"),
  });
  const loops = createSimulatedLoops({ scheduler, life, log, pauseFactor: lasting.pauseFactor });
  runPayments({ loops }, twiceAtOnce(payments, trouble));
  void arrivals.run(loops);
  void runTerminals({ pg: gated, loops, identity }, terminals);
  const office = createProductOffice({ now: world.now, transport });
  const merchants: MerchantDeps = {
    pg: gated,
    world,
    vault,
    directory,
    office,
    manifests: manifestsOf(bank),
    followApplication: async () => undefined,
    // The bank of the simulation made these keys itself.
    probe: async () => ({ outcome: { kind: "ready", warnings: [] }, exchange: null }),
  };
  return { payments, arrivals, terminals, terminalDeps, merchants, broker, pg: gated };
}

export function manifestsOf({ networks }: Bank): ReadonlyMap<ChannelCode, ChannelManifest> {
  return new Map(networks.map(({ code, channel }) => [code, channel.manifest]));
}

/** Now and then two processes take the due steps at the same moment. */
function twiceAtOnce(payments: Payments, trouble: Trouble): Payments {
  return {
    ...payments,
    resolveDue: async (limit) => {
      if (!trouble.strikes(0.1)) return payments.resolveDue(limit);
      const [first, second] = await Promise.all([payments.resolveDue(limit), payments.resolveDue(limit)]);
      if (first > 0 && second > 0) trouble.count("resolverTwiceAtOnce");
      return first;
    },
  };
}
