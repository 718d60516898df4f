// Makes a clone ready before npm scripts run: installs what the lock file says, builds the browser bundles, and compiles
// the command; before a measurement, the measured server as well.
// Plain JavaScript, because it runs before anything is installed, on whatever Node (20 or newer) the machine has.
// Quick when there is nothing to do. Everything it prints goes to stderr: stdout belongs to the script that follows.
//
//   node tools/setup.mjs            install and build
//   node tools/setup.mjs install    install only
//   node tools/setup.mjs bench      install, and build what is measured too
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, "node_modules", ".huiyin-setup.json");
const lockFile = join(root, ".huiyin-setup.lock");
const pinnedNode = join(root, "node_modules", "node", "bin", "node");
const command = join(root, "node_modules", ".bin", "huiyin");
/** What is built, by its folder: the file that shows that it was, and the folders beside its own that go into it. */
const bundles = {
  console: { built: "index.html", from: ["contract"] },
  cashier: { built: "index.html", from: ["contract"] },
  "sandbox/wallet": { built: "index.html", from: ["contract"] },
  cli: { built: "run.js", from: ["contract", "server", "sandbox"] },
  bench: { built: "server.js", from: ["contract", "server"] },
};
/** What is to be built, by the word of the command line. */
const word = process.argv[2] ?? "run";
const everyBundle = Object.keys(bundles);
const wantedBundles =
  { install: [], bench: everyBundle }[word] ?? everyBundle.filter((bundle) => bundle !== "bench");
/** What lies beside sources and goes into nothing. */
const unbuilt = new Set(["node_modules", "dist", "results"]);
const lockWaitMsMax = 900_000;

/** Says one line to the person at the terminal. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function hashOf(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 24);
}

/** What decides about node_modules: the lock file, and the manifests it was made from. */
function manifestHash() {
  const lock = fs.readFileSync(join(root, "package-lock.json"));
  return hashOf([lock, fs.readFileSync(join(root, "package.json"))]);
}

/** Whether node_modules already holds what the lock file says, whoever installed it. */
function installedMatchesLock() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages ?? {};
  const found = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (found === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || !path.includes("node_modules/")) return true;
    const installed = found[path];
    // Packages for other systems are in the lock and rightly absent here.
    if (installed === undefined) return entry.optional === true || entry.peer === true;
    return (
      installed.version === entry.version &&
      installed.resolved === (entry.resolved ?? installed.resolved) &&
      fs.existsSync(join(root, path))
    );
  });
}

function pinnedNodeRuns() {
  return spawnSync(pinnedNode, ["--version"], { stdio: "ignore" }).status === 0;
}

/** PATH without this project's programs: `npm ci` replaces them while it runs. */
function outerPath() {
  const parts = (process.env.PATH ?? "").split(delimiter);
  return parts.filter((part) => !part.startsWith(join(root, "node_modules"))).join(delimiter);
}

function npm(...words) {
  // Options of the outer npm, such as --json for the script that follows, are not meant for this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_config_(json|loglevel|silent|workspace|prefix)/i.test(name),
    ),
  );
  env.PATH = outerPath();
  const options = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const cli = process.env.npm_execpath ?? "";
  const [program, ...first] = cli.endsWith("npm-cli.js") ? ["node", cli] : ["npm"];
  return (
    spawnSync(program, [...first, ...words, ...options], { cwd: root, env, stdio: ["ignore", 2, 2] })
      .status === 0
  );
}

function install(stamp) {
  const wanted = manifestHash();
  if (stamp.installed === wanted && fs.existsSync(pinnedNode) && fs.existsSync(command)) return stamp;
  if (!installedMatchesLock()) {
    say("Installing packages with npm ci (once per change of package-lock.json) …");
    if (!npm("ci"))
      fail("npm ci failed; its message is above. With the network back, run the same command again.");
  }
  if (!pinnedNodeRuns() && !(npm("rebuild", "node") && pinnedNodeRuns())) {
    fail(
      "The pinned Node.js is not installed: its install script did not run. Allow scripts (npm config ignore-scripts) and run npm ci.",
    );
  }
  linkCommand();
  return { installed: wanted, bundles: stamp.installed === wanted ? stamp.bundles : {} };
}

