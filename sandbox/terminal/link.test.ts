import assert from "node:assert/strict";
import { test } from "node:test";
import { askAgainSeconds } from "@huiyin/contract/events/asking.ts";
import { drawnRhythm } from "./link.ts";

test("a street that connects at once beats and asks at all moments, and nobody later than it should", () => {
  const beatSeconds = 30;
  const askedAtSeconds = Array.from({ length: 2_000 }, () => {
    const { firstBeatMs, firstAskBeat } = drawnRhythm();
    return firstBeatMs / 1_000 + (firstAskBeat - 1) * beatSeconds;
  });
  assert.ok(askedAtSeconds.every((at) => at >= 0 && at <= askAgainSeconds));
  // 200 are expected in each tenth of the time; fewer than 100 do not come about by chance.
  for (let from = 0; from < askAgainSeconds; from += beatSeconds) {
    const count = askedAtSeconds.filter((at) => at >= from && at < from + beatSeconds).length;
    assert.ok(count > 100, `${count} ask between ${from} and ${from + beatSeconds} s`);
  }
});
