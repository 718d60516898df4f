// A channel’s certificate that is about to end: every request fails from that day on.
import { factOf, inspectionOf } from "../accounts.ts";
import type { Check } from "../model.ts";

export const certificateExpiring: Check = {
  id: "certificateExpiring",
  severity: "warning",
  title: { zh: "渠道证书即将到期", en: "A certificate of a channel account is about to expire" },
  next: {
    zh: "请在渠道的开放平台更新证书，并在控制台录入新证书；到期后该商户无法收款。",
    en: "Renew it on the channel’s platform and enter the new one in the console: once it has expired, that merchant cannot collect.",
  },
  needs: "schema",
  look: ({ now }, { accounts }) =>
    accounts.flatMap((found) =>
      (inspectionOf(found, now)?.warnings ?? [])
        .filter(({ code }) => code === "certificateExpiresSoon")
        .map((warning) => factOf(found, warning)),
    ),
};