/** Makes `npx huiyin` run the command of this clone, on the pinned Node. */
function linkCommand() {
  const text = `#!/bin/sh
bin=$(dirname -- "$0")
exec "$bin/../node/bin/node" "$bin/../../cli/huiyin.mjs" "$@"
`;
  if (!fs.existsSync(command) || fs.readFileSync(command, "utf8") !== text)
    fs.writeFileSync(command, text, { mode: 0o755 });
}

function* filesUnder(directory) {
  for (const entry of fs
    .readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (unbuilt.has(entry.name) || entry.name.includes(".test.")) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** A hash over everything that goes into a bundle: its own files, the contract, the build’s own parts, and the packages. */
function sourceHash(bundle, installed) {
  const parts = [installed];
  for (const part of ["compressed.ts", "compiling.js", "compiled.mjs"])
    parts.push(fs.readFileSync(join(root, "tools", part)));
  for (const directory of [bundle, ...bundles[bundle].from]) {
    for (const file of filesUnder(join(root, directory)))
      parts.push(file.slice(root.length), fs.readFileSync(file));
  }
  return hashOf(parts);
}

function isBuilt(bundle) {
  return fs.existsSync(join(root, bundle, "dist", bundles[bundle].built));
}

/** Builds what has changed, all of it side by side: each build keeps one core busy, and a machine has more. */
async function build(stamp) {
  await Promise.all(wantedBundles.map((bundle) => buildOne(stamp, bundle)));
}

async function buildOne(stamp, bundle) {
  const directory = join(root, bundle);
  const wanted = sourceHash(bundle, stamp.installed);
  if (stamp.bundles[bundle] === wanted && isBuilt(bundle)) return;
  say(`Building ${bundle} …`);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const env = process.stderr.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
  const words = [vite, "build", "--logLevel", "warn"];
  const child = spawn(pinnedNode, words, { cwd: directory, env, stdio: ["ignore", 2, 2] });
  const [code] = await once(child, "close");
  if (code !== 0) fail(`The build of ${bundle} failed; its message is above.`);
  stamp.bundles[bundle] = wanted;
  writeStamp(stamp);
}

function writeStamp(stamp) {
  fs.writeFileSync(`${stampFile}.${process.pid}`, JSON.stringify(stamp));
  fs.renameSync(`${stampFile}.${process.pid}`, stampFile);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** The pid in the lock; 0 while it is being written or when it is gone again. */
function lockOwner() {
  try {
    return Number(fs.readFileSync(lockFile, "utf8"));
  } catch {
    return 0;
  }
}

/** Two scripts started at once must not install into each other: the second waits for the first. */
function lock() {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < lockWaitMsMax; waitedMs += 200) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: "wx" });
      process.on("exit", () => fs.rmSync(lockFile, { force: true }));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") fail(`Cannot write in ${root}: ${error.message}`);
    }
    const owner = lockOwner();
    if (owner > 0 && !isAlive(owner)) fs.rmSync(lockFile, { force: true });
    else if (waitedMs === 0) say("Another command is setting up this clone; waiting for it …");
    Atomics.wait(nap, 0, 0, 200);
  }
  fail(`Another command has been setting up this clone for too long. If none is, delete ${lockFile}.`);
}

/** Whether a look at the stamps shows that there is nothing to do. */
function upToDate(stamp) {
  if (stamp.installed !== manifestHash()) return false;
  if (!fs.existsSync(pinnedNode) || !fs.existsSync(command)) return false;
  return wantedBundles.every(
    (bundle) => isBuilt(bundle) && stamp.bundles[bundle] === sourceHash(bundle, stamp.installed),
  );
}

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node.js 20 or newer is needed; this is ${process.version}.`);
const readStamp = () => ({ installed: "", bundles: {}, ...readJson(stampFile) });
if (!upToDate(readStamp())) {
  lock();
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
  const stamp = install(readStamp());
  writeStamp(stamp);
  await build(stamp);
}
