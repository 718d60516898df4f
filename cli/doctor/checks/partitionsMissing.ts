// Rows that found no month, and months that nobody prepared.
import { partitionedTables } from "@huiyin/server/db/months.ts";
import { neededPartitions } from "@huiyin/server/db/partitions.ts";
import type { Check } from "../model.ts";

export const partitionsMissing: Check = {
  id: "partitionsMissing",
  severity: "broken",
  title: { zh: "缺少按月分区", en: "A month has no partition" },
  next: {
    zh: "收款不受影响。请检查机器时钟，再运行 huiyin partitions prepare：它会建好各月分区，并把 DEFAULT 分区中的数据移过去。",
    en: "Payments go on. Check the clock of the machine, then run huiyin partitions prepare: it makes the months and moves the rows of DEFAULT into them.",
  },
  needs: "schema",
  look: async ({ now }, { client, use }) => {
    const found: string[] = [];
    for (const { name } of partitionedTables) {
      const { rows } = await client.query<{ misplaced: string }>(
        `select count(*)::text as misplaced from ${name}_default`,
      );
      const misplaced = rows[0]?.misplaced ?? "0";
      if (misplaced !== "0") found.push(`${name}_default: ${misplaced} 行 / rows`);
    }
    // Where no platform works, the next start prepares its months.
    if (use !== "inUse") return found;
    const { rows } = await client.query<{ name: string }>(
      "select name from unnest($1::text[]) as needed (name) where to_regclass(name) is null order by name",
      [neededPartitions(now)],
    );
    found.push(...rows.map(({ name }) => name));
    return found;
  },
};
