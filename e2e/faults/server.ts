// The platform as an operator starts it, in a process of its own that may be killed, stopped and started again. The
// simulated world is elsewhere (world/), so that nothing of it dies with the platform.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readRunning, readTokens } from "@huiyin/server/platform/runtimeFile.ts";
import { program, run, type Command } from "../support/process.ts";

export type Server = Readonly<{
  command: Command;
  url: string;
  mqttUrl: string | null;
  /** Of the embedded PostgreSQL; null where it has one of somebody else. */
  databaseUrl: string | null;
  operatorKey: string;
  /** From the start of the process until it listens. */
  readyMs: number;
}>;

const preload = fileURLToPath(new URL("world/clock.mjs", import.meta.url));
const startMsMax = 60_000;
const lookMs = 10;
/** In which /proc counts. */
const tickMs = 10;

/** Where the machine’s clock of a data directory is set. */
function clockFile(data: string): string {
  return `${data}.clock`;
}

/** Sets the clock of the machine for a platform that runs now, or for one that will start. */
export function setClock(data: string, aheadMs: number, running: Command | null): void {
  writeFileSync(clockFile(data), String(aheadMs));
  if (running !== null) process.kill(running.pid, "SIGUSR2");
}

/** Starts the platform and waits until it takes payments. Throws with its own words where it does not come up. */
export async function startServer(
  data: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const startedMs = performance.now();
  const command = run(process.execPath, [`--import=${preload}`, program, "start", "--json"], {
    ...{ HUIYIN_DATA: data, PORT: "0", MQTT_PORT: "0", SANDBOX: "off", LOG_LEVEL: "error" },
    HUIYIN_FAULTS_CLOCK: clockFile(data),
    ...environment,
  });
  const ended = new AbortController();
  void command.exit.then(() => ended.abort());
  for (;;) {
    const running = readRunning(data);
    if (running?.pid === command.pid && running.urls.platform !== null) {
      return {
        command,
        url: running.urls.platform,
        mqttUrl: running.urls.mqtt,
        databaseUrl: running.urls.database,
        operatorKey: readTokens(data)?.["operator"] ?? "",
        readyMs: performance.now() - startedMs,
      };
    }
    if (ended.signal.aborted || performance.now() - startedMs > startMsMax) {
      await command[Symbol.asyncDispose]();
      throw new Error(`the platform did not start:\n${command.stdout()}\n${command.stderr()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Processor time that a running process has used, milliseconds; 0 where the system does not tell. */
export function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}
