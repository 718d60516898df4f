// No answer from the database: everything waits for it.
import type { Finding } from "../model.ts";

/** Found by opening it, so it has no look of its own. */
export const databaseUnreachable: Omit<Finding, "evidence"> = {
  id: "databaseUnreachable",
  severity: "broken",
  title: { zh: "连不上数据库", en: "The database cannot be reached" },
  next: {
    zh: "使用 DATABASE_URL 时，请检查地址、用户、密码和防火墙；内置数据库请查看数据目录 postgres 下的 postgres.log。",
    en: "With DATABASE_URL check address, user, password and firewall; for the embedded one read postgres.log below postgres/ in the data directory.",
  },
};
