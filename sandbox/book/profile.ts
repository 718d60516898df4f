// What differs between the networks in the books: how their numbers look, how long their codes live, what they allow.
// The books name their network; everything that depends on it is looked up here, so that one set of books serves all.
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { Book } from "./model.ts";
import type { Network } from "./network.ts";

/** The numbers of a merchant: the application it calls as, and the account on which it receives. */
export type MerchantNumbers = Readonly<{ appId: string; sellerId: string }>;

export type BookProfile = Readonly<{
  network: Network;
  /** What a payer’s phone shows. */
  payerCode: Readonly<{ digits: number; prefixes: readonly string[]; lifeMs: number }>;
  walletId(count: number): string;
  /** The payer’s number at the network. */
  payerId(count: number): string;
  merchant(count: number): MerchantNumbers;
  /** The network’s number of a trade, from its moment and the books’ count. */
  tradeNo(nowMs: number, count: number): string;
  /** The network’s number of a refund; empty where it gives none. */
  refundNo(nowMs: number, count: number): string;
  /** The text of a code that the merchant shows. */
  codeUrl(nowMs: number, count: number): string;
  /** “onScan”: no trade exists until a payer scans the code. “atOnce”: it exists, and waits for whoever scans first. */
  tradeOfCode: "onScan" | "atOnce";
  /** A cancel is refused sooner than this after the order was placed. */
  cancelMsMin: number;
  /** A cancel undoes a paid trade only so long after its payment. */
  cancelMsMax: number;
  /** After so long a paid trade is finished: no refund any more. */
  refundMsMax: number;
  /** Parts in which one trade can be given back. */
  refundsMax: number;
  /** How long a refund is under way; 0 where it is done when it is answered. */
  refundMs: number;
  /** Waits before each attempt to deliver a notification. */
  notificationGapsMs: readonly number[];
  /** The number of a notification, the same for every repetition. */
  notificationId(atMs: number, count: number): string;
}>;

const minute = 60_000;
const day = 24 * 60 * minute;

function padded(count: number, digits: number): string {
  return String(count).padStart(digits, "0");
}

/** “20261122”, in Beijing. */
function dateDigits(nowMs: number): string {
  return beijingTime(new Date(nowMs)).slice(0, 10).replaceAll("-", "");
}

/** “20261122120001”, in Beijing. */
function momentDigits(nowMs: number): string {
  return beijingTime(new Date(nowMs)).replaceAll(/\D/g, "");
}

/** A short text that no two moments and counts share. */
function codeText(nowMs: number, count: number): string {
  return `${nowMs.toString(36).padStart(10, "0")}${count.toString(36).padStart(11, "0")}`;
}

const alipay: BookProfile = {
  network: "alipay",
  payerCode: { digits: 18, prefixes: ["28"], lifeMs: minute },
  walletId: (count) => `wal_${padded(count, 4)}`,
  payerId: (count) => `20882026${padded(count, 8)}`,
  merchant: (count) => ({ appId: `20210000${padded(count, 8)}`, sellerId: `20881100${padded(count, 8)}` }),
  tradeNo: (nowMs, count) => `${dateDigits(nowMs)}22001${padded(count, 15)}`,
  refundNo: () => "",
  codeUrl: (nowMs, count) => `https://qr.alipay.com/bax${codeText(nowMs, count)}`,
  tradeOfCode: "onScan",
  cancelMsMin: 0,
  cancelMsMax: day,
  refundMsMax: 365 * day,
  refundsMax: Infinity,
  refundMs: 0,
  // At once, then 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h: eight attempts in about 25 h.
  notificationGapsMs: [0, 4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * minute),
  notificationId: (atMs, count) => {
    const digits = momentDigits(atMs);
    return `${digits.slice(0, 8)}00222${digits.slice(8)}${padded(count, 15)}`;
  },
};

const wechat: BookProfile = {
  network: "wechat",
  payerCode: { digits: 18, prefixes: ["10", "11", "12", "13", "14", "15"], lifeMs: minute },
  walletId: (count) => `wxw_${padded(count, 4)}`,
  // 28 characters beginning with “o”: the payer as one application sees it.
  payerId: (count) => `oUpF8uMuAJO_M2pxb1Q9${padded(count, 8)}`,
  merchant: (count) => ({ appId: `wx8888888a${padded(count, 8)}`, sellerId: `16${padded(count, 8)}` }),
  tradeNo: (nowMs, count) => `42000020${dateDigits(nowMs)}${padded(count, 12)}`,
  refundNo: (nowMs, count) => `50${padded(0, 6)}${dateDigits(nowMs)}${padded(count, 13)}`,
  codeUrl: (nowMs, count) => `weixin://wxpay/bizpayurl?pr=${codeText(nowMs, count)}`,
  tradeOfCode: "atOnce",
  // “Never sooner than 15 seconds after the payment”: what is under way would be reversed under the payer’s hands.
  cancelMsMin: 15_000,
  cancelMsMax: 7 * day,
  refundMsMax: 365 * day,
  refundsMax: 50,
  refundMs: 3_000,
  // At once, then 15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h.
  notificationGapsMs: [
    0, 15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
  ].map((seconds) => seconds * 1_000),
  notificationId: (atMs, count) => `EV-${momentDigits(atMs)}${padded(count, 9)}`,
};

const unionpay: BookProfile = {
  network: "unionpay",
  payerCode: { digits: 19, prefixes: ["62"], lifeMs: minute },
  walletId: (count) => `upw_${padded(count, 4)}`,
  payerId: (count) => `62${padded(count, 8)}`,
  // merId: 15 digits. The network knows no application besides it.
  merchant: (count) => ({ appId: `7772900${padded(count, 8)}`, sellerId: `7772900${padded(count, 8)}` }),
  // queryId: 21 digits, the moment first.
  tradeNo: (nowMs, count) => `${momentDigits(nowMs)}${padded(count, 7)}`,
  refundNo: (nowMs, count) => `${momentDigits(nowMs)}${padded(count, 7)}`,
  codeUrl: (nowMs, count) => `https://qr.95516.com/00010000/${codeText(nowMs, count)}`,
  tradeOfCode: "atOnce",
  cancelMsMin: 0,
  cancelMsMax: day,
  refundMsMax: 330 * day,
  refundsMax: Infinity,
  refundMs: 0,
  notificationGapsMs: [0, 1, 2, 4, 15].map((minutes) => minutes * minute),
  notificationId: (atMs, count) => `${momentDigits(atMs)}${padded(count, 8)}`,
};

const profiles: Readonly<Record<Network, BookProfile>> = { alipay, wechat, unionpay };

/** What is particular to a network in the books. */
export function profileOf(network: Network): BookProfile {
  return profiles[network];
}

/** Digits for a payer code in the network’s shape, from numbers in [0, 1); never one that is still remembered. */
export function drawPayerCode(book: Book, random: () => number): string {
  const { digits, prefixes } = profileOf(book.network).payerCode;
  for (;;) {
    const choice = prefixes.length === 1 ? 0 : Math.floor(random() * prefixes.length);
    let code = prefixes[choice] ?? "";
    while (code.length < digits) {
      const missing = Math.min(8, digits - code.length);
      code += String(Math.floor(random() * 10 ** missing)).padStart(missing, "0");
    }
    if (!book.codes.has(code)) return code;
  }
}
