// Alipay is under maintenance, and said so before: charges get no clear answer, ours and everybody's. Without the
// announcement it is a fault, and another cause.
import type { Cause } from "../model.ts";
import { alipayTrouble, declinedFile, exampleFile, noInstrument } from "../example.ts";

const { stuck, stuckClosed, unavailable, health, window } = alipayTrouble;

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
      zh: "{what} 没有明确结果，原因{probably}是支付宝正在维护（有公告），与本店和终端无关。恢复前请改用其他收款方式；这一笔在确认结果之前不要重复收款。",
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
    maintenanceAnnounced: 0.95,
    channelDown: 0.9,
    channelRepliesUnavailable: 0.8,
    closedUnpaid: 0.6,
    paid: 0.05,
    allStagesComplete: 0.001,
  },
  refutations: [
    { signal: "chargeUnclear", value: "no" },
    { signal: "maintenanceAnnounced", value: "no" },
  ],
  neededToName: [{ signal: "maintenanceAnnounced", value: "yes" }],
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
  tryNow: "waitForOutcome",
  variants: [
    {
      id: "closed",
      when: ({ payment }) => payment?.state === "closed" || payment?.state === "failed",
      tryNow: "otherWallet",
      texts: {
        payer: {
          zh: "这笔没有付成，{probably}是因为支付宝正在维护，没有扣款。请换其他方式付款，或稍后再试。",
          en: "This did not go through, {probably} because Alipay was under maintenance; nothing was charged. Pay by other means or try again later.",
        },
        merchant: {
          zh: "{what} 没有收成，已经关闭，没有扣款，原因{probably}是支付宝正在维护（有公告），与本店和终端无关。恢复前请顾客换其他方式付款。",
          en: "{what} was closed unpaid and nothing was charged, {probably} because Alipay was under maintenance, as announced; neither the shop nor the terminal is at fault. Ask for other means until it is back.",
        },
        operator: {
          zh: "支付宝没有给出明确应答（渠道代码：{code}），{probably}是因为支付宝正在维护。平台已撤销这一笔，确认没有扣款。",
          en: "Alipay gave no clear answers (channel code: {code}), {probably} because Alipay was under maintenance, as announced. The platform cancelled this payment and nothing was charged.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      stuck({ windows: [window] }),
      stuck({ windows: [window], timeline: [unavailable(1, "charge"), unavailable(6, "query")] }),
      stuckClosed({ windows: [window], health: { ...health, answered: 0, unclear: 4 } }),
    ],
    misses: [
      // Nobody announced anything: that is a fault.
      stuck({ health: { ...health, answered: 0, unclear: 6 } }),
      stuck({}),
      // A window is no excuse for a clear refusal.
      declinedFile(...noInstrument, { windows: [window] }),
      exampleFile({ windows: [window] }),
    ],
  },
} satisfies Cause;
