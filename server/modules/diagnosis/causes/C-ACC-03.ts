// A refund waits because the merchant's balance at the channel does not cover it. Taking money never fails for this.
import { exampleFile, examplePayment } from "../example.ts";
import type { Cause } from "../model.ts";
import { step } from "../steps.ts";

const answered = (outcome: string, second = 0) => ({
  at: `2026-11-22T04:10:0${second}.000Z`,
  kind: "refundAnswered",
  data: {
    outcome,
    response: outcome === "balanceShort" ? { sub_code: "ACQ.SELLER_BALANCE_NOT_ENOUGH" } : {},
  },
});
const later = { builtAt: "2026-11-22T04:15:00.000Z" } as const;

export default {
  id: "C-ACC-03",
  names: { zh: "商户在渠道的余额不足，退款在等", en: "The merchant’s balance is short; a refund waits" },
  actor: "merchant",
  texts: {
    payer: {
      zh: "商家已经发起退款，{probably}因商家账户余额不足还没有退出。补足后会自动退回，请稍等或询问商家。",
      en: "The shop has asked for your refund; it {probably} waits because the shop’s balance is short, and follows by itself once topped up.",
    },
    merchant: {
      zh: "{what} 的退款还没有退出，原因{probably}是“{shop}”在{channel}的余额不足。请充值，平台会自动重试，不要再发起一次退款。",
      en: "The refund of {what} waits {probably} because the balance of {shop} at {channel} is short. Top it up; the platform retries by itself. Do not ask for the refund again.",
    },
    operator: {
      zh: "渠道没有退款，原因{probably}是商户“{shop}”在{channel}的余额不足。退款保持处理中，按时间表重试；商户充值后会成功。",
      en: "The channel did not refund, {probably} because the balance of {shop} at {channel} is short. The refund stays in progress and is retried on its timetable; it succeeds after a top-up.",
    },
  },
  prior: 0.02,
  likelihoods: { paid: 0.99, refundShort: 0.97 },
  refutations: [{ signal: "refundShort", value: "no" }],
  neededToName: [{ signal: "refundShort", value: "yes" }],
  questions: [],
  remedies: [
    step("topUp", "R1", {
      zh: "商户给渠道账户充值，退款会自动重试",
      en: "The merchant tops up its account at the channel; the refund is retried by itself",
    }),
  ],
  tryNow: null,
  outranks: ["C-X-09"],
  examples: {
    hits: [exampleFile({ ...later, timeline: [answered("balanceShort")] })],
    misses: [
      exampleFile(),
      exampleFile({
        ...later,
        payment: examplePayment({ refundedFen: 1_250 }),
        timeline: [answered("balanceShort"), answered("refunded", 5)],
      }),
    ],
  },
} satisfies Cause;
