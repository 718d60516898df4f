// The settlement file of a day, drawn from the books.
import { packedContent } from "@huiyin/server/channels/unionpay/archive.ts";
import {
  settlementFileName,
  settlementText,
  type Settled,
} from "@huiyin/server/channels/unionpay/settlement.ts";
import { parseWireTime } from "@huiyin/server/channels/unionpay/times.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { addSeconds, businessDate } from "@huiyin/server/kernel/time.ts";
import type { Book, Merchant, Trade } from "../book/model.ts";
import type { BillPlan } from "../faults/model.ts";
import type { Facts } from "./facts.ts";
import { refundMarks } from "./reading.ts";

const daysBack = 366;

/** The day that “MMdd” means now: the last one of that name that is over; null where it is none. */
export function dayOf(settleDate: string, now: Date): string | null {
  const wanted = `${settleDate.slice(0, 2)}-${settleDate.slice(2)}`;
  for (let back = 1; back <= daysBack; back += 1) {
    const day = businessDate(addSeconds(now, -back * 86_400));
    if (day.slice(5) === wanted) return day;
  }
  return null;
}

/** `fileName` and `fileContent` of a day; null where nothing was traded on it. */
export function fileFacts(book: Book, merchant: Merchant, day: string, plan: BillPlan): Facts | null {
  const all = settledOn(book, merchant, day);
  if (all.length === 0) return null;
  const merId = merchant.sellerId;
  const text = settlementText(merId, plan === "rowMissing" ? all.slice(0, -1) : all);
  const name = settlementFileName(merId, day);
  const shown = plan === "totalsWrong" || plan === "hashWrong" ? oneFenMore(text) : text;
  return { fileName: `${name}.zip`, fileContent: packedContent([{ name, text: shown }]) };
}

/** The same lines, under a total of payments that is not theirs. */
function oneFenMore(text: string): string {
  return text.replace(/^(SUM \d{8} )(\d{16})/m, (_, head: string, total: string) => {
    return `${head}${(BigInt(total) + 1n).toString().padStart(16, "0")}`;
  });
}

/** Payments that were kept and refunds, the earliest first. What was reversed is not settled at all. */
function settledOn(book: Book, merchant: Merchant, day: string): Settled[] {
  const settled = [...book.trades.values()]
    .filter(
      (trade) => trade.sellerId === merchant.sellerId && trade.paidAtMs > 0 && trade.closedBy !== "cancel",
    )
    .flatMap(settledOf);
  return settled
    .filter(({ finishedAt }) => businessDate(finishedAt) === day)
    .toSorted((left, right) => left.finishedAt.getTime() - right.finishedAt.getTime());
}

function settledOf(trade: Trade): Settled[] {
  const of = { paymentOrderId: trade.outTradeNo, paymentQueryId: trade.tradeNo };
  const refunds = trade.refunds.map((refund): Settled => {
    const { requestNo: orderId, refundNo: queryId, amountFen, doneAtMs, reason } = refund;
    const { txnTime, txnType } = refundMarks(reason);
    const own = { orderId, queryId, amount: fen(amountFen), orderedAt: orderedAt(txnTime) };
    return { kind: txnType === "31" ? "void" : "refund", ...own, finishedAt: new Date(doneAtMs), ...of };
  });
  const { outTradeNo: orderId, tradeNo: queryId, amountFen, storeId, paidAtMs } = trade;
  const own = { orderId, queryId, amount: fen(amountFen), orderedAt: orderedAt(storeId) };
  return [{ kind: "payment", ...own, finishedAt: new Date(paidAtMs), ...of }, ...refunds];
}

function orderedAt(txnTime: string): Date {
  return parseWireTime(txnTime) ?? new Date(0);
}
