// The payer code had expired or had been used: it lives about a minute and once.
import type { Cause } from "../model.ts";
import { declinedFile, noInstrument, otherPayment, refusedFile } from "../example.ts";

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
  likelihoods: {
    declined: 0.99,
    paid: 0.01,
    payerCodeRefused: 0.97,
    requestRefused: 0.5,
    codeUsedHere: 0.5,
    collectingCode: 0.001,
  },
  refutations: [
    { signal: "payerCodeRefused", value: "no" },
    { signal: "codeUsedHere", value: "no" },
  ],
  neededToName: [
    { signal: "payerCodeRefused", value: "yes" },
    { signal: "codeUsedHere", value: "yes" },
  ],
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
  tryNow: "freshCode",
  variants: [
    {
      id: "usedHere",
      when: ({ refusal }) => refusal?.code === "payer_code_used",
      names: { zh: "这个付款码已经用过", en: "This payer code was used before" },
      texts: {
        payer: {
          zh: "这个付款码已经用过一次，没有再次扣款。请先看看上一笔是否已付，再刷新付款码。",
          en: "This payment code was used once; nothing was charged again. See whether the earlier payment went through, then refresh the code.",
        },
        merchant: {
          zh: "这个付款码在本店已经用过一次，平台没有再次扣款。请先看上一笔的结果，没有收到再请顾客刷新付款码。",
          en: "This code was used here once; the platform did not charge again. Look at the earlier payment first; if it was not paid, ask for a fresh code.",
        },
        operator: {
          zh: "付款码在“{shop}”重复使用，请求在发往渠道之前被拒绝，没有产生交易。",
          en: "A payer code was used twice at {shop}; the request was refused before it reached the channel, and no trade exists.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
      declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效", { around: [otherPayment(30)] }),
      refusedFile("payer_code_used"),
    ],
    misses: [
      declinedFile(...noInstrument),
      declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
      refusedFile("payer_code_is_collecting_code"),
    ],
  },
} satisfies Cause;
