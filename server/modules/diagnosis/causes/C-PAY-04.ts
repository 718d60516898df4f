// The payer's Huabei credit does not suffice. Alipay never says so. The payer's phone does, and so does the same payer's
// Huabei where it works for less or worked before: that makes it probable, never certain.
import type { Cause } from "../model.ts";
import { declinedFile, exampleCapability, noInstrument, otherPayment } from "../example.ts";

const said = (optionId: string) =>
  [{ questionId: "phoneMessage", optionId, at: "2026-11-22T04:00:29.500Z", actor: "trm_1" }] as const;

export default {
  id: "C-PAY-04",
  names: { zh: "花呗额度不足", en: "Not enough Huabei credit" },
  actor: "payer",
  channel: "alipay",
  texts: {
    payer: {
      zh: "这笔没有付成，原因{probably}是花呗可用额度不够。请换余额或银行卡，或在支付宝里查看花呗额度。",
      en: "This did not go through, {probably} because the available Huabei credit is not enough. Pay from your balance or a card, or look at your Huabei credit in Alipay.",
    },
    merchant: {
      zh: "{what} 没有收成，原因{probably}是顾客的花呗额度不够，现有记录显示本店的花呗收款是开通的。请顾客换一种方式付款。",
      en: "{what} was {probably} refused for lack of Huabei credit; our record shows Huabei open at this shop. Ask the customer to pay by other means.",
    },
    operator: {
      zh: "渠道返回 {code}，不说明原因；记录显示商户“{shop}”的花呗产品已开通，原因{probably}是付款人额度不足。渠道不提供付款人额度，只能由付款人核实。",
      en: "The channel answered {code} without a reason; our record shows Huabei open at {shop}, so the payer’s credit is {probably} short. Only the payer can verify it.",
    },
  },
  prior: 0.12,
  likelihoods: {
    declined: 0.99,
    paid: 0.01,
    noInstrument: 0.9,
    paidOtherwiseNext: 0.6,
    complainsOfHuabei: 0.9,
    creditSwitchedOff: 0.003,
    smallerHuabeiNext: 0.3,
    payersHuabeiWorked: 0.3,
    phoneSaysCreditShort: 0.8,
    phoneSaysRestricted: 0.03,
    phoneSaysShopUnsupported: 0.02,
    phoneSaysOther: 0.02,
  },
  refutations: [],
  neededToName: [
    { signal: "phoneSaysCreditShort", value: "yes" },
    { signal: "smallerHuabeiNext", value: "yes" },
    { signal: "payersHuabeiWorked", value: "yes" },
  ],
  questions: ["phoneMessage"],
  remedies: [
    {
      id: "otherMeans",
      level: "R1",
      text: {
        zh: "请顾客改用余额或银行卡，再扫一次新的付款码",
        en: "Ask the customer to choose balance or a card and show a fresh code",
      },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: "payOtherwise",
  outranks: [],
  examples: {
    hits: [
      declinedFile(...noInstrument, { answers: said("creditShort") }),
      // A smaller amount went through with Huabei at the same till: nobody has to be asked.
      declinedFile(...noInstrument, {
        around: [otherPayment(50, { fundingSource: "huabei", amountFen: 600 })],
      }),
      // The same account had paid with Huabei in the morning, and now paid this amount from the balance.
      declinedFile(...noInstrument, {
        around: [
          otherPayment(-7_200, { fundingSource: "huabei", payerAccount: "138****1234" }),
          otherPayment(50, { payerAccount: "138****1234" }),
        ],
      }),
    ],
    misses: [
      // The code alone does not accuse the payer.
      declinedFile(...noInstrument),
      declinedFile(...noInstrument, { answers: said("huabeiRestricted") }),
      // The phone says so, but the shop is closed for Huabei on both records: two stories, so no accusation of the payer.
      declinedFile(...noInstrument, {
        capabilities: [
          exampleCapability({ product: "alipay" }),
          exampleCapability({ live: { state: "closed", reason: null, askedAt: "2026-11-22T04:00:29.000Z" } }),
        ],
      }),
    ],
  },
} satisfies Cause;
