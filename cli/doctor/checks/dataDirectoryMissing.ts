// Looking in the wrong place, mostly.
import { existsSync } from "node:fs";
import type { Check } from "../model.ts";

export const dataDirectoryMissing: Check = {
  id: "dataDirectoryMissing",
  severity: "broken",
  title: { zh: "数据目录不存在", en: "There is no data directory" },
  next: {
    zh: "请检查 HUIYIN_DATA；如果是全新安装，先运行一次 npm start。",
    en: "Check HUIYIN_DATA; on a new installation run npm start once.",
  },
  needs: "files",
  look: ({ dataDirectory }) => (existsSync(dataDirectory) ? [] : [dataDirectory]),
};
