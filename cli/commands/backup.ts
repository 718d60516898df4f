// huiyin backup: everything that the platform knows in one file, while it runs or while it does not; the master key apart.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadConfig, type Config } from "@huiyin/server/platform/config.ts";
import { verifyBackup } from "@huiyin/server/platform/backup/verify.ts";
import { writeBackup } from "@huiyin/server/platform/backup/write.ts";
import type { WholeBackup } from "@huiyin/server/platform/backup/model.ts";
import { keyIdOf } from "@huiyin/server/platform/secrets.ts";
import { version } from "@huiyin/server/start.ts";
import { ledgerFacts } from "../books.ts";
import { openDatabase } from "../database.ts";
import { interruption } from "../interruption.ts";
import { print, type Output } from "../print.ts";

/** Writes a new backup, reads it again, and says where it is and which key it needs. */
export async function backUp(wanted: Readonly<{ to?: string }>, output: Output): Promise<void> {
  const config = loadConfig(process.env);
  const now = new Date();
  const file = resolve(wanted.to ?? fileFor(config, now));
  const signal = interruption();
  const database = await openDatabase(config, (line) => console.error(line));
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const whole = await writeBackup({
      ...{ databaseUrl: database.url, file, productVersion: version, now, signal, observe: ledgerFacts },
      masterKeyId: keyIdOf(config.masterKey.bytes),
    });
    print(output, summaryOf(file, whole), () => {
      console.log(lines("已备份并校验", "backed up and verified", file, whole));
      console.log(keyAdvice(config, whole));
    });
  } finally {
    await database.stop();
  }
}

/** Reads a backup to its end; exit 1, naming the table, where anything is not as it was written. */
export async function verifyBackupFile(file: string, output: Output): Promise<void> {
  const whole = await verifyBackup(resolve(file));
  print(output, summaryOf(resolve(file), whole), () =>
    console.log(lines("备份完好", "the backup is whole", resolve(file), whole)),
  );
}

/** Beside the database where nobody says otherwise: a start, not a safe place. */
function fileFor(config: Config, now: Date): string {
  const moment = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return join(config.dataDirectory, "backups", `huiyin-${moment}Z.tar.zst`);
}

function summaryOf(file: string, { head, manifest }: WholeBackup): Record<string, unknown> {
  return {
    file,
    createdAt: head.createdAt,
    version: head.productVersion,
    masterKeyId: head.masterKeyId,
    migrations: head.migrations.map(({ name }) => name),
    facts: manifest.facts,
    tables: manifest.tables,
  };
}

function lines(zh: string, en: string, file: string, { head, manifest }: WholeBackup): string {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `${zh} / ${en}: ${file}`,
    `  ${head.createdAt}  ${manifest.tables.length} 张表 / tables，${rows} 行 / rows`,
    `  主密钥指纹 / needs the master key named ${head.masterKeyId}`,
  ].join("\n");
}

function keyAdvice(config: Config, { head }: WholeBackup): string {
  const source = config.rows.find(({ variable }) => variable === "HUIYIN_MASTER_KEY")?.source;
  const place = source === "environment" ? "HUIYIN_MASTER_KEY" : join(config.dataDirectory, "master.key");
  return [
    `备份里没有主密钥。请把 ${place}（指纹 ${head.masterKeyId}）另行保存：没有它，备份无法恢复。`,
    `The master key is not in it. Keep ${place} (named ${head.masterKeyId}) somewhere else: without it nothing can be restored.`,
    "请把备份复制到另一台机器。/ Copy the backup to another machine.",
  ].join("\n");
}
