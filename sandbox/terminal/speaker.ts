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

/** Every clip lasts `clipMs` of the given clock. */
export function recordingSpeaker(
  deps: Readonly<{
    now: () => Date;
    sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    clipMs: number;
  }>,
): Speaker {
  const played: Played[] = [];
  return {
    played,
    async play({ announcementId, text, clips }, signal) {
      const record: Played = { announcementId, text, clips, startedAt: deps.now(), ended: "no" };
      played.push(record);
      await deps.sleep(deps.clipMs * clips.length, signal);
      signal.throwIfAborted();
      record.ended = "yes";
    },
  };
}
