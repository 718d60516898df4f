// Rows that found no month, and months that nobody prepared.
import { monthOf, partitionedTables } from "@huiyin/server/db/partitions.ts";
import type { Check } from "../model.ts";

export const partitionsMissing: Check = {
  id: "partitionsMissing",
  severity: "broken",
  title: { zh: "缺少按月分区", en: "A month has no partition" },
  next: {
    zh: "收款不受影响。请检查机器时钟，并重新启动平台以准备各月分区；DEFAULT 分区中的数据请联系维护人员迁移。",
    en: "Payments go on. Check the clock of the machine and restart the platform, which prepares the months; have the rows in DEFAULT moved.",
  },
  needs: "schema",
  look: async ({ now }, { client, use }) => {
    const month = monthOf(now, 0).name;
    const found: string[] = [];
    for (const table of partitionedTables) {
      const { rows } = await client.query<{ prepared: boolean; misplaced: string }>(
        `select to_regclass($1) is not null as prepared, (select count(*)::text from ${table}_default) as misplaced`,
        [`${table}_${month}`],
      );
      const [row] = rows;
      if (row !== undefined && row.misplaced !== "0")
        found.push(`${table}_default: ${row.misplaced} 行 / rows`);
      // Where no platform works, the next start prepares its months.
      else if (row?.prepared === false && use === "inUse") found.push(`${table}_${month}`);
    }
    return found;
  },
};
