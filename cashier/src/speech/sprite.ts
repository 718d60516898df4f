// The voice pack: one recording with every clip, and the index that says where each begins.
import { clipIds, type ClipId } from "@huiyin/contract/speech.ts";
import { decodeWave } from "./wave.ts";

export type ClipPlace = Readonly<{ offsetMs: number; durationMs: number; rms: number }>;

export type Sprite = Readonly<{
  samplesPerSecond: number;
  samples: Float32Array<ArrayBuffer>;
  clips: Readonly<Record<ClipId, ClipPlace>>;
}>;

/** Loudness below which a clip counts as silence, as root mean square of full scale. Speech here is 0.1 and more. */
export const silentRmsMax = 0.02;

/**
 * Opens a voice pack from its two files.
 * @throws RangeError where a clip is missing from the index or lies outside the recording: a pack is whole or refused.
 */
export function openSprite(recording: ArrayBuffer, index: unknown): Sprite {
  const wave = decodeWave(recording);
  const clips = (index as { clips?: Record<string, ClipPlace> }).clips ?? {};
  const lengthMs = (wave.samples.length / wave.samplesPerSecond) * 1000;
  for (const id of clipIds) {
    const place = clips[id];
    if (place === undefined) throw new RangeError(`the voice pack lacks ${id}`);
    if (place.offsetMs < 0 || place.durationMs <= 0 || place.offsetMs + place.durationMs > lengthMs)
      throw new RangeError(`${id} lies outside the recording`);
  }
  return { ...wave, clips: clips as Record<ClipId, ClipPlace> };
}

/** The samples of one clip. */
export function clipSamples(sprite: Sprite, id: ClipId): Float32Array<ArrayBuffer> {
  const place = sprite.clips[id];
  const samplesPerMs = sprite.samplesPerSecond / 1000;
  const from = Math.round(place.offsetMs * samplesPerMs);
  return sprite.samples.subarray(from, from + Math.round(place.durationMs * samplesPerMs));
}

/** Loudness of samples as the root of their mean square, 0 … 1; 0 where there are none. */
export function rmsOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}
