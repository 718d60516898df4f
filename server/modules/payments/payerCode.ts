// The code that a payer’s wallet shows: how a scan is cleaned, what it is taken for, how it may be written down.
import { channelWords, type ChannelCode } from "@huiyin/contract/words.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";

/** A recogniser of codes by published length and prefix: a channel, seen from here. */
export type Recogniser = Readonly<{ code: ChannelCode; recognises: (payerCode: string) => boolean }>;

// What merchants show for payers to scan. A cashier who scans one has the wrong screen of the customer’s phone.
const collectingCodes = [
  /^https?:\/\//i,
  /^(weixin|wxp|alipays?|upwallet):\/\//i,
  // EMVCo merchant-presented: payload format 01 first.
  /^000201/,
];

// Wallets that are known by their codes even where no channel for them is installed: the refusal can then say so.
const knownWallets: ReadonlyArray<readonly [ChannelCode, RegExp]> = [
  ["wechat", /^1[0-5][0-9]{16}$/],
  ["alipay", /^(2[5-9]|30)[0-9]{14,22}$/],
  ["unionpay", /^62[0-9]{17}$/],
];

/**
 * Takes away what scanners and thumbs add: white space of any kind, line ends, tabs, zero-width marks.
 * Digits are never changed or guessed.
 */
export function cleanScan(scanned: string): string {
  return scanned.replace(/[\s\u200b-\u200d\u2060\ufeff]+/g, "");
}

/**
 * The channel whose code this is, with the clean code. Refuses `payer_code_is_collecting_code`,
 * `payer_code_unrecognised`, and `channel_not_available` for a known wallet without a channel or other than the one asked for.
 */
export function recognise(
  scanned: string,
  method: ChannelCode | "auto",
  channels: readonly Recogniser[],
): Result<{ channel: ChannelCode; payerCode: string }> {
  const payerCode = cleanScan(scanned);
  if (collectingCodes.some((pattern) => pattern.test(payerCode)))
    return refuse("payer_code_is_collecting_code");
  if (!/^[0-9]+$/.test(payerCode)) return refuse("payer_code_unrecognised");
  const candidates = channels.filter((channel) => method === "auto" || channel.code === method);
  const found = candidates.find((channel) => channel.recognises(payerCode));
  if (found !== undefined) return success({ channel: found.code, payerCode });
  const wallet = knownWallets.find(
    ([code, pattern]) => pattern.test(payerCode) && !channels.some((channel) => channel.code === code),
  );
  if (wallet === undefined || method !== "auto") return refuse("payer_code_unrecognised");
  return refuse("channel_not_available", channelFacts(wallet[0]));
}

/** The name of a channel for the texts of refusals. */
export function channelFacts(channel: ChannelCode): { channelZh: string; channelEn: string } {
  return { channelZh: channelWords[channel].zh, channelEn: channelWords[channel].en };
}

/** The code as it may be stored and shown: first and last two digits. */
export function maskPayerCode(payerCode: string): string {
  return payerCode.slice(0, 2) + "*".repeat(Math.max(1, payerCode.length - 4)) + payerCode.slice(-2);
}
