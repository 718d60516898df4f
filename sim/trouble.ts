// Whether trouble may be made now, and how much: one switch turns the whole world calm.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Chance } from "./random.ts";
import type { ChannelFault, Faults, WorldFault } from "./faults.ts";

export type Trouble = Readonly<{
  chance: Chance;
  faults: Faults;
  /** True so often while the world is stormy, never in the calm. Counts nothing: whoever acts on it counts. */
  strikes(share: number): boolean;
  /** Counts a fault where it took effect. */
  count(kind: WorldFault): void;
  /** The same of what happened at a network. */
  countAt(channel: ChannelCode, fault: ChannelFault): void;
  /** From now on nothing goes wrong any more. */
  calm(): void;
  isCalm(): boolean;
}>;

export function createTrouble(deps: { chance: Chance; faults: Faults }): Trouble {
  let weather: "stormy" | "calm" = "stormy";
  return {
    chance: deps.chance,
    faults: deps.faults,
    // Drawn in the calm too, so that turning calm changes no later draw.
    strikes: (share) => deps.chance.happens(share) && weather === "stormy",
    count: deps.faults.count,
    countAt: deps.faults.countAt,
    calm: () => {
      weather = "calm";
    },
    isCalm: () => weather === "calm",
  };
}
