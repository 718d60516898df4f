import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../platform/limits.ts";
import { createKeyRing, type KeyRing } from "./keyRing.ts";
import type { Credential } from "./model.ts";
import { hashOf } from "./token.ts";

const hash = hashOf("a key");
const credential: Credential = {
  ...{ id: "key_1", subject: { role: "operator", merchantId: null }, name: "test", lastFour: "abcd" },
  ...{ createdAt: new Date(0), revokedAt: null },
};

type Ring = { ring: KeyRing; inForce: boolean; looks: number; elapsedMs: number; whileLooking: () => void };

function ringOf(): Ring {
  const it = { inForce: true, looks: 0, elapsedMs: 0, whileLooking: () => undefined } as unknown as Ring;
  it.ring = createKeyRing({
    elapsedMs: () => it.elapsedMs,
    find: async () => {
      it.looks += 1;
      const found = it.inForce ? new Map([[hash.toString("hex"), credential]]) : new Map();
      it.whileLooking();
      return found;
    },
  });
  return it;
}

test("a key is looked up once in a moment, and again after it", async () => {
  const it = ringOf();
  for (let turn = 0; turn < 3; turn += 1) assert.equal(await it.ring.holderOf(hash), credential);
  assert.equal(it.looks, 1);
  // Revoked by another process.
  it.inForce = false;
  it.elapsedMs = limits.rememberedKeyMs;
  assert.equal(await it.ring.holderOf(hash), null);
});

test("a key that was forgotten opens nothing any more", async () => {
  const it = ringOf();
  await it.ring.holderOf(hash);
  it.inForce = false;
  it.ring.forget(credential.id);
  assert.equal(await it.ring.holderOf(hash), null);
});

test("what was read before a key was forgotten is not remembered", async () => {
  const it = ringOf();
  it.whileLooking = () => {
    it.inForce = false;
    it.ring.forget(credential.id);
  };
  await it.ring.holderOf(hash);
  it.whileLooking = () => undefined;
  assert.equal(await it.ring.holderOf(hash), null);
});

test("absence is not remembered: a key works as soon as it is made", async () => {
  const it = ringOf();
  it.inForce = false;
  assert.equal(await it.ring.holderOf(hash), null);
  it.inForce = true;
  assert.equal(await it.ring.holderOf(hash), credential);
});

test("what a look does not find any more is forgotten, however long ago it was found", async () => {
  const it = ringOf();
  it.elapsedMs = limits.rememberedKeyMs;
  await it.ring.holderOf(hash);
  it.inForce = false;
  it.elapsedMs = 2 * limits.rememberedKeyMs;
  assert.equal(await it.ring.holderOf(hash), null);
  it.elapsedMs = limits.rememberedKeyMs;
  assert.equal(await it.ring.holderOf(hash), null);
});
