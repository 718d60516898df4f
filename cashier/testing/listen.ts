// For tests in a real browser: reads the clips back out of the sound that left a page (e2e/support/ear.ts records it).
import { clipIds, type ClipId } from "@huiyin/contract/speech.ts";
import { clipSamples, rmsOf, type Sprite } from "../src/speech/sprite.ts";

/** Samples -1 … 1 at the rate of the page's audio. */
export type Recording = Readonly<{ samplesPerSecond: number; samples: readonly number[] }>;

/** One clip found in a recording. `likeness` is its correlation with the clip of the pack, 1 where they are the same. */
export type HeardClip = Readonly<{ id: ClipId; startMs: number; likeness: number }>;

/** A clip begins after at least so much exact silence, as the player leaves between two. */
const pauseMsMin = 8;
const likenessMin = 0.9;
/** The audio graph may start a clip between two samples. */
const shiftSamplesMax = 4;
const beginningSamples = 800;
const beginningLikenessMin = 0.6;

/**
 * The clips in a recording, in order. Sound that is like no clip ends up as nothing: it is not heard.
 * @throws RangeError where the recording has another rate than the pack: nothing could be compared.
 */
export function clipsHeard(recording: Recording, sprite: Sprite): HeardClip[] {
  const { samplesPerSecond } = sprite;
  if (recording.samplesPerSecond !== samplesPerSecond)
    throw new RangeError(`recorded at ${recording.samplesPerSecond} Hz, the pack has ${samplesPerSecond}`);
  const samples = Float32Array.from(recording.samples);
  const pauseSamples = (pauseMsMin * samplesPerSecond) / 1000;
  const heard: HeardClip[] = [];
  let zeros = pauseSamples;
  for (let at = 0; at < samples.length; at++) {
    if (samples[at] === 0) {
      zeros += 1;
      continue;
    }
    const begins = zeros >= pauseSamples;
    zeros = 0;
    if (!begins) continue;
    const found = likest(samples.subarray(at), sprite);
    if (found.likeness < likenessMin) continue;
    heard.push({
      id: found.id,
      startMs: Math.round((at * 1000) / samplesPerSecond),
      likeness: found.likeness,
    });
    // The clip is over; what follows is a pause, however long the player made it.
    at += playedSamples(samples.subarray(at, at + found.clip.length), found.clip, pauseSamples) - 1;
    zeros = pauseSamples;
  }
  return heard;
}

/** How much of a clip is there: less than all of it where a pause comes that the clip has not, because it was cut off. */
function playedSamples(sound: Float32Array, clip: Float32Array, pauseSamples: number): number {
  let missing = 0;
  for (const [at, sample] of sound.entries()) {
    if (sample !== 0) missing = 0;
    else if (clip[at] !== 0) missing += 1;
    if (missing >= pauseSamples) return at;
  }
  return clip.length;
}

type Found = Readonly<{ id: ClipId; likeness: number; clip: Float32Array }>;

/** The clip that a sound beginning here resembles most. */
function likest(sound: Float32Array, sprite: Sprite): Found {
  let best: Found = { id: clipIds[0] as ClipId, likeness: 0, clip: new Float32Array() };
  for (const id of clipIds) {
    const whole = clipSamples(sprite, id);
    const clip = whole.subarray(whole.findIndex((sample) => sample !== 0));
    for (let shift = -shiftSamplesMax; shift <= shiftSamplesMax; shift++) {
      // Most clips already begin otherwise.
      const beginning = clip.subarray(0, beginningSamples);
      if (correlation(sound.subarray(0, beginningSamples), beginning, shift) < beginningLikenessMin) continue;
      const likeness = correlation(sound.subarray(0, clip.length), clip, shift);
      if (likeness > best.likeness) best = { id, likeness, clip };
    }
  }
  return best;
}

/** Correlation of two signals, one of them shifted: 1 for the same shape at any volume. */
function correlation(sound: Float32Array, clip: Float32Array, shift: number): number {
  let product = 0;
  for (let at = Math.max(0, -shift); at < sound.length && at + shift < clip.length; at++)
    product += (sound[at] ?? 0) * (clip[at + shift] ?? 0);
  const norm = rmsOf(sound) * rmsOf(clip) * Math.sqrt(sound.length * clip.length);
  return norm === 0 ? 0 : product / norm;
}
