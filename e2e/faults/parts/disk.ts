// The disk of the database is full under load, and has room again: a file system of fixed size in memory. Where none may be
// mounted, the part is not tried, and says so.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause, type Shift } from "../counters.ts";
import { othersText, perSecond, seconds, toldOf, type Row, type Say } from "../report.ts";
import { openStage, type Stage } from "../stage.ts";

export type DiskWish = Readonly<{
  /** How often it is full. */
  times: number;
  /** How long desks go on trying while it is full. */
  fullMs: number;
  desks: number;
  acknowledgementsMax: number;
  say: Say;
}>;

/** Room for a new database and its log, and little more. */
const sizeMegabytes = 320;
const loadMsMax = 20_000;
const againMsMax = 60_000;

/** Fills the disk under load so often, and gives room again. */
export async function diskFull({ times, fullMs, desks, acknowledgementsMax, say }: DiskWish): Promise<Row> {
  const mounted = new Mounted();
  await using stage = await openStage({
    servers: 1,
    database: "own",
    prepare: (data) => mounted.mountAt(data),
  });
  const { counters } = stage;
  if (mounted.state === "refused") {
    say("not tried: no file system may be mounted here");
    return { name: "disk", what: "not tried: no file system may be mounted here", figures: {}, problems: [] };
  }
  const fullness = ballast(stage);
  const over = new AbortController();
  const running = counters.run({ desks, signal: over.signal, broken: "reconnect" });
  const problems: string[] = [];
  const againMs: number[] = [];
  let restarts = 0;
  for (let time = 1; time <= times; time += 1) {
    await counters.acknowledgements(acknowledgementsMax, loadMsMax);
    const untilMs = performance.now() + fullMs;
    while (performance.now() < untilMs) {
      fullness.fill();
      await pause(fullLookMs);
    }
    const before = stage.server().command;
    fullness.empty();
    const emptyMs = performance.now();
    // Where even crash recovery found no room, database and server have ended: whoever runs them starts them again.
    if (before.child.exitCode !== null) {
      if (!before.stderr().includes("The database ended unexpectedly"))
        problems.push(`the server ended and said: ${before.stderr()}`);
      await stage.restart();
      restarts += 1;
    }
    await counters.paid(desks, againMsMax);
    againMs.push(performance.now() - emptyMs);
    if ((againMs.at(-1) ?? 0) >= againMsMax)
      problems.push(`nothing was paid within ${seconds(againMsMax)} after there was room again`);
    say(`full ${time}/${times} (${fullness.how}): paid again after ${seconds(againMs.at(-1) ?? 0)}`);
  }
  over.abort();
  const shift: Shift = await running;
  if (restarts === 0 && Object.keys(shift.others).length === 0)
    problems.push("nobody noticed that the disk was full: it was not");
  const { counted, problems: found } = toldOf([await stage.compare()]);
  return {
    name: "disk",
    what: `the database’s disk full ${times} times (${fullness.how}), ${seconds(fullMs)} each`,
    figures: {
      "load, full times included": perSecond(shift.acknowledged, shift.elapsedMs),
      "room to the next payments, longest": seconds(Math.max(...againMs)),
      "server started again": restarts,
      "other answers": othersText([shift.others]),
      ...counted,
    },
    problems: [...problems, ...found],
  };
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

type Fullness = Readonly<{ how: string; fill(): void; empty(): void }>;

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
