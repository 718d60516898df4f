// When each clip of a sentence is played. Pure.
import type { ClipId } from "@huiyin/contract/speech.ts";
import { clipWords } from "@huiyin/contract/speech.ts";
import type { Sprite } from "./sprite.ts";

/** One clip on the clock of the sentence, in seconds from its beginning, and where it lies in the recording. */
export type ScheduledClip = Readonly<{
  id: ClipId;
  startSeconds: number;
  offsetSeconds: number;
  durationSeconds: number;
}>;

/** The longest pause between two clips: beyond it an amount falls apart into single figures. */
export const gapMsMax = 60;
const gapInsideMs = 20;
const gapAfterPhraseMs = 60;

/** Clips one after the other: a phrase is set off from what follows, numerals follow closely. */
export function scheduleOf(sprite: Sprite, clips: readonly ClipId[]): ScheduledClip[] {
  let startMs = 0;
  return clips.map((id) => {
    const { offsetMs, durationMs } = sprite.clips[id];
    const scheduled = {
      id,
      startSeconds: startMs / 1000,
      offsetSeconds: offsetMs / 1000,
      durationSeconds: durationMs / 1000,
    };
    startMs += durationMs + (clipWords[id].length > 1 ? gapAfterPhraseMs : gapInsideMs);
    return scheduled;
  });
}
