// A bill that is not the file its hash was made of.
import type { GatewayFault } from "./model.ts";

export const billHashWrong: GatewayFault = {
  id: "bill-hash-wrong",
  layer: "gateway",
  networks: ["wechat"],
  title: { zh: "账单校验值不符", en: "Bill with a wrong hash" },
  changes: {
    zh: "账单内容不变，给出的 SHA1 却是别的文件的。",
    en: "The file is right; the SHA1 given for it is another file’s.",
  },
  operations: ["bill"],
  shape: (plan) => ({ ...plan, bill: "hashWrong" }),
};
