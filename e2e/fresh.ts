// What a newcomer does, on a fresh clone: node e2e/fresh.ts [--test]
// Clones this repository's last commit, and follows the README as root under a home closed to everybody else, and as
// an ordinary user. It installs every package anew, so it needs the network and some minutes; --test runs npm test too.
import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { findPostmaster, stopPostmaster } from "@huiyin/server/platform/postgres/orphan.ts";
import { existingPlace } from "@huiyin/server/platform/postgres/place.ts";
import { killGroup, root } from "./support/process.ts";

type Person = Readonly<{ name: string; uid: number; gid: number }>;
type Newcomer = Readonly<{ person: Person; home: string; clone: string }>;
type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

const { values: options } = parseArgs({ options: { test: { type: "boolean" } } });
const running = new Set<ChildProcess>();

for (const person of people()) await begin(person);

/** Root and nobody where we are root; otherwise whoever we are. */
function people(): Person[] {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return [{ name: "this user", uid, gid }];
  const id = (word: string): number => Number(execFileSync("id", [word, "nobody"], { encoding: "utf8" }));
  return [
    { name: "root", uid: 0, gid: 0 },
    { name: "nobody", uid: id("-u"), gid: id("-g") },
  ];
}

async function begin(person: Person): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "huiyin-fresh-"));
  chownSync(home, person.uid, person.gid);
  // As the homes of many systems are: nobody else gets in, the account of the database neither.
  chmodSync(home, 0o700);
  const newcomer: Newcomer = { person, home, clone: join(home, "huiyin") };
  try {
    await follow(newcomer);
    console.log(`✔ ${person.name}: everything in the README works on a fresh clone`);
  } finally {
    for (const child of running) if (child.pid !== undefined) killGroup(child.pid);
    await removeHome(newcomer);
  }
}

async function follow(newcomer: Newcomer): Promise<void> {
  const { clone, home, person } = newcomer;
  mkdirSync(clone);
  chownSync(clone, person.uid, person.gid);
  // As one file: an ordinary user may not read where this repository lies.
  const bundle = join(home, "huiyin.bundle");
  execFileSync("git", ["bundle", "create", "--quiet", bundle, "HEAD"], { cwd: root });
  chownSync(bundle, person.uid, person.gid);
  await expectOk(newcomer, "git", ["clone", "--quiet", bundle, "."]);

  const first = await start(newcomer);
  const curl = /^ *(curl [\s\S]*?"}")$/m.exec(first.stdout())?.[1] ?? "";
  const paid = JSON.parse((await expectOk(newcomer, "bash", ["-c", curl])).stdout) as {
    id: string;
    state: string;
    storeId: string | null;
  };
  assert.equal(paid.state, "succeeded");
  // Paid at no terminal, but in the store, whose tills announce it (terminals/announcing.test.ts).
  assert.ok(paid.storeId !== null);
  say(newcomer, "the printed curl pays");
  const verified = await expectOk(newcomer, "npx", ["huiyin", "ledger", "verify", "--json"]);
  assert.equal((JSON.parse(verified.stdout) as { ok: boolean }).ok, true);
  await first.interrupt();

  const second = await start(newcomer);
  const list = await expectOk(newcomer, "npx", ["huiyin", "payments", "list", "--json"]);
  assert.ok(list.stdout.includes(paid.id), "the payment is gone after a restart");
  await second.interrupt();
  say(newcomer, "a second start keeps the data");

  const told = await expectOk(newcomer, "npm", ["run", "--silent", "demo", "--", "--json"]);
  assert.equal((JSON.parse(told.stdout) as { ok: boolean }).ok, true);
  say(newcomer, "npm run demo holds");
  if (options.test !== true) return;
  const tested = await expectOk(newcomer, "npm", ["test"]);
  assert.match(tested.stdout, /\d+ passed, 0 failed/);
  say(newcomer, tested.stdout.trim().split("\n").at(-1) ?? "");
}

type Started = Readonly<{ stdout(): string; interrupt(): Promise<void> }>;

async function start(newcomer: Newcomer): Promise<Started> {
  const startedMs = performance.now();
  const { child, ended, stdout, stderr } = launch(newcomer, "npm", ["start"]);
  while (!stdout().includes("Ctrl-C") && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(stdout().includes("Ctrl-C"), `npm start ended:\n${stdout()}\n${stderr()}`);
  say(newcomer, `npm start is up after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  return {
    stdout,
    interrupt: async () => {
      // A terminal sends Ctrl-C to the whole group: npm, its shell, and the platform.
      process.kill(-(child.pid ?? 0), "SIGINT");
      await ended;
      assert.match(stderr(), /Stopped; everything is kept/);
    },
  };
}

function launch({ person, home, clone }: Newcomer, program: string, words: readonly string[]) {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((part) => !part.startsWith(root));
  const child = spawn(program, words, {
    cwd: clone,
    env: { HOME: home, PATH: path.join(delimiter), PORT: "0", SANDBOX_PORT: "0", MQTT_PORT: "0" },
    ...{ uid: person.uid, gid: person.gid, detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

async function expectOk(newcomer: Newcomer, program: string, words: readonly string[]): Promise<Ended> {
  const result = await launch(newcomer, program, words).ended;
  assert.equal(result.code, 0, `${program} ${words.join(" ")}:\n${result.stdout}\n${result.stderr}`);
  return result;
}

function say({ person }: Newcomer, line: string): void {
  console.log(`  ${person.name}: ${line}`);
}

/** As root, the programs and the files of the database lie outside the closed home, where its account can reach them. */
async function removeHome({ home, clone }: Newcomer): Promise<void> {
  const data = join(clone, ".huiyin");
  const pointer = join(data, "postgres", "place.json");
  if (existsSync(pointer)) {
    const { directory } = JSON.parse(readFileSync(pointer, "utf8")) as { directory: string };
    const place = existingPlace(data);
    const postmaster = place === null ? null : findPostmaster(place.data);
    if (postmaster !== null) await stopPostmaster(postmaster.identity, "immediate");
    rmSync(directory, { recursive: true, force: true });
  }
  rmSync(home, { recursive: true, force: true });
}
