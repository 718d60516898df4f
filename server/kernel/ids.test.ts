import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idOf, isId, timeOfId, uuidOf, uuidV7 } from "./ids.ts";

const moments = fc.date({ min: new Date("2020-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
const noise = fc.uint8Array({ minLength: 10, maxLength: 10 });

test("an id carries version 7, the RFC 9562 variant and its own moment", () => {
  fc.assert(
    fc.property(moments, noise, (at, bytes) => {
      const uuid = uuidV7(at, bytes);
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(timeOfId(idOf("pay", uuid)).getTime(), at.getTime());
    }),
  );
});

test("the public form and the database form translate both ways", () => {
  fc.assert(
    fc.property(moments, noise, (at, bytes) => {
      const uuid = uuidV7(at, bytes);
      const id = idOf("trm", uuid);
      assert.ok(isId("trm", id));
      assert.equal(uuidOf(id), uuid);
    }),
  );
});

test("ids of later moments sort after ids of earlier ones", () => {
  fc.assert(
    fc.property(moments, noise, noise, (at, first, second) => {
      assert.ok(uuidV7(at, first) < uuidV7(new Date(at.getTime() + 1), second));
    }),
  );
});

test("a foreign or damaged id is not taken for one of ours", () => {
  const id = idOf("pay", uuidV7(new Date(0), new Uint8Array(10)));
  for (const text of [
    "",
    "pay_",
    id.toUpperCase(),
    `${id}0`,
    id.slice(0, -1),
    id.replace("pay", "ref"),
    `${id}\n`,
  ]) {
    assert.equal(isId("pay", text), false, JSON.stringify(text));
  }
});
