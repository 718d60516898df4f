// Errors of routing: no account that could serve, or rules that name one that is not there.
import type { DeclaredError } from "./types.ts";

export const routingErrors = {
  channel_in_maintenance: {
    status: 503,
    retry: "later",
    title: {
      zh: "{channelZh}正在维护，预计 {until} 恢复",
      en: "{channelEn} is under maintenance until {until} (Beijing)",
    },
    next: {
      zh: "没有扣款。请顾客改用{insteadZh}，或在恢复后再收。",
      en: "Nothing was charged. Ask for {insteadEn}, or collect when it is back.",
    },
  },
  channel_unstable: {
    status: 503,
    retry: "later",
    title: { zh: "{channelZh}暂时没有应答", en: "{channelEn} gives no answers for the moment" },
    next: {
      zh: "没有扣款。请顾客改用{insteadZh}；平台正在探测，恢复后自动可用。",
      en: "Nothing was charged. Ask for {insteadEn}; the platform keeps probing, and it returns by itself.",
    },
  },
  routing_route_unknown: {
    status: 422,
    retry: "afterFix",
    title: { zh: "商户没有名为“{route}”的账户", en: "The merchant has no account named “{route}”" },
    next: {
      zh: "请先配置这个账户，或在规则中改用已有的账户。",
      en: "Configure that account first, or name one that is there.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
