// Errors of signing in, keys and sessions.
import type { DeclaredError } from "./types.ts";

export const identityErrors = {
  sign_in_link_invalid: {
    status: 401,
    retry: "afterFix",
    title: {
      zh: "登录链接无效、已使用过或已过期",
      en: "The sign-in link is invalid, was used before or has expired",
    },
    next: {
      zh: "请在平台所在的机器上运行 npx huiyin console link，打开新的链接。",
      en: "Run npx huiyin console link on the platform's machine and open the new link.",
    },
  },
  session_expired: {
    status: 401,
    retry: "afterFix",
    title: { zh: "登录已失效", en: "The session has ended" },
    next: { zh: "请用新的登录链接重新登录。", en: "Sign in again with a new link." },
  },
  session_missing: {
    status: 409,
    retry: "never",
    title: { zh: "这个请求不是在登录会话中发送的", en: "This request was not sent within a session" },
    next: {
      zh: "用密钥发送的请求没有可退出的会话；要停用密钥请吊销它。",
      en: "A request sent with a key has no session to leave; revoke the key instead.",
    },
  },
  origin_not_allowed: {
    status: 403,
    retry: "never",
    title: { zh: "拒绝来自其他网站的操作", en: "An operation from another site is refused" },
    next: {
      zh: "请在控制台页面内操作；程序调用请使用密钥。",
      en: "Do this from the console itself; programs use a key.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
