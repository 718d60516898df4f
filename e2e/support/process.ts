// The platform as a process of its own, as a person starts it: its output, its signals, its exit code.
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Addresses } from "../../cli/welcome.ts";
import { onEarlyEnd } from "./leftovers.ts";

export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

export type Command = Readonly<{
  pid: number;
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  exit: Promise<Exit>;
  /** Resolves with true once the output holds what is looked for; false where the process ends first. */
  printed(look: (stdout: string) => boolean): Promise<boolean>;
  /** Kills the process and its group, where they still run. */
  [Symbol.asyncDispose](): Promise<void>;
}>;

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = fileURLToPath(new URL("../../cli/huiyin.mjs", import.meta.url));

/** Runs a huiyin command in a process group of its own, with exactly this configuration. */
export function huiyin(words: readonly string[], environment: Readonly<Record<string, string>>): Command {
  return run(process.execPath, [program, ...words], environment);
}

/** Runs any program in a process group of its own. Nothing of our own configuration reaches it. */
export function run(
  file: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Command {
  const child = spawn(file, words, {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
  let ended = false;
  const exit = new Promise<Exit>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      ended = true;
      resolve({ code, signal });
      tell();
    });
  });
  const pid = child.pid ?? 0;
  const callOff = onEarlyEnd(() => killGroup(pid));
  void exit.then(callOff, callOff);
  return {
    ...{ pid, child, exit },
    stdout: () => stdout,
    stderr: () => stderr,
    printed: (look) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!look(stdout) && !ended) return;
          watchers.delete(check);
          resolve(look(stdout));
        };
        watchers.add(check);
        check();
      }),
    async [Symbol.asyncDispose]() {
      if (!ended) killGroup(pid);
      await exit;
    },
  };
}

/** kill -9 of a whole process group; one that is gone is no error. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** Free ports, no other configuration than this. */
export function freePorts(data: string): Record<string, string> {
  return { HUIYIN_DATA: data, PORT: "0", SANDBOX_PORT: "0", MQTT_PORT: "0" };
}

export type StartedPlatform = Command & Readonly<{ addresses: Addresses; readyMs: number }>;

/** Starts the platform and waits until it says where it is. Throws with its own words where it does not come up. */
export async function startPlatformProcess(
  environment: Readonly<Record<string, string>>,
): Promise<StartedPlatform> {
  const startedMs = performance.now();
  const command = huiyin(["start", "--json"], environment);
  const up = await command.printed((stdout) => addressesIn(stdout) !== null);
  const readyMs = performance.now() - startedMs;
  const addresses = addressesIn(command.stdout());
  if (!up || addresses === null) {
    await command[Symbol.asyncDispose]();
    throw new Error(`the platform did not start:\n${command.stdout()}\n${command.stderr()}`);
  }
  return { ...command, addresses, readyMs };
}

function addressesIn(stdout: string): Addresses | null {
  try {
    return JSON.parse(stdout) as Addresses;
  } catch {
    return null;
  }
}

/** Asks a running platform to stop, as Ctrl-C does, and waits until it has. */
export function interrupt(command: Command): Promise<Exit> {
  process.kill(command.pid, "SIGINT");
  return command.exit;
}
