// The balance or card that the payer chose does not hold enough. The channel says so itself. Huabei never fails for this.
import { declinedFile, noInstrument, otherPayment } from "../example.ts";
import type { Cause } from "../model.ts";
import { freshCode, otherMeans } from "../steps.ts";

export default {
  id: "C-PAY-01",
  names: { zh: "付款人余额或卡内金额不足", en: "The payer’s balance or card does not hold enough" },
  actor: "payer",
  texts: {
    payer: {
      zh: "这笔没有付成，{probably}是您选的付款方式里金额不足。请换一种付款方式再试，没有扣款。",
      en: "This did not go through, {probably} because the means you chose does not hold enough. Choose other means and try again; nothing was charged.",
    },
    merchant: {
      zh: "{what} 没有收成，{probably}是顾客选用的余额或银行卡金额不足。请顾客在付款码页面换一种付款方式，再扫一次。",
      en: "{what} failed, {probably} because the balance or card the customer chose does not hold enough. Ask for other means in the wallet, then scan again.",
    },
    operator: {
      zh: "渠道返回 {code}：付款人选用的资金渠道余额{probably}不足。没有产生扣款，可以用新的付款码重新收款。",
      en: "The channel answered {code}: the source the payer chose {probably} does not hold enough. Nothing was charged; a new code may be charged.",
    },
  },
  prior: 0.05,
  likelihoods: { declined: 0.99, paid: 0.01, payerMoneyShort: 0.98 },
  refutations: [{ signal: "payerMoneyShort", value: "no" }],
  neededToName: [{ signal: "payerMoneyShort", value: "yes" }],
  questions: [],
  remedies: [otherMeans, freshCode],
  tryNow: "payFromElsewhere",
  outranks: [],
  examples: {
    hits: [
      declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
      declinedFile("ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "用户银行卡余额不足", {
        around: [otherPayment(40)],
      }),
    ],
    misses: [declinedFile(...noInstrument), declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效")],
  },
} satisfies Cause;
