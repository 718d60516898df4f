// The parts of npm run faults as often as fits here, one after the other: each needs the machine for itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "./arguments.ts";
import { parts, type PartName } from "./parts.ts";
import type { Row } from "./report.ts";

const promises: Readonly<Record<PartName, string>> = {
  kills: "fifteen kills of the server: nothing acknowledged is lost, nobody pays twice, it comes back",
  database: "five immediate stops of the database: the same, whoever runs it",
  broker: "a broker that is killed five times: what arrived is spoken once, or recorded as broken off",
  twoServers:
    "two servers on one database: nothing is resolved or spoken twice, and one takes over from the other",
  stalls: "a server and a channel that stand still: no wrong state, and both go on by themselves",
  disk: "a full disk: refused in words, and paid again as soon as there is room",
  clock: "a clock that is stepped by an hour, both ways: no wrong state",
  idempotency: "many keys, each fifty times at once: one effect each, 409 meanwhile, 422 for another body",
};

for (const [name, promise] of Object.entries(promises) as [PartName, string][])
  test(promise, async (t) => {
    const row: Row = await parts[name]({ mode: "short", kills: null, say: (line) => t.diagnostic(line) });
    t.diagnostic(JSON.stringify(row.figures));
    assert.deepEqual(row.problems, []);
    if (row.what.startsWith("not tried")) return t.skip(row.what);
    assert.ok(Number(row.figures["match"]) > 0, "nothing was compared");
  });

test("what the command does not understand is refused with a sentence", () => {
  for (const words of [["earthquakes"], ["--kills", "0"], ["--kills", "x"], ["--fast"]])
    assert.equal(parseArguments(words).kind, "wrong", words.join(" "));
  assert.equal(parseArguments(["kills", "--long", "--json"]).kind, "run");
});
