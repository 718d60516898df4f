// Huabei is not open at the merchant. Alipay answers with a code that names no reason; our record, the channel's back
// office and other customers tell.
import type { Cause } from "../model.ts";
import {
  declinedFile,
  declinedPayment,
  exampleCapability,
  exampleFile,
  examplePayment,
  noInstrument,
  otherPayment,
} from "../example.ts";

const closedLive = { state: "closed", reason: null, askedAt: "2026-11-22T04:00:29.000Z" } as const;
const neverOpened = exampleCapability({
  state: "notApplied",
  history: [
    {
      at: "2026-10-01T02:00:00.000Z",
      stateBefore: null,
      state: "notApplied",
      source: "system",
      reason: null,
    },
  ],
  live: null,
});
const base = exampleCapability({ product: "alipay" });

export default {
  id: "C-MCH-01",
  names: { zh: "商户未开通花呗收款功能", en: "Huabei is not open at the merchant" },
  actor: "merchant",
  channel: "alipay",
  texts: {
    payer: {
      zh: "这家店{probably}暂时不能收花呗，请换余额或银行卡付款。",
      en: "This shop {probably} cannot take Huabei for now. Please pay from your balance or a card.",
    },
    merchant: {
      zh: "{what} 没有收成，原因{probably}是“{shop}”没有开通花呗收款。开通后顾客就能用花呗付款；现在可以先请顾客换余额或银行卡。",
      en: "{what} was {probably} refused because {shop} has not opened Huabei. Once it is open, customers can pay with it; until then ask for balance or card.",
    },
    operator: {
      zh: "证据表明商户“{shop}”的花呗产品{probably}未开通（渠道代码：{code}）；开通后须再次查询渠道状态并确认终端菜单已恢复。",
      en: "The evidence says that Huabei is {probably} not open at {shop} (channel code: {code}); after opening it, query the channel again and check the menu of the terminals.",
    },
  },
  prior: 0.15,
  likelihoods: {
    declined: 0.99,
    paid: 0.01,
    noInstrument: 0.9,
    huabeiRecordClosed: 0.6,
    huabeiFoundClosed: 0.9,
    huabeiLiveClosed: 0.97,
    huabeiWorkedEarlier: 0.35,
    paidOtherwiseNext: 0.8,
    sameCodeHere: 0.5,
    complainsOfHuabei: 0.9,
    creditSwitchedOff: 0.003,
    smallerHuabeiNext: 0.002,
    payersHuabeiWorked: 0.01,
    phoneSaysShopUnsupported: 0.6,
    phoneSaysCreditShort: 0.02,
    phoneSaysRestricted: 0.1,
    phoneSaysOther: 0.02,
  },
  refutations: [
    { signal: "huabeiConfirmedOpen", value: "yes" },
    { signal: "huabeiSucceededHere", value: "yes" },
    // Money that went back had come: nothing was refused.
    { signal: "givenBack", value: "yes" },
  ],
  neededToName: [
    { signal: "huabeiRecordClosed", value: "yes" },
    { signal: "huabeiFoundClosed", value: "yes" },
    { signal: "huabeiLiveClosed", value: "yes" },
  ],
  questions: ["phoneMessage"],
  remedies: [
    {
      id: "openHuabei",
      level: "R2",
      text: { zh: "一键开通花呗收款", en: "Open Huabei now" },
      action: "openHuabei",
      roles: ["operator", "merchant"],
    },
    {
      id: "otherMeans",
      level: "R1",
      text: {
        zh: "请顾客在付款码页面改用余额或银行卡，再扫一次新的付款码",
        en: "Ask the customer to choose balance or a card and show a fresh code",
      },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: "payOtherwise",
  outranks: [],
  examples: {
    hits: [
      // Our record still says open; the channel closed it behind our back.
      declinedFile(...noInstrument, { capabilities: [base, exampleCapability({ live: closedLive })] }),
      // Never applied for, and the back office does not answer.
      declinedFile(...noInstrument, { capabilities: [base, neverOpened] }),
      // It worked in the morning, was closed since, and the customer then paid from the balance.
      declinedFile(...noInstrument, {
        capabilities: [base, exampleCapability({ live: closedLive })],
        around: [otherPayment(-7_200, { fundingSource: "huabei" }), otherPayment(60)],
      }),
      // Asked again after it was found closed and opened: the payment still failed for that reason.
      declinedFile(...noInstrument, {
        builtAt: "2026-11-22T05:00:00.000Z",
        capabilities: [
          base,
          exampleCapability({
            history: [
              {
                at: "2026-11-22T04:10:02.000Z",
                stateBefore: "applying",
                state: "enabled",
                source: "channel",
                reason: null,
              },
              {
                at: "2026-11-22T04:10:01.000Z",
                stateBefore: "closed",
                state: "applying",
                source: "merchant",
                reason: null,
              },
              {
                at: "2026-11-22T04:10:00.000Z",
                stateBefore: "enabled",
                state: "closed",
                source: "channel",
                reason: null,
              },
              {
                at: "2026-10-01T02:00:00.000Z",
                stateBefore: "applying",
                state: "enabled",
                source: "channel",
                reason: null,
              },
            ],
            live: { state: "enabled", reason: null, askedAt: "2026-11-22T05:00:00.000Z" },
          }),
        ],
      }),
      // No payment at hand: somebody asks why Huabei does not work.
      exampleFile({
        payment: null,
        timeline: [],
        arrivals: [],
        complaint: { text: "为什么不能用花呗", locale: "zh", symptoms: ["huabeiFails"] },
        capabilities: [
          base,
          exampleCapability({ live: { ...closedLive, askedAt: "2026-11-22T04:00:30.000Z" } }),
        ],
      }),
      // No terminal took part: the till of the shop called over HTTP.
      declinedFile(...noInstrument, {
        capabilities: [base, exampleCapability({ live: closedLive })],
        terminal: null,
      }),
    ],
    misses: [
      // Open on both records.
      declinedFile(...noInstrument),
      // Closed, and somebody reversed a payment from the balance meanwhile: that is why the money went back.
      exampleFile({
        payment: examplePayment({ state: "reversed" }),
        arrivals: [],
        timeline: [{ at: "2026-11-22T04:00:20.000Z", kind: "reversalRequested", data: {} }],
        capabilities: [base, exampleCapability({ state: "suspended", live: closedLive })],
        around: [
          otherPayment(-60, { state: "failed", code: noInstrument[0], message: noInstrument[1] }),
          otherPayment(60),
        ],
      }),
      // Another customer's Huabei went through here.
      declinedFile(...noInstrument, {
        capabilities: [base, exampleCapability({ live: null })],
        around: [otherPayment(-600, { fundingSource: "huabei" })],
      }),
      // Only the code, and nobody can be asked: no accusation.
      declinedFile(...noInstrument, { capabilities: [base, exampleCapability({ live: null })] }),
      // Closed at the merchant, but this failure was a stale payer code.
      exampleFile({
        payment: declinedPayment("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
        timeline: [],
        arrivals: [],
        capabilities: [base, exampleCapability({ live: closedLive })],
      }),
    ],
  },
} satisfies Cause;
