// Steps that people take and that several causes share. What the platform carries out itself is in remedies/.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Remedy, RemedyLevel } from "./model.ts";

/** A step for whoever is asked to take it; the platform cannot do it. */
export function step(id: string, level: RemedyLevel, text: Localized): Remedy & { action: null } {
  return { id, level, text, action: null, roles: ["operator", "merchant", "terminal"] };
}

export const otherMeans = step("otherMeans", "R1", {
  zh: "请顾客在付款码页面改用余额或银行卡，再扫一次新的付款码",
  en: "Ask the customer to choose balance or a card and show a fresh code",
});
export const otherWallet = step("otherWallet", "R1", {
  zh: "请顾客换一种方式付款：其他钱包、刷卡或现金",
  en: "Ask the customer to pay by other means: another wallet, a bank card or cash",
});
export const freshCode = step("freshCode", "R1", {
  zh: "请顾客刷新付款码，重新扫描",
  en: "Ask the customer to refresh the code, then scan it",
});
export const askPayersWallet = step("askPayersWallet", "R0", {
  zh: "请顾客在{channel}里查看原因，或联系{channel}客服 {service}",
  en: "The customer finds the reason in {channel}, or asks its service at {service}",
});
