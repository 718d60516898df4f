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

export const parts: Readonly<Record<PartName, (sizes: Sizes) => Promise<Row>>> = {
  kills: ({ mode, kills: wanted, say }) =>
    kills({ ...load, kills: wanted ?? { short: 15, long: 100 }[mode], say }),
  database: ({ mode, say }) => databaseStops({ ...load, stops: { short: 5, long: 50 }[mode], say }),
  broker: ({ mode, say }) =>
    brokerKills({ ...load, kills: { short: 5, long: 100 }[mode], terminals: 500, say }),
  twoServers: ({ mode, say }) =>
    twoServers({
      ...load,
      kills: { short: 2, long: 20 }[mode],
      terminals: 40,
      takeOverMsMax: { short: null, long: 10_000 }[mode],
      say,
    }),
  stalls: ({ mode, say }) => stalls({ ...load, stallMs: { short: 5_000, long: 30_000 }[mode], say }),
  disk: ({ mode, say }) =>
    diskFull({
      ...load,
      times: { short: 1, long: 10 }[mode],
      fullMs: { short: 3_000, long: 10_000 }[mode],
      say,
    }),
  clock: ({ mode, say }) =>
    clockSteps({ desks, paymentsBetween: 150, turns: { short: 1, long: 10 }[mode], say }),
  idempotency: ({ mode, say }) => idempotency({ keys: { short: 60, long: 1_000 }[mode], copies: 50, say }),
};
