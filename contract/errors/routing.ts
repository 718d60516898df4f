// Errors of routing: no account that could serve, or rules that cannot be put in force.
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
  platform_in_maintenance: {
    status: 503,
    retry: "later",
    title: {
      zh: "收款平台正在维护，预计 {until} 恢复",
      en: "The payment platform is under maintenance until {until} (Beijing)",
    },
    next: {
      zh: "没有扣款。请先收现金，或等恢复后再收，届时自动可用。",
      en: "Nothing was charged. Take cash, or collect once it is back; nothing has to be done for that.",
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
  routing_plan_overtaken: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "规则没有生效：期间已有人改过，现在是第 {version} 版",
      en: "The rules were not put in force: somebody changed them meanwhile, to version {version}",
    },
    next: {
      zh: "请查看第 {version} 版，把仍需要的改动合在一起，再以它为基础提交。",
      en: "Look at version {version}, bring together what is still wanted, and send it again based on that version.",
    },
  },
  routing_rule_name_taken: {
    status: 422,
    retry: "afterFix",
    title: { zh: "有几条规则都叫“{rule}”", en: "Several rules are named “{rule}”" },
    next: {
      zh: "收款的时间线用规则名说明走了哪一条，请给每条规则不同的名字。",
      en: "Timelines of payments tell by its name which rule held: give each of them a name of its own.",
    },
  },
  routing_rule_never_fits: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "规则“{rule}”永远不会有收款符合",
      en: "No payment can ever fit the rule “{rule}”",
    },
    next: {
      zh: "开始和结束时间不能相同（全天请都不填），金额上限不能低于下限。",
      en: "It must not end at the time it begins (leave both out for all day), nor have a highest amount below its lowest.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
