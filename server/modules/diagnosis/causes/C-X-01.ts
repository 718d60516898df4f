// The payer code had expired or had been used: it lives about a minute and once.
import type { Cause } from "../model.ts";
import { declinedFile, noInstrument, otherPayment } from "../example.ts";

export default {
  id: "C-X-01",
  names: { zh: "付款码已失效或已被使用", en: "The payer code has expired or was used before" },
  actor: "cashier",
  texts: {
    payer: {
      zh: "付款码{probably}已过期，请刷新付款码后再出示一次，没有扣款。",
      en: "The payment code has {probably} expired. Refresh it and show it again; nothing was charged.",
    },
    merchant: {
      zh: "{what} 没有收成：付款码{probably}已过期或用过。请顾客刷新付款码，再扫一次。",
      en: "{what} failed: the code has {probably} expired or been used. Ask for a fresh code and scan again.",
    },
    operator: {
      zh: "渠道返回 {code}：付款码{probably}已失效或已被使用。没有产生交易，可以用新的付款码重新收款。",
      en: "The channel answered {code}: the payer code has {probably} expired or been used. No trade exists; a new code may be charged.",
    },
  },
  prior: 0.15,
  likelihoods: { declined: 0.99, paid: 0.01, payerCodeRefused: 0.97 },
  refutations: [{ signal: "payerCodeRefused", value: "no" }],
  neededToName: [{ signal: "payerCodeRefused", value: "yes" }],
  questions: [],
  remedies: [
    {
      id: "freshCode",
      level: "R1",
      text: { zh: "请顾客刷新付款码，重新扫描", en: "Ask the customer to refresh the code, then scan it" },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  outranks: [],
  examples: {
    hits: [
      declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
      declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效", { around: [otherPayment(30)] }),
    ],
    misses: [declinedFile(...noInstrument), declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足")],
  },
} satisfies Cause;
