// The parts, by name, with what each does in npm test and in the long mode.
import { databaseStops } from "./parts/database.ts";
import { brokerKills } from "./parts/broker.ts";
import { clockSteps } from "./parts/clock.ts";
import { diskFull } from "./parts/disk.ts";
import { idempotency } from "./parts/idempotency.ts";
import { kills } from "./parts/kills.ts";
import { stalls } from "./parts/stalls.ts";
import { twoServers } from "./parts/twoServers.ts";
import type { Row, Say } from "./report.ts";
import type { Shelf, Stages } from "./stages.ts";
import { createTimes } from "./times.ts";

export const partNames = [
  "kills",
  "database",
  "broker",
  "twoServers",
  "stalls",
  "disk",
  "clock",
  "idempotency",
] as const;
export type PartName = (typeof partNames)[number];

export type Sizes = Readonly<{ mode: "short" | "long"; kills: number | null; say: Say }>;

const desks = 24;
const acknowledgementsMax = 400;
const load = { desks, acknowledgementsMax };
/** A server that has just started is slow for a second: what dies later dies under the load that was meant. */
const untilKilled = { desks: 48, acknowledgementsMax: 1_200 };

type Wish = Sizes & Readonly<{ stages: Stages }>;

const parts: Readonly<Record<PartName, (wish: Wish) => Promise<Row>>> = {
  kills: ({ mode, kills: wanted, stages, say }) =>
    kills({
      ...untilKilled,
      ...{ kills: wanted ?? { short: 15, long: 100 }[mode], stages, say },
    }),
  database: ({ mode, stages, say }) =>
    databaseStops({ ...load, stops: { short: 5, long: 50 }[mode], stages, say }),
  broker: ({ mode, stages, say }) => {
    const kills = { short: 5, long: 100 }[mode];
    return brokerKills({ desks, acknowledgementsMax: 150, kills, terminals: 500, stages, say });
  },
  twoServers: ({ mode, stages, say }) =>
    twoServers({ ...load, kills: { short: 2, long: 20 }[mode], terminals: 40, stages, say }),
  stalls: ({ stages, say }) => stalls({ ...load, stallMs: 30_000, stages, say }),
  disk: ({ mode, stages, say }) =>
    diskFull({
      ...load,
      times: { short: 1, long: 10 }[mode],
      fullMs: { short: 3_000, long: 10_000 }[mode],
      stages,
      say,
    }),
  clock: ({ mode, stages, say }) =>
    clockSteps({ desks, paymentsBetween: 150, turns: { short: 1, long: 10 }[mode], stages, say }),
  idempotency: ({ stages, say }) => idempotency({ keys: 1_000, copies: 50, stages, say }),
};

/** What stands still for a minute, and what needs the machine meanwhile. */
const beside: Readonly<Partial<Record<PartName, "standsStill" | "meanwhile">>> = {
  stalls: "standsStill",
  database: "meanwhile",
  disk: "meanwhile",
  clock: "meanwhile",
  idempotency: "meanwhile",
};

/** One part on stages from this shelf. */
export async function runPart(name: PartName, shelf: Shelf, sizes: Sizes): Promise<Row> {
  const times = createTimes();
  const row = await parts[name]({ ...sizes, stages: shelf.stagesFor(times) });
  return { ...row, figures: { ...row.figures, "time of this part": times.text() } };
}

/**
 * Begins these parts in an order in which each has the machine for itself, or beside nothing but one that stands still.
 * Resolves when all have ended.
 */
export async function inOrder(
  names: readonly PartName[],
  run: (name: PartName) => Promise<void>,
): Promise<void> {
  const each = async (some: readonly PartName[]): Promise<void> => {
    for (const name of some) await run(name);
  };
  await each(names.filter((name) => beside[name] === undefined));
  await Promise.all([
    each(names.filter((name) => beside[name] === "standsStill")),
    each(names.filter((name) => beside[name] === "meanwhile")),
  ]);
}
