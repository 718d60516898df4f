// A loudspeaker that can be counted: what was played, from when, and whether it was heard to the end.
import type { ClipId } from "@huiyin/contract/speech.ts";

export type Played = {
  announcementId: string;
  text: string;
  clips: readonly ClipId[];
  startedAt: Date;
  ended: "yes" | "no";
};

export type Speaker = Readonly<{
  /** Plays the clips; resolves at the end of the last one. Rejects when aborted: the device died. */
  play(
    speech: Readonly<{ announcementId: string; text: string; clips: readonly ClipId[] }>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Everything that was ever audible, in order. */
  played: readonly Played[];
}>;

type Sound = Readonly<{ sleep: (ms: number, signal: AbortSignal) => Promise<void>; clipMs: number }>;

/** Plays and remembers nothing of it: for thousands of terminals that speak for hours. */
export function forgetfulSpeaker({ sleep, clipMs }: Sound): Pick<Speaker, "play"> {
  return {
    async play({ clips }, signal) {
      await sleep(clipMs * clips.length, signal);
      signal.throwIfAborted();
    },
  };
}

/** Every clip lasts `clipMs` of the given clock. */
export function recordingSpeaker(deps: Sound & Readonly<{ now: () => Date }>): Speaker {
  const loudspeaker = forgetfulSpeaker(deps);
  const played: Played[] = [];
  return {
    played,
    async play(speech, signal) {
      const record: Played = { ...speech, startedAt: deps.now(), ended: "no" };
      played.push(record);
      await loudspeaker.play(speech, signal);
      record.ended = "yes";
    },
  };
}
