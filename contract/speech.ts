// What a terminal says: text and clip sequence of every announcement, shared by server, cashier and terminals.
// Text is derived from the clips, so what is shown and what is heard cannot differ.
import type { ChannelCode, FundingSource } from "./words.ts";

/** Every clip of the voice pack with the words spoken in it. The list is closed: a pack must carry each of them. */
export const clipWords = {
  "alipay-received": "支付宝收款",
  "huabei-received": "花呗收款",
  "wechat-received": "微信收款",
  "unionpay-received": "云闪付收款",
  "bankCard-received": "银行卡收款",
  "0": "零",
  "1": "一",
  "2": "二",
  "3": "三",
  "4": "四",
  "5": "五",
  "6": "六",
  "7": "七",
  "8": "八",
  "9": "九",
  liang: "两",
  "10": "十",
  "100": "百",
  "1000": "千",
  "10000": "万",
  "100000000": "亿",
  yuan: "元",
  jiao: "角",
  fen: "分",
  "offline-received": "离线期间共收款",
  payments: "笔",
  total: "合计",
  refunded: "退款成功",
  failed: "收款失败",
  "scan-again": "请重新扫码",
  "other-method": "请更换付款方式",
  "balance-short": "余额不足",
  "huabei-not-open": "商户未开通花呗收款",
  "show-payer-code": "请出示付款码",
  "scan-to-pay": "请扫码付款",
  "enter-password": "请顾客输入支付密码",
  confirming: "正在确认收款结果",
  "ask-a-person": "请人工核对",
  reversed: "收款已撤销",
  "network-lost": "网络已断开",
  "network-restored": "网络已恢复",
  "battery-low": "电量不足，请充电",
  "speech-on": "播报已开启",
  "speech-test": "语音播报测试",
} as const satisfies Record<string, string>;

export type ClipId = keyof typeof clipWords;

/** All clip ids: the numerals first, ascending, as JavaScript orders such keys. */
export const clipIds = Object.keys(clipWords) as readonly ClipId[];

export type SpeechWallet = "alipay" | "huabei" | "wechat" | "unionpay" | "bankCard";

/** One sentence: the text on the screen and the clips to play, in order. */
export type Speech = Readonly<{ text: string; clips: readonly ClipId[] }>;

/** Smallest and largest amount that can be spoken, in fen. A summary may add up many of the largest payments. */
export const spokenFenMin = 1n;
export const spokenFenMax = 99_999_999_999_999n;

const digitClips = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const satisfies readonly ClipId[];
const unitsInGroup = [
  [1000, "1000"],
  [100, "100"],
  [10, "10"],
  [1, null],
] as const satisfies ReadonlyArray<readonly [number, ClipId | null]>;
const groups = [
  [100_000_000n, "100000000"],
  [10_000n, "10000"],
  [1n, null],
] as const satisfies ReadonlyArray<readonly [bigint, ClipId | null]>;

/**
 * The clips of “wallet received amount”: 支付宝收款，十二元五角.
 * Style: yuan, jiao and fen as people count cash; no 点, no 整.
 * @throws RangeError outside spokenFenMin … spokenFenMax.
 */
export function speechOf(paid: Readonly<{ amountFen: bigint; wallet: SpeechWallet }>): Speech {
  return sentence([`${paid.wallet}-received`], amountClips(paid.amountFen));
}

/** “退款成功，十二元五角”. @throws RangeError outside spokenFenMin … spokenFenMax. */
export function refundSpeechOf(amountFen: bigint): Speech {
  return sentence(["refunded"], amountClips(amountFen));
}

/**
 * “离线期间共收款三笔，合计三十六元”: one sentence for announcements that are too old to be spoken one by one.
 * `count` is 1 … 99,999,999. @throws RangeError outside these ranges.
 */
