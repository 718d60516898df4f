// The demonstration, run as a person runs it: it holds, and a difference of one fen does not escape it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

type Told = Readonly<{
  ok: boolean;
  steps: ReadonlyArray<{ name: { zh: string; en: string }; expected: object; observed: object; ok: boolean }>;
}>;

function tell(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = fileURLToPath(new URL("huiyin.mjs", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, "demo", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const places = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("huiyin-demo-"));

test("the story holds from the first step to the last, as one JSON object, and leaves nothing behind", async () => {
  const before = places();
  const { code, stdout, stderr } = await tell("--json");
  const told = JSON.parse(stdout) as Told;
  assert.deepEqual([told.ok, code], [true, 0], `${stderr}\n${stdout}`);
  assert.ok(told.steps.length >= 30);
  const expectedOf = (fact: string) =>
    told.steps.flatMap(({ expected }) => (fact in expected ? [expected[fact as keyof typeof expected]] : []));
  // The chapter of maintenance: refused by name, back by itself, round by another account and back again.
  assert.deepEqual(expectedOf("code"), ["channel_in_maintenance"]);
  assert.deepEqual(expectedOf("window"), ["open", "over"]);
  assert.deepEqual(expectedOf("route"), ["provider", "main"]);
  for (const { name, expected, observed, ok } of told.steps) {
    assert.ok(ok && name.zh !== "" && name.en !== "");
    for (const fact of Object.keys(expected)) assert.ok(fact in observed, `${name.en}: ${fact}`);
  }
  assert.deepEqual(
    places().filter((name) => !before.includes(name)),
    [],
  );
});

test("one fen of difference makes it fail, at the books and nowhere else; people read it line by line", async () => {
  const { code, stdout } = await tell("--inject-difference");
  assert.equal(code, 1);
  const [, broken = ""] = stdout.split("步与预期不符");
  assert.deepEqual(
    broken
      .split("\n")
      .filter((line) => line.includes("✖"))
      .map((line) => line.replace(/.* \/ /, "")),
    ["At the end both books agree to the fen", "The ledger proves itself: balances and hash chain"],
  );
  assert.match(stdout, /channel:alipay holds (\d+) fen, the payments say (\d+)/);
  assert.ok(!stdout.includes("\u001b"), "colours outside a terminal");
});
