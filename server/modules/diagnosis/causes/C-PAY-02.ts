// The payer's account is frozen, or the channel's risk control stops this payer. Which of the two, the channel says; why,
// it tells the payer alone. The same stop for several payers of one shop points elsewhere, and then nobody is named.
import { declinedFile, noInstrument, otherPayment } from "../example.ts";
import type { Cause } from "../model.ts";
import { meaningOf } from "../signals/codes.ts";
import { askPayersWallet, otherWallet } from "../steps.ts";

const risk = ["ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险"] as const;
const otherRisk = { state: "failed", code: risk[0], message: risk[1], fundingSource: null } as const;

export default {
  id: "C-PAY-02",
  names: { zh: "付款人账户被冻结或限制", en: "The payer’s account is frozen or restricted" },
  actor: "payer",
  texts: {
    payer: {
      zh: "这笔没有付成，{probably}是您的{channel}账户目前不能付款。请换一种方式付款，原因请在{channel}里查看或咨询{channel}客服 {service}。",
      en: "This did not go through, {probably} because your {channel} account cannot pay for now. Pay by other means; {channel} or its service at {service} tells the reason.",
    },
    merchant: {
      zh: "{what} 没有收成，{probably}是顾客的{channel}账户暂时不能付款，与本店和终端无关。请顾客换一种方式付款，原因由顾客自行向{channel}了解。",
      en: "{what} failed, {probably} because the customer’s {channel} account cannot pay for now; neither the shop nor the terminal is at fault. Ask for other means; the customer can ask {channel} why.",
    },
    operator: {
      zh: "渠道返回 {code}：付款人账户状态{probably}不允许付款。细节只告知付款人本人，不要向商户透露。",
      en: "The channel answered {code}: the state of the payer’s account {probably} does not allow payments. Details are for the payer alone, not for the merchant.",
    },
  },
  prior: 0.03,
  likelihoods: { declined: 0.99, paid: 0.01, payerForbidden: 0.7, riskRefused: 0.3, riskToOthers: 0.005 },
  refutations: [],
  neededToName: [
    { signal: "payerForbidden", value: "yes" },
    { signal: "riskRefused", value: "yes" },
  ],
  questions: [],
  remedies: [otherWallet, askPayersWallet],
  tryNow: "otherWallet",
  variants: [
    {
      id: "stoppedByRisk",
      when: ({ payment }) => meaningOf(payment) === "riskRefused",
      names: { zh: "渠道风控没有放行这位付款人", en: "The channel’s risk control stopped this payer" },
      texts: {
        payer: {
          zh: "这笔没有付成，{probably}是没有通过{channel}的安全检查。请换一种方式付款，原因请在{channel}里查看或咨询{channel}客服 {service}。",
          en: "This did not go through, {probably} because {channel}’s security check stopped it. Pay by other means; {channel} or its service at {service} tells the reason.",
        },
        merchant: {
          zh: "{what} 没有收成，{probably}是{channel}的安全检查没有放行这位顾客，与终端无关。请顾客换一种方式付款，原因由顾客自行向{channel}了解。",
          en: "{what} failed, {probably} because {channel}’s security check stopped this customer; the terminal is not at fault. Ask for other means; the customer can ask {channel} why.",
        },
        operator: {
          zh: "渠道返回 {code}：风控没有放行，{probably}只涉及这位付款人，本店没有别的顾客因此被拒。如果接连发生，请按风险事件处理。",
          en: "The channel answered {code}: its risk control stopped the payment, {probably} for this payer alone, as no other customer was stopped here. If it goes on, treat it as a risk incident.",
        },
      },
    },
    {
      id: "frozen",
      when: ({ payment }) => meaningOf(payment) === "payerForbidden",
      names: { zh: "付款人账户被冻结", en: "The payer’s account is frozen" },
    },
  ],
  outranks: [],
  examples: {
    hits: [declinedFile("ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态非法"), declinedFile(...risk)],
    misses: [
      declinedFile(...noInstrument),
      // Three customers, one stop: this payer is not to be blamed for it.
      declinedFile(...risk, { around: [otherPayment(-900, otherRisk), otherPayment(-602, otherRisk)] }),
    ],
  },
} satisfies Cause;
