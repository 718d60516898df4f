import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { sha256 } from "./sha256.ts";

test("the digest is that of Node's own SHA-256, for every length around a block and for random bytes", () => {
  const same = (bytes: Uint8Array): void =>
    assert.equal(
      Buffer.from(sha256(bytes)).toString("hex"),
      createHash("sha256").update(bytes).digest("hex"),
    );
  for (let length = 0; length <= 200; length += 1) same(new Uint8Array(length).fill(length));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), same));
});
