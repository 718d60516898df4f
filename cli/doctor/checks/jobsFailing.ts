// Work that was tried as often as it may be, and failed.
import type { Check } from "../model.ts";
import { limits } from "../limits.ts";

export const jobsFailing: Check = {
  id: "jobsFailing",
  severity: "broken",
  title: { zh: "后台任务失败", en: "Background jobs have failed" },
  next: {
    zh: "请在日志中查找 job_failed 和下面的任务名；原因排除后，相关操作需要重新发起。",
    en: "Look for job_failed and these names in the log; once the reason is gone, start the operation again.",
  },
  needs: "schema",
  look: async (_, { client }) => {
    const { rows: present } = await client.query<{ found: boolean }>(
      "select to_regclass('pgboss.job') is not null as found",
    );
    if (present[0]?.found !== true) return [];
    const { rows } = await client.query<{ name: string; count: string; last: string }>(
      `select name, count(*)::text as count, left(max(output::text), 200) as last from pgboss.job
       where state = 'failed' and completed_on > now() - make_interval(hours => $1) group by name order by name`,
      [limits.jobFailureHours],
    );
    return rows.map(({ name, count, last }) => `${name} × ${count}: ${last}`);
  },
};
