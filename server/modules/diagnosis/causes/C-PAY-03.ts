// Huabei is restricted, closed or was never opened on the payer's side.
import type { Cause } from "../model.ts";
import { declinedFile, noInstrument } from "../example.ts";

const said = (optionId: string) =>
  [{ questionId: "phoneMessage", optionId, at: "2026-11-22T04:00:29.500Z", actor: "trm_1" }] as const;

export default {
  id: "C-PAY-03",
  names: { zh: "消费者的花呗功能被限制或关闭", en: "The payer’s Huabei is restricted or closed" },
  actor: "payer",
  channel: "alipay",
  texts: {
    payer: {
      zh: "这笔没有付成，原因{probably}是您的花呗暂时不可用。请换余额或银行卡，具体原因请在支付宝的花呗页面查看。",
      en: "This did not go through, {probably} because your Huabei is not available for now. Pay from your balance or a card; the Huabei page in Alipay tells the reason.",
    },
    merchant: {
      zh: "{what} 没有收成，原因{probably}是顾客的花呗不可用，现有记录显示本店的花呗收款是开通的。请顾客换一种方式付款，并自行向支付宝了解原因。",
      en: "{what} was {probably} refused because the customer’s Huabei is not available; our record shows Huabei open at this shop. Ask for other means; Alipay can tell the customer why.",
    },
    operator: {
      zh: "渠道返回 {code}，不说明原因；记录显示商户“{shop}”的花呗产品已开通，原因{probably}是付款人的花呗被限制或关闭。细节只告知付款人本人。",
      en: "The channel answered {code} without a reason; our record shows Huabei open at {shop}, so the payer’s Huabei is {probably} restricted or closed. Details are for the payer alone.",
    },
  },
  prior: 0.04,
  likelihoods: {
    declined: 0.99,
    paid: 0.01,
    noInstrument: 0.9,
    paidOtherwiseNext: 0.6,
    complainsOfHuabei: 0.9,
    creditSwitchedOff: 0.003,
    smallerHuabeiNext: 0.002,
    payersHuabeiWorked: 0.003,
    phoneSaysRestricted: 0.85,
    phoneSaysCreditShort: 0.08,
    phoneSaysShopUnsupported: 0.02,
    phoneSaysOther: 0.02,
  },
  refutations: [],
  neededToName: [{ signal: "phoneSaysRestricted", value: "yes" }],
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
    hits: [declinedFile(...noInstrument, { answers: said("huabeiRestricted") })],
    misses: [declinedFile(...noInstrument), declinedFile(...noInstrument, { answers: said("notHuabei") })],
  },
} satisfies Cause;
