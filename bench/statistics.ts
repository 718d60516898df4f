// The few numbers that a measurement is told in.

/** The middle of the values; the mean of the two middle ones where their number is even. 0 of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The smallest value that at least this share (0 … 1) of the values does not exceed. 0 of none. */
export function percentileOf(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Smallest and largest, to be printed beside a median: a median alone hides how much a machine wavers. */
export type Spread = Readonly<{ min: number; max: number }>;

export function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** Milliseconds by the clock that every process of this machine reads alike; its beginning means nothing. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Bytes per kilobyte and per megabyte, as memory is told. */
export const kilobyte = 1_024;
export const megabyte = 1_048_576;
