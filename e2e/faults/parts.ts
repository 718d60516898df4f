// The parts, by name, with what each does in npm test and in the long mode.
import { kills } from "./parts/kills.ts";
import type { Row, Say } from "./report.ts";

export const partNames = ["kills"] as const;
export type PartName = (typeof partNames)[number];

export type Sizes = Readonly<{ mode: "short" | "long"; kills: number | null; say: Say }>;

const desks = 64;
const acknowledgementsMax = 400;

export const parts: Readonly<Record<PartName, (sizes: Sizes) => Promise<Row>>> = {
  kills: ({ mode, kills: wanted, say }) =>
    kills({ kills: wanted ?? { short: 15, long: 100 }[mode], desks, acknowledgementsMax, say }),
};
