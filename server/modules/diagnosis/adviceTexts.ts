// The sentences of advice for the counter, by name.
import type { Localized } from "@huiyin/contract/words.ts";

export const adviceTexts = {
  payOtherwise: {
    zh: "请顾客改用余额或银行卡，再出示一次付款码。",
    en: "Ask the customer to choose balance or a card, then show a payment code again.",
  },
  payFromElsewhere: {
    zh: "请顾客换一种付款方式（例如花呗或另一张银行卡），再出示一次付款码。",
    en: "Ask the customer to choose another means, such as Huabei or another card, then show a payment code again.",
  },
  otherWallet: {
    zh: "这一笔请顾客换一种方式付款，例如其他钱包、刷卡或现金。",
    en: "Ask the customer to pay this one by other means: another wallet, a bank card or cash.",
  },
  cashForNow: {
    zh: "恢复之前请收现金，或请顾客稍后再付。",
    en: "Take cash until it is back, or ask the customer to pay later.",
  },
  freshCode: {
    zh: "请顾客刷新付款码，再扫一次。",
    en: "Ask the customer to refresh the payment code, then scan it again.",
  },
  showPayCode: {
    zh: "请顾客在手机上点“付款”，不要点“收款”，再扫一次。",
    en: "Ask the customer to open “Pay”, not “Collect”, then scan again.",
  },
  confirmOnPhone: {
    zh: "请顾客在手机上输入密码确认。先不要重新扫码。",
    en: "Ask the customer to confirm with the password on the phone. Do not scan again yet.",
  },
  waitForOutcome: {
    zh: "请等这一笔有结果，平台会自动查清。在此之前不要再收一次。",
    en: "Wait for the outcome of this payment; the platform finds it out. Do not charge again before that.",
  },
  moneyIsHere: {
    zh: "钱已经收到，不要再收一次。",
    en: "The money has arrived. Do not charge again.",
  },
  restoreSound: {
    zh: "钱已经收到，不要再收一次。把终端的声音打开，它会自己补播。",
    en: "The money has arrived; do not charge again. Turn the sound on, and the terminal catches up by itself.",
  },
  chargeTerminal: {
    zh: "已经收到的钱不要再收一次。请给终端接上充电器；重新连上后，还没播的会自动补播。",
    en: "Do not charge again for money that has arrived. Plug the terminal in; what has not been spoken yet follows by itself once it is connected.",
  },
  askAgain: {
    zh: "请顾客出示新的付款码，重新收款。",
    en: "Ask for a fresh payment code and charge again.",
  },
} as const satisfies Record<string, Localized>;

/** What helps at the counter now. */
export type Advice = keyof typeof adviceTexts;
