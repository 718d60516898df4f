// A channel is under maintenance, and said so before: charges get no clear answer, ours and everybody's, or are not even
// sent. Without the announcement it is a fault, and another cause.
import type { Cause } from "../model.ts";
import { alipayTrouble, declinedFile, exampleFile, noInstrument, refusedFile } from "../example.ts";

const { stuck, stuckClosed, unavailable, health, window } = alipayTrouble;

export default {
  id: "C-CHN-01",
  names: { zh: "支付渠道正在维护或更新", en: "The channel is under maintenance" },
  actor: "channel",
  texts: {
    payer: {
      zh: "{channel}{probably}正在维护，暂时付不了，请稍后再试或换其他方式付款。",
      en: "{channel} is {probably} under maintenance and cannot be used for the moment. Try again later or pay by other means.",
    },
    merchant: {
      zh: "{what} 没有明确结果，原因{probably}是{channel}正在维护（有公告），与本店和终端无关。恢复前请改用其他收款方式；这一笔在确认结果之前不要重复收款。",
      en: "{what} has no clear outcome, {probably} because {channel} is under maintenance; neither the shop nor the terminal is at fault. Use other means until it is back, and do not charge this one again before its outcome is known.",
    },
    operator: {
      zh: "{channel}对收款请求没有给出明确应答（渠道代码：{code}），{probably}处于维护或不可用状态。平台会继续查询、撤销直到有结果，恢复后自动继续收款。",
      en: "{channel} gives no clear answers (channel code: {code}) and is {probably} under maintenance or unavailable. The platform keeps querying and cancelling until there is an outcome, and collects again by itself when {channel} is back.",
    },
  },
  prior: 0.05,
  likelihoods: {
    chargeUnclear: 0.95,
    maintenanceAnnounced: 0.95,
    refusedForMaintenance: 0.95,
    requestRefused: 0.5,
    channelDown: 0.9,
    channelRepliesUnavailable: 0.8,
    closedUnpaid: 0.6,
    paid: 0.05,
    allStagesComplete: 0.001,
  },
  refutations: [
    { signal: "chargeUnclear", value: "no" },
    { signal: "maintenanceAnnounced", value: "no" },
    { signal: "refusedForMaintenance", value: "no" },
  ],
  neededToName: [{ signal: "maintenanceAnnounced", value: "yes" }],
  questions: [],
  remedies: [
    {
      id: "waitForChannel",
      level: "R0",
      text: {
        zh: "等待渠道恢复，平台会自动确认这一笔的结果",
        en: "Wait for the channel; the platform settles this payment by itself",
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
      id: "refused",
      when: ({ refusal }) => refusal?.code === "channel_in_maintenance",
      tryNow: "otherWallet",
      texts: {
        payer: {
          zh: "{channel}正在维护，这笔没有发起，没有扣款。请换其他方式付款，或稍后再试。",
          en: "{channel} is under maintenance; this payment was not started and nothing was charged. Pay by other means or try again later.",
        },
        merchant: {
          zh: "没有发起收款：{channel}正在维护（有公告），没有扣款，与本店和终端无关。恢复前请顾客换其他方式付款，恢复后自动可用。",
          en: "No payment was started: {channel} is under maintenance, as announced. Nothing was charged; neither the shop nor the terminal is at fault. Ask for other means until it is back, which it will be by itself.",
        },
        operator: {
          zh: "商户“{shop}”的请求在发往渠道之前被拒绝：{channel}处于公告的维护窗口，且没有可以替代的账户。窗口结束后自动恢复；若提前恢复，请登记实际结束时间。",
          en: "A request of {shop} was turned away before it was sent: {channel} is in an announced maintenance window and no other account could serve. It opens by itself when the window ends; if it is back earlier, write down when.",
        },
      },
    },
    {
      id: "closed",
      when: ({ payment }) => payment?.state === "closed" || payment?.state === "failed",
      tryNow: "otherWallet",
      texts: {
        payer: {
          zh: "这笔没有付成，{probably}是因为{channel}正在维护，没有扣款。请换其他方式付款，或稍后再试。",
          en: "This did not go through, {probably} because {channel} was under maintenance; nothing was charged. Pay by other means or try again later.",
        },
        merchant: {
          zh: "{what} 没有收成，已经关闭，没有扣款，原因{probably}是{channel}正在维护（有公告），与本店和终端无关。恢复前请顾客换其他方式付款。",
          en: "{what} was closed unpaid and nothing was charged, {probably} because {channel} was under maintenance, as announced; neither the shop nor the terminal is at fault. Ask for other means until it is back.",
        },
        operator: {
          zh: "{channel}没有给出明确应答（渠道代码：{code}），{probably}是因为{channel}正在维护。平台已撤销这一笔，确认没有扣款。",
          en: "{channel} gave no clear answers (channel code: {code}), {probably} because {channel} was under maintenance, as announced. The platform cancelled this payment and nothing was charged.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      stuck({ windows: [window] }),
      stuck({ windows: [window], timeline: [unavailable(1, "charge"), unavailable(6, "query")] }),
      refusedFile("channel_in_maintenance", { windows: [window] }),
      refusedFile("channel_in_maintenance", { windows: [{ ...window, scope: "wechat" }] }),
      stuckClosed({ windows: [window], health: { ...health, answered: 0, unclear: 4 } }),
    ],
    misses: [
      // Nobody announced anything: that is a fault.
      stuck({ health: { ...health, answered: 0, unclear: 6 } }),
      stuck({}),
      // A window is no excuse for a clear refusal.
      declinedFile(...noInstrument, { windows: [window] }),
      exampleFile({ windows: [window] }),
      // Turned away for another reason, while there happens to be maintenance.
      refusedFile("payer_code_used", { windows: [window] }),
    ],
  },
} satisfies Cause;
