// The stage of one run: everything that outlives the processes of the platform, put together from the seed.
import { randomBytes } from "node:crypto";
import { createMerchantDirectory, createProductOffice } from "@huiyin/server/modules/merchants/index.ts";
import { createVault } from "@huiyin/server/platform/secrets.ts";
import { createBank, type Bank } from "./bank.ts";
import type { Answered, GivenBack } from "./answers.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createMachine, type Machine } from "./machine.ts";
import type { Delivery } from "./notifications.ts";
import { runPayers, type Payers } from "./payers.ts";
import type { Secret } from "./networks/network.ts";
import { buildPlatform, manifestsOf, type Lasting, type Platform } from "./platform.ts";
import { createLogBook, createWorld } from "./ports.ts";
import { createChance } from "./random.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import { buildTown, type Town } from "./shops.ts";
import type { Store } from "./database.ts";
import type { Speech } from "./terminal.ts";
import { createTrace, type Trace } from "./trace.ts";
import { createTrouble, type Trouble } from "./trouble.ts";

export type Stage = Readonly<{
  seed: number;
  scheduler: Scheduler;
  trouble: Trouble;
  faults: Faults;
  trace: Trace;
  bank: Bank;
  payers: Payers;
  lasting: Lasting;
  machine: Machine<Platform>;
  /** The secret that a text contains, shortened, or null. */
  leaksIn(text: string): string | null;
  answers: Answered[];
  givenBack: GivenBack[];
  deliveries: Delivery[];
  speeches: Speech[];
  bugs: string[];
  startedMs: number;
  calm: { sinceMs: number };
}>;

/**
 * A quarter past ten in the evening in Beijing on the last day of a month: until half past, payments are voided where a
 * network has such a thing; then a long outage (weather.ts) ends close to midnight, where days and months change.
 */
const startMs = Date.parse("2026-11-30T14:15:00Z");

/** So long after trouble ended, loops look around less often: what is left then are hours of waiting. */
const hurryAfterMs = 600_000;
const hurriedPauseFactor = 120;

// Shares of the points at which the process dies there.
const deathAtCommit = 0.0008;
const deathAtCall = 0.002;

/** Puts the stage together. Nothing happens before its scheduler is stepped. */
export function setStage(seed: number, store: Store): Stage {
  const trace = createTrace();
  const faults = createFaults();
  const trouble = createTrouble({ chance: createChance(seed, "trouble"), faults });
  const scheduler = createScheduler({ startMs, chance: createChance(seed, "order"), trace });
  const bank = createBank({ seed, scheduler, trouble });
  const payers = runPayers({ scheduler, trouble, bank });
  const leaksIn = (text: string): string | null => leakIn(text, payers.codes, bank.secrets);
  const calm = { sinceMs: Infinity };
  const lasting: Lasting = {
    ...{ scheduler, trouble, bank, store },
    chance: createChance(seed, "platform"),
    skew: { ms: 0 },
    logBook: createLogBook(leaksIn),
    vault: createVault([randomBytes(32)]),
    pauseFactor: () => (scheduler.nowMs() > calm.sinceMs + hurryAfterMs ? hurriedPauseFactor : 2),
  };
  const bugs: string[] = [];
  const machine: Machine<Platform> = createMachine<Platform>({
    ...{ scheduler, trouble, bugs },
    build: (life) =>
      buildPlatform(lasting, life, {
        database: (at) =>
          machine.mayDie(at === "beforeCommit" ? "crashBeforeCommit" : "crashAfterCommit", deathAtCommit),
        network: (at) =>
          machine.mayDie(at === "beforeCall" ? "crashBeforeCall" : "crashAfterCall", deathAtCall),
      }),
  });
  return {
    ...{ seed, scheduler, trouble, faults, trace, bank, payers, lasting, machine, leaksIn, bugs, calm },
    ...{ answers: [], givenBack: [], deliveries: [], speeches: [], startedMs: startMs },
  };
}

/** Opens the shops, straight on the database: the set-up is no part of the story. */
export async function openTown({ seed, scheduler, lasting, bank }: Stage): Promise<Town> {
  const chance = createChance(seed, "town");
  const { store, vault, skew } = lasting;
  const { log } = lasting.logBook;
  const world = createWorld({ scheduler, chance, skew });
  const directory = createMerchantDirectory({ pg: store.pg, world, vault });
  const office = createProductOffice({
    now: world.now,
    transport: () => Promise.reject(new Error("no back office")),
  });
  return buildTown({
    merchants: {
      pg: store.pg,
      world,
      vault,
      directory,
      office,
      manifests: manifestsOf(bank),
      followApplication: async () => undefined,
      // The bank of the simulation made these keys itself.
      probe: async () => ({ outcome: { kind: "ready", warnings: [] }, exchange: null }),
    },
    terminals: { pg: store.pg, world, log, randomBytes: chance.bytes },
    bank,
    chance,
  });
}

/** Payer codes as whole runs of digits, keys by a piece out of their middle. */
function leakIn(text: string, codes: ReadonlySet<string>, secrets: readonly Secret[]): string | null {
  for (const [digits] of text.matchAll(/\d{16,24}/g))
    if (codes.has(digits)) return `payer code ${digits.slice(0, 4)}…`;
  return secrets.find((secret) => text.includes(secret.text))?.what ?? null;
}
