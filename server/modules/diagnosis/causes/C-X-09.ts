// The money came and went back: refunded in full or in part, or reversed. “Where did the money go” has an answer, and the
// ledger gives it.
import {
  askedFile,
  declinedFile,
  exampleCapability,
  exampleFile,
  examplePayment,
  noInstrument,
} from "../example.ts";
import type { Cause } from "../model.ts";
import { step } from "../steps.ts";

const closedLive = { state: "closed", reason: null, askedAt: "2026-11-22T04:00:29.000Z" } as const;
const reversed = examplePayment({ state: "reversed" });
const requested = { at: "2026-11-22T04:00:20.000Z", kind: "reversalRequested", data: {} } as const;
const when = step("whenItArrives", "R0", {
  zh: "退款原路退回：余额即时到账，银行卡一般 1 至 3 个工作日",
  en: "The money goes back the way it came: to a balance at once, to a bank card usually within 1 to 3 working days",
});

export default {
  id: "C-X-09",
  names: { zh: "已退款或已撤销", en: "Refunded or reversed" },
  actor: "merchant",
  texts: {
    payer: {
      zh: "这笔付款{probably}已经撤销，钱会原路退回。银行卡一般需要 1 至 3 个工作日。",
      en: "This payment has {probably} been reversed and the money goes back the way it came; a bank card usually takes 1 to 3 working days.",
    },
    merchant: {
      zh: "{what} {probably}已经撤销，钱退回给了顾客，本店没有收入这一笔。时间和操作见下方时间线。",
      en: "{what} has {probably} been reversed; the money went back to the customer and the shop keeps nothing of it. The timeline below tells when and by whom.",
    },
    operator: {
      zh: "这笔收款{probably}已经撤销，账本有对应的冲回分录，时间线有记录。没有故障。",
      en: "This payment has {probably} been reversed; the ledger holds the entries and the timeline tells the story. Nothing is broken.",
    },
  },
  prior: 0.06,
  likelihoods: {
    givenBack: 0.98,
    paid: 0.6,
    closedUnpaid: 0.6,
    allStagesComplete: 0.5,
    payerAsked: 0.6,
    awaitingPayer: 0.001,
    declined: 0.001,
    complainsOfMoney: 0.8,
    arrivalUnheard: 0.05,
  },
  refutations: [{ signal: "givenBack", value: "no" }],
  neededToName: [{ signal: "givenBack", value: "yes" }],
  questions: [],
  remedies: [when],
  tryNow: null,
  variants: [
    {
      id: "refundedInFull",
      when: ({ payment }) => payment !== null && (payment.refundedFen ?? 0) >= payment.amountFen,
      names: { zh: "已全额退款", en: "Refunded in full" },
      texts: {
        payer: {
          zh: "这笔 {paid} 已全额退款，原路退回。银行卡一般需要 1 至 3 个工作日。",
          en: "The {paid} of this payment were refunded in full, the way they came; a bank card usually takes 1 to 3 working days.",
        },
        merchant: {
          zh: "{what} 已经收到，之后全额退给了顾客。退款时间和经手人见下方时间线。",
          en: "{what} arrived and was then refunded in full. The timeline below tells when and by whom.",
        },
        operator: {
          zh: "收款成功后已全额退款 {refunded}，账本有对应分录。没有故障。",
          en: "Paid and then refunded in full, {refunded}; the ledger holds the entries. Nothing is broken.",
        },
      },
    },
    {
      id: "refundedInPart",
      when: ({ payment }) => (payment?.refundedFen ?? 0) > 0,
      names: { zh: "已退一部分", en: "Refunded in part" },
      texts: {
        payer: {
          zh: "这笔 {paid} 中已退 {refunded}，原路退回。银行卡一般需要 1 至 3 个工作日。",
          en: "Of the {paid}, {refunded} were refunded the way they came; a bank card usually takes 1 to 3 working days.",
        },
        merchant: {
          zh: "{what} 已经收到，之后退给顾客 {refunded}，其余仍在账上。退款时间和经手人见下方时间线。",
          en: "{what} arrived; {refunded} of it was then refunded and the rest is kept. The timeline below tells when and by whom.",
        },
        operator: {
          zh: "收款 {paid}，已退 {refunded}，账本有对应分录。没有故障。",
          en: "Paid {paid}, refunded {refunded}; the ledger holds the entries. Nothing is broken.",
        },
      },
    },
    {
      id: "calledOff",
      when: ({ payment }) => payment?.state === "closed",
      names: { zh: "收款已被撤销，没有扣款", en: "Called off before it was paid" },
      texts: {
        payer: {
          zh: "商家撤销了这笔收款，没有扣款。",
          en: "The shop called this payment off; nothing was charged.",
        },
        merchant: {
          zh: "{what} 在付款之前被撤销，没有扣款，也没有收到钱。需要时请重新收款。",
          en: "{what} was called off before it was paid; nothing was charged and nothing received. Charge again if need be.",
        },
        operator: {
          zh: "有人在付款完成前撤销了这笔收款，渠道确认没有扣款。没有故障。",
          en: "Somebody called this payment off before it was paid, and the channel confirms that nothing was charged. Nothing is broken.",
        },
      },
      remedies: [],
    },
  ],
  outranks: ["C-X-08"],
  examples: {
    hits: [
      exampleFile({ payment: examplePayment({ refundedFen: 1_250 }) }),
      exampleFile({
        payment: examplePayment({ refundedFen: 500 }),
        complaint: { text: "钱去哪了", locale: "zh", symptoms: ["moneyGone"] },
      }),
      exampleFile({ payment: reversed, arrivals: [], timeline: [requested] }),
      // Huabei is closed at the merchant, and has nothing to do with it.
      exampleFile({
        ...{ payment: reversed, arrivals: [], timeline: [requested] },
        capabilities: [exampleCapability({ product: "alipay" }), exampleCapability({ live: closedLive })],
      }),
      askedFile("closed", {
        timeline: [
          { at: "2026-11-22T04:00:01.000Z", kind: "chargeAnswered", data: { outcome: "pending" } },
          requested,
        ],
      }),
    ],
    misses: [exampleFile(), declinedFile(...noInstrument), askedFile("closed")],
  },
} satisfies Cause;
