// Alipay asked the payer to confirm, and the payer did not: the password was not entered in time, or is not yet. No money
// came, whatever a screenshot shows.
import { askedFile, declinedFile, exampleFile, noInstrument } from "../example.ts";
import type { Cause } from "../model.ts";
import { freshCode, step } from "../steps.ts";

export default {
  id: "C-X-08",
  names: { zh: "付款人没有完成付款", en: "The payer did not complete the payment" },
  actor: "payer",
  texts: {
    payer: {
      zh: "这笔付款{probably}没有在手机上确认，已经关闭，没有扣款。需要付款请重新出示付款码。",
      en: "This payment was {probably} not confirmed on the phone and has been closed; nothing was charged. To pay, show a payment code again.",
    },
    merchant: {
      zh: "{what} 没有收到钱：{channel}请顾客在手机上输入密码，顾客{probably}没有完成，订单已关闭。请核对顾客手机里的账单，不要只看截图；需要时重新收款。",
      en: "{what} brought no money: {channel} asked the customer for the password, and the customer {probably} did not enter it; the order is closed. Look at the bill on the customer’s phone, not at a screenshot; charge again if need be.",
    },
    operator: {
      zh: "渠道创建交易后等待付款人确认，{probably}直到超时也没有确认，订单已关闭，渠道确认没有扣款。可以重新收款。",
      en: "The channel made the trade and waited for the payer, who {probably} did not confirm in time; the order is closed and the channel confirms that nothing was charged. It may be charged again.",
    },
  },
  prior: 0.06,
  likelihoods: {
    payerAsked: 0.97,
    closedUnpaid: 0.7,
    awaitingPayer: 0.6,
    paid: 0.01,
    givenBack: 0.001,
    declined: 0.01,
    chargeUnclear: 0.02,
    allStagesComplete: 0.001,
  },
  refutations: [{ signal: "payerAsked", value: "no" }],
  neededToName: [{ signal: "payerAsked", value: "yes" }],
  questions: [],
  remedies: [
    step("lookAtBill", "R0", {
      zh: "请顾客打开{channel}账单核对：没有这笔支出，就是没有付款",
      en: "Ask the customer to open the bill in {channel}: what is not there was not paid",
    }),
    freshCode,
  ],
  tryNow: "askAgain",
  variants: [
    {
      id: "waiting",
      when: ({ payment }) => payment?.state === "awaitingPayer",
      names: { zh: "正在等付款人在手机上确认", en: "Waiting for the payer to confirm on the phone" },
      texts: {
        payer: {
          zh: "{channel}正在等您确认。请在手机上输入密码完成付款。",
          en: "{channel} is waiting for you. Please enter the password on your phone.",
        },
        merchant: {
          zh: "{what} 还在等顾客在手机上输入密码。请提醒顾客看手机，先不要重新扫码；超时会自动关闭。",
          en: "{what} waits for the customer’s password on the phone. Remind the customer, and do not scan again yet; it closes by itself when time runs out.",
        },
        operator: {
          zh: "交易已创建，渠道在等付款人确认。平台按时间表查询，超时撤销，目前不需要处理。",
          en: "The trade exists and the channel waits for the payer. The platform queries on its timetable and cancels when time runs out; nothing is to be done now.",
        },
      },
      tryNow: "confirmOnPhone",
      remedies: [
        step("confirmOnPhone", "R1", {
          zh: "请顾客在手机上输入密码确认付款",
          en: "Ask the customer to confirm with the password on the phone",
        }),
      ],
    },
  ],
  outranks: [],
  examples: {
    hits: [askedFile("closed"), askedFile("awaitingPayer")],
    misses: [
      exampleFile(),
      declinedFile(...noInstrument),
      // Called off by hand: that is another story.
      askedFile("closed", {
        timeline: [
          { at: "2026-11-22T04:00:01.000Z", kind: "chargeAnswered", data: { outcome: "pending" } },
          { at: "2026-11-22T04:00:40.000Z", kind: "reversalRequested", data: {} },
        ],
      }),
    ],
  },
} satisfies Cause;
