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
const unlockMsMax = 300;
const stepMsMin = 5;
/** How soon a sentence that is cut off ends. */
const stepMsMax = 100;
const analyserSamples = 32_768;

/** One player at work. */
type Deck = {
  readonly context: AudioContext;
  readonly sprite: Sprite;
  readonly buffer: AudioBuffer;
  readonly gain: GainNode;
  readonly meter: AnalyserNode;
  /** What the meter remembers, newest last. */
  readonly remembered: Float32Array<ArrayBuffer>;
  cut: boolean;
};

/** A player over one sprite. The context is passed in: a test may hand over one that the browser keeps suspended. */
export function createPlayer(context: AudioContext, sprite: Sprite): Player {
  const deck = deckOf(context, sprite);
  return {
    play: (clips) => play(deck, clips),
    stop: () => {
      deck.cut = true;
    },
    isLocked: () => context.state !== "running",
    unlock: async () => {
      // A browser that refuses leaves the promise pending: the state after a moment tells.
      await Promise.race([context.resume(), pause(unlockMsMax)]);
      return context.state === "running";
    },
    setVolume: (volume) => {
      deck.gain.gain.value = volume;
    },
    onLockChange: (listener) => context.addEventListener("statechange", listener),
  };
}

function deckOf(context: AudioContext, sprite: Sprite): Deck {
  const buffer = context.createBuffer(1, sprite.samples.length, sprite.samplesPerSecond);
  buffer.copyToChannel(sprite.samples, 0);
  const gain = context.createGain();
  const meter = context.createAnalyser();
  meter.fftSize = analyserSamples;
  gain.connect(meter).connect(context.destination);
  return { context, sprite, buffer, gain, meter, remembered: new Float32Array(analyserSamples), cut: false };
}

async function play(deck: Deck, clips: readonly ClipId[]): Promise<Played> {
  const { context, gain, sprite } = deck;
  if (gain.gain.value === 0) return { outcome: "muted", clips: [] };
  if (context.state !== "running") return { outcome: "locked", clips: [] };
  deck.cut = false;
  const beginSeconds = context.currentTime + startDelaySeconds;
  const schedule = scheduleOf(sprite, clips);
  const sources = schedule.map((clip) => start(deck, clip, beginSeconds));
  const played: PlayedClip[] = [];
  for (const clip of schedule) {
    const from = beginSeconds + clip.startSeconds;
    const to = from + clip.durationSeconds;
    if (!(await reached(deck, to))) {
      for (const source of sources) source.stop();
      return { outcome: "stopped", clips: played };
    }
    played.push({ id: clip.id, rms: loudness(deck, from, to) });
  }
  const silent = played.some(({ rms }) => rms < silentRmsMax * gain.gain.value);
  return { outcome: silent ? "silent" : "heard", clips: played };
}

function start(
  { context, buffer, gain }: Deck,
  clip: ScheduledClip,
  beginSeconds: number,
): AudioBufferSourceNode {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(gain);
  source.start(beginSeconds + clip.startSeconds, clip.offsetSeconds, clip.durationSeconds);
  return source;
}

/** Resolves when the context's clock has passed a moment; false where it stands still or is cut off. */
async function reached(deck: Deck, seconds: number): Promise<boolean> {
  const { context } = deck;
  const deadlineMs = performance.now() + (seconds - context.currentTime) * 1000 + stallMsMax;
  while (context.currentTime < seconds) {
    if (deck.cut || performance.now() > deadlineMs) return false;
    const aheadMs = (seconds - context.currentTime) * 1000 + measureAfterMs;
    await pause(Math.min(stepMsMax, Math.max(stepMsMin, aheadMs)));
  }
  return true;
}

/** Loudness of the output between two moments of the context's clock, as far back as the meter remembers. */
function loudness({ context, meter, remembered }: Deck, fromSeconds: number, toSeconds: number): number {
  meter.getFloatTimeDomainData(remembered);
  const at = (seconds: number): number => {
    const index = Math.round(analyserSamples - (context.currentTime - seconds) * context.sampleRate);
    return Math.max(0, Math.min(analyserSamples, index));
  };
  return rmsOf(remembered.subarray(at(fromSeconds), at(toSeconds)));
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A context at the rate of the recording, so that the browser resamples once and well; its own rate where it must. */
export function createContext(samplesPerSecond: number): AudioContext {
  try {
    return new AudioContext({ sampleRate: samplesPerSecond, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}
