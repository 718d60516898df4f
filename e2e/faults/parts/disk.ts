// The disk of the database is full under load, and has room again: a file system of fixed size in memory, where one may be
// mounted; and everywhere a directory in which the system refuses to make a file.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { Comparison } from "../books.ts";
import { pause, type Shift } from "../counters.ts";
import { othersText, perSecond, seconds, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

export type DiskWish = Readonly<{
  /** How often it is full. */
  times: number;
  /** How long desks go on trying while it is full. */
  fullMs: number;
  desks: number;
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

/** Room for a new database and its log, and little more. */
const sizeMegabytes = 320;
const loadMsMax = 20_000;
/** A disk is full when somebody meets it: what is there already lasts longer the less is paid. */
const meetMsMax = 60_000;
const againMsMax = 60_000;

/** Fills the disk under load so often, and gives room again: one of fixed size, and one that takes no new file. */
export async function diskFull(wish: DiskWish): Promise<Row> {
  const halves = [await inFixedSize(wish), await withoutNewFiles(wish)].filter((half) => half !== null);
  const { counted, problems } = toldOf(halves.map(({ comparison }) => comparison));
  return {
    name: "disk",
    what: `the database’s disk full ${wish.times} times, ${seconds(wish.fullMs)} each: ${halves.map(({ how }) => how).join("; ")}`,
    figures: {
      "load, full times included": halves
        .map(({ shift: { acknowledged, elapsedMs } }) => perSecond(acknowledged, elapsedMs))
        .join(", "),
      "room to the next payments, longest": halves
        .map(({ againMs }) => seconds(Math.max(...againMs)))
        .join(", "),
      "server started again": halves.map(({ restarts }) => restarts).join(", "),
      "other answers": othersText(halves.map(({ shift }) => shift.others)),
      ...counted,
    },
    problems: [
      ...halves.flatMap((half) => half.problems),
      ...problems,
      ...wordless(halves.map(({ shift }) => shift.others)),
    ],
  };
}

type Half = Readonly<{
  how: string;
  shift: Shift;
  againMs: readonly number[];
  restarts: number;
  comparison: Comparison;
  problems: readonly string[];
}>;

/** A file system in memory, where one may be mounted; null where not. */
async function inFixedSize(wish: DiskWish): Promise<Half | null> {
  const mounted = new Mounted();
  await using stage = await wish.stages.open({
    servers: 1,
    database: "own",
    prepare: (data) => mounted.mountAt(data),
  });
  if (mounted.state === "mounted") return await fillAgainAndAgain(wish, stage, ballast(stage));
  wish.say("a file system of fixed size: not tried, none may be mounted here");
  return null;
}

/** Everywhere: the system refuses the database the next file of its log. */
async function withoutNewFiles(wish: DiskWish): Promise<Half> {
  await using stage = await wish.stages.lend();
  return await fillAgainAndAgain(wish, stage, await closedLog(stage));
}

async function fillAgainAndAgain(wish: DiskWish, stage: Stage, fullness: Fullness): Promise<Half> {
  const { times, fullMs, desks, acknowledgementsMax, say } = wish;
  const { counters } = stage;
  const over = new AbortController();
  const running = counters.run({ desks, signal: over.signal, broken: "reconnect" });
  const problems: string[] = [];
  const againMs: number[] = [];
  let restarts = 0;
  for (let time = 1; time <= times; time += 1) {
    await counters.acknowledgements(acknowledgementsMax, loadMsMax);
    const startMs = performance.now();
    let met = false;
    void counters.disturbances(1, meetMsMax).then(() => (met = performance.now() - startMs < meetMsMax));
    for (let fullForMs = 0; fullForMs < (met ? fullMs : meetMsMax); fullForMs = performance.now() - startMs) {
      await fullness.fill();
      await pause(fullLookMs);
    }
    if (!met) problems.push(`nobody noticed that the disk was full (${fullness.how}): it was not`);
    fullness.empty();
    const emptyMs = performance.now();
    // Where even crash recovery found no room, database and server end, or have ended: whoever runs them starts them again.
    let restartsNow = 0;
    const paid = counters.paid(desks, againMsMax).then(() => "paid" as const);
    for (;;) {
      const { command } = stage.server();
      if ((await Promise.race([paid, command.exit])) === "paid") break;
      if (!command.stderr().includes("The database ended unexpectedly"))
        problems.push(`the server ended and said: ${command.stderr()}`);
      // With room there is nothing left to end of.
      if (restartsNow > 0) problems.push("the server was started with room on the disk, and ended again");
      await stage.restart();
      restartsNow += 1;
    }
    restarts += restartsNow;
    againMs.push(performance.now() - emptyMs);
    if ((againMs.at(-1) ?? 0) >= againMsMax)
      problems.push(`nothing was paid within ${seconds(againMsMax)} after there was room again`);
    say(`full ${time}/${times} (${fullness.how}): paid again after ${seconds(againMs.at(-1) ?? 0)}`);
  }
  over.abort();
  const shift = await running;
  return { how: fullness.how, shift, againMs, restarts, problems, comparison: await stage.compare() };
}

const fullLookMs = 50;

/** A file system in memory at a data directory, where this machine lets us. */
class Mounted {
  state: "mounted" | "refused" = "refused";

  mountAt(data: string): () => void {
    mkdirSync(data, { mode: 0o711, recursive: true });
    try {
      const options = `size=${sizeMegabytes}m,mode=0711`;
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", data], { stdio: "ignore" });
    } catch {
      return () => undefined;
    }
    this.state = "mounted";
    return () => void execFileSync("umount", ["--lazy", data], { stdio: "ignore" });
  }
}

type Fullness = Readonly<{ how: string; fill(): void | Promise<void>; empty(): void }>;

/** A file that takes whatever room is left, again and again: the database gives some back at times. */
function ballast({ place }: Stage): Fullness {
  let files = 0;
  const path = (number: number): string => join(place.data, `ballast${number}`);
  return {
    how: "a file system of fixed size",
    fill: () => {
      const { bavail, bsize } = statfsSync(place.data);
      const bytes = bavail * bsize;
      if (bytes <= 0) return;
      try {
        writeFileSync(path(files), Buffer.alloc(bytes));
      } catch (error) {
        // The database was faster: full all the same.
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
      files += 1;
    },
    empty: () => {
      for (let number = 0; number < files; number += 1) rmSync(path(number), { force: true });
      files = 0;
    },
  };
}

/** The log of the database, in whose directory nothing can be made. A database that needs the next file of it stops. */
async function closedLog(stage: Stage): Promise<Fullness> {
  const asked = async (statement: string): Promise<string> => {
    const client = new pg.Client({ connectionString: stage.databaseUrl() });
    client.on("error", () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ answer: string }>(statement);
      return rows[0]?.answer ?? "";
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const log = join(await asked("select current_setting('data_directory') as answer"), "pg_wal");
  return {
    how: "a log that takes no new file",
    fill: async () => {
      chmodSync(log, 0o500);
      // Files that are there already are used up; then the database stops, and whoever asks finds nobody.
      await asked("select pg_switch_wal()::text as answer").catch(() => undefined);
    },
    empty: () => chmodSync(log, 0o700),
  };
}
