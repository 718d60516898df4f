import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { existingPlace } from "./place.ts";
import { commandLineOf, ended, identityOf } from "./processes.ts";
import { DatabaseInUseError, startPostgres, type RunningPostgres, type StartOptions } from "./supervisor.ts";

// These tests kill what they started and look at what the next start makes of it: real processes, real files.

const supervisorUrl = new URL("./supervisor.ts", import.meta.url).href;
const waitMsMax = 30_000;

type World = Readonly<{
  dataDirectory: string;
  lines: string[];
  start: (more?: Partial<StartOptions>) => Promise<RunningPostgres>;
}>;

/** A data directory of its own; whatever still runs in it afterwards is ended. */
async function inDirectory(mode: number, body: (world: World) => Promise<void>): Promise<void> {
  const dataDirectory = newDirectory(mode);
  try {
    await inWorld(dataDirectory, body);
  } finally {
    removeDirectory(dataDirectory);
  }
}

const used = newDirectory(0o711);
after(() => removeDirectory(used));

/** A data directory with the database that the first of these tests has made: for what does not look at how it is made. */
function inUsedDirectory(body: (world: World) => Promise<void>): Promise<void> {
  return inWorld(used, body);
}

function newDirectory(mode: number): string {
  const parent = mkdtempSync(join(tmpdir(), "huiyin-supervisor-"));
  chmodSync(parent, mode);
  const dataDirectory = join(parent, "data");
  mkdirSync(dataDirectory, { mode: 0o711 });
  return dataDirectory;
}

function removeDirectory(dataDirectory: string): void {
  const place = existingPlace(dataDirectory);
  if (place !== null) rmSync(place.directory, { recursive: true, force: true });
  rmSync(dirname(dataDirectory), { recursive: true, force: true });
}

async function inWorld(dataDirectory: string, body: (world: World) => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const running: RunningPostgres[] = [];
  const start = async (more: Partial<StartOptions> = {}): Promise<RunningPostgres> => {
    const postgres = await startPostgres({ dataDirectory, log: (line) => lines.push(line), ...more });
    running.push(postgres);
    return postgres;
  };
  try {
    await body({ dataDirectory, lines, start });
  } finally {
    for (const postgres of running) await postgres.stop();
  }
}

