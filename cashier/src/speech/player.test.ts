import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { speechOf } from "@huiyin/contract/speech.ts";
import { driveSoundCard, type SoundCard, type StandStill, type Taken } from "../../testing/soundCard.ts";
import { createPlayer, type Played, type Player, type PlayOutcome } from "./player.ts";
import { scheduleOf } from "./schedule.ts";
import { openSprite, silentRmsMax, type Sprite } from "./sprite.ts";

const folder = new URL("../../public/speech/", import.meta.url);
const sprite = openSprite(
  new Uint8Array(readFileSync(new URL("sprite.wav", folder))).buffer,
  JSON.parse(readFileSync(new URL("sprite.json", folder), "utf8")),
);
const { clips } = speechOf({ amountFen: 1250n, wallet: "alipay" });
const schedule = scheduleOf(sprite, clips);

type Row = Readonly<{
  what: string;
  outcome: PlayOutcome;
  standStills?: readonly StandStill[];
  taken?: Taken;
  pack?: Sprite;
  meanwhile?: Readonly<{ ms: number; act: (player: Player) => void }>;
}>;

/** The same pack with the last clip of the sentence empty. */
function withoutTheLast(): Sprite {
  const samples = sprite.samples.slice();
  const { offsetMs, durationMs } = sprite.clips[clips.at(-1) ?? "yuan"];
  const samplesPerMs = sprite.samplesPerSecond / 1000;
  samples.fill(0, offsetMs * samplesPerMs, (offsetMs + durationMs) * samplesPerMs);
  return { ...sprite, samples };
}

const still = (atMs: number, pageMs: number, soundMs: number): StandStill => ({ atMs, pageMs, soundMs });
const rows: readonly Row[] = [
  { what: "nothing happens", outcome: "heard" },
  {
    what: "the page stands still for 4 s at once, and the whole sentence sounds meanwhile",
    outcome: "heard",
    standStills: [still(100, 4_000, 4_000)],
  },
  {
    what: "the page stands still for 4 s in mid-sentence, and the rest sounds meanwhile",
    outcome: "heard",
    standStills: [still(1_200, 4_000, 4_000)],
  },
  {
    what: "the page and its sound stand still for 4 s in mid-sentence",
    outcome: "heard",
    standStills: [still(1_200, 4_000, 0)],
  },
  {
    what: "the page and its sound stand still for 4 s three times",
    outcome: "heard",
    standStills: [still(300, 4_000, 0), still(5_000, 4_000, 0), still(10_000, 4_000, 0)],
  },
  {
    what: "the sound pauses for a second",
    outcome: "heard",
    taken: { fromMs: 800, toMs: 1_800 },
  },
  {
    what: "the page stands still before the sentence is scheduled whole",
    outcome: "heard",
    standStills: [still(0, 2_000, 2_000)],
  },
  {
    what: "the page stands still each time that it schedules the sentence",
    outcome: "stopped",
    standStills: Array.from({ length: 3 * clips.length }, () => still(0, 4_000, 4_000)),
  },
  {
    what: "the page stands still for longer than the tape remembers",
    outcome: "unproven",
    standStills: [still(1_200, 60_000, 60_000)],
  },
  {
    what: "the sound is taken away in mid-sentence",
    outcome: "stopped",
    taken: { fromMs: 1_200, toMs: Infinity },
  },
  {
    what: "the sound is taken away while the page stands still",
    outcome: "stopped",
    standStills: [still(600, 4_000, 500)],
    taken: { fromMs: 1_100, toMs: Infinity },
  },
  { what: "the last word has no sound", outcome: "silent", pack: withoutTheLast() },
  {
    what: "the last word has no sound, and the page stands still meanwhile",
    outcome: "silent",
    pack: withoutTheLast(),
    standStills: [still(1_200, 4_000, 4_000)],
  },
  {
    what: "it is turned down to nothing in mid-sentence",
    outcome: "muted",
    meanwhile: { ms: 1_200, act: (player) => player.setVolume(0) },
  },
  {
    what: "it is turned up in mid-sentence",
    outcome: "heard",
    meanwhile: { ms: 1_200, act: (player) => player.setVolume(10) },
  },
  { what: "it is cut off", outcome: "stopped", meanwhile: { ms: 600, act: (player) => player.stop() } },
];

async function perform(row: Row): Promise<{ card: SoundCard; played: Played }> {
  const card = driveSoundCard(sprite.samplesPerSecond, row.standStills, row.taken);
  const player = createPlayer(card, row.pack ?? sprite);
  const { meanwhile } = row;
  if (meanwhile !== undefined) card.at(meanwhile.ms, () => meanwhile.act(player));
  return { card, played: await player.play(clips) };
}

const samplesOfAll = schedule.reduce((sum, { offsetSeconds, durationSeconds }) => {
  const from = Math.round(offsetSeconds * sprite.samplesPerSecond);
  const clip = sprite.samples.subarray(from, from + Math.round(durationSeconds * sprite.samplesPerSecond));
  return sum + clip.filter((sample) => sample !== 0).length;
}, 0);

for (const row of rows)
  test(`${row.what}: ${row.outcome}`, async () => {
    const { card, played } = await perform(row);
    assert.equal(played.outcome, row.outcome);
    if (row.outcome !== "heard") return;
    assert.ok(card.samplesOut() >= samplesOfAll, "every sample went out");
    assert.equal(card.soundingTogetherMax(), 1, "no two clips at once");
    assert.deepEqual(
      played.clips.map(({ id }) => id),
      clips,
    );
    const right = await perform({ what: "", outcome: "heard" });
    for (const [index, { id, rms }] of played.clips.entries()) {
      assert.ok(rms > silentRmsMax, `${id}: ${rms}`);
      if (row.meanwhile === undefined)
        assert.ok(Math.abs(rms - (right.played.clips[index]?.rms ?? 0)) < 0.01, id);
    }
  });

test("what is cut off makes no more sound", async () => {
  const { card } = await perform({
    what: "",
    outcome: "stopped",
    meanwhile: { ms: 600, act: (player) => player.stop() },
  });
  const samples = card.samplesOut();
  await card.clock.pause(5_000);
  assert.equal(card.samplesOut(), samples);
  assert.ok(samples < samplesOfAll);
});

test("a device that was taken away is given up within two seconds", async () => {
  const { card } = await perform({ what: "", outcome: "stopped", taken: { fromMs: 1_200, toMs: Infinity } });
  assert.ok(card.pageMs() < 1_200 + 2_000, `${card.pageMs()} ms`);
});

test("the next sentence after one that could not be measured is heard again", async () => {
  const card = driveSoundCard(sprite.samplesPerSecond, [still(1_200, 60_000, 60_000)]);
  const player = createPlayer(card, sprite);
  assert.equal((await player.play(clips)).outcome, "unproven");
  assert.equal((await player.play(clips)).outcome, "heard");
});
