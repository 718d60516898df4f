// What none of the other causes explains. Said openly, and handed to a person with everything we have.
import type { Cause } from "../model.ts";
import {
  declinedFile,
  exampleArrival,
  exampleFile,
  examplePayment,
  noInstrument,
  refusedFile,
} from "../example.ts";

export default {
  id: "C-X-11",
  names: { zh: "现有证据不足以判断原因", en: "The evidence does not tell the cause" },
  actor: "platform",
  texts: {
    payer: {
      zh: "暂时不能确定原因。请换一种方式付款，或稍后再试。",
      en: "The cause is not known for now. Please pay by other means or try again later.",
    },
    merchant: {
      zh: "{what}：现有证据还不能判断原因，我们不猜测。渠道的原话是 {code}。需要时请转人工，证据会一并带上。",
      en: "{what}: the evidence does not tell the cause, and we do not guess. The channel’s own words: {code}. Ask for a person if need be; the evidence goes along.",
    },
    operator: {
      zh: "没有一个已知原因能解释全部证据（渠道代码：{code}）。请人工查看时间线，并把结论记回来。",
      en: "No known cause explains all of the evidence (channel code: {code}). Look at the timeline, and record what it turns out to be.",
    },
  },
  prior: 0.1,
  likelihoods: {},
  refutations: [],
  neededToName: [],
  questions: [],
  remedies: [
    {
      id: "askPerson",
      level: "R4",
      text: { zh: "转人工处理，附上全部证据", en: "Hand over to a person with all the evidence" },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: null,
  outranks: [],
  examples: {
    hits: [
      declinedFile("ACQ.EXIST_FORBIDDEN_WORD", "订单信息中包含违禁词"),
      refusedFile("payer_code_unrecognised"),
      // Delivered and yet silent: something inside the terminal that no machine sees, and nobody could tell.
      exampleFile({
        arrivals: [exampleArrival({ stage: "delivered", spokenAt: null })],
        answers: [
          {
            questionId: "terminalScreen",
            optionId: "unsure",
            at: "2026-11-22T04:00:29.500Z",
            actor: "trm_1",
          },
        ],
      }),
      // A lone charge without an answer while everybody else is served.
      exampleFile({
        payment: examplePayment({
          state: "processing",
          code: null,
          message: null,
          fundingSource: null,
          paidAt: null,
          finishedAt: null,
        }),
        timeline: [
          {
            at: "2026-11-22T04:00:10.000Z",
            kind: "chargeUnanswered",
            data: { outcome: "unknown", problem: "timeout" },
          },
        ],
        arrivals: [],
        health: {
          channel: "alipay",
          from: "2026-11-22T03:55:00.000Z",
          to: "2026-11-22T04:02:00.000Z",
          answered: 12,
          unclear: 1,
        },
      }),
      // The phone shows that Huabei had not even been chosen.
      declinedFile(...noInstrument, {
        answers: [
          {
            questionId: "phoneMessage",
            optionId: "notHuabei",
            at: "2026-11-22T04:00:29.500Z",
            actor: "trm_1",
          },
        ],
      }),
    ],
    misses: [exampleFile(), declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效")],
  },
} satisfies Cause;
