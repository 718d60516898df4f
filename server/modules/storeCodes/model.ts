// The words of printed codes: a code stands in a store, and a payer’s wallet opens the page behind it.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { fen, parseYuan, type Money } from "../../kernel/money.ts";

export type StoreCode = Readonly<{
  id: string;
  merchantId: string;
  storeId: string;
  /** Part of the printed address: whoever has it may open the page. */
  token: string;
  label: string;
  state: "enabled" | "disabled";
  createdAt: Date;
}>;

/**
 * What one payment through a printed code may be. 条码支付业务规范（试行）, 银发〔2017〕296号, grade D: through static
 * codes a payer pays at most ¥500 a day, whatever the verification. The payer’s wallet adds up the day; more than that in
 * one payment would be refused by each of them, so it is refused here, with the way out.
 */
export const staticCodeAmountMax = fen(50_000);

/**
 * An amount as people type it on the page: full-width digits and “。” come from Chinese keyboards, and a ¥ may lead. Null
 * where it is none.
 */
export function typedYuan(text: string): Money | null {
  return parseYuan(
    text
      .normalize("NFKC")
      .trim()
      .replace(/^[¥￥]\s*/, "")
      .replace("。", "."),
  );
}

const tokenAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
export const tokenPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;
/** Bytes of chance in a token. */
export const tokenBytes = 26;

/** 26 characters that nobody guesses, each drawn by one byte: 130 bits. */
export function tokenOf(random: Uint8Array): string {
  return Array.from(random.subarray(0, tokenBytes), (byte) => tokenAlphabet[byte % 32]).join("");
}

// How wallets name themselves in the pages they open, by their open documentation.
const wallets: ReadonlyArray<readonly [ChannelCode, RegExp]> = [
  ["alipay", /\bAlipayClient\//],
  ["wechat", /\bMicroMessenger\//],
  // 云闪付 and the apps of banks: “UnionPay/1.0 CloudPay”, “UnionPay/1.0 ICBC”.
  ["unionpay", /\bUnionPay\//],
];

/** The wallet that opened a page, by its user agent; null for an ordinary browser. */
export function walletOf(userAgent: string): ChannelCode | null {
  return wallets.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
}
