// Errors of terminals: their identity, their signatures, their messages.
import type { DeclaredError } from "./types.ts";

export const terminalErrors = {
  signature_invalid: {
    status: 401,
    retry: "afterFix",
    title: { zh: "终端签名无效", en: "The terminal's signature is not valid" },
    next: {
      zh: "请检查签名内容与设备密钥；若密钥已丢失，请重新激活终端。",
      en: "Check what is signed and the device key; activate the terminal again if the key is lost.",
    },
  },
  signature_incomplete: {
    status: 401,
    retry: "afterFix",
    title: { zh: "终端签名格式不完整", en: "The terminal's signature is incomplete" },
    next: {
      zh: "请按 RFC 9421 签名 @method、@path、@query，以及有正文时的 content-digest 和 idempotency-key。",
      en: "Sign @method, @path, @query and, where present, content-digest and idempotency-key as RFC 9421 says.",
    },
  },
  signature_time_off: {
    status: 401,
    retry: "afterFix",
    title: {
      zh: "终端时间与平台相差 {differenceSeconds} 秒",
      en: "The terminal's clock differs from the platform's by {differenceSeconds} seconds",
    },
    next: {
      zh: "请校准终端时间后重试；平台时间为 {serverTime}，允许误差 {toleranceSeconds} 秒。",
      en: "Set the terminal's clock; the platform's is {serverTime}, {toleranceSeconds} seconds are tolerated.",
    },
  },
  signature_replayed: {
    status: 401,
    retry: "afterFix",
    title: { zh: "这个签名已经用过", en: "This signature has been used before" },
    next: {
      zh: "请为每次请求生成新的随机数并重新签名。",
      en: "Make a new nonce for every request and sign again.",
    },
  },
  body_digest_mismatch: {
    status: 401,
    retry: "afterFix",
    title: { zh: "请求正文与 Content-Digest 不一致", en: "The body does not match its Content-Digest" },
    next: { zh: "请对实际发送的字节计算摘要。", en: "Compute the digest over the bytes that are sent." },
  },
  terminal_unknown: {
    status: 401,
    retry: "afterFix",
    title: { zh: "没有这台终端，或尚未激活", en: "There is no such terminal, or it is not activated" },
    next: { zh: "请使用激活码激活终端。", en: "Activate the terminal with an activation code." },
  },
  activation_code_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "激活码不正确或已使用", en: "The activation code is wrong or was used" },
    next: {
      zh: "请核对激活码，或在终端页面重新获取。",
      en: "Check the code, or get a new one on the terminal's page.",
    },
  },
  activation_code_expired: {
    status: 422,
    retry: "afterFix",
    title: { zh: "激活码已过期", en: "The activation code has expired" },
    next: {
      zh: "激活码 {validMinutes} 分钟内有效，请重新获取。",
      en: "A code is valid for {validMinutes} minutes; get a new one.",
    },
  },
  device_key_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "设备公钥不是有效的 Ed25519 公钥", en: "The device key is not a valid Ed25519 public key" },
    next: { zh: "请重新生成设备密钥。", en: "Generate the device key again." },
  },
  device_key_used: {
    status: 409,
    retry: "afterFix",
    title: { zh: "这把设备公钥已绑定其他终端", en: "This device key is bound to another terminal" },
    next: {
      zh: "一台设备只能绑定一个终端，请重新生成密钥。",
      en: "One device is one terminal; generate a new key.",
    },
  },
  terminal_no_used: {
    status: 409,
    retry: "afterFix",
    title: { zh: "终端编号 {no} 已被使用", en: "Terminal number {no} is in use" },
    next: { zh: "请换一个编号。", en: "Choose another number." },
  },
  terminal_not_activated: {
    status: 409,
    retry: "afterFix",
    title: { zh: "终端尚未激活，不能执行此操作", en: "The terminal is not activated yet" },
    next: { zh: "请先激活终端。", en: "Activate it first." },
  },
  terminal_stopped_by_operator: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "该终端由服务商停用，商户不能自行恢复",
      en: "The service provider stopped this terminal; the merchant cannot start it again",
    },
    next: {
      zh: "请联系服务商了解原因并恢复。",
      en: "Ask the service provider for the reason and to start it again.",
    },
  },
  manager_code_missing: {
    status: 422,
    retry: "afterFix",
    title: { zh: "这家门店还没有设置店长码", en: "This store has no manager’s code yet" },
    next: {
      zh: "请商户在控制台为门店设置六位店长码，再在终端上退款。",
      en: "The merchant sets six digits for the store in the console; then terminals can refund.",
    },
  },
  manager_code_wrong: {
    status: 403,
    retry: "afterFix",
    title: { zh: "店长码不正确", en: "The manager’s code is wrong" },
    next: {
      zh: "请店长重新输入；再输错 {left} 次将锁定。",
      en: "Let the manager type it again; {left} more wrong ones lock it.",
    },
  },
  manager_code_locked: {
    status: 429,
    retry: "later",
    title: { zh: "店长码输错次数过多，已锁定", en: "The manager’s code is locked after too many wrong ones" },
    next: {
      zh: "请在 {minutes} 分钟后重试，或由商户在控制台重新设置店长码。",
      en: "Try again in {minutes} minutes, or let the merchant set a new code in the console.",
    },
  },
  message_invalid: {
    status: 400,
    retry: "never",
    title: { zh: "终端消息不符合约定", en: "The terminal's message does not match the contract" },
    next: {
      zh: "请升级终端程序；重发同样的消息没有用。",
      en: "Update the terminal's program; sending the same again will not help.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
