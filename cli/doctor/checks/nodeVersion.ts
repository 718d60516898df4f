// Another Node than the one that this version was tested with.
import { limits } from "../limits.ts";
import type { Check } from "../model.ts";

export const nodeVersion: Check = {
  id: "nodeVersion",
  severity: "broken",
  title: { zh: "Node.js 版本不对", en: "This is the wrong version of Node.js" },
  next: {
    zh: `请用 npm 脚本启动（npm start、npm run huiyin），它们自带所需的版本；或安装 Node.js ${limits.nodeMajorMin}。`,
    en: `Use the npm scripts (npm start, npm run huiyin), which bring their own; or install Node.js ${limits.nodeMajorMin}.`,
  },
  needs: "files",
  look: (installation) =>
    Number.parseInt(installation.nodeVersion.replace(/^v/, ""), 10) >= limits.nodeMajorMin
      ? []
      : [`Node.js ${installation.nodeVersion}, ${process.execPath}`],
};
