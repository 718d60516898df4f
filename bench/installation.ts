// The platform as a person starts it: `huiyin start` in a data directory that is thrown away.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findPostmaster, stopPostmaster } from "@huiyin/server/platform/postgres/orphan.ts";
import { existingPlace } from "@huiyin/server/platform/postgres/place.ts";

export type Installation = AsyncDisposable &
  Readonly<{
    pid(): number;
    postgresPid(): number | null;
    /** From the command to the first answer that it is ready, of the last start. */
    readySeconds(): number;
    /** Stops it as Ctrl-C does, and starts it again in the same data directory. */
    restart(): Promise<void>;
  }>;

const program = fileURLToPath(new URL("../cli/huiyin.mjs", import.meta.url));
const askEveryMs = 5;
const readyMsMax = 120_000;

/** Starts it and waits until it is ready. The environment has nothing of ours but what is given. */
export async function startInstallation(
  environment: Readonly<Record<string, string>>,
): Promise<Installation> {
  const directory = fs.mkdtempSync(join(tmpdir(), "huiyin-bench-start-"));
  makeReachable(directory);
  const data = join(directory, "data");
  let running: Running | null = null;
  const dispose = async (): Promise<void> => {
    await stop(running?.child ?? null);
    await endPostgres(data);
    removePlace(data);
    fs.rmSync(directory, { recursive: true, force: true });
  };
  try {
    running = await start(data, environment);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    pid: () => running?.child.pid ?? 0,
    postgresPid: () => placeOf(data, (place) => findPostmaster(place.data)?.identity.pid ?? null),
    readySeconds: () => running?.readySeconds ?? 0,
    restart: async () => {
      await stop(running?.child ?? null);
      running = await start(data, environment);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Root’s database runs as another account, which has to get in. */
export function makeReachable(directory: string): void {
  fs.chmodSync(directory, 0o711);
}

/** As root, where a data directory is out of reach, its database lies elsewhere. */
export function removePlace(data: string): void {
  placeOf(data, ({ directory }) => fs.rmSync(directory, { recursive: true, force: true }));
}

type Running = Readonly<{ child: ChildProcess; readySeconds: number }>;

async function start(data: string, environment: Readonly<Record<string, string>>): Promise<Running> {
  const port = await freePort();
  const startMs = performance.now();
  const child = spawn(process.execPath, [program, "start", "--json"], {
    env: {
      ...{ PATH: process.env["PATH"], HOME: process.env["HOME"], HUIYIN_DATA: data },
      ...{ PORT: String(port), SANDBOX_PORT: "0", MQTT_PORT: "0", ...environment },
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (words += text));
  while ((await statusOf(port)) !== 200) {
    if (child.exitCode !== null) throw new Error(`huiyin start ended with ${child.exitCode}:\n${words}`);
    if (performance.now() - startMs > readyMsMax) {
      child.kill("SIGKILL");
      throw new Error(`huiyin start was not ready after ${readyMsMax} ms:\n${words}`);
    }
    await sleep(askEveryMs);
  }
  return { child, readySeconds: (performance.now() - startMs) / 1_000 };
}

/** What /readyz answers; null while nobody listens. */
function statusOf(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/readyz", agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? null);
    });
    asked.on("error", () => resolve(null));
    asked.end();
  });
}

async function stop(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}

/** Only where the platform could not stop it itself. */
async function endPostgres(data: string): Promise<void> {
  const left = placeOf(data, (place) => findPostmaster(place.data));
  if (left !== null) await stopPostmaster(left.identity, "immediate");
}

function placeOf<T>(
  data: string,
  look: (place: NonNullable<ReturnType<typeof existingPlace>>) => T,
): T | null {
  try {
    const place = existingPlace(data);
    return place === null ? null : look(place);
  } catch {
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
