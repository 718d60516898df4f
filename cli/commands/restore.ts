// huiyin restore: a backup into a fresh data directory or an empty database, checked before and verified after.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { verifyLedger, type Verification } from "@huiyin/server/modules/ledger/index.ts";
import { checkBackup, restoreBackup } from "@huiyin/server/platform/backup/restore.ts";
import { withSession } from "@huiyin/server/platform/backup/session.ts";
import { dataDirectoryOf, loadConfig, type Config } from "@huiyin/server/platform/config.ts";
import { writeSecretFile } from "@huiyin/server/platform/dataDirectory.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { openPg } from "@huiyin/server/platform/pg/pg.ts";
import { claimRuntime } from "@huiyin/server/platform/runtimeFile.ts";
import { keyIdOf } from "@huiyin/server/platform/secrets.ts";
import { ledgerFacts, readOutstanding, type Outstanding } from "../books.ts";
import { openDatabase } from "../database.ts";
import { exitCodes } from "../exit.ts";
import { interruption } from "../interruption.ts";
import { print, type Output } from "../print.ts";
import { CommandError } from "../problem.ts";

type Wanted = Readonly<{ masterKeyFile?: string }>;

/** Exit 1 where it is refused, and where the ledger of what was restored does not verify. */
export async function restore(backupFile: string, wanted: Wanted, output: Output): Promise<void> {
  const file = resolve(backupFile);
  const config = configWithKey(file, wanted);
  const signal = interruption();
  // As if we were the platform: none can start beside us, and we do not start beside one.
  const claim = claimRuntime(config.dataDirectory);
  try {
    const backup = await checkBackup(file, keyIdOf(config.masterKey.bytes));
    signal.throwIfAborted();
    installKey(config, wanted);
    const database = await openDatabase(config, (line) => console.error(line));
    try {
      const { rows, migrated } = await restoreBackup(backup, {
        ...{ databaseUrl: database.url, observe: ledgerFacts, signal },
        log: (line) => console.error(line),
      });
      const ledger = await verified(database.url);
      const outstanding = await withSession(database.url, readOutstanding);
      const { createdAt } = backup.head;
      const report = {
        ...{ file, createdAt, tables: backup.manifest.tables.length, rows, migrated },
        ledger: {
          ok: ledger.broken === null,
          merchants: ledger.merchants,
          journals: Number(ledger.journals),
          broken: ledger.broken,
        },
        outstanding,
      };
      print(output, report, () => console.log(textOf(report)));
      if (!report.ledger.ok) process.exitCode = exitCodes.refused;
    } finally {
      await database.stop();
    }
  } finally {
    claim.release();
  }
}

/** The configuration with a master key that somebody has given: here, one must never be made up. */
function configWithKey(backupFile: string, { masterKeyFile }: Wanted): Config {
  const given = process.env["HUIYIN_MASTER_KEY"]?.trim() ?? "";
  const kept = join(dataDirectoryOf(process.env), "master.key");
  if (masterKeyFile !== undefined)
    return loadConfig({ ...process.env, HUIYIN_MASTER_KEY: keyIn(masterKeyFile) });
  if (given === "" && !existsSync(kept)) {
    throw new CommandError(
      `缺少主密钥：恢复 ${backupFile} 需要备份时的主密钥。请用 --master-key-file <文件> 或 HUIYIN_MASTER_KEY 提供。没有写入任何数据。\n` +
        `The master key is missing: ${backupFile} needs the one of its platform. Give it with --master-key-file FILE or HUIYIN_MASTER_KEY. Nothing was written.`,
    );
  }
  return loadConfig(process.env);
}

function keyIn(masterKeyFile: string): string {
  try {
    return readFileSync(masterKeyFile, "utf8").trim();
  } catch (error) {
    throw new CommandError(
      `无法读取主密钥文件 ${masterKeyFile}：${String(error)}\nThe master key cannot be read from ${masterKeyFile}.`,
    );
  }
}

/** A key from a file is put where the next start looks for it; one from the environment stays with whoever set it. */
function installKey(config: Config, { masterKeyFile }: Wanted): void {
  const file = join(config.dataDirectory, "master.key");
  if (masterKeyFile === undefined || config.databaseUrl !== null || existsSync(file)) return;
  writeSecretFile(file, `${keyIn(masterKeyFile)}\n`);
}

async function verified(databaseUrl: string): Promise<Verification> {
  const pg = openPg({ url: databaseUrl, log: createLog({ level: "silent" }) });
  try {
    return await verifyLedger({ pg }, null);
  } finally {
    await pg.close();
  }
}

type Report = Readonly<{
  file: string;
  createdAt: string;
  tables: number;
  rows: number;
  migrated: readonly string[];
  ledger: Readonly<{ merchants: number; journals: number; broken: Verification["broken"] }>;
  outstanding: Outstanding;
}>;

function textOf({ file, createdAt, tables, rows, migrated, ledger, outstanding }: Report): string {
  const { paymentsUnfinished, refundsUnfinished, inReview, jobsWaiting } = outstanding;
  const verdict =
    ledger.broken === null
      ? `账本验证通过 / the ledger verifies: ${ledger.merchants} 个商户 / merchants，${ledger.journals} 笔分录 / journals`
      : `账本验证不通过，备份之前就已如此 / the ledger does not verify, and did not before the backup:\n  ${JSON.stringify(ledger.broken)}`;
  return [
    `已恢复 / restored: ${file}（${createdAt}）`,
    `  ${tables} 张表 / tables，${rows} 行 / rows`,
    ...(migrated.length === 0 ? [] : [`  已升级 / migrated: ${migrated.join(", ")}`]),
    verdict,
    `启动后自动继续查询 / taken up again by the next start: ${paymentsUnfinished} 笔收款 / payments，${refundsUnfinished} 笔退款 / refunds，${jobsWaiting} 个任务 / jobs`,
    `等待人工处理 / waiting for a person: ${inReview} 笔收款 / payments`,
    "备份之后的交易不在其中，请与渠道对账。/ Whatever happened after the backup is not in it: compare with the channel.",
  ].join("\n");
}
