import assert from "node:assert/strict";
import { test } from "node:test";
import { keepRetainedByTopic, type RetainedStore } from "./retained.ts";

/** What aedes brings: neither is to be asked any more. */
function replaced(): RetainedStore {
  const asked = (): never => assert.fail("the persistence of aedes was asked");
  const store: RetainedStore = { storeRetained: asked, createRetainedStreamCombi: asked };
  keepRetainedByTopic(store);
  return store;
}

const packet = (topic: string, text: string) => ({ topic, payload: Buffer.from(text), retain: true });

test("whoever subscribes is sent the newest retained message of each topic, and of no other", async () => {
  const store = replaced();
  const sent: Array<readonly [string, string]> = [
    ["a/config", "1"],
    ["b/config", "2"],
    ["a/config", "3"],
    ["c/config", "4"],
    ["c/config", ""],
  ];
  for (const [topic, text] of sent) await store.storeRetained(packet(topic, text));
  const found = await store
    .createRetainedStreamCombi(["a/config", "a/arrivals", "c/config", "b/+"])
    .toArray();
  assert.deepEqual(found, [packet("a/config", "3")]);
});
