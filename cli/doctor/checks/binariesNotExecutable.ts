// PostgreSQL’s programs, which npm installed and somebody copied without their permissions.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Check } from "../model.ts";

export const binariesNotExecutable: Check = {
  id: "binariesNotExecutable",
  severity: "broken",
  title: {
    zh: "内置 PostgreSQL 的程序缺失或不可执行",
    en: "The programs of the embedded PostgreSQL are missing or cannot be run",
  },
  next: {
    zh: "请在项目目录重新运行 npm ci；所在分区不能以 noexec 挂载。也可以用 DATABASE_URL 指向自己的 PostgreSQL。",
    en: "Run npm ci again in the project; its file system must not be mounted noexec. Or set DATABASE_URL to a PostgreSQL of your own.",
  },
  needs: "configuration",
  look: ({ nativeDirectory }, config) => {
    if (config.databaseUrl !== null) return [];
    return ["postgres", "initdb"].flatMap((name) => {
      const program = join(nativeDirectory, "bin", name);
      try {
        accessSync(program, constants.X_OK);
        return [];
      } catch (error) {
        return [`${program} (${(error as NodeJS.ErrnoException).code ?? "?"})`];
      }
    });
  },
};
