// Errors of the ledger.
import type { DeclaredError } from "./types.ts";

export const ledgerErrors = {
  merchant_not_named: {
    status: 400,
    retry: "afterFix",
    title: { zh: "没有指明商户", en: "No merchant was named" },
    next: {
      zh: "请填写 merchantId：以运营身份操作时必须指明商户。",
      en: "Give merchantId: an operator must say for which merchant.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
