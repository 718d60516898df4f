// Sealed channel keys without the key that opens them.
import { join } from "node:path";
import type { Check } from "../model.ts";

export const masterKeyMissing: Check = {
  id: "masterKeyMissing",
  severity: "broken",
  title: { zh: "主密钥不见了", en: "The master key is missing" },
  next: {
    zh: "请放回 master.key 或设置 HUIYIN_MASTER_KEY。新密钥打不开已加密的渠道密钥；如果确实丢失，只能重新录入各商户的渠道账户。",
    en: "Put master.key back, or set HUIYIN_MASTER_KEY. A new key opens nothing; if it is lost, every channel account has to be entered again.",
  },
  needs: "configuration",
  look: ({ dataDirectory, masterKey, place }, config) =>
    masterKey === null && (place !== null || config.databaseUrl !== null)
      ? [`${join(dataDirectory, "master.key")}, HUIYIN_MASTER_KEY`]
      : [],
};
