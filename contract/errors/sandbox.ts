// Errors of the sandbox’s own control calls; the simulated gateways answer in their channel’s words instead.
import type { DeclaredError } from "./types.ts";

export const sandboxErrors = {
  sandbox_full: {
    status: 409,
    retry: "afterFix",
    title: { zh: "沙箱中的数量已达上限 {max}", en: "The sandbox already holds its maximum of {max}" },
    next: {
      zh: "请复用已有的钱包或商户，或换一个新的数据目录。",
      en: "Use an existing wallet or merchant, or start with a fresh data directory.",
    },
  },
  sandbox_credit_below_use: {
    status: 422,
    retry: "afterFix",
    title: { zh: "花呗额度不能低于已用额度", en: "The Huabei limit may not be below what is already used" },
    next: { zh: "请把额度设为不少于 {usedFen} 分。", en: "Set the limit to {usedFen} fen or more." },
  },
  sandbox_nothing_to_approve: {
    status: 409,
    retry: "never",
    title: {
      zh: "这笔交易不在等待输入密码（{status}）",
      en: "This trade does not wait for a password ({status})",
    },
    next: { zh: "请刷新钱包页面查看最新状态。", en: "Reload the wallet page to see its present state." },
  },
  sandbox_password_wrong: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "支付密码错误，还可以输入 {attemptsLeft} 次",
      en: "Wrong password; {attemptsLeft} attempts left",
    },
    next: { zh: "请重新输入六位支付密码。", en: "Type the six-digit password again." },
  },
  sandbox_password_locked: {
    status: 409,
    retry: "afterFix",
    title: { zh: "支付密码输错次数过多，已锁定", en: "The password is locked after too many wrong attempts" },
    next: {
      zh: "请为该钱包设置新密码（PATCH /control/wallets），即可解锁。",
      en: "Give the wallet a new password (PATCH /control/wallets) to unlock it.",
    },
  },
  sandbox_payer_cannot_pay: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "密码正确，但所选付款方式无法支付（{reason}）",
      en: "Right password, but this means cannot pay ({reason})",
    },
    next: { zh: "请换一种付款方式后再次确认。", en: "Choose another means of payment and approve again." },
  },
  sandbox_scan_unknown: {
    status: 404,
    retry: "never",
    title: { zh: "没有这个收款码，或它已过期", en: "There is no such code, or it has expired" },
    next: { zh: "请让收银员重新出码后再扫。", en: "Ask the cashier for a fresh code and scan that." },
  },
  sandbox_scan_taken: {
    status: 409,
    retry: "never",
    title: { zh: "这个收款码已被另一位付款人扫过", en: "Another payer has scanned this code already" },
    next: { zh: "请让收银员为你单独出码。", en: "Ask the cashier for a code of your own." },
  },
  sandbox_bridge_forged: {
    status: 403,
    retry: "afterFix",
    title: { zh: "支付验证签名失败", en: "The page’s signature does not hold" },
    next: {
      zh: "paySign 须用商户私钥对 appId、timeStamp、nonceStr、package 四行签名，signType 填 RSA。",
      en: "paySign is made with the merchant’s private key over four lines: appId, timeStamp, nonceStr, package; signType is RSA.",
    },
  },
  sandbox_answer_unknown: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "{method} 的文档里没有 {subCode} 这个错误码",
      en: "{subCode} is not documented for {method}",
    },
    next: { zh: "请从这些错误码中选择：{listed}。", en: "Choose one of these: {listed}." },
  },
  sandbox_answer_has_no_effect: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "{subCode} 表示请求没有被执行，不能要求账簿照常记账",
      en: "{subCode} says that nothing was done, so the books cannot carry the request out",
    },
    next: {
      zh: "请去掉 effect，或改用结果不明的错误码，例如 ACQ.SYSTEM_ERROR。",
      en: "Leave effect out, or take a code that leaves the outcome open, such as ACQ.SYSTEM_ERROR.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
