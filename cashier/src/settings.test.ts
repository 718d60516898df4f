import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readSettings, soundOf, soundSwitched } from "./settings.ts";

const defaults = { language: "zh", theme: "system", muted: false, volume: 1, paperWidthMm: 58 };

test("the first time, the browser's language decides, and sound is on", () => {
  assert.deepEqual(readSettings(null, ["zh-CN", "en"]), defaults);
  assert.deepEqual(readSettings(null, ["fr", "en-GB"]), { ...defaults, language: "en" });
  assert.deepEqual(readSettings(null, ["fr"]), defaults);
});

test("what was chosen is kept", () => {
  const chosen = { language: "en", theme: "dark", muted: true, volume: 0.35, paperWidthMm: 80 };
  assert.deepEqual(readSettings(JSON.stringify(chosen), ["zh"]), chosen);
});

test("anything unreadable falls back field by field", () => {
  for (const kept of [
    "",
    "not json",
    "null",
    "5",
    "[]",
    '{"language":"xx","theme":1,"muted":"yes","volume":7,"paperWidthMm":60}',
  ])
    assert.deepEqual(readSettings(kept, ["zh"]), defaults, kept);
});

test("a volume of zero is its own kind of silence, and one tap makes either audible", () => {
  const loud = readSettings(null, ["zh"]);
  assert.equal(soundOf(loud), "audible");
  assert.equal(soundOf({ ...loud, muted: true }), "muted");
  assert.equal(soundOf({ ...loud, volume: 0 }), "volumeZero");
  assert.equal(soundOf({ ...loud, muted: true, volume: 0 }), "muted");
  assert.equal(soundOf(soundSwitched(loud)), "muted");
  for (const silent of [{ muted: true }, { volume: 0 }, { muted: true, volume: 0 }])
    assert.equal(soundOf(soundSwitched({ ...loud, ...silent })), "audible");
});
