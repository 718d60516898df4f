// Files that name processes which are gone: the platform or its database was killed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findPostmaster } from "@huiyin/server/platform/postgres/orphan.ts";
import type { Check } from "../model.ts";

export const processLeftovers: Check = {
  id: "processLeftovers",
  severity: "warning",
  title: { zh: "平台上次没有正常停止", en: "The platform did not stop properly last time" },
  next: {
    zh: "无需手工清理：下次启动会自动恢复数据库，并继续查询未了结的收款。请查明它为何被中断（断电、内存不足、kill -9）。",
    en: "Remove nothing: the next start recovers the database and takes unfinished payments up again. Find out what ended it (power, memory, kill -9).",
  },
  needs: "files",
  look: ({ dataDirectory, running, claimedBy, place }) => {
    const found: string[] = [];
    for (const name of ["platform.json", "runtime.json"]) {
      const file = join(dataDirectory, name);
      if (claimedBy === null && running === null && existsSync(file)) found.push(file);
    }
    if (place === null) return found;
    const pidFile = join(place.data, "postmaster.pid");
    if (!existsSync(pidFile)) return found;
    const postmaster = findPostmaster(place.data);
    const pid = readFileSync(pidFile, "utf8").split("\n")[0] ?? "";
    if (postmaster === null) found.push(`${pidFile}: 进程 / process ${pid}`);
    else if (claimedBy === null)
      found.push(`PostgreSQL 仍在运行 / still runs: 进程 / process ${postmaster.identity.pid}`);
    return found;
  },
};
