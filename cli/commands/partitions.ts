// huiyin partitions: the months of the money path. Made ahead by the platform itself; closed and archived by a person.
import { closeMonth, detachMonth, listMonths } from "@huiyin/server/db/closing.ts";
import { ensurePartitions } from "@huiyin/server/db/partitions.ts";
import { loadConfig } from "@huiyin/server/platform/config.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { openPg, type Pg } from "@huiyin/server/platform/pg/pg.ts";

import { openDatabase } from "../database.ts";
import { print, type Output } from "../print.ts";

const stateWords = {
  open: "未关账 / open",
  closed: "已关账 / closed",
  detached: "已归档 / archived",
} as const;

/** Months with their state, size and number of tables. */
export function listPartitions(output: Output): Promise<void> {
  return withDatabase(async (pg) => {
    const months = await listMonths(pg);
    print(output, { months }, () => {
      for (const { month, state, rows, bytes } of months)
        console.log(
          `${month}  ${stateWords[state]}  ≈ ${Math.round(rows)} 行 / rows  ${(bytes / 1e6).toFixed(1)} MB`,
        );
    });
  });
}

/** Makes the coming months, and those of rows in DEFAULT partitions however many rows have to move. */
export function preparePartitions(output: Output): Promise<void> {
  return withDatabase(async (pg) => {
    const { created, moved, misplaced } = await ensurePartitions(pg, new Date(), "everything");
    const left = misplaced.map(({ table, rows }) => ({ table, rows: Number(rows) }));
    print(output, { created, moved, misplaced: left }, () => {
      console.log(`新建分区 / created: ${created.join(", ") || "—"}`);
      for (const { partition, rows } of moved) console.log(`  ${partition} ← ${rows} 行 / rows`);
      for (const { table, rows } of left) console.log(`仍在 DEFAULT / still in DEFAULT: ${table} ${rows}`);
    });
  });
}

/** Verifies every merchant’s books up to the end of a month and writes down what they came to. */
export function closePartitions(month: string, output: Output): Promise<void> {
  return withDatabase(async (pg) => {
    const closings = await closeMonth(pg, month, new Date());
    print(output, { month, closings }, () =>
      console.log(`${month} 月已关账，新增 ${closings} 条结账记录 / closed, ${closings} new closings`),
    );
  });
}

/** Takes the partitions of a closed month out of the tables of the money path; they stay as tables of their own. */
export function detachPartitions(month: string, output: Output): Promise<void> {
  return withDatabase(async (pg) => {
    await detachMonth(pg, month, new Date());
    print(output, { month, state: "detached" }, () =>
      console.log(
        `${month} 月已归档：数据留在同名的独立表中，备份包含它们 / archived: its rows stay in tables of their own, which backups contain`,
      ),
    );
  });
}

async function withDatabase(work: (pg: Pg) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, (line) => console.error(line));
  const pg = openPg({ url: database.url, poolSize: 3, log: createLog({ level: "silent" }) });
  try {
    await work(pg);
  } finally {
    await pg.close();
    await database.stop();
  }
}
