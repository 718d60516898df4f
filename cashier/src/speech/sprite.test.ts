import { strict as assert } from "node:assert";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { clipIds, clipWords } from "@huiyin/contract/speech.ts";
import { clipSamples, openSprite, rmsOf, silentRmsMax } from "./sprite.ts";
import { decodeWave } from "./wave.ts";

const folder = new URL("../../public/speech/", import.meta.url);
const recording = new Uint8Array(readFileSync(new URL("sprite.wav", folder))).buffer;
const index: { clips: Record<string, { offsetMs: number; durationMs: number }> } = JSON.parse(
  readFileSync(new URL("sprite.json", folder), "utf8"),
);
const sprite = openSprite(recording, index);

test("the recording is small enough for a slow line: below 400 KB", () => {
  assert.ok(statSync(new URL("sprite.wav", folder)).size < 400_000);
});

test("every clip of the contract is there, and can be heard", () => {
  for (const id of clipIds) {
    const rms = rmsOf(clipSamples(sprite, id));
    assert.ok(rms > 3 * silentRmsMax, `${id} (${clipWords[id]}) has loudness ${rms.toFixed(3)}`);
  }
});

test("every clip is as loud as its neighbours: within a factor of two", () => {
  const levels = clipIds.map((id) => rmsOf(clipSamples(sprite, id)));
  assert.ok(Math.max(...levels) / Math.min(...levels) < 2, `${Math.min(...levels)} … ${Math.max(...levels)}`);
});

test("a clip begins and ends with sound, so that the pause between two is the one that the player sets", () => {
  const edge = Math.round(sprite.samplesPerSecond * 0.02);
  for (const id of clipIds) {
    const samples = clipSamples(sprite, id);
    const floor = rmsOf(samples) * 0.005;
    assert.ok(rmsOf(samples.subarray(0, edge)) > floor, `${id} begins with silence`);
    assert.ok(rmsOf(samples.subarray(-edge)) > floor, `${id} ends with silence`);
  }
});

test("each clip lasts as long as its words need: 100 ms to 400 ms a character", () => {
  for (const id of clipIds) {
    const characters = clipWords[id].replaceAll("，", "").length;
    const each = sprite.clips[id].durationMs / characters;
    assert.ok(each >= 100 && each <= 400, `${id}: ${each.toFixed(0)} ms a character`);
  }
});

test("a pack that lacks a clip is refused by its name", () => {
  const { yuan: _, ...rest } = index.clips;
  assert.throws(() => openSprite(recording, { ...index, clips: rest }), /lacks yuan/);
});

test("a pack whose clip lies beyond the recording is refused", () => {
  const beyond = { ...index.clips, yuan: { offsetMs: 10_000_000, durationMs: 300, rms: 0.1 } };
  assert.throws(() => openSprite(recording, { ...index, clips: beyond }), /yuan lies outside/);
});

test("a file that is no IMA ADPCM is refused", () => {
  assert.throws(() => decodeWave(new ArrayBuffer(200)), RangeError);
  const other = recording.slice(0);
  new DataView(other).setUint16(20, 1, true);
  assert.throws(() => decodeWave(other), /format 1/);
});
