import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { speechOf, spokenFenMax } from "@huiyin/contract/speech.ts";
import fc from "fast-check";
import { gapMsMax, scheduleOf } from "./schedule.ts";
import { openSprite } from "./sprite.ts";

const folder = new URL("../../public/speech/", import.meta.url);
const sprite = openSprite(
  new Uint8Array(readFileSync(new URL("sprite.wav", folder))).buffer,
  JSON.parse(readFileSync(new URL("sprite.json", folder), "utf8")),
);

test("clips never overlap, and never fall more than 60 ms apart, whatever the amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: spokenFenMax }), (amountFen) => {
      const { clips } = speechOf({ amountFen, wallet: "alipay" });
      const schedule = scheduleOf(sprite, clips);
      assert.deepEqual(
        schedule.map(({ id }) => id),
        clips,
      );
      for (const [index, clip] of schedule.entries()) {
        const before = schedule[index - 1];
        if (before === undefined) continue;
        const gapMs = (clip.startSeconds - before.startSeconds - before.durationSeconds) * 1000;
        assert.ok(gapMs >= 0 && gapMs <= gapMsMax + 1e-6, `${before.id} to ${clip.id}: ${gapMs} ms`);
      }
    }),
  );
});

test("支付宝收款十二元五角 is said within four seconds", () => {
  const schedule = scheduleOf(sprite, speechOf({ amountFen: 1250n, wallet: "alipay" }).clips);
  const last = schedule.at(-1);
  assert.ok(last !== undefined && last.startSeconds + last.durationSeconds < 4);
});
