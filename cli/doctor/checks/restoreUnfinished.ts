// A restore that was interrupted: the platform refuses to start until it is repeated.
import { hasMarker, markerSchema } from "@huiyin/server/platform/backup/marker.ts";
import type { Check } from "../model.ts";

export const restoreUnfinished: Check = {
  id: "restoreUnfinished",
  severity: "broken",
  title: { zh: "有一次恢复没有完成", en: "A restore was not finished" },
  next: {
    zh: "请再次运行 huiyin restore <备份文件>，它会从头开始。",
    en: "Run huiyin restore FILE again; it begins anew.",
  },
  needs: "database",
  look: async (_, { client }) => ((await hasMarker(client)) ? [`schema ${markerSchema}`] : []),
};
