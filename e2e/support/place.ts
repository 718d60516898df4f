// A temporary data directory that leaves nothing behind: no files, and no PostgreSQL of a platform that was killed.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostmaster, stopPostmaster } from "@huiyin/server/platform/postgres/orphan.ts";
import { signal } from "@huiyin/server/platform/postgres/processes.ts";
import { existingPlace } from "@huiyin/server/platform/postgres/place.ts";
import { onEarlyEnd } from "./leftovers.ts";

export type TemporaryPlace = Readonly<{
  directory: string;
  /** The data directory of a platform. */
  data: string;
  /** The process of the PostgreSQL that runs there; null where none does. */
  postmasterPid(): number | null;
  [Symbol.asyncDispose](): Promise<void>;
}>;

const quitMs = 500;

/** Makes one; dispose of it after every process that uses it has ended. */
export function temporaryPlace(): TemporaryPlace {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-e2e-"));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  const data = join(directory, "data");
  const postmaster = () => {
    const place = existingPlaceOf(data);
    return place === null ? null : findPostmaster(place.data);
  };
  const remove = (): void => {
    const place = existingPlaceOf(data);
    // As root, where the data directory is out of reach, the database lies elsewhere.
    if (place !== null) rmSync(place.directory, { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  };
  const callOff = onEarlyEnd(() => {
    const running = postmaster();
    if (running !== null) signal(running.identity.pid, "SIGQUIT");
    // Nothing can be awaited here, and what still runs would write into what is being removed.
    if (running !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, quitMs);
    remove();
  });
  return {
    directory,
    data,
    postmasterPid: () => postmaster()?.identity.pid ?? null,
    async [Symbol.asyncDispose]() {
      const running = postmaster();
      if (running !== null) await stopPostmaster(running.identity, "immediate");
      remove();
      callOff();
    },
  };
}

function existingPlaceOf(data: string): ReturnType<typeof existingPlace> {
  try {
    return existingPlace(data);
  } catch {
    return null;
  }
}
