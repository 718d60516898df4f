// This platform itself is under maintenance, as announced: it turns requests away before anything is sent anywhere. No
// channel is at fault, and no other wallet helps.
import type { Cause } from "../model.ts";
import { alipayTrouble, exampleFile, noInstrument, declinedFile, refusedFile } from "../example.ts";
import { step } from "../steps.ts";

const { window } = alipayTrouble;
const own = {
  ...window,
  scope: "own",
  texts: { zh: "收款系统升级", en: "The payment system is being upgraded" },
} as const;

export default {
  id: "C-CHN-02",
  names: { zh: "收款平台正在维护或升级", en: "The payment platform is under maintenance" },
  actor: "platform",
  texts: {
    payer: {
      zh: "收款平台{probably}正在维护，暂时不能付款。请先用现金付款，或稍后再付。",
      en: "The shop’s payment platform is {probably} under maintenance and takes no payments for the moment. Pay in cash, or later.",
    },
    merchant: {
      zh: "现在不能收款，原因{probably}是收款平台正在维护（有公告），与本店、终端和顾客的钱包都无关。恢复之前请收现金，恢复后自动可用。",
      en: "No payments can be taken, {probably} because the payment platform is under maintenance, as announced; the shop, the terminal and the customer’s wallet are not at fault. Take cash until it is back; nothing has to be done for that.",
    },
    operator: {
      zh: "“{shop}”不能收款，{probably}是因为平台自身处于公告的维护窗口。窗口结束后自动恢复；若提前完成，请登记实际结束时间，收款立即恢复。",
      en: "{shop} cannot take payments, {probably} because the platform itself is in an announced maintenance window. It opens by itself when the window ends; if the work is done earlier, write down when, and payments are taken again at once.",
    },
  },
  prior: 0.01,
  likelihoods: {
    ownMaintenanceAnnounced: 0.97,
    refusedForOwnMaintenance: 0.97,
    requestRefused: 0.97,
    paid: 0.001,
    declined: 0.001,
    allStagesComplete: 0.001,
  },
  refutations: [
    { signal: "ownMaintenanceAnnounced", value: "no" },
    { signal: "refusedForOwnMaintenance", value: "no" },
  ],
  neededToName: [{ signal: "ownMaintenanceAnnounced", value: "yes" }],
  questions: [],
  remedies: [
    step("waitForPlatform", "R0", {
      zh: "等待维护结束，收款自动恢复",
      en: "Wait for the end of the maintenance; payments are taken again by themselves",
    }),
    step("takeCash", "R1", {
      zh: "恢复之前请收现金，或请顾客稍后再付",
      en: "Take cash until it is back, or ask the customer to pay later",
    }),
  ],
  tryNow: "cashForNow",
  variants: [
    {
      id: "refused",
      when: ({ refusal }) => refusal?.code === "platform_in_maintenance",
      texts: {
        payer: {
          zh: "收款平台正在维护，这笔没有发起，没有扣款。请先用现金付款，或稍后再付。",
          en: "The shop’s payment platform is under maintenance; this payment was not started and nothing was charged. Pay in cash, or later.",
        },
        merchant: {
          zh: "没有发起收款：收款平台正在维护（有公告），没有扣款，与本店、终端和顾客的钱包都无关。恢复之前请收现金，恢复后自动可用。",
          en: "No payment was started: the payment platform is under maintenance, as announced. Nothing was charged; the shop, the terminal and the customer’s wallet are not at fault. Take cash until it is back; nothing has to be done for that.",
        },
        operator: {
          zh: "“{shop}”的请求因平台自身处于公告的维护窗口而被拒绝，没有向任何渠道发起。窗口结束后自动恢复；若提前完成，请登记实际结束时间，收款立即恢复。",
          en: "A request of {shop} was turned away because the platform itself is in an announced maintenance window; nothing was sent to any channel. It opens by itself when the window ends; if the work is done earlier, write down when, and payments are taken again at once.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      refusedFile("platform_in_maintenance", { windows: [own] }),
      refusedFile("platform_in_maintenance", { windows: [window, own] }),
    ],
    misses: [
      // Announced, and taken in hand all the same.
      exampleFile({ windows: [own] }),
      declinedFile(...noInstrument, { windows: [own] }),
      // Turned away for another reason.
      refusedFile("payer_code_used", { windows: [own] }),
      refusedFile("channel_in_maintenance", { windows: [window] }),
      // Nobody announced anything for that moment.
      refusedFile("platform_in_maintenance"),
      refusedFile("platform_in_maintenance", { windows: [{ ...own, to: own.from }] }),
    ],
  },
} satisfies Cause;
