// The machine that the platform runs on: it crashes at the boundaries of ports, starts again on the same database, and
// whoever was talking to it finds the connection broken.
import type { Life, Scheduler } from "./scheduler.ts";
import type { WorldFault } from "./faults.ts";
import type { Trouble } from "./trouble.ts";

export type Running<Platform> = Readonly<{ life: Life; platform: Platform }>;

export type Machine<Platform> = Readonly<{
  /** The process that runs now, or null while the machine is down. */
  running(): Running<Platform> | null;
  /**
   * Asks the platform for something as a client over the network. "refused": nobody listened, nothing happened.
   * "broken": the process died meanwhile, and what it did is unknown.
   */
  call<T>(what: string, work: (platform: Platform) => Promise<T>): Promise<T | "refused" | "broken">;
  /** Kills the process that runs now, where the seed says so. True when it did. */
  mayDie(kind: Extract<WorldFault, `crash${string}`>, share: number): boolean;
  /** Kills it for so many milliseconds. */
  outage(ms: number): void;
  /** Told after each start and after each crash. */
  onStart(listener: (running: Running<Platform>) => void): void;
  onCrash(listener: () => void): void;
  start(): void;
  crashes(): number;
}>;

const downMs = { min: 300, max: 12_000 } as const;

export type MachineDeps<Platform> = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  build(life: Life): Platform;
  /** Where what a call threw is written down: a client would see a 500. */
  bugs: string[];
}>;

export function createMachine<Platform>(deps: MachineDeps<Platform>): Machine<Platform> {
  const { scheduler, trouble } = deps;
  const startListeners: Array<(running: Running<Platform>) => void> = [];
  const crashListeners: Array<() => void> = [];
  const openCalls = new Set<() => void>();
  let running: Running<Platform> | null = null;
  let crashes = 0;

  const start = (): void => {
    const life: Life = { alive: "yes", number: crashes + 1 };
    running = { life, platform: deps.build(life) };
    for (const listener of startListeners) listener(running);
  };
  const crash = (downMsWanted: number | null): void => {
    if (running === null) return;
    running.life.alive = "no";
    running = null;
    crashes += 1;
    for (const listener of crashListeners) listener();
    for (const breakOff of [...openCalls]) breakOff();
    const ms = downMsWanted ?? trouble.chance.integer(downMs.min, downMs.max);
    scheduler.after(ms, { actor: "machine", name: "starts again", run: start });
  };

  return {
    running: () => running,
    crashes: () => crashes,
    start,
    onStart: (listener) => void startListeners.push(listener),
    onCrash: (listener) => void crashListeners.push(listener),
    outage: crash,
    mayDie: (kind, share) => {
      if (!trouble.strikes(share) || running === null) return false;
      trouble.count(kind);
      crash(null);
      return true;
    },
    call: (what, work) => {
      if (running === null) return Promise.resolve("refused");
      const { platform } = running;
      return new Promise((resolve) => {
        const breakOff = (): void => {
          openCalls.delete(breakOff);
          const run = (): void => resolve("broken");
          scheduler.after(1, { actor: "client", name: "connection broken", key: what, run });
        };
        openCalls.add(breakOff);
        work(platform).then(
          (value) => openCalls.delete(breakOff) && resolve(value),
          (error: unknown) => {
            deps.bugs.push(
              `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
            );
            breakOff();
          },
        );
      });
    },
  };
}
