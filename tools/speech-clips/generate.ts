// Makes the voice pack of the cashier: node tools/speech-clips/generate.ts
// Speaks every clip with espeak-ng, trims and levels it, and writes one sprite with its index. Run by hand when a
// clip is added; the result is committed, so that building and testing need no synthesiser.
// Needs espeak-ng 1.51 (its data carries the Mandarin voice) and sox 14.4.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clipIds, clipWords } from "@huiyin/contract/speech.ts";
import { clipPinyin } from "./pinyin.ts";
import { faded, levelled, rmsOf, trimmed } from "./samples.ts";

const samplesPerSecond = 16_000;
const samplesPerMs = samplesPerSecond / 1000;
// A numeral is spoken alone and must be caught at once; a phrase is heard as a whole and may be quicker.
const wordsPerMinuteAlone = 165;
const wordsPerMinutePhrase = 185;
// The voice “cmn” of 1.51 reads the tone of most syllables aloud as an English number; this one does not.
const voice = "cmn-latn-pinyin";
// Between two clips of the sprite: a decoder that rounds to its blocks never hears the neighbour.
const guardMs = 40;
const rmsTarget = 0.14;
const peakMax = 0.89;

const target = fileURLToPath(new URL("../../cashier/public/speech/", import.meta.url));
const workshop = mkdtempSync(join(tmpdir(), "speech-clips-"));

/** Reads a file of raw 16-bit little-endian samples. */
function rawSamples(path: string): Float32Array {
  const bytes = readFileSync(path);
  const samples = new Float32Array(bytes.length / 2);
  for (let at = 0; at < samples.length; at++) samples[at] = bytes.readInt16LE(at * 2) / 32_768;
  return samples;
}

/** Speaks one text and returns its samples at the rate of the sprite, trimmed, levelled and faded. */
function spoken(pinyin: string): Float32Array {
  const wave = join(workshop, "spoken.wav");
  const raw = join(workshop, "spoken.s16");
  const syllables = pinyin.match(/\d/g)?.length ?? 0;
  const wordsPerMinute = syllables > 1 ? wordsPerMinutePhrase : wordsPerMinuteAlone;
  execFileSync("espeak-ng", ["-v", voice, "-s", String(wordsPerMinute), "-w", wave, pinyin]);
  execFileSync("sox", [
    "-D",
    wave,
    "-t",
    "raw",
    "-e",
    "signed",
    "-b",
    "16",
    "-c",
    "1",
    raw,
    "gain",
    "-3",
    "rate",
    "-v",
    String(samplesPerSecond),
  ]);
  const clip = trimmed(rawSamples(raw), { windowSamples: 5 * samplesPerMs, floor: 0.02 });
  return faded(levelled(clip, { rms: rmsTarget, peakMax }), 4 * samplesPerMs);
}

function generate(): void {
  const index: Record<string, Readonly<{ offsetMs: number; durationMs: number; rms: number }>> = {};
  const parts: Float32Array[] = [new Float32Array(guardMs * samplesPerMs)];
  let offsetMs = guardMs;
  for (const id of clipIds) {
    const clip = spoken(clipPinyin[id]);
    const durationMs = Math.ceil(clip.length / samplesPerMs);
    const padded = new Float32Array((durationMs + guardMs) * samplesPerMs);
    padded.set(clip);
    parts.push(padded);
    index[id] = { offsetMs, durationMs, rms: Math.round(rmsOf(clip) * 1000) / 1000 };
    console.log(`${id}: ${clipWords[id]}, ${durationMs} ms`);
    offsetMs += durationMs + guardMs;
  }
  const raw = join(workshop, "sprite.s16");
  const bytes = Buffer.concat(
    parts.map((part) => Buffer.from(Int16Array.from(part, (sample) => Math.round(sample * 32_767)).buffer)),
  );
  writeFileSync(raw, bytes);
  const sprite = join(target, "sprite.wav");
  execFileSync("sox", [
    "-D",
    "-t",
    "raw",
    "-e",
    "signed",
    "-b",
    "16",
    "-c",
    "1",
    "-r",
    String(samplesPerSecond),
    raw,
    "-e",
    "ima-adpcm",
    sprite,
  ]);
  const described = { language: "zh-CN", voice: `espeak-ng ${voice}`, samplesPerSecond, clips: index };
  writeFileSync(join(target, "sprite.json"), `${JSON.stringify(described, null, 2)}\n`);
  console.log(`${sprite}: ${offsetMs} ms, ${readFileSync(sprite).length} bytes`);
}

try {
  generate();
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
