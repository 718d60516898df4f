// huiyin migrate: brings the schema up to date, starting the embedded database where none runs.
import { loadConfig } from "@huiyin/server/platform/config.ts";
import { migrate } from "@huiyin/server/platform/pg/migrate.ts";
import { openDatabase } from "../database.ts";
import { print, type Output } from "../print.ts";

export async function migrateDatabase(output: Output): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, (line) => console.error(line));
  try {
    const applied = await migrate(database.url, { log: (line) => console.error(line) });
    print(output, { applied }, () => {
      console.log(
        applied.length === 0
          ? "数据库结构已是最新 / the schema is up to date"
          : `已应用 / applied:\n  ${applied.join("\n  ")}`,
      );
    });
  } finally {
    await database.stop();
  }
}
