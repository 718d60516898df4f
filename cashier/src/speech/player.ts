// Plays clips and listens to itself: what is reported as spoken has really left the audio graph with sound in it.
// Only the clock of the sound and what the tape holds count: a page that stands still neither cuts a sentence nor makes one.
import type { ClipId } from "@huiyin/contract/speech.ts";
import { lostAfter, lostMsMax, stoodStill } from "./patience.ts";
import { scheduleOf, type ScheduledClip } from "./schedule.ts";
import { silentRmsMax, type Sprite } from "./sprite.ts";
import { createTape, type Tape } from "./tape.ts";

/**
 * What became of one sentence. `heard` alone means that sound came out. `unproven`: it may have, but the page stood still
 * for longer than the tape remembers.
 */
export type PlayOutcome = "heard" | "muted" | "locked" | "silent" | "stopped" | "unproven";

export type PlayedClip = Readonly<{
  id: ClipId;
  /** Loudness measured at the output while the clip was playing, 0 … 1. */
  rms: number;
}>;
export type Played = Readonly<{ outcome: PlayOutcome; clips: readonly PlayedClip[] }>;

/** The page’s own clock and timers. */
export type Clock = Readonly<{ nowMs(): number; pause(milliseconds: number): Promise<void> }>;

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

/** How far ahead a sentence is scheduled; further where the page did not get it done in time. */
const leadsSeconds = [0.03, 0.3, 3];
const measureAfterMs = 15;
const unlockMsMax = 300;
const stepMsMin = 5;
/** How soon a sentence that is cut off ends. */
const stepMsMax = 100;
/** The longest sentence, of fourteen seconds, and a page that stands still for ten seconds more. */
const tapeSeconds = 25;

/** One player at work. */
type Deck = {
  readonly context: AudioContext;
  readonly clock: Clock;
  readonly sprite: Sprite;
  readonly buffer: AudioBuffer;
  readonly gain: GainNode;
  readonly tape: Tape;
  cut: boolean;
  /** How far the sound of this sentence is behind. */
  lostMs: number;
  /** The lowest volume since this sentence began. */
  lowestVolume: number;
};

export type PlayerDeps = Readonly<{ context: AudioContext; clock: Clock }>;

/** A player over one sprite. The context is passed in: a test may hand over one that the browser keeps suspended. */
export function createPlayer(deps: PlayerDeps, sprite: Sprite): Player {
  const deck = deckOf(deps, sprite);
  const { context, clock } = deps;
  return {
    play: (clips) => play(deck, clips),
    stop: () => {
      deck.cut = true;
    },
    isLocked: () => context.state !== "running",
    unlock: async () => {
      // A browser that refuses leaves the promise pending: the state after a moment tells.
      await Promise.race([context.resume(), clock.pause(unlockMsMax)]);
      return context.state === "running";
    },
    setVolume: (volume) => {
      deck.gain.gain.value = volume;
      deck.lowestVolume = Math.min(deck.lowestVolume, volume);
    },
    onLockChange: (listener) => context.addEventListener("statechange", listener),
  };
}

function deckOf({ context, clock }: PlayerDeps, sprite: Sprite): Deck {
  const buffer = context.createBuffer(1, sprite.samples.length, sprite.samplesPerSecond);
  buffer.copyToChannel(sprite.samples, 0);
  const gain = context.createGain();
  const tape = createTape(context, tapeSeconds);
  gain.connect(tape.input);
  return { context, clock, sprite, buffer, gain, tape, cut: false, lostMs: 0, lowestVolume: gain.gain.value };
}

async function play(deck: Deck, clips: readonly ClipId[]): Promise<Played> {
  const { context, gain, sprite, tape } = deck;
  if (gain.gain.value === 0) return { outcome: "muted", clips: [] };
  if (context.state !== "running") return { outcome: "locked", clips: [] };
  Object.assign(deck, { cut: false, lostMs: 0, lowestVolume: gain.gain.value });
  const schedule = scheduleOf(sprite, clips);
  const begun = begin(deck, schedule);
  if (begun === null) return { outcome: "stopped", clips: [] };
  const played: PlayedClip[] = [];
  for (const clip of schedule) {
    const from = begun.beginSeconds + clip.startSeconds;
    const to = from + clip.durationSeconds;
    if (!(await reached(deck, to))) {
      for (const source of begun.sources) source.stop();
      return { outcome: "stopped", clips: played };
    }
    const rms = tape.loudness(from, to);
    if (rms !== null) played.push({ id: clip.id, rms });
  }
  return { outcome: verdict(deck, played, schedule.length), clips: played };
}

function verdict({ lowestVolume }: Deck, played: readonly PlayedClip[], clipCount: number): PlayOutcome {
  if (lowestVolume === 0) return "muted";
  if (played.some(({ rms }) => rms < silentRmsMax * lowestVolume)) return "silent";
  return played.length < clipCount ? "unproven" : "heard";
}

type Begun = Readonly<{ beginSeconds: number; sources: readonly AudioBufferSourceNode[] }>;

/** Schedules a sentence; null where the page never gets it done in time. */
function begin(deck: Deck, schedule: readonly ScheduledClip[]): Begun | null {
  const { context } = deck;
  for (const leadSeconds of leadsSeconds) {
    const beginSeconds = context.currentTime + leadSeconds;
    const sources = schedule.map((clip) => start(deck, clip, beginSeconds));
    if (context.currentTime < beginSeconds) return { beginSeconds, sources };
    // The page stood still: clips whose moment was over begin at once, all together.
    for (const source of sources) source.stop();
  }
  return null;
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

/** Resolves when the context's clock has passed a moment; false where it is taken away or cut off before. */
async function reached(deck: Deck, seconds: number): Promise<boolean> {
  const { context } = deck;
  let woken: "inTime" | "late" = "inTime";
  while (context.currentTime < seconds) {
    if (deck.cut || deck.lostMs > lostMsMax) return false;
    const aheadMs = (seconds - context.currentTime) * 1000 + measureAfterMs;
    woken = await step(deck, Math.min(stepMsMax, Math.max(stepMsMin, aheadMs)));
  }
  // A page that has just woken may still read what was true before: a moment later all clocks have moved.
  if (woken === "late") await step(deck, stepMsMax);
  return true;
}

async function step(deck: Deck, plannedMs: number): Promise<"inTime" | "late"> {
  const { context, clock } = deck;
  const fromMs = clock.nowMs();
  const fromSeconds = context.currentTime;
  await clock.pause(plannedMs);
  const passedMs = clock.nowMs() - fromMs;
  const wait = { plannedMs, passedMs, soundMs: (context.currentTime - fromSeconds) * 1000 };
  deck.lostMs = lostAfter(deck.lostMs, wait);
  return stoodStill(wait) ? "late" : "inTime";
}

/** The clock and the timers of the browser. */
export const browserClock: Clock = {
  nowMs: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** A context at the rate of the recording, so that the browser resamples once and well; its own rate where it must. */
export function createContext(samplesPerSecond: number): AudioContext {
  try {
    return new AudioContext({ sampleRate: samplesPerSecond, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}
