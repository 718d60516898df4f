import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { remembering } from "./remembered.ts";

function counted(most: number) {
  const read: string[] = [];
  const reader = remembering((one: string, other: string) => {
    read.push(`${one}/${other}`);
    return { text: one + other };
  }, most);
  return { read, reader };
}

test("a text is read once, and gives the same thing again", () => {
  const { read, reader } = counted(2);
  assert.equal(reader("a", "b"), reader("a", "b"));
  assert.deepEqual(read, ["a/b"]);
});

test("texts that are alike only when joined are not taken for each other", () => {
  const { reader } = counted(10);
  const pairs: ReadonlyArray<readonly [left: [string, string], right: [string, string]]> = [
    [
      ["ab", "c"],
      ["a", "bc"],
    ],
    [
      ["", "1"],
      ["1", ""],
    ],
    [
      ["1,1", ""],
      ["1", ",1"],
    ],
  ];
  for (const [left, right] of pairs) assert.notEqual(reader(...left), reader(...right));
});

test("what was not wanted for longest is forgotten first", () => {
  const { read, reader } = counted(2);
  for (const text of ["one", "two", "one", "three", "one", "two"]) reader(text, "");
  assert.deepEqual(read, ["one/", "two/", "three/", "two/"]);
});

test("what cannot be read is tried again, and pushes nothing out", () => {
  let tries = 0;
  const reader = remembering((text: string) => {
    tries += 1;
    if (text === "bad") throw new TypeError("no key");
    return { text };
  }, 1);
  const good = reader("good");
  for (let time = 0; time < 2; time += 1) assert.throws(() => reader("bad"), /no key/);
  assert.equal(reader("good"), good);
  assert.equal(tries, 3);
});

test("a private key is kept without its text", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1_024 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const reader = remembering((text: string) => createPrivateKey(text));
  assert.ok(!inspect(reader(pem), { depth: null, showHidden: true }).includes(pem.slice(60, 90)));
});
