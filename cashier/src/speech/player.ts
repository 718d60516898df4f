// Plays clips and listens to itself: what is reported as spoken has really left the audio graph with sound in it.
import type { ClipId } from "@huiyin/contract/speech.ts";
import { scheduleOf, type ScheduledClip } from "./schedule.ts";
import { rmsOf, silentRmsMax, type Sprite } from "./sprite.ts";

/** What became of one sentence. `heard` alone means that sound came out. */
export type PlayOutcome = "heard" | "muted" | "locked" | "silent" | "stopped";

export type PlayedClip = Readonly<{
  id: ClipId;
  /** Loudness measured at the output while the clip was playing, 0 … 1. */
  rms: number;
}>;
export type Played = Readonly<{ outcome: PlayOutcome; clips: readonly PlayedClip[] }>;

export type Player = Readonly<{
  /** Whether the browser lets us be heard now. */
  isLocked(): boolean;
  /** Asks the browser for sound; works only inside a tap or a key press. Answers whether it was granted. */
  unlock(): Promise<boolean>;
  /** Plays clips in order and resolves when the last one is over. Sentences are played one at a time by the caller. */
  play(clips: readonly ClipId[]): Promise<Played>;
  /** Cuts off what is being played; its promise resolves with “stopped”. */
  stop(): void;
  /** 0 … 1; 0 mutes. */
  setVolume(volume: number): void;
  /** Calls `listener` when the browser takes sound away or gives it back. */
  onLockChange(listener: () => void): void;
}>;

const startDelaySeconds = 0.03;
const measureAfterMs = 15;
/** A context that stands still for so long after a clip should have ended has been taken away. */
const stallMsMax = 1_500;
const stepMsMin = 5;
/** How soon a sentence that is cut off ends. */
const stepMsMax = 100;
const analyserSamples = 32_768;

/** A player over one sprite. The context is passed in: a test may hand over one that the browser keeps suspended. */
export function createPlayer(context: AudioContext, sprite: Sprite): Player {
  const buffer = context.createBuffer(1, sprite.samples.length, sprite.samplesPerSecond);
  buffer.copyToChannel(sprite.samples, 0);
  const gain = context.createGain();
  const meter = context.createAnalyser();
  meter.fftSize = analyserSamples;
  gain.connect(meter).connect(context.destination);
  const window = new Float32Array(analyserSamples);
  let cut = false;

  /** Loudness of the output between two moments of the context's clock, as far back as the meter remembers. */
  function loudness(fromSeconds: number, toSeconds: number): number {
    meter.getFloatTimeDomainData(window);
    const at = (seconds: number): number =>
      Math.round(analyserSamples - (context.currentTime - seconds) * context.sampleRate);
    return rmsOf(
      window.subarray(Math.max(0, at(fromSeconds)), Math.max(0, Math.min(analyserSamples, at(toSeconds)))),
    );
  }

  function start(clip: ScheduledClip, beginSeconds: number): AudioBufferSourceNode {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    source.start(beginSeconds + clip.startSeconds, clip.offsetSeconds, clip.durationSeconds);
    return source;
  }

  /** Resolves when the context's clock has passed a moment; false where it stands still or is cut off. */
  async function reached(seconds: number): Promise<boolean> {
    const deadlineMs = performance.now() + (seconds - context.currentTime) * 1000 + stallMsMax;
    while (context.currentTime < seconds) {
      if (cut || performance.now() > deadlineMs) return false;
      const aheadMs = (seconds - context.currentTime) * 1000 + measureAfterMs;
      await new Promise((resolve) => setTimeout(resolve, Math.min(stepMsMax, Math.max(stepMsMin, aheadMs))));
    }
    return true;
  }

  async function play(clips: readonly ClipId[]): Promise<Played> {
    if (gain.gain.value === 0) return { outcome: "muted", clips: [] };
    if (context.state !== "running") return { outcome: "locked", clips: [] };
    cut = false;
    const beginSeconds = context.currentTime + startDelaySeconds;
    const schedule = scheduleOf(sprite, clips);
    const sources = schedule.map((clip) => start(clip, beginSeconds));
    const played: PlayedClip[] = [];
    for (const clip of schedule) {
      const from = beginSeconds + clip.startSeconds;
      const to = from + clip.durationSeconds;
      if (!(await reached(to))) {
        for (const source of sources) source.stop();
        return { outcome: "stopped", clips: played };
      }
      played.push({ id: clip.id, rms: loudness(from, to) });
    }
    const silent = played.some(({ rms }) => rms < silentRmsMax * gain.gain.value);
    return { outcome: silent ? "silent" : "heard", clips: played };
  }

  return {
    play,
    stop: () => {
      cut = true;
    },
    isLocked: () => context.state !== "running",
    unlock: async () => {
      // A browser that refuses leaves the promise pending: the state after a moment tells.
      await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 300))]);
      return context.state === "running";
    },
    setVolume: (volume) => {
      gain.gain.value = volume;
    },
    onLockChange: (listener) => context.addEventListener("statechange", listener),
  };
}

/** A context at the rate of the recording, so that the browser resamples once and well; its own rate where it must. */
export function createContext(samplesPerSecond: number): AudioContext {
  try {
    return new AudioContext({ sampleRate: samplesPerSecond, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}
