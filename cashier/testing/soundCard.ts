// For tests without a browser: an audio context on a clock that the test drives. It makes the sound that its graph asks
// for, sample by sample, wherever the clock of the sound has got to, and forgets what a browser’s meter forgets.
import type { Clock } from "../src/speech/player.ts";

/** The page stands still once its clock has reached a moment; the sound goes on for its own part of that time. */
export type StandStill = Readonly<{ atMs: number; pageMs: number; soundMs: number }>;

export type Taken = Readonly<{ fromMs: number; toMs: number }>;

export type SoundCard = Readonly<{
  context: AudioContext;
  clock: Clock;
  /** Time of the page since the beginning. */
  pageMs(): number;
  /** How many samples that are not zero went out to the loudspeaker. */
  samplesOut(): number;
  /** Most sources that sounded at the same moment: two mean that clips were spoken over one another. */
  soundingTogetherMax(): number;
  /** Does something once the page’s clock has reached a moment. */
  at(ms: number, act: () => void): void;
}>;

type Node = {
  inputs: Node[];
  signal(frame: number): number;
  connect<To extends Node>(to: To): To;
  readonly [more: string]: unknown;
};
type Source = { startFrame: number; endFrame: number; from: number; samples: Float32Array; inGraph: Node };

/**
 * @param standStills in the order of their moments.
 * @param taken when the device is taken away, and perhaps given back: in between the clock of the sound stands.
 */
export function driveSoundCard(
  samplesPerSecond: number,
  standStills: readonly StandStill[] = [],
  taken: Taken = { fromMs: Infinity, toMs: Infinity },
): SoundCard {
  let pageMs = 0;
  let soundMs = 0;
  const ahead = [...standStills];
  const acts: { ms: number; act: () => void }[] = [];
  const sources: Source[] = [];
  const pass = (page: number, sound: number): void => {
    if (pageMs < taken.fromMs || pageMs >= taken.toMs) soundMs += sound;
    pageMs += page;
  };
  const standStillsDue = (): void => {
    const [next] = ahead;
    if (next !== undefined && pageMs >= next.atMs) {
      ahead.shift();
      pass(next.pageMs, next.soundMs);
    }
    for (const due of acts.filter(({ ms }) => ms <= pageMs)) {
      acts.splice(acts.indexOf(due), 1);
      due.act();
    }
  };
  const frameNow = (): number => Math.floor((soundMs * samplesPerSecond) / 1000);
  const nodeOf = (more: Record<string, unknown>, signal: (node: Node, frame: number) => number): Node => {
    const node: Node = {
      ...more,
      inputs: [],
      signal: (frame) => signal(node, frame),
      connect: (to) => {
        to.inputs.push(node);
        return to;
      },
    };
    return node;
  };
  const heard = ({ inputs }: Node, frame: number): number =>
    inputs.reduce((sum, input) => sum + input.signal(frame), 0);
  const volumes = [{ fromFrame: 0, volume: 1 }];
  const gain = {
    get value() {
      return volumes.at(-1)?.volume ?? 1;
    },
    set value(volume: number) {
      volumes.push({ fromFrame: frameNow(), volume });
    },
  };
  const volumeAt = (frame: number): number =>
    volumes.findLast(({ fromFrame }) => fromFrame <= frame)?.volume ?? 1;
  const context = {
    sampleRate: samplesPerSecond,
    state: "running",
    destination: nodeOf({}, heard),
    get currentTime() {
      return frameNow() / samplesPerSecond;
    },
    createBuffer: () => ({
      copyToChannel: (samples: Float32Array<ArrayBuffer>) => (buffer.samples = samples),
      buffer: null,
    }),
    createGain: () => nodeOf({ gain }, (node, frame) => heard(node, frame) * volumeAt(frame)),
    createDelay: () => {
      const delayTime = { value: 0 };
      return nodeOf({ delayTime }, (node, frame) =>
        heard(node, frame - Math.round(delayTime.value * samplesPerSecond)),
      );
    },
    createAnalyser: () => {
      const meter = nodeOf(
        {
          getFloatTimeDomainData: (into: Float32Array) => {
            const first = frameNow() - into.length;
            for (let index = 0; index < into.length; index += 1) into[index] = meter.signal(first + index);
          },
        },
        heard,
      );
      return meter;
    },
    createBufferSource: () => {
      let source: Source | null = null;
      const inGraph: Node = nodeOf(
        {
          start: (whenSeconds: number, offsetSeconds: number, durationSeconds: number) => {
            // A moment that is over means at once.
            const startFrame = Math.max(frameNow(), Math.round(whenSeconds * samplesPerSecond));
            const endFrame = startFrame + Math.round(durationSeconds * samplesPerSecond);
            const from = Math.round(offsetSeconds * samplesPerSecond);
            source = { startFrame, endFrame, from, samples: buffer.samples, inGraph };
            sources.push(source);
            standStillsDue();
          },
          stop: () => {
            if (source !== null) source.endFrame = Math.min(source.endFrame, frameNow());
          },
        },
        (_, frame) =>
          source !== null && frame >= source.startFrame && frame < source.endFrame
            ? (source.samples[source.from + frame - source.startFrame] ?? 0)
            : 0,
      );
      return inGraph;
    },
  };
  const buffer = { samples: new Float32Array() };
  const played = (): Source[] => sources.filter(({ startFrame, endFrame }) => endFrame > startFrame);
  return {
    context: context as unknown as AudioContext,
    clock: {
      nowMs: () => pageMs,
      pause: async (milliseconds) => {
        pass(milliseconds, milliseconds);
        standStillsDue();
      },
    },
    pageMs: () => pageMs,
    at: (ms, act) => void acts.push({ ms, act }),
    samplesOut: () =>
      played().reduce(
        (sum, { startFrame, endFrame, from, samples }) =>
          sum +
          samples
            .subarray(from, from + Math.min(endFrame, frameNow()) - startFrame)
            .reduce((count, sample) => count + (sample === 0 ? 0 : 1), 0),
        0,
      ),
    soundingTogetherMax: () =>
      Math.max(
        0,
        ...played().map(
          (one) =>
            played().filter(
              (other) =>
                other.startFrame < one.endFrame &&
                one.startFrame < other.endFrame &&
                other.startFrame <= one.startFrame,
            ).length,
        ),
      ),
  };
}
