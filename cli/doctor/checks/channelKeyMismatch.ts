// Keys and certificates that cannot be read, that do not belong together, or that have expired.
import { factOf, inspectionOf } from "../accounts.ts";
import type { Check } from "../model.ts";

export const channelKeyMismatch: Check = {
  id: "channelKeyMismatch",
  severity: "broken",
  title: {
    zh: "渠道账户的密钥或证书不匹配",
    en: "The keys or certificates of a channel account do not fit",
  },
  next: {
    zh: "请在控制台重新录入该商户的密钥或证书，并用“试连”确认。“支付宝公钥”由支付宝提供，不是应用公钥。",
    en: "Enter the keys or certificates of that merchant again and try them in the console. Alipay’s public key comes from Alipay; it is not the app’s own.",
  },
  needs: "schema",
  look: ({ now }, { accounts }) =>
    accounts.flatMap((found) => {
      const problem = inspectionOf(found, now)?.problem ?? null;
      return problem === null ? [] : [factOf(found, problem)];
    }),
};