export function summarySpeechOf(summary: Readonly<{ count: number; totalFen: bigint }>): Speech {
  const { count } = summary;
  if (!Number.isInteger(count) || count < 1 || count > 99_999_999) throw new RangeError(`count ${count}`);
  const counted: ClipId[] = count === 2 ? ["liang"] : numberClips(BigInt(count));
  return sentence(["offline-received", ...counted, "payments"], ["total", ...amountClips(summary.totalFen)]);
}

/** Fixed sentences of a terminal. */
export const phrases = {
  failed: ["failed"],
  failedScanAgain: ["failed", "scan-again"],
  failedOtherMethod: ["failed", "other-method"],
  failedBalanceShort: ["failed", "balance-short", "other-method"],
  failedHuabeiNotOpen: ["failed", "huabei-not-open", "other-method"],
  scanAgain: ["scan-again"],
  showPayerCode: ["show-payer-code"],
  scanToPay: ["scan-to-pay"],
  enterPassword: ["enter-password"],
  confirming: ["confirming"],
  askAPerson: ["ask-a-person"],
  reversed: ["reversed"],
  networkLost: ["network-lost"],
  networkRestored: ["network-restored"],
  batteryLow: ["battery-low"],
  speechOn: ["speech-on"],
  speechTest: ["speech-test"],
} as const satisfies Record<string, readonly ClipId[]>;

export type Phrase = keyof typeof phrases;

/** The speech of a fixed sentence: 收款失败，请重新扫码. */
export function phraseSpeechOf(phrase: Phrase): Speech {
  return sentence(...phrases[phrase].map((clip) => [clip]));
}

/** Which wallet is named aloud: Huabei where the money came from Huabei, otherwise the channel. */
export function walletOf(channel: ChannelCode, fundingSource: FundingSource | null): SpeechWallet {
  if (channel === "alipay" && (fundingSource === "huabei" || fundingSource === "huabeiInstalment"))
    return "huabei";
  return channel;
}

/**
 * Reads an announcement back: the wallet and the amount that a listener understands.
 * Null unless the clips are exactly what `speechOf` says for some amount: a voice is never half understood.
 */
export function parseSpeech(
  clips: readonly string[],
): Readonly<{ amountFen: bigint; wallet: SpeechWallet }> | null {
  const wallet = walletsByHead.get(clips[0] ?? "");
  if (wallet === undefined) return null;
  const amountFen = parseAmountClips(clips.slice(1));
  if (amountFen === null || amountFen < spokenFenMin || amountFen > spokenFenMax) return null;
  const canonical = speechOf({ amountFen, wallet }).clips;
  const same = canonical.length === clips.length && canonical.every((clip, index) => clip === clips[index]);
  return same ? { amountFen, wallet } : null;
}

/** The clips of an amount in fen: 1010.05 → 一千零一十元零五分. @throws RangeError outside the spoken range. */
export function amountClips(amountFen: bigint): ClipId[] {
  if (amountFen < spokenFenMin || amountFen > spokenFenMax)
    throw new RangeError(`${amountFen} fen cannot be spoken`);
  const yuan = amountFen / 100n;
  const jiao = Number((amountFen / 10n) % 10n);
  const fen = Number(amountFen % 10n);
  const clips: ClipId[] = [];
  if (yuan > 0n) clips.push(...(yuan === 2n ? (["liang"] as const) : numberClips(yuan)), "yuan");
  if (jiao > 0) clips.push(countedDigit(jiao), "jiao");
  // A skipped place is spoken: 十元零五分, as 一百零五 is.
  if (jiao === 0 && fen > 0 && yuan > 0n) clips.push("0");
  if (fen > 0) clips.push(countedDigit(fen), "fen");
  return clips;
}

/**
 * The clips of a whole number 1 … 999,999,999,999, without a measure word.
 * 十 stands alone only at the very beginning (十二, 十万, but 一百一十); one 零 for any run of skipped places;
 * 2 is 两 before 百, 千, 万 and 亿 (两百, 两万, but 二十, 十二, 十二万).
 */
