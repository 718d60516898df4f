// Errors of webhooks.
import type { DeclaredError } from "./types.ts";

export const webhookErrors = {
  webhook_url_refused: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "这个回调地址不能使用：{problemZh}",
      en: "This webhook address cannot be used: {problemEn}",
    },
    next: {
      zh: "请填写公网可访问的 https 地址，不含用户名和密码。",
      en: "Give an https address that is reachable from the public Internet, without user and password.",
    },
  },
  webhook_endpoints_full: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "回调地址已达上限（{max} 个）",
      en: "There are as many endpoints as a merchant may have ({max})",
    },
    next: { zh: "请先删除不再使用的回调地址。", en: "Delete one that is no longer used." },
  },
  webhook_endpoint_disabled: {
    status: 409,
    retry: "afterFix",
    title: { zh: "这个回调地址已停用", en: "This endpoint is disabled" },
    next: { zh: "请先启用，再重新发送。", en: "Enable it before sending anything again." },
  },
} as const satisfies Record<string, DeclaredError>;
