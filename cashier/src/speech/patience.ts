// How long to wait for a sound that does not come. Pure.
// Our own timers prove nothing about the sound: it is made on a thread of its own, and goes on while the page stands still.

/** One wait, seen on both clocks; each in milliseconds. */
export type Wait = Readonly<{
  /** What the timer was asked for. */
  plannedMs: number;
  /** What passed until it went off. */
  passedMs: number;
  /** How far the clock of the sound went meanwhile. */
  soundMs: number;
}>;

/** Sound that is so much behind has been taken away. */
export const lostMsMax = 1_500;

/** A timer that is so late tells that the page stood still. */
const lateMsMin = 250;

/**
 * How far the sound is behind after one more wait. A timer that comes late counts for no more than it was asked for:
 * while the page stood still nobody knows what the sound did, and a machine that sleeps makes none.
 */
export function lostAfter(lostMs: number, { plannedMs, passedMs, soundMs }: Wait): number {
  return Math.max(0, lostMs + Math.min(passedMs, plannedMs) - soundMs);
}

export const stoodStill = ({ plannedMs, passedMs }: Wait): boolean => passedMs > plannedMs + lateMsMin;
