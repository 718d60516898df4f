// A full disk stops the database, and with it every payment.
import { existsSync, statfsSync } from "node:fs";
import type { Check } from "../model.ts";

export const diskNearlyFull: Check = {
  id: "diskNearlyFull",
  severity: "broken",
  title: { zh: "磁盘空间即将用尽", en: "The disk is nearly full" },
  next: {
    zh: "请清理磁盘或扩容；旧备份可移到别处。磁盘写满时数据库会停止，收款随之中断。",
    en: "Make room, or move old backups away. On a full disk the database stops, and payments with it.",
  },
  needs: "files",
  look: ({ dataDirectory, place, diskFreeBytesMin }) => {
    const found = new Set<string>();
    for (const directory of [dataDirectory, place?.directory]) {
      if (directory === undefined || !existsSync(directory)) continue;
      const { bavail, bsize } = statfsSync(directory);
      const freeBytes = bavail * bsize;
      if (freeBytes < diskFreeBytesMin)
        found.add(`${directory}: ${megabytes(freeBytes)} MB < ${megabytes(diskFreeBytesMin)} MB`);
    }
    return [...found];
  },
};

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_048_576);
}
