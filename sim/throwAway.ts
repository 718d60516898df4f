// A PostgreSQL for one command: started in a temporary directory, migrated, and thrown away at the end.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@huiyin/server/platform/pg/migrate.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";

// PostgreSQL runs in a process group of its own: Ctrl-C does not reach it unless we pass it on.
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const interruptedExitCode = 130;

/** Runs `work` with the URL of an empty, migrated database. */
export async function withThrowAwayDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-simulation-"));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const postgres = await startPostgres({ dataDirectory: directory, log, durability: "throwAway" });
    const interrupted = (): void => {
      void postgres.stop().finally(() => {
        rmSync(directory, { recursive: true, force: true });
        process.exit(interruptedExitCode);
      });
    };
    for (const signal of signals) process.once(signal, interrupted);
    try {
      await migrate(postgres.url, { log: () => undefined });
      return await work(postgres.url);
    } finally {
      for (const signal of signals) process.off(signal, interrupted);
      await postgres.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
