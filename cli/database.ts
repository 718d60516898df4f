// The database of a command: DATABASE_URL, the one of a running platform, or the embedded one, started for the occasion.
import type { Config } from "@huiyin/server/platform/config.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { readRunning } from "@huiyin/server/platform/runtimeFile.ts";

export type OpenedDatabase = Readonly<{ url: string; stop(): Promise<void> }>;

/** Stops afterwards only what it has started. */
export async function openDatabase(config: Config, say: (line: string) => void): Promise<OpenedDatabase> {
  const url = config.databaseUrl ?? readRunning(config.dataDirectory)?.urls.database ?? null;
  if (url !== null) return { url, stop: async () => undefined };
  return startPostgres({ dataDirectory: config.dataDirectory, log: say });
}
