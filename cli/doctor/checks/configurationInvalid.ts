// An environment with which no platform would start.
import type { Check } from "../model.ts";

export const configurationInvalid: Check = {
  id: "configurationInvalid",
  severity: "broken",
  title: { zh: "环境变量有误，平台无法启动", en: "The environment is wrong, so no platform starts" },
  next: { zh: "请按下面逐项改正环境变量。", en: "Correct the variables as told." },
  needs: "files",
  look: ({ problems }) => problems.map(({ variable, words }) => `${variable}: ${words.zh} / ${words.en}`),
};
