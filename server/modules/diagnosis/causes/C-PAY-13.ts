// A limit at the channel is exceeded. Whose limit it is, the code says: the payer's per day or month, what the merchant may
// receive, or the amount of one payment. The wrong one of them named would send people to the wrong door.
import { declinedFile, noInstrument, otherPayment } from "../example.ts";
import type { Cause } from "../model.ts";
import { meaningOf } from "../signals/codes.ts";
import { askPayersWallet, otherWallet, step } from "../steps.ts";
import type { Texts } from "../model.ts";

const askForMore = step("askForHigherLimit", "R4", {
  zh: "在{channel}商户平台查看收款额度；需要提额，请带上证据联系服务商或{channel}",
  en: "Look at the receiving limit in {channel}’s merchant pages; for a higher one ask the service provider or {channel}, with this evidence",
});
const splitNot = step("otherMeansForLarge", "R1", {
  zh: "大额请顾客改用刷卡或转账；不要拆成几笔来绕过限额",
  en: "For a large amount ask for a bank card or a transfer; do not split it to get round the limit",
});

const payerTexts = (zh: string, en: string): Texts => ({
  payer: {
    zh: `这笔没有付成，{probably}超过了您在{channel}的${zh}付款限额。请换一种方式付款，限额可在{channel}的“支付设置”里查看。`,
    en: `This did not go through: it {probably} exceeds your ${en} limit at {channel}. Pay by other means; the limit is shown in {channel}’s payment settings.`,
  },
  merchant: {
    zh: `{what} 没有收成，{probably}超过了顾客在{channel}的${zh}付款限额，与本店无关。请顾客换一种方式付款。`,
    en: `{what} failed: it {probably} exceeds the customer’s own ${en} limit at {channel}; the shop is not at fault. Ask for other means.`,
  },
  operator: {
    zh: `渠道返回 {code}：{probably}超过付款人的${zh}限额。限额由{channel}管理，平台不能也不会调整。`,
    en: `The channel answered {code}: the payer’s ${en} limit is {probably} exceeded. {channel} holds that limit; the platform cannot change it.`,
  },
});

export default {
  id: "C-PAY-13",
  names: { zh: "超过渠道的交易限额", en: "A limit at the channel is exceeded" },
  actor: "payer",
  texts: {
    payer: {
      zh: "这笔没有付成，{probably}超过了{channel}的限额。请换一种方式付款，没有扣款。",
      en: "This did not go through: it {probably} exceeds a limit at {channel}. Pay by other means; nothing was charged.",
    },
    merchant: {
      zh: "{what} 没有收成，{probably}超过了{channel}对单笔金额的限额，渠道没有说明是谁的限额。请顾客换一种方式付款。",
      en: "{what} failed: it {probably} exceeds a limit of {channel} on one payment; the channel does not say whose. Ask for other means.",
    },
    operator: {
      zh: "渠道返回 {code}：{probably}超过限额，代码没有说明是付款人还是商户“{shop}”的限额。请在{channel}商户平台核对收款额度。",
      en: "The channel answered {code}: a limit is {probably} exceeded; the code does not say whether the payer’s or that of {shop}. Compare with the receiving limits in {channel}’s merchant pages.",
    },
  },
  prior: 0.04,
  likelihoods: { declined: 0.99, paid: 0.01, limitExceeded: 0.98 },
  refutations: [{ signal: "limitExceeded", value: "no" }],
  neededToName: [{ signal: "limitExceeded", value: "yes" }],
  questions: [],
  remedies: [otherWallet, splitNot],
  tryNow: "otherWallet",
  variants: [
    {
      id: "payerDayLimit",
      when: ({ payment }) => meaningOf(payment) === "payerDayLimit",
      names: { zh: "超过付款人的单日付款限额", en: "The payer’s daily limit is exceeded" },
      texts: payerTexts("单日", "daily"),
      remedies: [otherWallet, askPayersWallet],
    },
    {
      id: "payerMonthLimit",
      when: ({ payment }) => meaningOf(payment) === "payerMonthLimit",
      names: { zh: "超过付款人的每月付款限额", en: "The payer’s monthly limit is exceeded" },
      texts: payerTexts("每月", "monthly"),
      remedies: [otherWallet, askPayersWallet],
    },
    {
      id: "payerLimit",
      when: ({ payment }) => meaningOf(payment) === "payerLimit",
      names: { zh: "超过付款人的付款限额", en: "The payer’s limit is exceeded" },
      texts: payerTexts("", "own"),
      remedies: [otherWallet, askPayersWallet],
    },
    {
      id: "merchantLimit",
      when: ({ payment }) => meaningOf(payment) === "merchantLimit",
      names: { zh: "超过商户的收款限额", en: "The merchant’s receiving limit is exceeded" },
      actor: "merchant",
      texts: {
        payer: {
          zh: "这笔没有付成，{probably}是这家店的{channel}收款额度已满，不是您的问题。请换一种方式付款。",
          en: "This did not go through, {probably} because this shop has reached its receiving limit at {channel}; it is not your fault. Please pay by other means.",
        },
        merchant: {
          zh: "{what} 没有收成，{probably}是“{shop}”超过了{channel}的收款限额，与顾客无关。请顾客换一种方式付款；限额可在{channel}商户平台查看和申请调整。",
          en: "{what} failed: {shop} has {probably} exceeded its receiving limit at {channel}; the customer is not at fault. Ask for other means. The limit is shown in {channel}’s merchant pages, and a higher one can be asked for there.",
        },
        operator: {
          zh: "渠道返回 {code}：商户“{shop}”{probably}超过收款限额。提额由商户向{channel}申请，平台不会自动调整。",
          en: "The channel answered {code}: {shop} has {probably} exceeded its receiving limit. The merchant asks {channel} for a higher one; the platform never raises it.",
        },
      },
      remedies: [otherWallet, askForMore],
    },
  ],
  outranks: [],
  examples: {
    hits: [
      declinedFile("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限"),
      declinedFile("ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "买家付款月额度超限"),
      declinedFile("ACQ.BEYOND_PAY_RESTRICTION", "商户收款额度超限", { around: [otherPayment(-60)] }),
      declinedFile("ACQ.BEYOND_PER_RECEIPT_RESTRICTION", "商户收款金额超过月限额"),
      declinedFile("ACQ.TOTAL_FEE_EXCEED", "订单总金额超过限额"),
    ],
    misses: [declinedFile(...noInstrument), declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足")],
  },
} satisfies Cause;
