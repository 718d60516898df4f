// Which channels exist, and whose code has been scanned.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { alipay } from "./alipay/client.ts";
import type { Channel } from "./port.ts";

/** Every channel of this installation by its code. A new channel is one line here and one folder beside. */
export const channels: ReadonlyMap<ChannelCode, Channel> = new Map<ChannelCode, Channel>([
  ["alipay", alipay],
]);

/** What a scanned text turned out to be. */
export type ScannedCode =
  | Readonly<{ kind: "payerCode"; channel: Channel; payerCode: string }>
  /** A wallet’s payment code by published length and prefix, but of a wallet that has no channel here. */
  | Readonly<{ kind: "otherWallet"; wallet: "wechat" | "unionpay" | "ecny" }>
  /** The payer showed the code for receiving money, or a merchant’s own code was scanned. */
  | Readonly<{ kind: "collectingCode" }>
  | Readonly<{ kind: "unrecognised" }>;

/** Published lengths and prefixes; they do not overlap, so they decide alone. */
const wallets = [
  { wallet: "wechat", pattern: /^1[0-5][0-9]{16}$/ },
  { wallet: "unionpay", pattern: /^62[0-9]{17}$/ },
  { wallet: "ecny", pattern: /^01[0-9]{17}$/ },
] as const;

/** Longest scanned text that is looked at, in characters. */
const scannedCharactersMax = 512;

/**
 * Recognises a scanned text. White space is dropped everywhere: scanners add suffixes, and people type in groups of four.
 * The code is one-time and secret: never log the argument or the answer.
 */
export function readScannedCode(scanned: string): ScannedCode {
  if (scanned.length > scannedCharactersMax) return { kind: "unrecognised" };
  const payerCode = scanned.replaceAll(/\s/g, "");
  for (const channel of channels.values()) {
    if (channel.recognises(payerCode)) return { kind: "payerCode", channel, payerCode };
  }
  for (const { wallet, pattern } of wallets) {
    if (pattern.test(payerCode)) return { kind: "otherWallet", wallet };
  }
  // Collecting codes are URLs (https://qr.alipay.com/…, wxp://…, https://qr.95516.com/…) or EMVCo data (000201…).
  if (/^(?:https?|wxp|weixin|alipays?):\/\//i.test(payerCode) || /^000201/.test(payerCode)) {
    return { kind: "collectingCode" };
  }
  return { kind: "unrecognised" };
}