function numberClips(value: bigint): ClipId[] {
  const clips: ClipId[] = [];
  let placesSkipped = false;
  for (const [scale, scaleClip] of groups) {
    const group = Number((value / scale) % 10_000n);
    if (group === 0) {
      placesSkipped = true;
      continue;
    }
    appendGroup(clips, group, { placesSkipped, countedWhole: scaleClip !== null });
    if (scaleClip !== null) clips.push(scaleClip);
    placesSkipped = false;
  }
  return clips;
}

/**
 * Appends one group of four digits (1 … 9999), with the 零 that any skipped place before a digit asks for.
 * `countedWhole`: 万 or 亿 follows, so that a group of exactly 2 is 两 (两万, 一亿零两万).
 */
function appendGroup(
  clips: ClipId[],
  group: number,
  before: Readonly<{ placesSkipped: boolean; countedWhole: boolean }>,
): void {
  let placesSkipped = before.placesSkipped;
  for (const [unit, unitClip] of unitsInGroup) {
    const digit = Math.floor(group / unit) % 10;
    if (digit === 0) {
      placesSkipped = true;
      continue;
    }
    const first = clips.length === 0;
    if (placesSkipped && !first) clips.push("0");
    placesSkipped = false;
    const counted = unit >= 100 || (before.countedWhole && group === 2);
    if (!(unit === 10 && digit === 1 && first)) clips.push(counted ? countedDigit(digit) : plainDigit(digit));
    if (unitClip !== null) clips.push(unitClip);
  }
}

/** A digit before a measure word or a large unit: 2 is 两. */
function countedDigit(digit: number): ClipId {
  return digit === 2 ? "liang" : plainDigit(digit);
}

function plainDigit(digit: number): ClipId {
  return digitClips[digit] as ClipId;
}

/** Joins parts with a pause; the text has a full-width comma there. */
function sentence(...parts: ReadonlyArray<readonly ClipId[]>): Speech {
  return {
    text: parts.map((part) => part.map((clip) => clipWords[clip]).join("")).join("，"),
    clips: parts.flat(),
  };
}

const walletsByHead: ReadonlyMap<string, SpeechWallet> = new Map(
  (["alipay", "huabei", "wechat", "unionpay", "bankCard"] as const).map((wallet) => [
    `${wallet}-received`,
    wallet,
  ]),
);
const digitValues: ReadonlyMap<string, bigint> = new Map([
  ...digitClips.map((clip, value) => [clip, BigInt(value)] as const),
  ["liang", 2n] as const,
]);
const unitValues: ReadonlyMap<string, bigint> = new Map([
  ["10", 10n],
  ["100", 100n],
  ["1000", 1000n],
]);
const fenPerMeasure: ReadonlyMap<string, bigint> = new Map([
  ["yuan", 100n],
  ["jiao", 10n],
  ["fen", 1n],
]);
const scaleValues: ReadonlyMap<string, bigint> = new Map([
  ["10000", 10_000n],
  ["100000000", 100_000_000n],
]);

/** Adds up amount clips as a listener does; null on a clip that is no part of an amount. Loose: the caller compares. */
function parseAmountClips(clips: readonly string[]): bigint | null {
  let amountFen = 0n;
  let whole = 0n;
  let group = 0n;
  let digit: bigint | null = null;
  for (const clip of clips) {
    const value = digitValues.get(clip);
    const unit = unitValues.get(clip);
    const scale = scaleValues.get(clip);
    const measure = fenPerMeasure.get(clip);
    if (value !== undefined) {
      digit = value;
    } else if (unit !== undefined) {
      group += (digit ?? 1n) * unit;
      digit = null;
    } else if (scale !== undefined) {
      whole += (group + (digit ?? 0n)) * scale;
      group = 0n;
      digit = null;
    } else if (measure !== undefined) {
      amountFen += (whole + group + (digit ?? 0n)) * measure;
      whole = 0n;
      group = 0n;
      digit = null;
    } else {
      return null;
    }
  }
  return digit === null && group === 0n && whole === 0n ? amountFen : null;
}
