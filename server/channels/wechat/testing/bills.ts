// For tests only: the bill of a day from the small books.
import { businessDate } from "../../../kernel/time.ts";
import type { ChannelAccount } from "../../port.ts";
import { billFile, type BookedRow } from "../bill/write.ts";
import { transactionIdOf, type Books } from "./books.ts";

/** The file; null for a day without trade. @param day "2026-03-01" */
export function billOf(books: Books, account: ChannelAccount, day: string): string | null {
  const rows = [...books.orders.values()].flatMap((order): BookedRow[] => {
    if (order.paidAt === null) return [];
    const payment: BookedRow = {
      at: order.paidAt,
      appId: account["appId"] ?? "",
      mchId: account["mchId"] ?? "",
      subMchId: account["subMchId"] ?? "",
      deviceInfo: "terminal,1",
      transactionId: transactionIdOf(order),
      orderNo: order.orderNo,
      openid: "oUpF8uN95-Ptaags6E_roPHg7AG0",
      tradeType: order.way,
      bankType: "CCB_DEBIT",
      amount: order.amount,
      subject: "回音咖啡",
      feeMilliFen: order.amount.minor * 6n,
      rate: "0.60%",
      refund: null,
    };
    const refunds = [...order.refunds].map(([refundNo, { amount, at, status }]): BookedRow => ({
      ...payment,
      at,
      amount,
      feeMilliFen: -amount.minor * 6n,
      refund: {
        refundId: `5000${refundNo}`,
        refundNo,
        requestedAt: at,
        status: status === "SUCCESS" ? "SUCCESS" : "PROCESSING",
        kind: "REFUND",
      },
    }));
    return [payment, ...refunds];
  });
  const own = rows.filter(({ at }) => businessDate(at) === day);
  return own.length === 0 ? null : billFile(own, "ALL");
}
