// Seals that the master key at hand does not open.
import { keyIdOf } from "@huiyin/server/platform/secrets.ts";
import type { Check } from "../model.ts";
import { limits } from "../limits.ts";

export const masterKeyWrong: Check = {
  id: "masterKeyWrong",
  severity: "broken",
  title: {
    zh: "主密钥不对，打不开已加密的渠道账户",
    en: "This is another master key: it opens none of the sealed channel accounts",
  },
  next: {
    zh: "请换回指纹相符的主密钥；备份文件里也记着它的指纹（huiyin backup --verify）。",
    en: "Put back the master key with the fingerprint that is named; backups tell it too (huiyin backup --verify).",
  },
  needs: "schema",
  look: ({ masterKey }, { accounts }) => {
    if (masterKey === null) return [];
    const own = keyIdOf(masterKey);
    const foreign = accounts.filter(({ keyId, account }) => keyId !== own || account === null);
    return foreign
      .slice(0, limits.evidenceMax)
      .map(({ merchantId, channel, keyId }) => `${merchantId} ${channel}: ${keyId}, 手头 / at hand: ${own}`);
  },
};
