// The code that a payer’s wallet shows: how a scan is cleaned, what it is taken for, how it may be written down.
import { channelWords, type ChannelCode, type Localized } from "@huiyin/contract/words.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";

/** Whose code it is. Digital yuan has no channel here yet; its code is known so that it can be named. */
export type Wallet = ChannelCode | "eCny";

type CodeRule = Readonly<{
  wallet: Wallet;
  /** The first two digits. */
  prefixes: readonly string[];
  digitsMin: number;
  digitsMax: number;
}>;

/**
 * Which wallet a code belongs to, by length and prefix alone: the one table that decides, and `Channel.recognises` of every
 * channel agrees with it. The rules do not overlap. The one of digital yuan comes from a single source, and has a switch.
 */
export const codeRules: readonly CodeRule[] = [
  { wallet: "wechat", prefixes: ["10", "11", "12", "13", "14", "15"], digitsMin: 18, digitsMax: 18 },
  { wallet: "alipay", prefixes: ["25", "26", "27", "28", "29", "30"], digitsMin: 16, digitsMax: 24 },
  { wallet: "unionpay", prefixes: ["62"], digitsMin: 19, digitsMax: 19 },
  { wallet: "eCny", prefixes: ["01"], digitsMin: 19, digitsMax: 19 },
];

const walletWords: Readonly<Record<Wallet, Localized>> = {
  ...channelWords,
  eCny: { zh: "数字人民币", en: "Digital yuan" },
};

