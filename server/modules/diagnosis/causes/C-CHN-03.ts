// Alipay does not work as it should and nobody announced it: a fault, not maintenance. Its own words, again and again, or
// the other merchants' payments tell; one lone timeout tells nothing.
import { alipayTrouble, declinedFile, exampleFile, noInstrument } from "../example.ts";
import type { Cause } from "../model.ts";
import { otherWallet, step } from "../steps.ts";

const { stuck, stuckClosed, unavailable, noReply, health, window } = alipayTrouble;

export default {
  id: "C-CHN-03",
  names: { zh: "渠道系统故障（没有维护公告）", en: "A fault at the channel, without any announcement" },
  actor: "channel",
  texts: {
    payer: {
      zh: "{channel}{probably}出了故障，这笔还没有结果。请先不要重复付款，商家的平台正在确认。",
      en: "{channel} {probably} has a fault and this payment has no outcome yet. Do not pay again; the shop’s platform is finding out.",
    },
    merchant: {
      zh: "{what} 没有明确结果，原因{probably}是{channel}系统故障，与本店和终端无关。平台会自动查清这一笔；在此之前不要对它重复收款，其他顾客请改用其他方式。",
      en: "{what} has no clear outcome, {probably} because of a fault at {channel}; neither the shop nor the terminal is at fault. The platform finds out; until then do not charge this one again, and ask other customers for other means.",
    },
    operator: {
      zh: "{channel}没有给出明确应答（渠道代码：{code}），当时没有维护公告，{probably}是渠道故障。平台继续查询和撤销；请登记事件并联系{channel}。",
      en: "{channel} gives no clear answers (channel code: {code}), and no maintenance was announced: {probably} a fault of the channel. The platform keeps querying and cancelling; record the incident and call {channel}.",
    },
  },
  prior: 0.04,
  likelihoods: {
    chargeUnclear: 0.95,
    channelDown: 0.9,
    channelRepliesUnavailable: 0.8,
    maintenanceAnnounced: 0.002,
    closedUnpaid: 0.6,
    paid: 0.05,
    allStagesComplete: 0.001,
  },
  refutations: [
    { signal: "chargeUnclear", value: "no" },
    { signal: "maintenanceAnnounced", value: "yes" },
  ],
  neededToName: [
    { signal: "channelDown", value: "yes" },
    { signal: "channelRepliesUnavailable", value: "yes" },
  ],
  questions: [],
  remedies: [
    step("waitForChannel", "R0", {
      zh: "等待{channel}恢复，平台会自动确认这一笔的结果",
      en: "Wait for {channel}; the platform settles this payment by itself",
    }),
    otherWallet,
    step("callChannel", "R4", {
      zh: "登记渠道故障，带上请求与应答联系{channel}",
      en: "Record the incident and call {channel}, with requests and answers at hand",
    }),
  ],
  tryNow: "waitForOutcome",
  variants: [
    {
      id: "closed",
      when: ({ payment }) => payment?.state === "closed" || payment?.state === "failed",
      tryNow: "otherWallet",
      texts: {
        payer: {
          zh: "这笔没有付成，{probably}是因为{channel}出了故障，没有扣款。请换其他方式付款，或稍后再试。",
          en: "This did not go through, {probably} because of a fault at {channel}; nothing was charged. Pay by other means or try again later.",
        },
        merchant: {
          zh: "{what} 没有收成，已经关闭，没有扣款，原因{probably}是{channel}系统故障，与本店和终端无关。恢复前请顾客换其他方式付款。",
          en: "{what} was closed unpaid and nothing was charged, {probably} because of a fault at {channel}; neither the shop nor the terminal is at fault. Ask for other means until it is back.",
        },
        operator: {
          zh: "{channel}没有给出明确应答（渠道代码：{code}），{probably}是因为{channel}出了故障。平台已撤销这一笔，确认没有扣款。",
          en: "{channel} gave no clear answers (channel code: {code}), {probably} because of a fault at {channel}. The platform cancelled this payment and nothing was charged.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      // Nobody else is paying: Alipay’s own words, again and again.
      stuck({ timeline: [unavailable(1, "charge"), unavailable(6, "query"), unavailable(9, "query")] }),
      stuck({ health: { ...health, answered: 0, unclear: 6 } }),
      stuckClosed({ timeline: [noReply], health: { ...health, answered: 1, unclear: 9 } }),
    ],
    misses: [
      // Announced: that is maintenance.
      stuck({ windows: [window], health: { ...health, answered: 0, unclear: 6 } }),
      // Only this one got no answer: somewhere between us and Alipay, and nobody knows where.
      stuck({ health: { ...health, answered: 12, unclear: 1 } }),
      stuck({}),
      stuck({ timeline: [unavailable(1, "charge")] }),
      declinedFile(...noInstrument),
      exampleFile(),
    ],
  },
} satisfies Cause;
