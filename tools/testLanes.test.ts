import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Lane } from "./testLanes.ts";

const lanesModule = new URL("testLanes.ts", import.meta.url).href;

type Outcome = Readonly<{ counts: object; failures: readonly string[]; lines: readonly string[] }>;

/** Runs lanes in a process of their own: a test may not run tests. */
async function runOutside(
  lanes: ReadonlyArray<Pick<Lane, "pace"> & { texts: readonly string[] }>,
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "huiyin-lanes-"));
  try {
    const written = lanes.map(({ pace, texts }, lane) => ({
      ...{ pace, together: 1 },
      files: texts.map((text, index) => {
        const place = join(root, `${lane}.${index}.test.mjs`);
        writeFileSync(place, `import { test } from "node:test"; import assert from "node:assert"; ${text}`);
        return place;
      }),
    }));
    const program = join(root, "program.mjs");
    writeFileSync(
      program,
      `
      import { runLanes } from ${JSON.stringify(lanesModule)};
      const stop = new AbortController();
      process.on("SIGTERM", () => stop.abort());
      const where = { root: ${JSON.stringify(root)}, signal: stop.signal };
      console.log(JSON.stringify(await runLanes(${JSON.stringify(written)}, where)));`,
    );
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, [program], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => void (text += more));
    await once(child, "close");
    const lines = text.trim().split("\n");
    return { ...(JSON.parse(lines.at(-1) ?? "") as Pick<Outcome, "counts" | "failures">), lines };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const passes = (name: string): string => `test(${JSON.stringify(name)}, () => {});`;
const fails = (name: string): string => `test(${JSON.stringify(name)}, () => assert.fail("so"));`;
const none = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };

test("both lanes count, whichever fails, and each is told in one piece, the first one first", async () => {
  const slow = `test("slow", async () => { await new Promise((end) => setTimeout(end, 400)); });`;
  const { counts, lines } = await runOutside([
    { pace: "own", texts: [slow, fails("wrong")] },
    { pace: "patient", texts: [passes("quick"), fails("broken"), `throw new Error("unreadable");`] },
  ]);
  assert.deepEqual(counts, { ...none, passed: 2, failed: 3 });
  const told = lines.flatMap((line) => /^[✔✖] (slow|wrong|quick|broken) /.exec(line)?.[1] ?? []);
  assert.deepEqual([...new Set(told)], ["slow", "wrong", "quick", "broken"]);
});

test("each failure is given back with its file, its name and what is wrong, one that cannot be read too", async () => {
  const inner = `test("outer", async (t) => { await t.test("inner", () => assert.deepEqual([1], [2])); });`;
  const { failures } = await runOutside([
    { pace: "own", texts: [passes("quick"), fails("wrong")] },
    { pace: "patient", texts: [inner, `throw new Error("unreadable");`] },
  ]);
  const expected = [
    /^0\.1\.test\.mjs: wrong\n.*so/s,
    /^1\.0\.test\.mjs: inner\n.*\[ 1 \]/s,
    /^1\.1\.test\.mjs: .*\n/,
  ];
  assert.equal(failures.length, expected.length, failures.join("\n"));
  for (const [index, pattern] of expected.entries()) assert.match(failures[index] ?? "", pattern);
});

test("a patient lane takes only what others leave, and so does whatever it starts", async () => {
  const child = `execFileSync(process.execPath, ["-p", "os.getPriority()"], { encoding: "utf8" }).trim()`;
  const priorities = (wanted: string): string =>
    `import { execFileSync } from "node:child_process"; import { getPriority } from "node:os";
     test("priority", () => assert.deepEqual([getPriority(), Number(${child})], ${wanted}));`;
  const { counts, lines } = await runOutside([
    { pace: "own", texts: [priorities("[0, 0]")] },
    { pace: "patient", texts: [priorities("[19, 19]")] },
  ]);
  assert.deepEqual(counts, { ...none, passed: 2 }, lines.join("\n"));
});

test("an interrupt ends every lane", async () => {
  const hangs = `test("hangs", async () => { await new Promise((end) => setTimeout(end, 60_000)); });`;
  const interrupts = `process.kill(process.ppid, "SIGTERM");`;
  const { counts } = await runOutside([
    { pace: "own", texts: [hangs] },
    { pace: "patient", texts: [`${interrupts} ${hangs}`] },
  ]);
  assert.partialDeepStrictEqual(counts, { passed: 0 });
});
