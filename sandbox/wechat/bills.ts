// The bill of a day, drawn from the books: the file as WeChat Pay writes it, with its byte order mark, backticks and totals.
import { createHash } from "node:crypto";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { Book, Merchant, Refund, Trade } from "../book/model.ts";
import type { BillPlan } from "../faults/model.ts";
import { bankTypeOf, providerOf, tradeTypeOf } from "./trades.ts";

export const billTypes = ["ALL", "SUCCESS", "REFUND"] as const;
export type BillType = (typeof billTypes)[number];

/** Sample rate of the sandbox: 0.60 percent. In thousandths of a fen per fen, so that five decimals of a yuan come out whole. */
const feeMilliFenPerFen = 6n;
const rateText = "0.60%";

const first14 =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额";
const refundColumns = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态";
const last7 = "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const headers: Readonly<Record<BillType, string>> = {
  ALL: `${first14},${refundColumns},${last7}`,
  SUCCESS: `${first14},商品名称,商户数据包,手续费,费率,订单金额,费率备注`,
  REFUND: `${first14},退款申请时间,退款成功时间,${refundColumns},${last7}`,
};
const totalsHeader =
  "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/** One line of the bill: a payment, or one refund of it. */
type Entry = Readonly<{ trade: Trade; refund: Refund | null; atMs: number }>;

/** The file of a Beijing day; null where nothing happened on it. */
export function billText(
  book: Book,
  merchant: Merchant,
  wish: Readonly<{ day: string; type: BillType; plan: BillPlan }>,
): string | null {
  const { day, type, plan } = wish;
  const all = entriesOf(book, merchant, day).filter(({ refund }) => {
    return type === "ALL" || (refund === null) === (type === "SUCCESS");
  });
  if (all.length === 0) return null;
  const entries = plan === "rowMissing" ? all.slice(0, -1) : all;
  const lines = entries.map((entry) => line(cellsOf(book, merchant, entry, type)));
  const totals = totalsOf(entries, plan === "totalsWrong" ? 1n : 0n);
  return `\uFEFF${[headers[type], ...lines, totalsHeader, line(totals)].join("\r\n")}\r\n`;
}

/** The SHA1 of a file over its bytes, in lower-case hex. */
export function hashOf(text: string, plan: BillPlan): string {
  const of = plan === "hashWrong" ? `${text}\r\n` : text;
  return createHash("sha1").update(of, "utf8").digest("hex");
}

/** Payments and refunds of the day, the earliest first. A reversed payment stays on it, and what was given back with it. */
function entriesOf(book: Book, merchant: Merchant, day: string): Entry[] {
  const entries: Entry[] = [];
  const within = (atMs: number): boolean => atMs > 0 && beijingTime(new Date(atMs)).startsWith(day);
  for (const trade of book.trades.values()) {
    if (trade.sellerId !== merchant.sellerId || trade.paidAtMs === 0) continue;
    if (within(trade.paidAtMs)) entries.push({ trade, refund: null, atMs: trade.paidAtMs });
    for (const refund of trade.refunds)
      if (within(refund.atMs)) entries.push({ trade, refund, atMs: refund.atMs });
  }
  return entries.toSorted((left, right) => left.atMs - right.atMs);
}

function line(cells: readonly string[]): string {
  return cells.map((cell) => `\`${cell}`).join(",");
}

function cellsOf(book: Book, merchant: Merchant, entry: Entry, type: BillType): readonly string[] {
  const { trade, refund, atMs } = entry;
  const wallet = book.wallets.get(trade.walletId) ?? null;
  const provider = providerOf(book, merchant);
  const caller = provider ?? merchant;
  const paid = refund === null ? trade.amountFen : 0n;
  const back = refund?.amountFen ?? 0n;
  const head = [
    beijingTime(new Date(atMs)),
    caller.appId,
    caller.sellerId,
    provider === null ? "0" : merchant.sellerId,
    trade.terminalId,
    trade.tradeNo,
    trade.outTradeNo,
    wallet?.buyerUserId ?? "",
    tradeTypeOf(trade),
    stateOf(refund),
    bankTypeOf(trade, wallet),
    "CNY",
    yuan(paid),
    "0.00",
  ];
  const goods = [trade.subject, trade.body, feeText(feeOf(entry)), rateText];
  if (type === "SUCCESS") return [...head, ...goods, yuan(paid), ""];
  const times =
    type === "REFUND" && refund !== null
      ? [refund.atMs, refund.doneAtMs].map((ms) => beijingTime(new Date(ms)))
      : [];
  const given =
    refund === null
      ? ["0", "0", "0.00", "0.00", "", ""]
      : [
          refundNoOf(trade, refund),
          refund.requestNo || "0",
          yuan(back),
          "0.00",
          "ORIGINAL",
          statusOf(refund),
        ];
  return [...head, ...times, ...given, ...goods, yuan(paid), yuan(back), ""];
}

/** What a reversal gave back has no number of its own on the wire; the bill still names it. */
function refundNoOf(trade: Trade, refund: Refund): string {
  return refund.refundNo === "" ? `5${trade.tradeNo.slice(1)}` : refund.refundNo;
}

function stateOf(refund: Refund | null): string {
  if (refund === null) return "SUCCESS";
  return refund.requestNo === "" ? "REVOKED" : "REFUND";
}

function statusOf({ state }: Refund): string {
  return { done: "SUCCESS", processing: "PROCESSING", stuck: "FAIL" }[state];
}

/** In thousandths of a fen: negative where it comes back with a refund. */
function feeOf({ trade, refund }: Entry): bigint {
  return refund === null ? trade.amountFen * feeMilliFenPerFen : -refund.amountFen * feeMilliFenPerFen;
}

function yuan(fen: bigint): string {
  return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
}

/** Five decimals of a yuan. */
function feeText(milliFen: bigint): string {
  const size = milliFen < 0n ? -milliFen : milliFen;
  return `${milliFen < 0n ? "-" : ""}${size / 100_000n}.${String(size % 100_000n).padStart(5, "0")}`;
}

function totalsOf(entries: readonly Entry[], errorFen: bigint): readonly string[] {
  const sum = (of: (entry: Entry) => bigint): bigint => entries.reduce((total, each) => total + of(each), 0n);
  const paid = sum(({ trade, refund }) => (refund === null ? trade.amountFen : 0n)) + errorFen;
  const back = sum(({ refund }) => refund?.amountFen ?? 0n);
  const fees = sum(feeOf);
  return [String(entries.length), yuan(paid), yuan(back), "0.00", feeText(fees), yuan(paid), yuan(back)];
}

export type BillDay = "ready" | "notYet" | "wrong";

const readyHour = 10;

/** Whether the bill of a Beijing day (yyyy-MM-dd) can be there: from ten in the morning of the next day on. */
export function dayStands(day: string, now: Date): BillDay {
  const [today = "", time = ""] = beijingTime(now).split(" ");
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || day >= today) return "wrong";
  const yesterday = beijingTime(new Date(now.getTime() - 86_400_000)).slice(0, 10);
  return day === yesterday && Number(time.slice(0, 2)) < readyHour ? "notYet" : "ready";
}
