// A PostgreSQL for one command: started in a temporary directory, migrated, and thrown away at the end.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@huiyin/server/platform/pg/migrate.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";

/** Runs `work` with the URL of an empty, migrated database. */
export async function withThrowAwayDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-simulation-"));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const postgres = await startPostgres({ dataDirectory: directory, log, durability: "throwAway" });
    try {
      await migrate(postgres.url, { log: () => undefined });
      return await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
