// Arithmetic on spoken samples (-1 … 1, one channel): trimming, levelling, joining. Pure.

/** Loudness of samples as the root of their mean square, 0 … 1; 0 where there are none. */
export function rmsOf(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/**
 * Cuts silence from both ends: what stays begins and ends where `windowSamples` samples are louder than
 * `floor` times the loudest such window. Consonants are quiet, so the floor is low.
 */
export function trimmed(
  samples: Float32Array,
  cut: Readonly<{ windowSamples: number; floor: number }>,
): Float32Array {
  const levels: number[] = [];
  for (let at = 0; at < samples.length; at += cut.windowSamples)
    levels.push(rmsOf(samples.subarray(at, at + cut.windowSamples)));
  const threshold = Math.max(...levels) * cut.floor;
  const first = levels.findIndex((level) => level > threshold);
  const last = levels.findLastIndex((level) => level > threshold);
  return samples.slice(first * cut.windowSamples, (last + 1) * cut.windowSamples);
}

/** Scales to one loudness, held below `peakMax`, so that no word of a sentence is louder than the next. */
export function levelled(
  samples: Float32Array,
  level: Readonly<{ rms: number; peakMax: number }>,
): Float32Array {
  const peak = samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
  if (peak === 0) return samples;
  const gain = Math.min(level.rms / rmsOf(samples), level.peakMax / peak);
  return samples.map((sample) => sample * gain);
}

/** Fades both ends in and out over `fadeSamples`, so that a cut does not click. */
export function faded(samples: Float32Array, fadeSamples: number): Float32Array {
  return samples.map((sample, at) => {
    const fromEdge = Math.min(at, samples.length - 1 - at);
    return fromEdge >= fadeSamples ? sample : (sample * fromEdge) / fadeSamples;
  });
}
