// A schema older than the program.
import type { Check } from "../model.ts";

export const migrationsPending: Check = {
  id: "migrationsPending",
  severity: "broken",
  title: { zh: "数据库结构落后于程序", en: "The schema is older than the program" },
  next: {
    zh: "请先备份，再运行 huiyin migrate，或直接重新启动平台。",
    en: "Back up, then run huiyin migrate, or restart the platform.",
  },
  needs: "database",
  look: (_, { migrations }) => migrations.pending,
};
