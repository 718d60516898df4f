// Errors of cases.
import type { DeclaredError } from "./types.ts";

export const supportErrors = {
  case_closed: {
    status: 409,
    retry: "never",
    title: { zh: "这个工单已经关闭", en: "This case is closed already" },
    next: { zh: "请刷新后查看处理结果。", en: "Reload to see what was done about it." },
  },
} as const satisfies Record<string, DeclaredError>;
