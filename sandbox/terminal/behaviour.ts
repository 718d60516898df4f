// How the terminals of a fleet behave: drawn from a seed, so that a run that went wrong can be run again.
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";

export type Behaviour = Readonly<{
  /** Milliseconds of one clip: a slow speaker is still speaking when the next payment arrives. */
  clipMs: number;
  /** What keeps it silent at first, and after how long somebody notices; null where it can be heard. */
  silent: Readonly<{ reason: SilenceReason; forMs: number }> | null;
  /** When it loses its connection, and for how long, again and again in this order; empty for a steady one. */
  flaps: ReadonlyArray<Readonly<{ afterMs: number; offlineMs: number }>>;
}>;

/** Shares of a fleet in per cent; what is left behaves well. */
export type Mix = Readonly<{ flapping: number; muted: number; volumeZero: number; slow: number }>;

export const steadyMix: Mix = { flapping: 0, muted: 0, volumeZero: 0, slow: 0 };
export const roughMix: Mix = { flapping: 20, muted: 10, volumeZero: 10, slow: 10 };

const clipMsUsual = 2;
const clipMsSlow = 40;
const flapsMax = 3;
const flapMs = { afterMin: 100, afterMax: 1_500, offlineMin: 50, offlineMax: 800 } as const;
const silentMs = { min: 500, max: 3_000 } as const;

/** One behaviour for each terminal. The same seed gives the same fleet, and the first ones of a larger fleet. */
export function behavioursOf(seed: number, count: number, mix: Mix): Behaviour[] {
  return Array.from({ length: count }, (_, index) => behaviourOf(chanceOf(seed + index * 7_919), mix));
}

function behaviourOf(chance: () => number, mix: Mix): Behaviour {
  const between = (min: number, max: number): number => Math.round(min + chance() * (max - min));
  const happens = (percent: number): boolean => chance() * 100 < percent;
  const { afterMin, afterMax, offlineMin, offlineMax } = flapMs;
  const flaps = happens(mix.flapping)
    ? Array.from({ length: between(1, flapsMax) }, () => ({
        afterMs: between(afterMin, afterMax),
        offlineMs: between(offlineMin, offlineMax),
      }))
    : [];
  const muted = happens(mix.muted);
  const volumeZero = happens(mix.volumeZero);
  const reason: SilenceReason | null = muted ? "muted" : volumeZero ? "volumeZero" : null;
  return {
    clipMs: happens(mix.slow) ? clipMsSlow : clipMsUsual,
    silent: reason && { reason, forMs: between(silentMs.min, silentMs.max) },
    flaps,
  };
}

/** Numbers from 0 to 1 (mulberry32): short, and the same on every machine. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
