// The suite itself: what every channel is asked is there under the name by which people ask for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarios } from "./testing/scenarios.ts";

const subjects = [
  ...["charge", "pending", "decline", "timeout before the effect", "timeout after the effect"],
  ...["duplicate order", "close race", "refund whole", "refund partial", "refund over", "refund concurrent"],
  ...["callback good", "callback forged", "callback replayed", "callback reordered", "callback late"],
  ...["refund short", "bill equals books"],
];

test("the suite names each of its subjects, and no two of its rules alike", () => {
  const names = scenarios.map(([name]) => name);
  for (const subject of subjects)
    assert.ok(
      names.some((name) => name.startsWith(`${subject}: `)),
      subject,
    );
  assert.equal(new Set(names).size, names.length);
});
