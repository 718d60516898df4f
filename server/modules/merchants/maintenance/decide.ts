// What a maintenance window shuts, and when. The times alone decide: a window that is over has closed by itself.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unreachable } from "../../../kernel/assert.ts";
import { effectiveSpan, isShutAt, type MaintenanceWindow, type Product } from "../model.ts";

/** What somebody wants to use. A question about a whole channel names no method and no route. */
export type Use = Readonly<{
  channel: ChannelCode;
  /** The wallet or purse; null asks about what all of the channel needs. */
  method: Product | null;
  /** Through which account; null asks about all of them at once. */
  route: string | null;
}>;

/**
 * The window that shuts this use at that moment; null where it is open. One of the platform itself comes first, for while it
 * lasts nothing else would serve either; of several of one kind, the one that lasts longest. A window of one bank shuts nobody
 * out beforehand: whose card it is, the channel alone knows.
 */
export function windowAgainst(
  windows: readonly MaintenanceWindow[],
  use: Use,
  at: Date,
): MaintenanceWindow | null {
  const shutting = windows.filter(
    (window) => window.bank === null && isShutAt(window, at) && covers(window, use),
  );
  const own = shutting.filter(({ scope }) => scope === "own");
  const [longest = null] = (own.length > 0 ? own : shutting).toSorted(
    (one, other) => effectiveSpan(other).to.getTime() - effectiveSpan(one).to.getTime(),
  );
  return longest;
}

function covers(window: MaintenanceWindow, { channel, method, route }: Use): boolean {
  if (window.scope === "own") return true;
  if (window.scope !== channel) return false;
  return (
    (window.method === null || window.method === method) && (window.route === null || window.route === route)
  );
}

export type WindowStanding = "planned" | "open" | "over";

/** Where a window stands at a moment. */
export function standingOf(window: MaintenanceWindow, at: Date): WindowStanding {
  if (isShutAt(window, at)) return "open";
  return effectiveSpan(window).from > at ? "planned" : "over";
}

/** What somebody says of a window at this moment. */
export type WindowStep = "begin" | "end" | "callOff";

type Actual = Readonly<{ from: Date; to: Date | null }>;

/** The real span after a step at a moment; null where the window does not stand so. What is called off lasts for nothing. */
export function spanAfter(window: MaintenanceWindow, step: WindowStep, at: Date): Actual | null {
  const standing = standingOf(window, at);
  switch (step) {
    case "begin":
      return standing === "planned" ? { from: at, to: null } : null;
    case "callOff":
      return standing === "planned" ? { from: at, to: at } : null;
    case "end":
      return standing === "open" ? { from: effectiveSpan(window).from, to: at } : null;
    default:
      return unreachable(step);
  }
}
