// The shop itself takes no credit: its own switch is off, and the request told the channel so. Nothing is broken.
import {
  declinedFile,
  declinedPayment,
  exampleCapability,
  exampleFile,
  examplePayment,
  noInstrument,
  otherPayment,
} from "../example.ts";
import type { CaseFile, Cause } from "../model.ts";
import { otherMeans, step } from "../steps.ts";

const off: NonNullable<CaseFile["credit"]> = {
  acceptance: "refused",
  history: [{ at: "2026-11-20T02:00:00.000Z", acceptance: "refused", reason: "手续费高" }],
};
const back: NonNullable<CaseFile["credit"]> = {
  acceptance: "accepted",
  history: [{ at: "2026-11-22T04:10:00.000Z", acceptance: "accepted", reason: null }, ...off.history],
};
const sent = (disabled: string | undefined) => [
  {
    at: "2026-11-22T04:00:00.100Z",
    kind: "chargeSent",
    data: { request: { biz_content: { disable_pay_channels: disabled } } },
  },
  { at: "2026-11-22T04:00:01.000Z", kind: "chargeAnswered", data: { outcome: "declined" } },
];

export default {
  id: "C-MCH-08",
  names: { zh: "本店设置为不收信用支付", en: "The shop is set to take no credit" },
  actor: "merchant",
  texts: {
    payer: {
      zh: "这家店{probably}不收花呗和信用卡，请换余额或储蓄卡付款，没有扣款。",
      en: "This shop {probably} takes neither Huabei nor credit cards. Please pay from your balance or a debit card; nothing was charged.",
    },
    merchant: {
      zh: "{what} 没有收成，原因{probably}是“{shop}”自己设置了不收信用支付。设备和顾客都没有问题；想收花呗，把“信用支付”重新打开就可以。",
      en: "{what} was refused {probably} because {shop} itself is set to take no credit. Neither the terminal nor the customer is at fault; switch credit on again to take Huabei.",
    },
    operator: {
      zh: "商户“{shop}”的信用支付开关当时{probably}是关闭的，发给渠道的请求不允许使用信用支付（渠道代码：{code}）。是否打开由商户决定。",
      en: "The credit switch of {shop} was {probably} off, so requests to the channel shut out credit (channel code: {code}). Whether to switch it on is the merchant’s decision.",
    },
  },
  prior: 0.04,
  likelihoods: {
    declined: 0.95,
    paid: 0.02,
    noInstrument: 0.9,
    creditSwitchedOff: 0.97,
    paidOtherwiseNext: 0.7,
    sameCodeHere: 0.5,
    complainsOfHuabei: 0.9,
    smallerHuabeiNext: 0.002,
    phoneSaysShopUnsupported: 0.6,
    phoneSaysCreditShort: 0.02,
    phoneSaysRestricted: 0.05,
    phoneSaysOther: 0.05,
  },
  refutations: [
    { signal: "creditSwitchedOff", value: "no" },
    { signal: "givenBack", value: "yes" },
  ],
  neededToName: [{ signal: "creditSwitchedOff", value: "yes" }],
  questions: [],
  remedies: [
    otherMeans,
    step("acceptCredit", "R2", {
      zh: "想收花呗：由商户在商户设置里打开“信用支付”",
      en: "To take Huabei, the merchant switches credit on in its settings",
    }),
  ],
  tryNow: "payOtherwise",
  variants: [
    {
      id: "askedInGeneral",
      when: ({ payment }) => payment === null,
      texts: {
        payer: {
          zh: "这家店{probably}不收花呗和信用卡，请用余额或储蓄卡付款。",
          en: "This shop {probably} takes neither Huabei nor credit cards. Please pay from your balance or a debit card.",
        },
        merchant: {
          zh: "“{shop}”目前{probably}设置为不收信用支付，所以顾客用不了花呗。想收花呗，把“信用支付”重新打开就可以。",
          en: "{shop} is {probably} set to take no credit, so customers cannot use Huabei. Switch credit on again to take it.",
        },
        operator: {
          zh: "商户“{shop}”的信用支付开关目前{probably}是关闭的。是否打开由商户决定。",
          en: "The credit switch of {shop} is {probably} off. Whether to switch it on is the merchant’s decision.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      declinedFile(...noInstrument, { timeline: sent("pcredit,credit_group"), credit: off }),
      // The till of the shop called over HTTP and the request is not on the timeline: the setting tells.
      declinedFile(...noInstrument, { credit: off }),
      // Switched on again since: the failure keeps its cause.
      declinedFile(...noInstrument, {
        builtAt: "2026-11-22T04:20:00.000Z",
        credit: back,
        around: [otherPayment(700, { fundingSource: "huabei" })],
      }),
      // Somebody asks in general.
      exampleFile({
        payment: null,
        timeline: [],
        arrivals: [],
        credit: off,
        complaint: { text: "为什么不能用花呗", locale: "zh", symptoms: ["huabeiFails"] },
        capabilities: [exampleCapability({ product: "alipay" })],
      }),
    ],
    misses: [
      declinedFile(...noInstrument, { timeline: sent(undefined) }),
      // Off, and yet this was a stale code.
      exampleFile({
        payment: declinedPayment("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
        timeline: [],
        arrivals: [],
        credit: off,
      }),
      // Off, and somebody reversed the payment: that is why the money went back.
      exampleFile({ payment: examplePayment({ state: "reversed" }), arrivals: [], credit: off }),
      // Off, and the customer paid from the balance: nobody misses anything.
      exampleFile({ credit: off }),
    ],
  },
} satisfies Cause;
