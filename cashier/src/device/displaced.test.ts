import { strict as assert } from "node:assert";
import { test } from "node:test";
import { noteDisplaced, takeDisplaced } from "./displaced.ts";

test("a page that was displaced says so once, after it was loaded again", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  assert.equal(takeDisplaced(storage), null);
  noteDisplaced(storage);
  assert.deepEqual(takeDisplaced(storage), { kind: "displaced" });
  assert.equal(takeDisplaced(storage), null);
});
