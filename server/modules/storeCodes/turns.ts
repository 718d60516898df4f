// How often one thing may be asked of a channel: anybody who walks by has the address of a printed code.
import { secondsBetween } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";

export type Turns = Readonly<{ take(id: string): "taken" | "refused" }>;

export type TurnLimits = Readonly<{ most: number; spanSeconds: number }>;

/** What one code, or one payment, may ask within a minute, in this process: far above a queue of customers, far below a flood. */
const aMinute: TurnLimits = { most: 30, spanSeconds: 60 };
/** Ids remembered at most; the longest unused is forgotten first. */
const idsMax = 10_000;

export function createTurns(world: Pick<World, "now">, { most, spanSeconds }: TurnLimits = aMinute): Turns {
  const begun = new Map<string, Date[]>();
  return {
    take: (id) => {
      const now = world.now();
      const recent = (begun.get(id) ?? []).filter((at) => secondsBetween(at, now) < spanSeconds);
      begun.delete(id);
      const outcome = recent.length >= most ? "refused" : "taken";
      begun.set(id, outcome === "taken" ? [...recent, now] : recent);
      const [oldest] = begun.keys();
      if (begun.size > idsMax && oldest !== undefined) begun.delete(oldest);
      return outcome;
    },
  };
}
