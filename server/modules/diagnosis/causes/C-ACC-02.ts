// The merchant's own account at the channel is frozen: no customer can pay here, by whatever means. The channel says so.
import { declinedFile, noInstrument, otherPayment } from "../example.ts";
import type { Cause } from "../model.ts";
import { otherWallet, step } from "../steps.ts";

const blocked = ["ACQ.SELLER_BEEN_BLOCKED", "商家账号被冻结"] as const;

export default {
  id: "C-ACC-02",
  names: { zh: "商户在渠道的账户被冻结", en: "The merchant’s account at the channel is frozen" },
  actor: "merchant",
  texts: {
    payer: {
      zh: "这家店的{channel}收款{probably}暂时不可用，不是您的问题。请换一种方式付款，没有扣款。",
      en: "This shop {probably} cannot collect with {channel} for now; it is not your fault. Please pay by other means; nothing was charged.",
    },
    merchant: {
      zh: "{what} 没有收成，原因{probably}是“{shop}”的{channel}账户被冻结，所有{channel}收款都会失败。请先用其他方式收款，并尽快联系{channel}了解原因和解除办法。",
      en: "{what} was refused {probably} because the {channel} account of {shop} is frozen; every {channel} payment fails. Collect by other means, and ask {channel} soon for the reason and the way out.",
    },
    operator: {
      zh: "渠道返回 {code}：商户“{shop}”的{channel}账户{probably}被冻结。平台不能解冻；请准备材料协助商户申诉，恢复前不要引导顾客用{channel}。",
      en: "The channel answered {code}: the {channel} account of {shop} is {probably} frozen. The platform cannot lift it; help the merchant to appeal, and do not send customers to {channel} until then.",
    },
  },
  prior: 0.02,
  likelihoods: { declined: 0.99, paid: 0.01, merchantBlocked: 0.98, othersPaidHere: 0.02 },
  refutations: [{ signal: "merchantBlocked", value: "no" }],
  neededToName: [{ signal: "merchantBlocked", value: "yes" }],
  questions: [],
  remedies: [
    otherWallet,
    step("appealAtChannel", "R4", {
      zh: "商户登录{channel}商户平台查看冻结原因并申诉，附上本页证据",
      en: "The merchant looks up the reason in {channel}’s merchant pages and appeals, with this evidence",
    }),
  ],
  tryNow: "otherWallet",
  outranks: [],
  examples: {
    hits: [
      declinedFile(...blocked),
      declinedFile(...blocked, {
        around: [otherPayment(-100, { state: "failed", code: blocked[0], fundingSource: null })],
      }),
    ],
    misses: [declinedFile(...noInstrument), declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足")],
  },
} satisfies Cause;