// What merchants show for payers to scan. Whoever scans one has the wrong page of the customer’s phone, or a poster.
const collectingCodes: ReadonlyArray<Readonly<{ pattern: RegExp; whose: Localized }>> = [
  {
    pattern: /^((https?:\/\/)?([a-z0-9-]+\.)*alipay\.com([/:?#]|$)|alipay(s|qr)?:\/\/)/i,
    whose: channelWords.alipay,
  },
  {
    pattern: /^((https?:\/\/)?([a-z0-9-]+\.)*(weixin\.qq|wechat|tenpay)\.com([/:?#]|$)|(weixin|wxp):\/\/)/i,
    whose: channelWords.wechat,
  },
  {
    pattern: /^((https?:\/\/)?([a-z0-9-]+\.)*(95516|unionpay)\.com([/:?#]|$)|up(pay)?wallet:\/\/)/i,
    whose: channelWords.unionpay,
  },
  // EMVCo merchant-presented: payload format 01 first.
  { pattern: /^000201/, whose: { zh: "银联标准（EMVCo）", en: "EMVCo" } },
  { pattern: /^https?:\/\//i, whose: { zh: "其他", en: "Another network" } },
];

/** What is known besides the published rules. */
export type RecognitionSwitches = Readonly<{ eCny: "yes" | "no" }>;

/** Full-width forms U+FF01 … U+FF5E stand this far behind the plain signs that they are. */
const fullWidthOffset = 0xfee0;

/**
 * Takes away what scanners and thumbs add: white space and control characters of any kind, zero-width marks, and the
 * scanner’s own name for the symbology in front (“]Q1”). Full-width signs, as an input method makes them of a scanner’s
 * keys, become the plain ones. Digits are never changed or guessed.
 */
export function cleanScan(scanned: string): string {
  return scanned
    .replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - fullWidthOffset))
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, "")
    .replace(/^\][A-Za-z][0-9A-Za-z]/, "");
}

/** Whether a scanner ended a line in the middle: what stands before and after it are two scans. */
function hasSeveralLines(scanned: string): boolean {
  return scanned.split(/[\r\n]/).filter((line) => cleanScan(line) !== "").length > 1;
}

/** The wallet whose code this is, or null. Digits only: “fp” of a face belongs to no code that is scanned here. */
export function walletOf(payerCode: string, switches: RecognitionSwitches = { eCny: "no" }): Wallet | null {
  if (!/^[0-9]+$/.test(payerCode)) return null;
  const rule = codeRules.find(
    ({ prefixes, digitsMin, digitsMax }) =>
      prefixes.includes(payerCode.slice(0, 2)) &&
      payerCode.length >= digitsMin &&
      payerCode.length <= digitsMax,
  );
  return rule === undefined || (rule.wallet === "eCny" && switches.eCny === "no") ? null : rule.wallet;
}

/**
 * The channel whose code this is, with the clean code. Refuses `payer_code_is_collecting_code`, which names whose;
 * `payer_code_unrecognised`, which says what was read; `payer_code_of_other_wallet` where another one was asked for; and
 * `channel_not_available` for a known wallet whose channel is not installed.
 */
export function recognise(
  scanned: string,
  method: ChannelCode | "auto",
  installed: Readonly<{ has(channel: ChannelCode): boolean }>,
  switches: RecognitionSwitches = { eCny: "no" },
): Result<{ channel: ChannelCode; payerCode: string }> {
  const payerCode = cleanScan(scanned);
  const collecting = collectingCodes.find(({ pattern }) => pattern.test(payerCode));
  if (collecting !== undefined)
    return refuse("payer_code_is_collecting_code", {
      walletZh: collecting.whose.zh,
      walletEn: collecting.whose.en,
    });
  if (hasSeveralLines(scanned))
    return refuse("payer_code_unrecognised", {
      readZh: "一次读到了多行内容",
      readEn: "several lines were read at once",
    });
  const wallet = walletOf(payerCode, switches);
  if (wallet === null) return refuse("payer_code_unrecognised", readFacts(payerCode));
  const { zh, en } = walletWords[wallet];
  if (method !== "auto" && wallet !== method) {
    const asked = channelFacts(method);
    return refuse("payer_code_of_other_wallet", { walletZh: zh, walletEn: en, ...asked });
  }
  if (wallet === "eCny" || !installed.has(wallet))
    return refuse("channel_not_available", { channelZh: zh, channelEn: en });
  return success({ channel: wallet, payerCode });
}

/** What was read instead of a payer code, as far as that helps whoever holds the scanner. */
function readFacts(payerCode: string): { readZh: string; readEn: string } {
  const digits = payerCode.length;
  if (digits === 0) return { readZh: "没有读到内容", readEn: "nothing was read" };
  if (/^fp[!-~]{35}$/.test(payerCode))
    return { readZh: "这是刷脸付款的码，暂不支持", readEn: "it is a face code, which is not supported" };
  if (!/^[0-9]+$/.test(payerCode))
    return { readZh: "读到的内容不全是数字", readEn: "what was read is not all digits" };
  if (digits === 13 || digits === 8)
    return {
      readZh: `读到 ${digits} 位数字，像是商品条码`,
      readEn: `${digits} digits were read, which looks like the barcode of an article`,
    };
  const rule = codeRules.find(
    ({ wallet, prefixes }) => wallet !== "eCny" && prefixes.includes(payerCode.slice(0, 2)),
  );
  if (rule === undefined)
    return {
      readZh: `读到 ${digits} 位数字，不是任何钱包的付款码`,
      readEn: `${digits} digits were read, which is no wallet’s code`,
    };
  const { digitsMin, digitsMax, wallet } = rule;
  const [lengthZh, lengthEn] =
    digitsMin === digitsMax
      ? [`${digitsMin}`, `${digitsMin}`]
      : [`${digitsMin} 至 ${digitsMax}`, `${digitsMin} to ${digitsMax}`];
  return {
    readZh: `读到 ${digits} 位数字，而${walletWords[wallet].zh}付款码是 ${lengthZh} 位`,
    readEn: `${digits} digits were read, and a code of ${walletWords[wallet].en} has ${lengthEn}`,
  };
}

/** The name of a channel for the texts of refusals. */
export function channelFacts(channel: ChannelCode): { channelZh: string; channelEn: string } {
  return { channelZh: channelWords[channel].zh, channelEn: channelWords[channel].en };
}

/** The code as it may be stored and shown: first and last two digits. */
export function maskPayerCode(payerCode: string): string {
  return payerCode.slice(0, 2) + "*".repeat(Math.max(1, payerCode.length - 4)) + payerCode.slice(-2);
}
