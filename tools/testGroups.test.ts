import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { groupFiles, placesOf } from "./testGroups.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "huiyin-groups-"));

test("neighbours share a process; whole processes stay by themselves, and the order stays", () => {
  const directory = temporary();
  try {
    const files = ["bench/a", "server/1", "cli/2", "e2e/b", "server/3"].map(
      (name) => `/root/${name}.test.ts`,
    );
    const groups = groupFiles("/root", directory, files);
    assert.deepEqual(groups.slice(0, 2), ["/root/bench/a.test.ts", "/root/e2e/b.test.ts"]);
    const read = readFileSync(groups[2] ?? "", "utf8");
    assert.deepEqual(
      read.match(/(?<=import\(")[^"]+/g),
      ["server/1", "cli/2", "server/3"].map((name) => `file:///root/${name}.test.ts`),
    );
    assert.deepEqual(groupFiles("/root", directory, ["/root/server/1.test.ts"]), ["/root/server/1.test.ts"]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("whole platforms and browsers have a lane of their own; what kills servers runs alone at the end, beside it what is patient; without it nobody waits", () => {
  const [kills, story, mutants, memory, server, sim] = [
    "e2e/faults/faults",
    "e2e/story",
    "server/races/mutants",
    "sim/memory/equality/values",
    "server/1",
    "sim/simulate",
  ].map((name) => `/root/${name}.test.ts`) as [string, string, string, string, string, string];
  assert.deepEqual(placesOf("/root", [sim, kills, mutants, story, memory, server]), {
    first: [server],
    whole: [story],
    alone: [kills],
    patient: [sim, mutants, memory],
  });
  assert.deepEqual(placesOf("/root", [mutants, server]), {
    first: [mutants, server],
    whole: [],
    alone: [],
    patient: [],
  });
});

test("a file of a group that cannot be read, and one whose hook fails, fail the run", () => {
  const directory = temporary();
  try {
    const put = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const files = [
      put("absent.test.mjs", `import "./nothing.mjs";`),
      put(
        "hook.test.mjs",
        `import { after, test } from "node:test"; test("fine", () => {}); after(() => { throw new Error("x"); });`,
      ),
      put("sound.test.mjs", `import { test } from "node:test"; test("sound", () => {});`),
    ];
    const runner = fileURLToPath(new URL("test.ts", import.meta.url));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, [runner, ...files], { env, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stdout, /\n2 passed, 2 failed\n$/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
