// How often the page of one printed code may ask a channel for a payment: anybody who walks by has the address.
import { secondsBetween } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";

export type Turns = Readonly<{ take(codeId: string): "taken" | "refused" }>;

/** Payments one code may begin within a minute, in this process: far above a queue of customers, far below a flood. */
const turnsPerMinuteMax = 30;
const spanSeconds = 60;
/** Codes remembered at most; the longest unused is forgotten first. */
const codesMax = 10_000;

export function createTurns(world: Pick<World, "now">): Turns {
  const begun = new Map<string, Date[]>();
  return {
    take: (codeId) => {
      const now = world.now();
      const recent = (begun.get(codeId) ?? []).filter((at) => secondsBetween(at, now) < spanSeconds);
      begun.delete(codeId);
      const outcome = recent.length >= turnsPerMinuteMax ? "refused" : "taken";
      begun.set(codeId, outcome === "taken" ? [...recent, now] : recent);
      const [oldest] = begun.keys();
      if (begun.size > codesMax && oldest !== undefined) begun.delete(oldest);
      return outcome;
    },
  };
}
