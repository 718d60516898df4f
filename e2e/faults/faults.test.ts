// The parts of npm run faults as often as fits here, one after the other: each needs the machine for itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseArguments } from "./arguments.ts";
import { inOrder, partNames, runPart, type PartName } from "./parts.ts";
import { wordless, type Row } from "./report.ts";
import { createShelf } from "./stages.ts";

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

/** Each part begins when those before it have ended, or beside one that stands still (parts.ts), whoever waits for it. */
const ended = new Map(partNames.map((name) => [name, Promise.withResolvers<Row>()]));
const said = new Map<PartName, string[]>(partNames.map((name) => [name, []]));

let all: Promise<void> | null = null;

before(() => {
  // One that fails is told by its own test.
  for (const { promise } of ended.values()) promise.catch(() => undefined);
  all = runAll();
});

after(() => all);

async function runAll(): Promise<void> {
  await using shelf = createShelf();
  await inOrder(partNames, async (name) => {
    const { promise, resolve, reject } = ended.get(name)!;
    const say = (line: string): void => void said.get(name)?.push(line);
    runPart(name, shelf, { mode: "short", kills: null, say }).then(resolve, reject);
    await promise.catch(() => undefined);
  });
}

for (const name of partNames)
  test(promises[name], async (t) => {
    const row = await ended.get(name)!.promise.finally(() => {
      for (const line of said.get(name) ?? []) t.diagnostic(line);
    });
    t.diagnostic(JSON.stringify({ ...row.figures, goals: row.goals }));
    assert.deepEqual(row.problems, []);
    assert.ok(Number(row.figures["match"]) > 0, "nothing was compared");
  });

test("an answer that names nothing is a problem, and one that names what is broken is none", () => {
  assert.deepEqual(wordless([{ "503 unavailable": 2, "no answer": 4 }]), []);
  assert.match(wordless([{ "503 unavailable": 2 }, { "500 internal_error": 7 }]).join(), /^7 × 500/);
});

test("what the command does not understand is refused with a sentence", () => {
  for (const words of [["earthquakes"], ["--kills", "0"], ["--kills", "x"], ["--fast"]])
    assert.equal(parseArguments(words).kind, "wrong", words.join(" "));
  assert.equal(parseArguments(["kills", "--long", "--json"]).kind, "run");
});
