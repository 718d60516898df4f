// Alipay is under maintenance, announced or not: charges get no clear answer, ours and everybody's.
import type { Cause } from "../model.ts";
import { declinedFile, exampleFile, examplePayment, noInstrument } from "../example.ts";

const window = {
  id: "mwn_00000000000070008000000000000001",
  scope: "alipay",
  from: "2026-11-22T03:30:00.000Z",
  to: "2026-11-22T05:00:00.000Z",
  texts: { zh: "支付宝系统升级", en: "Alipay is being upgraded" },
} as const;
const unclear = {
  at: "2026-11-22T04:00:01.000Z",
  kind: "chargeAnswered",
  data: { outcome: "unknown", problem: null },
} as const;
const unavailable = (second: number, operation: string) => ({
  at: `2026-11-22T04:00:0${second}.000Z`,
  kind: `${operation}Answered`,
  data: { outcome: "unknown", problem: null, response: { code: "20000", sub_code: "isp.unknow-error" } },
});
const noReply = {
  at: "2026-11-22T04:00:10.000Z",
  kind: "chargeUnanswered",
  data: { outcome: "unknown", problem: "timeout" },
} as const;
const health = {
  channel: "alipay",
  from: "2026-11-22T03:55:00.000Z",
  to: "2026-11-22T04:02:00.000Z",
} as const;
const waiting = examplePayment({
  state: "processing",
  code: "isp.unknow-error",
  message: "系统繁忙",
  fundingSource: null,
  paidAt: null,
  finishedAt: null,
});
const closed = { ...waiting, state: "closed", finishedAt: "2026-11-22T04:02:03.000Z" } as const;
const stuck = (change: Parameters<typeof exampleFile>[0]) =>
  exampleFile({ payment: waiting, timeline: [unclear], arrivals: [], ...change });

export default {
  id: "C-CHN-01",
  names: { zh: "支付宝系统正在维护或更新", en: "Alipay is under maintenance" },
  actor: "channel",
  texts: {
    payer: {
      zh: "支付宝{probably}正在维护，暂时付不了，请稍后再试或换其他方式付款。",
      en: "Alipay is {probably} under maintenance and cannot be used for the moment. Try again later or pay by other means.",
    },
    merchant: {
      zh: "{what} 没有明确结果，原因{probably}是支付宝正在维护，与本店和终端无关。恢复前请改用其他收款方式；这一笔在确认结果之前不要重复收款。",
      en: "{what} has no clear outcome, {probably} because Alipay is under maintenance; neither the shop nor the terminal is at fault. Use other means until it is back, and do not charge this one again before its outcome is known.",
    },
    operator: {
      zh: "支付宝对收款请求没有给出明确应答（渠道代码：{code}），{probably}处于维护或不可用状态。平台会继续查询、撤销直到有结果，恢复后自动继续收款。",
      en: "Alipay gives no clear answers (channel code: {code}) and is {probably} under maintenance or unavailable. The platform keeps querying and cancelling until there is an outcome, and collects again by itself when Alipay is back.",
    },
  },
  prior: 0.05,
  likelihoods: {
    chargeUnclear: 0.95,
    maintenanceAnnounced: 0.6,
    channelDown: 0.9,
    channelRepliesUnavailable: 0.8,
    closedUnpaid: 0.6,
    paid: 0.05,
    allStagesComplete: 0.001,
  },
  refutations: [{ signal: "chargeUnclear", value: "no" }],
  neededToName: [
    { signal: "maintenanceAnnounced", value: "yes" },
    { signal: "channelDown", value: "yes" },
    { signal: "channelRepliesUnavailable", value: "yes" },
  ],
  questions: [],
  remedies: [
    {
      id: "waitForChannel",
      level: "R0",
      text: {
        zh: "等待支付宝恢复，平台会自动确认这一笔的结果",
        en: "Wait for Alipay; the platform settles this payment by itself",
      },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
    {
      id: "otherWallet",
      level: "R1",
      text: { zh: "请顾客改用其他方式付款", en: "Ask the customer to pay by other means" },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  outranks: [],
  examples: {
    hits: [
      // Nothing was announced and nobody else is paying: Alipay’s own words, again and again.
      stuck({ timeline: [unavailable(1, "charge"), unavailable(6, "query"), unavailable(9, "query")] }),
      stuck({ windows: [window] }),
      stuck({ health: { ...health, answered: 0, unclear: 6 } }),
      stuck({ payment: closed, timeline: [noReply], health: { ...health, answered: 1, unclear: 9 } }),
      stuck({ payment: closed, windows: [window], health: { ...health, answered: 0, unclear: 4 } }),
    ],
    misses: [
      // Only this one got no answer: somewhere between us and Alipay, and nobody knows where.
      stuck({ health: { ...health, answered: 12, unclear: 1 } }),
      stuck({}),
      stuck({ timeline: [unavailable(1, "charge")] }),
      // A window is no excuse for a clear refusal.
      declinedFile(...noInstrument, { windows: [window] }),
      exampleFile({ windows: [window] }),
    ],
  },
} satisfies Cause;
