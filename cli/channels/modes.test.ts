// What is taken away of an account that changes its way of connecting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leftBehind } from "./modes.ts";

const modes = [
  { code: "publicKey", fields: ["key"] },
  { code: "certificate", fields: ["certificate", "root"] },
  { code: "keyForMerchants", fields: ["key", "token"] },
];

type Row = Readonly<{
  what: string;
  stored: readonly string[];
  given: Readonly<Record<string, string>>;
  mode: string | null;
  gone: readonly string[];
}>;

const rows: readonly Row[] = [
  {
    what: "another mode, by a file: the fields of the old one go",
    stored: ["appId", "key"],
    given: { certificate: "c", root: "r" },
    mode: null,
    gone: ["key"],
  },
  {
    what: "another mode, chosen by a person: as well",
    stored: ["appId", "certificate", "root"],
    given: { key: "k" },
    mode: "publicKey",
    gone: ["certificate", "root"],
  },
  {
    what: "a smaller mode, chosen by a person: what only the larger one has",
    stored: ["key", "token"],
    given: { key: "k" },
    mode: "publicKey",
    gone: ["token"],
  },
  {
    what: "a field that both modes share stays, though a person left it as it was",
    stored: ["key"],
    given: { token: "t" },
    mode: "keyForMerchants",
    gone: [],
  },
  {
    what: "a new key of the mode that is there: nothing goes, not even what the file does not name",
    stored: ["key", "token"],
    given: { key: "k" },
    mode: null,
    gone: [],
  },
  {
    what: "half of another mode: the old one goes all the same, and the platform names what is missing",
    stored: ["key"],
    given: { root: "r" },
    mode: null,
    gone: ["key"],
  },
  {
    what: "fields of no mode: nothing goes",
    stored: ["appId", "key"],
    given: { appId: "2" },
    mode: null,
    gone: [],
  },
  {
    what: "what the file empties itself is no way of connecting, and is not taken away twice",
    stored: ["key"],
    given: { key: "", certificate: "c", root: "r" },
    mode: null,
    gone: [],
  },
  {
    what: "a file that fills in two modes is left to the platform, which names the contradiction",
    stored: ["key"],
    given: { key: "k", root: "r" },
    mode: null,
    gone: [],
  },
  { what: "a first account: nothing is there", stored: [], given: { key: "k" }, mode: "publicKey", gone: [] },
];

for (const { what, stored, given, mode, gone } of rows)
  test(what, () => {
    assert.deepEqual(leftBehind(modes, new Set(stored), { given, mode }), gone);
  });

test("a channel with one way of connecting has nothing to take away", () => {
  assert.deepEqual(leftBehind([], new Set(["key"]), { given: { other: "x" }, mode: null }), []);
});