async function query(postgres: { url: string }, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL from another Node process, which is then killed with SIGKILL, and returns what it had started. */
async function startedByKilledServer(dataDirectory: string): Promise<{ url: string; processId: number }> {
  const script = `
    const { startPostgres } = await import(${JSON.stringify(supervisorUrl)});
    const started = await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, log: () => undefined });
    console.log(JSON.stringify(started));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  return JSON.parse(output.toString()) as { url: string; processId: number };
}

async function killHard(pid: number): Promise<void> {
  const identity = identityOf(pid);
  assert.ok(identity !== null, `process ${pid} runs`);
  process.kill(pid, "SIGKILL");
  assert.ok(await ended(identity, waitMsMax), `process ${pid} ended`);
}

test("a stopped database is gone, and the next start finds what was written", async () => {
  await inDirectory(0o711, async ({ start, dataDirectory }) => {
    const first = await start();
    assert.equal(first.origin, "started");
    await query(first, "create table kept (id int)");
    await first.stop();
    await first.stop();
    assert.equal(identityOf(first.processId), null);
    assert.equal(statSync(join(dataDirectory, "postgres", "password")).mode & 0o777, 0o600);
    const second = await start();
    assert.deepEqual(await query(second, "select count(*)::int as n from kept"), [{ n: 0 }]);
    assert.deepEqual(await query(second, "show fsync"), [{ fsync: "on" }]);
    assert.deepEqual(await query(second, "show synchronous_commit"), [{ synchronous_commit: "on" }]);
  });
});

test(
  "PostgreSQL is in a process group and session of its own, out of reach of Ctrl-C",
  { skip: process.platform !== "linux" },
  async () => {
    await inUsedDirectory(async ({ start }) => {
      const { processId } = await start();
      const groupOf = (pid: number | "self"): string | undefined =>
        readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
      assert.equal(groupOf(processId), String(processId));
      assert.notEqual(groupOf(processId), groupOf("self"));
    });
  },
);

test("the orphan of a server killed with -9 is adopted, its old sessions ended, and its end noticed", async () => {
  await inUsedDirectory(async ({ start, dataDirectory, lines }) => {
    const orphan = await startedByKilledServer(dataDirectory);
    const session = new pg.Client({ connectionString: orphan.url });
    const sessionEnded = new Promise<void>((resolve) => session.once("end", () => resolve()));
    session.on("error", () => undefined);
    await session.connect();
    let crashed: (reason: string) => void = () => undefined;
    const crash = new Promise<string>((resolve) => (crashed = resolve));
    const adopted = await start({ onCrash: (reason) => crashed(reason) });
    assert.deepEqual([adopted.processId, adopted.origin], [orphan.processId, "adopted"]);
    assert.match(lines.join("\n"), /adopted/);
    await sessionEnded;
    await killHard(adopted.processId);
    assert.match(await crash, /ended unexpectedly/);
  });
});

test("an orphan that is set differently is stopped and started anew", async () => {
  await inUsedDirectory(async ({ start, dataDirectory, lines }) => {
    const orphan = await startedByKilledServer(dataDirectory);
    const anew = await start({ settings: { work_mem: "5MB" } });
    assert.equal(anew.origin, "started");
    assert.equal(identityOf(orphan.processId), null);
    assert.match(lines.join("\n"), /started anew/);
    assert.deepEqual(await query(anew, "show work_mem"), [{ work_mem: "5MB" }]);
  });
});

test("what was committed survives kill -9 of the server and of PostgreSQL", async () => {
  await inUsedDirectory(async ({ start, dataDirectory }) => {
    const killed = await startedByKilledServer(dataDirectory);
    await query(killed, "create table money as select generate_series(1, 1000) as fen");
    await killHard(killed.processId);
    const next = await start();
    assert.equal(next.origin, "started");
    assert.deepEqual(await query(next, "select count(*)::int as n from money"), [{ n: 1000 }]);
  });
});

test("a pid file that names a foreign process by now neither stops the start nor hurts that process", async () => {
  await inUsedDirectory(async ({ start, dataDirectory }) => {
    const first = await start();
    await first.stop();
    const place = existingPlace(dataDirectory);
    assert.ok(place !== null);
    const owner = statSync(place.data);
    // Under the account that owns the data, so that PostgreSQL itself would take it for a living rival.
    const foreign = spawn("sleep", ["1000"], { stdio: "ignore", cwd: "/", uid: owner.uid, gid: owner.gid });
    const pid = foreign.pid ?? 0;
    try {
      const pidFile = join(place.data, "postmaster.pid");
      writeFileSync(
        pidFile,
        `${pid}\n${place.data}\n1700000000\n5432\n\n127.0.0.1\n     12345    0\nready\n`,
      );
      const second = await start();
      assert.equal(second.origin, "started");
      assert.notEqual(identityOf(pid), null);
      assert.equal(commandLineOf(pid)[0], "sleep");
    } finally {
      foreign.kill("SIGKILL");
    }
  });
});

test("a second start beside a live one is refused and names the process", async () => {
  await inUsedDirectory(async ({ start }) => {
    const first = await start();
    await assert.rejects(
      start(),
      (error) => error instanceof DatabaseInUseError && error.pid === process.pid,
    );
    assert.deepEqual(await query(first, "select 1 as one"), [{ one: 1 }]);
  });
});

test("a lost password file is replaced, the data stays", async () => {
  await inDirectory(0o711, async ({ start, dataDirectory }) => {
    const first = await start();
    await query(first, "create table kept (id int)");
    await first.stop();
    rmSync(join(dataDirectory, "postgres", "password"));
    const second = await start();
    assert.notEqual(second.url, first.url);
    assert.deepEqual(await query(second, "select count(*)::int as n from kept"), [{ n: 0 }]);
  });
});

test("a throw-away database leaves nothing behind", async () => {
  await inDirectory(0o711, async ({ start, dataDirectory }) => {
    const postgres = await start({ durability: "throwAway" });
    assert.deepEqual(await query(postgres, "show fsync"), [{ fsync: "off" }]);
    await postgres.stop();
    assert.equal(identityOf(postgres.processId), null);
    assert.equal(existsSync(join(dataDirectory, "postgres", "data")), false);
  });
});

test("PostgreSQL that cannot start says why", async () => {
  await inUsedDirectory(async ({ start }) => {
    await assert.rejects(start({ settings: { work_mem: "a lot" } }), /did not start[\s\S]*work_mem/);
    const next = await start();
    assert.equal(next.origin, "started", "the failed start let the directory go");
  });
});

const needsRoot = process.getuid?.() === 0 ? false : "only root has to change accounts";

test("as root PostgreSQL runs under another account", { skip: needsRoot }, async () => {
  await inUsedDirectory(async ({ start, dataDirectory }) => {
    const { processId } = await start();
    assert.notEqual(statSync(`/proc/${processId}`).uid, 0);
    assert.notEqual(statSync(join(dataDirectory, "postgres", "data")).uid, 0);
  });
});

test(
  "as root below a 0700 directory the data goes where the account can reach it, and is found again",
  { skip: needsRoot },
  async () => {
    await inDirectory(0o700, async ({ start, dataDirectory, lines }) => {
      const first = await start();
      await query(first, "create table kept (id int)");
      const place = existingPlace(dataDirectory);
      assert.ok(place !== null && !place.directory.startsWith(dataDirectory));
      assert.ok(
        lines.some((line) => line.includes(place.directory)),
        "the place is told",
      );
      await first.stop();
      const second = await start();
      assert.deepEqual(await query(second, "select count(*)::int as n from kept"), [{ n: 0 }]);
      assert.equal(existingPlace(dataDirectory)?.directory, place.directory);
    });
  },
);

test(
  "a deleted data directory means a fresh database, and the unreachable old one is left alone",
  { skip: needsRoot },
  async () => {
    await inDirectory(0o700, async ({ start, dataDirectory, lines }) => {
      const first = await start();
      await query(first, "create table kept (id int)");
      await first.stop();
      const old = existingPlace(dataDirectory);
      assert.ok(old !== null);
      try {
        rmSync(dataDirectory, { recursive: true });
        mkdirSync(dataDirectory, { mode: 0o711 });
        const second = await start();
        await assert.rejects(query(second, "select 1 from kept"), /does not exist/);
        assert.ok(existsSync(old.data));
        assert.ok(lines.some((line) => line.includes(old.directory) && line.includes("left alone")));
      } finally {
        rmSync(old.directory, { recursive: true, force: true });
      }
    });
  },
);
