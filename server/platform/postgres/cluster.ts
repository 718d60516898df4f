// Makes a new database cluster, and sets the superuser's password of an old one.
import { execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Account } from "./account.ts";
import { type Binaries } from "./binaries.ts";
import { type Place } from "./place.ts";

/** What is needed to run one of PostgreSQL's programs on a database. */
export type Runner = Readonly<{ binaries: Binaries; account: Account | null; place: Place }>;

/** The superuser that the supervisor makes and connects as. */
export const superuser = "postgres";

/** Options for a child process that is to run as the chosen account, with nothing of our environment. */
export function childOptions(runner: Runner): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: NodeJS.ProcessEnv;
} {
  const identity = runner.account === null ? {} : { uid: runner.account.uid, gid: runner.account.gid };
  return { ...identity, cwd: runner.place.directory, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } };
}

/**
 * One call for everything instead of one for each of a thousand files, each of which would wait for the disk. Linux alone
 * has it.
 */
const syncMethod = process.platform === "linux" ? "syncfs" : "fsync";

/** Creates the cluster in one visible step, so that a crash in the middle leaves nothing that looks like one. */
export async function createCluster(
  runner: Runner,
  password: string,
  durability: "durable" | "throwAway",
): Promise<void> {
  const { place, binaries, account } = runner;
  for (const name of readdirSync(place.directory)) {
    if (name.startsWith("data.unfinished"))
      rmSync(join(place.directory, name), { recursive: true, force: true });
  }
  const unfinished = `${place.data}.unfinished`;
  const passwordFile = join(unfinished, "password");
  const inside = join(unfinished, "data");
  mkdirSync(inside, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password + "\n", { mode: 0o600 });
  if (account !== null)
    for (const path of [unfinished, inside, passwordFile]) chownSync(path, account.uid, account.gid);
  const options = [
    ...["-D", inside, "-U", superuser, "--pwfile", passwordFile, "-A", "scram-sha-256"],
    // Sorting by code point, with Unicode case: the same order on every machine, whatever its locales.
    ...["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ...["--no-instructions", durability === "durable" ? `--sync-method=${syncMethod}` : "--no-sync"],
  ];
  try {
    const running = promisify(execFile)(
      join(binaries.native, "bin", "initdb"),
      options,
      childOptions(runner),
    );
    running.child.stdin?.end();
    await running;
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(
      `PostgreSQL could not create a database in ${place.directory}: ${stderr ?? String(cause)}`,
      { cause },
    );
  }
  renameSync(inside, place.data);
  rmSync(unfinished, { recursive: true, force: true });
}

/** Gives the superuser a new password, for a cluster whose password file was lost. The server must not be running. */
export async function resetPassword(runner: Runner, password: string): Promise<void> {
  const child = spawn(
    join(runner.binaries.native, "bin", "postgres"),
    ["--single", "-D", runner.place.data, "postgres"],
    {
      ...childOptions(runner),
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  child.stdin.end(`alter role ${superuser} password '${password}'\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code !== 0)
    throw new Error(
      `PostgreSQL in ${runner.place.data} could not be given a new password (exit code ${code}).`,
    );
}

/** Whether the place holds a finished cluster. */
export function hasCluster(place: Place): boolean {
  return existsSync(join(place.data, "PG_VERSION"));
}
