import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clipIds, speechOf, type ClipId } from "@huiyin/contract/speech.ts";
import { scheduleOf } from "../src/speech/schedule.ts";
import { clipSamples, openSprite } from "../src/speech/sprite.ts";
import { clipsHeard, type Recording } from "./listen.ts";

const folder = new URL("../public/speech/", import.meta.url);
const sprite = openSprite(
  new Uint8Array(readFileSync(new URL("sprite.wav", folder))).buffer,
  JSON.parse(readFileSync(new URL("sprite.json", folder), "utf8")),
);

/** What a perfect loudspeaker would give, at some volume. */
function rendered(clips: readonly ClipId[], volume: number): Recording {
  const schedule = scheduleOf(sprite, clips);
  const last = schedule.at(-1);
  const seconds = 0.2 + (last === undefined ? 0 : last.startSeconds + last.durationSeconds);
  const samples = Array.from({ length: Math.ceil(seconds * sprite.samplesPerSecond) }, () => 0);
  for (const { id, startSeconds } of schedule)
    clipSamples(sprite, id).forEach((sample, index) => {
      samples[Math.round((0.1 + startSeconds) * sprite.samplesPerSecond) + index] = sample * volume;
    });
  return { samplesPerSecond: sprite.samplesPerSecond, samples };
}

test("every clip of the pack is told from every other by its sound", () => {
  for (const id of clipIds)
    assert.deepEqual(
      clipsHeard(rendered([id], 1), sprite).map((clip) => clip.id),
      [id],
    );
});

test("an announcement is read back from its sound, loud or soft", () => {
  for (const amountFen of [1n, 1250n, 20_002n, 1_000_001n, 9_876_543_210n])
    for (const volume of [1, 0.2]) {
      const { clips } = speechOf({ amountFen, wallet: "huabei" });
      assert.deepEqual(
        clipsHeard(rendered(clips, volume), sprite).map(({ id }) => id),
        clips,
        String(amountFen),
      );
    }
});

test("silence is nothing heard", () => {
  assert.deepEqual(clipsHeard(rendered(["yuan"], 0), sprite), []);
});

test("sound that is no clip is nothing heard", () => {
  const tone = Array.from({ length: 6000 }, (_, at) => Math.sin(at / 7));
  assert.deepEqual(clipsHeard({ samplesPerSecond: sprite.samplesPerSecond, samples: tone }, sprite), []);
});

test("a clip that is cut off late hides nothing of what follows it", () => {
  const { samplesPerSecond } = sprite;
  const following = rendered(["scan-to-pay"], 1).samples;
  for (const id of clipIds)
    for (const share of [0.6, 0.8, 0.9, 0.97]) {
      const whole = clipSamples(sprite, id);
      const samples = [...whole.subarray(0, Math.floor(whole.length * share)), ...following];
      const heard = clipsHeard({ samplesPerSecond, samples }, sprite).map((clip) => clip.id);
      assert.equal(heard.at(-1), "scan-to-pay", `${id}, of which ${share} is heard`);
    }
});
