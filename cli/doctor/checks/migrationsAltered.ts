// Migrations that were changed after they had been applied, or that the program does not have.
import type { Check } from "../model.ts";

export const migrationsAltered: Check = {
  id: "migrationsAltered",
  severity: "broken",
  title: {
    zh: "数据库结构与程序中的迁移文件不符",
    en: "The schema does not fit the migrations of this program",
  },
  next: {
    zh: "请还原被改动的迁移文件，或换回与数据库相符的程序版本；不要手工修改数据库。",
    en: "Put the changed file back, or run the version that fits this database; change nothing in it by hand.",
  },
  needs: "database",
  look: (_, { migrations }) => (migrations.conflict === null ? [] : [migrations.conflict]),
};
