import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AlreadyRunningError, claimRuntime, readRunning, readTokens, runningPid } from "./runtimeFile.ts";

const urls = {
  platform: "http://127.0.0.1:8080",
  console: "http://127.0.0.1:8080/console/",
  cashier: "http://127.0.0.1:8080/cashier/",
  sandbox: null,
  mqtt: null,
  database: null,
};
const facts = {
  startedAt: new Date("2026-11-22T04:00:00Z"),
  version: "0.1.0",
  urls,
  tokens: { operator: "ok_test" },
};

async function inDirectory(body: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-runtime-"));
  try {
    await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Another process claims the directory and, where asked to, publishes; killed with SIGKILL after `body`. */
async function besideAnother(
  directory: string,
  upTo: "claimed" | "published",
  body: (pid: number) => void,
): Promise<number> {
  const script = `
    const { claimRuntime } = await import(${JSON.stringify(new URL("./runtimeFile.ts", import.meta.url).href)});
    const claim = claimRuntime(${JSON.stringify(directory)});
    const facts = ${JSON.stringify(facts)};
    if (${upTo === "published"}) claim.publish({ ...facts, startedAt: new Date(facts.startedAt) });
    console.log("ready");
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(child.stdout, "data");
    body(child.pid ?? 0);
  } finally {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
  return child.pid ?? 0;
}

test("a running platform is found, with its tokens closed to others, until it lets go", async () => {
  await inDirectory((directory) => {
    const claim = claimRuntime(directory);
    assert.equal(readRunning(directory), null, "nothing is published yet");
    assert.equal(runningPid(directory), process.pid);
    const tokensFile = claim.publish(facts);
    assert.deepEqual(readRunning(directory), {
      pid: process.pid,
      startedAt: facts.startedAt,
      version: "0.1.0",
      urls,
      tokensFile,
    });
    assert.deepEqual(readTokens(directory), facts.tokens);
    assert.equal(statSync(tokensFile).mode & 0o777, 0o600);
    assert.equal(statSync(join(directory, "runtime.json")).mode & 0o777, 0o600);
    claim.release();
    assert.equal(readRunning(directory), null);
    assert.equal(readTokens(directory), null);
    claimRuntime(directory).release();
  });
});

test("a second start beside a live one is refused and names process and URL", async () => {
  await inDirectory(async (directory) => {
    await besideAnother(directory, "published", (pid) => {
      assert.throws(
        () => claimRuntime(directory),
        (error) =>
          error instanceof AlreadyRunningError &&
          error.pid === pid &&
          error.url === urls.platform &&
          error.message.includes(String(pid)),
      );
      assert.equal(readRunning(directory)?.pid, pid);
    });
  });
});

test("a second start beside one that is still starting is refused too", async () => {
  await inDirectory(async (directory) => {
    await besideAnother(directory, "claimed", (pid) => {
      assert.throws(
        () => claimRuntime(directory),
        (error) => error instanceof AlreadyRunningError && error.pid === pid && error.url === null,
      );
    });
  });
});

test("a platform killed with -9 is seen to be dead and its place is taken over", async () => {
  await inDirectory(async (directory) => {
    await besideAnother(directory, "published", () => undefined);
    assert.equal(readRunning(directory), null);
    assert.equal(runningPid(directory), null);
    claimRuntime(directory).release();
  });
});

test("a pid that belongs to a later process is not taken for the platform", async () => {
  await inDirectory((directory) => {
    const impostor = {
      process: { pid: process.pid, startedAt: "another start" },
      startedAt: "2026-11-22T04:00:00Z",
      version: "0",
      urls,
    };
    writeFileSync(join(directory, "runtime.json"), JSON.stringify(impostor));
    writeFileSync(join(directory, "platform.json"), JSON.stringify(impostor.process));
    assert.equal(readRunning(directory), null);
    claimRuntime(directory).release();
  });
});

test("a broken runtime file counts as none", async () => {
  await inDirectory((directory) => {
    writeFileSync(join(directory, "runtime.json"), "{");
    writeFileSync(join(directory, "platform.json"), "");
    assert.equal(readRunning(directory), null);
    claimRuntime(directory).release();
  });
});

test("of many starts at the same moment exactly one gets the directory, over the claim of a dead one", async () => {
  await inDirectory(async (directory) => {
    await besideAnother(directory, "published", () => undefined);
    const url = JSON.stringify(new URL("./runtimeFile.ts", import.meta.url).href);
    const script = `
      const { claimRuntime } = await import(${url});
      process.stdin.once("data", () => {
        try { claimRuntime(${JSON.stringify(directory)}); console.log("won"); } catch { console.log("lost"); }
        process.stdin.on("end", () => process.exit(0));
      });
      console.log("ready");`;
    const starters = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    await Promise.all(starters.map((starter) => once(starter.stdout, "data")));
    const answers = starters.map(async (starter) => String((await once(starter.stdout, "data"))[0]).trim());
    for (const starter of starters) starter.stdin.write("go\n");
    const results = await Promise.all(answers);
    for (const starter of starters) starter.stdin.end();
    assert.equal(results.filter((result) => result === "won").length, 1, results.join());
  });
});
