// What helps at the counter now, in one sentence. A cause knows more than the channel's general advice on retrying.
import type { Localized } from "@huiyin/contract/words.ts";
import { causeOf } from "./causes.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import type { Advice, CaseFile, Finding } from "./model.ts";
import { toldFor } from "./variants.ts";

const texts: Readonly<Record<Advice, Localized>> = {
  payOtherwise: {
    zh: "请顾客改用余额或银行卡，再出示一次付款码。",
    en: "Ask the customer to choose balance or a card, then show a payment code again.",
  },
  otherWallet: {
    zh: "这一笔请顾客换一种方式付款，例如其他钱包、刷卡或现金。",
    en: "Ask the customer to pay this one by other means: another wallet, a bank card or cash.",
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
    zh: "没有收到钱。请顾客出示新的付款码，重新收款。",
    en: "No money was received. Ask for a fresh payment code and charge again.",
  },
};

/** Only where the money has arrived; all the others only where it has not. */
const afterPaying: ReadonlySet<Advice> = new Set<Advice>(["moneyIsHere", "restoreSound", "chargeTerminal"]);

function fits(advice: Advice, { payment }: CaseFile): boolean {
  return payment === null || (payment.state === "succeeded") === afterPaying.has(advice);
}

/**
 * The sentence for the counter: that of the cause that was named; while none is, the one that is right whichever of the
 * suspects it turns out to be. Null where nothing is to be done there.
 */
export function tryNowOf({ verdict, causes, named }: Finding, file: CaseFile): Localized | null {
  const adviceOf = (id: string): Advice | null => {
    const { tryNow } = toldFor(causeOf(id), file);
    return tryNow !== null && fits(tryNow, file) ? tryNow : null;
  };
  if (verdict === "noFault") return null;
  if (verdict === "named") {
    const advice = named.map(adviceOf).find((each) => each !== null);
    return advice === undefined ? null : texts[advice];
  }
  const mass = new Map<Advice, number>();
  for (const { id, probability } of causes) {
    const advice = adviceOf(id);
    if (advice !== null) mass.set(advice, (mass.get(advice) ?? 0) + probability);
  }
  const [best] = [...mass].toSorted(([, left], [, right]) => right - left);
  return best !== undefined && best[1] >= limits.nameProbabilityMin ? texts[best[0]] : null;
}
