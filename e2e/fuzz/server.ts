// The platform as an operator starts it, with the sandbox, on a database of its own, watched from inside (watch.ts).
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { readRunning } from "@huiyin/server/platform/runtimeFile.ts";
import type { Addresses } from "../../cli/welcome.ts";
import { temporaryPlace } from "../support/place.ts";
import { freePorts, program, run, type Command } from "../support/process.ts";

/** What the platform’s process says about itself since it was asked last. */
export type Watched = Readonly<{
  heapBytes: number;
  /** Of the processor, all threads together. */
  cpuMs: number;
  /** Each time that the thread worked for more than a second without a pause. */
  stallsMs: readonly number[];
  /** The longest work without a pause. */
  longestMs: number;
}>;

export type Target = AsyncDisposable &
  Readonly<{
    command: Command;
    addresses: Addresses;
    mqttUrl: string;
    databaseUrl: string;
    /** The data directory, and the log of the platform in it. */
    data: string;
    /** What must never be in an answer or in the log. */
    secrets: readonly string[];
    /** "collected": once everything that nobody holds any more is gone, which takes a while. */
    watch(heap: "asItIs" | "collected"): Promise<Watched>;
  }>;

const preload = fileURLToPath(new URL("watch.ts", import.meta.url));

/** Starts both in a temporary place. @param publicUrl where channels send their callbacks. Throws with its own words where it does not come up. */
export async function startTarget(publicUrl: string): Promise<Target> {
  await using stack = new AsyncDisposableStack();
  const databasePlace = stack.use(temporaryPlace());
  const place = stack.use(temporaryPlace());
  mkdirSync(databasePlace.data, { mode: 0o711 });
  const postgres = await startPostgres({
    dataDirectory: databasePlace.data,
    log: () => undefined,
    durability: "throwAway",
  });
  stack.defer(() => postgres.stop());
  const masterKey = `dev_${randomBytes(32).toString("hex")}`;
  const socket = join(place.directory, "watch");
  const command = run(process.execPath, ["--expose-gc", `--import=${preload}`, program, "start", "--json"], {
    ...freePorts(place.data),
    ...{ DATABASE_URL: postgres.url, HUIYIN_MASTER_KEY: masterKey, SANDBOX: "on" },
    ...{ PUBLIC_URL: publicUrl, HUIYIN_FUZZ_WATCH: socket },
  });
  stack.use(command);
  const up = await command.printed((stdout) => addressesIn(stdout) !== null);
  const addresses = addressesIn(command.stdout());
  const mqttUrl = readRunning(place.data)?.urls.mqtt ?? null;
  if (!up || addresses === null || mqttUrl === null)
    throw new Error(`the platform did not start:\n${command.stdout()}\n${command.stderr()}`);
  const kept = stack.move();
  return {
    ...{ command, addresses, mqttUrl, databaseUrl: postgres.url, data: place.data },
    secrets: [masterKey.slice(4), new URL(postgres.url).password].filter(Boolean),
    watch: (heap) => watched(socket, heap),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}

function addressesIn(stdout: string): Addresses | null {
  try {
    return JSON.parse(stdout) as Addresses;
  } catch {
    return null;
  }
}

function watched(path: string, question: string): Promise<Watched> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(path, () => socket.write(question));
    socket
      .setEncoding("utf8")
      .on("data", (text: string) => void (said += text))
      .on("error", reject)
      .on("end", () => resolve(JSON.parse(said) as Watched));
  });
}
