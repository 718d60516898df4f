// Unclear payments that nobody asks about.
import type { Check } from "../model.ts";
import { limits } from "../limits.ts";

export const resolverOverdue: Check = {
  id: "resolverOverdue",
  severity: "broken",
  title: { zh: "未了结的收款无人查询", en: "Unfinished payments are not being asked about" },
  next: {
    zh: "请确认至少有一个进程的 HUIYIN_ROLES 含 jobs，查看日志中的 resolver 与渠道错误，然后重新启动平台。",
    en: "See that a process has jobs among its HUIYIN_ROLES, read the log for resolver and channel errors, then restart the platform.",
  },
  needs: "schema",
  look: async ({ now }, { client, use }) => {
    // Nobody asks while nothing runs; the next start does.
    if (use === "idle") return [];
    const before = new Date(now.getTime() - limits.resolverOverdueSeconds * 1_000);
    const found: string[] = [];
    for (const table of ["payments.payment", "payments.refund"]) {
      const { rows: present } = await client.query<{ found: boolean }>(
        "select to_regclass($1) is not null as found",
        [table],
      );
      if (present[0]?.found !== true) continue;
      const { rows } = await client.query<{ count: string; since: Date | null }>(
        `select count(*)::text as count, min(resolve_at) as since from ${table}
         where resolve_at < $1 and (lease_until is null or lease_until < $2)`,
        [before, now],
      );
      const [row] = rows;
      if (row !== undefined && row.since !== null)
        found.push(`${table}: ${row.count}, ${row.since.toISOString()}`);
    }
    return found;
  },
};
