// What UnionPay tells of a payment and of a refund, in its own fields.
import { wireTime } from "@huiyin/server/channels/unionpay/times.ts";
import { cardOf } from "../book/funding.ts";
import type { Book, Refund, Trade } from "../book/model.ts";
import { refundMarks } from "./reading.ts";

export type Facts = Readonly<Record<string, string>>;

/** What became of a payment, as `origRespCode`; null where UnionPay knows none: nobody scanned the code that was shown. */
export function fateOf(trade: Trade): string | null {
  if (trade.walletId === "") return trade.closedBy === "cancel" ? "46" : null;
  switch (trade.status) {
    case "WAIT_BUYER_PAY":
      return "05";
    case "TRADE_SUCCESS":
    case "TRADE_FINISHED":
      return "00";
    case "TRADE_CLOSED":
      // What was given back stays a success: a refund is a transaction of its own.
      if (trade.closedBy === "refund") return "00";
      return trade.closedBy === "cancel" ? "46" : "69";
  }
}

/** A payment, as its answer, its query and its notification tell it. */
export function paymentFacts(book: Book, trade: Trade): Facts {
  const { tradeNo, amountFen, paidAtMs, storeId } = trade;
  const common = { queryId: tradeNo, txnAmt: String(amountFen), currencyCode: "156", txnTime: storeId };
  if (paidAtMs === 0) return { ...common, ...reserved(trade.body) };
  return {
    ...common,
    ...settlementFacts(tradeNo, amountFen, paidAtMs),
    ...payerFacts(book, trade),
    ...reserved(trade.body),
  };
}

/** A refund, as its answer, its query and its notification tell it. */
export function refundFacts(trade: Trade, refund: Refund): Facts {
  const { txnTime, reqReserved } = refundMarks(refund.reason);
  const { refundNo, amountFen, doneAtMs } = refund;
  return {
    ...{
      queryId: refundNo,
      txnAmt: String(amountFen),
      currencyCode: "156",
      txnTime,
      origQryId: trade.tradeNo,
    },
    ...settlementFacts(refundNo, amountFen, doneAtMs),
    ...reserved(reqReserved),
  };
}

function settlementFacts(queryId: string, amountFen: bigint, atMs: number): Facts {
  const moment = wireTime(new Date(atMs));
  const settled = { settleAmt: String(amountFen), settleCurrencyCode: "156", settleDate: moment.slice(4, 8) };
  return { ...settled, traceNo: queryId.slice(-6), traceTime: moment.slice(4) };
}

/** The card, as UnionPay masks it. Money in the wallet counts as a debit card. */
function payerFacts(book: Book, { walletId, funding }: Trade): Facts {
  const wallet = book.wallets.get(walletId);
  const card = wallet === undefined || funding === "" ? undefined : cardOf(wallet, funding);
  const tail = card?.tail ?? wallet?.buyerUserId.slice(-4) ?? "0000";
  return { payCardType: card?.kind === "credit" ? "02" : "01", accNo: `6216***********${tail}` };
}

function reserved(reqReserved: string): Facts {
  return reqReserved === "" ? {} : { reqReserved };
}
