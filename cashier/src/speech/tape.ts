// Remembers what left the audio graph for the loudspeaker, so that it can be measured afterwards: a page that stood still
// while it was spoken still knows what was heard. No worklet: a till in the shop’s own network has no https, and without
// it the browser has none.

/** What a browser’s meter remembers at most. */
const meterSamples = 32_768;
/** The moment of a measurement is known so well; a reading that took longer is repeated. */
const readingSecondsMax = 0.05;
const readingsMax = 3;

export type Tape = Readonly<{
  /** What is to be remembered is connected to this. It goes on to the loudspeaker. */
  input: AudioNode;
  /**
   * Loudness (root mean square, 0 … 1) between two moments of the context’s clock, in seconds. Null where not all of it
   * is remembered any more: then nobody knows.
   */
  loudness(fromSeconds: number, toSeconds: number): number | null;
}>;

/** A tape of at least so many seconds: meters one after the other, each of which hears what the one before it forgets. */
export function createTape(context: AudioContext, lengthSeconds: number): Tape {
  const input = meterIn(context);
  input.connect(context.destination);
  const meters = [input];
  let last: AudioNode = input;
  while (meters.length * meterSamples < lengthSeconds * context.sampleRate) {
    const delaySeconds = meterSamples / context.sampleRate;
    const delay = context.createDelay(delaySeconds);
    delay.delayTime.value = delaySeconds;
    const meter = meterIn(context);
    last.connect(delay).connect(meter);
    meters.push(meter);
    last = delay;
  }
  const samples = new Float32Array(meterSamples);
  return {
    input,
    loudness: (fromSeconds, toSeconds) => {
      for (let reading = 0; reading < readingsMax; reading += 1) {
        const nowSeconds = context.currentTime;
        const ageOf = (seconds: number): number =>
          Math.max(0, Math.round((nowSeconds - seconds) * context.sampleRate));
        const rms = measured(meters, samples, { oldest: ageOf(fromSeconds), newest: ageOf(toSeconds) });
        if (context.currentTime - nowSeconds <= readingSecondsMax) return rms;
      }
      return null;
    },
  };
}

function meterIn(context: AudioContext): AnalyserNode {
  const meter = context.createAnalyser();
  meter.fftSize = meterSamples;
  return meter;
}

/** Loudness of the samples between two ages, each in samples. */
function measured(
  meters: readonly AnalyserNode[],
  samples: Float32Array<ArrayBuffer>,
  { oldest, newest }: Readonly<{ oldest: number; newest: number }>,
): number | null {
  if (oldest > meters.length * meterSamples || oldest <= newest) return null;
  let sum = 0;
  for (const [index, meter] of meters.entries()) {
    const youngest = index * meterSamples;
    const from = meterSamples - Math.min(meterSamples, oldest - youngest);
    const to = meterSamples - Math.max(0, newest - youngest);
    if (from >= to) continue;
    meter.getFloatTimeDomainData(samples);
    for (const sample of samples.subarray(from, to)) sum += sample * sample;
  }
  return Math.sqrt(sum / (oldest - newest));
}
