import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { createVault, SealError } from "./secrets.ts";

const oldKey = randomBytes(32);
const newKey = randomBytes(32);

test("whatever is sealed opens again in its own place and in no other", () => {
  const vault = createVault([newKey]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), fc.string(), (text, place, elsewhere) => {
      const sealed = vault.seal(text, place);
      assert.equal(vault.open(sealed, place), text.toWellFormed());
      if (elsewhere !== place) assert.throws(() => vault.open(sealed, elsewhere), SealError);
    }),
  );
});

test("any changed character breaks the seal, and the error tells nothing of the secret", () => {
  const vault = createVault([newKey]);
  const sealed = vault.seal("sk_top_secret", "here");
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom("A", "z", "0", ".", ""), (at, character) => {
      const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
      // Unused bits of the last base64url character may differ without a difference in bytes.
      if (changed === sealed || at === sealed.length - 1 || sealed[at + 1] === ".") return;
      assert.throws(
        () => vault.open(changed, "here"),
        (error) => error instanceof SealError && !error.message.includes("secret"),
      );
    }),
  );
});

test("the same secret never looks the same twice", () => {
  const vault = createVault([newKey]);
  assert.notEqual(vault.seal("x", "here"), vault.seal("x", "here"));
});

test("a new master key opens what the old one sealed, and says that it is stale", () => {
  const sealed = createVault([oldKey]).seal("x", "here");
  const both = createVault([newKey, oldKey]);
  assert.equal(both.open(sealed, "here"), "x");
  assert.deepEqual([both.isStale(sealed), both.isStale(both.seal("x", "here"))], [true, false]);
  assert.throws(() => createVault([newKey]).open(sealed, "here"), /unknown master key/);
});

test("a key of the wrong length and a text that was never sealed are refused", () => {
  assert.throws(() => createVault([randomBytes(16)]), /32 bytes/);
  for (const text of ["", "plain", "v0.a.b.c", "v1.x.y.z", "v1..."])
    assert.throws(() => createVault([newKey]).open(text, ""), SealError);
});
