// The books of a bank for tests: what was paid, given back, and shown as a code. Honest, whatever is said on the wire.
import type {
  ChargeOutcome,
  ChargeRequest,
  Paid,
  QueryOutcome,
  RefundOutcome,
  RefundRequest,
} from "../../../channels/port.ts";
import { fen, type Money } from "../../../kernel/money.ts";
import { declined, words } from "../fixtures.ts";

/** What happens to the next calls of an operation; the book decides where nothing is planned. */
export type Mishap = "requestLost" | "replyLost";
export type ChargePlan = Mishap | "pay" | "decline" | "askPassword" | "payOther";

type Trade = {
  amount: Money;
  state: "waiting" | "paid" | "closed" | "refunded";
  tradeNo: string;
  paidAt: Date;
};

/** It knows by itself what is true. */
export class Book {
  readonly trades = new Map<string, Trade>();
  /** What was given back, by order number and then by refund number. */
  readonly refunds = new Map<string, Map<string, Money>>();
  /** Codes that were made, by order number, each until it expires. */
  readonly codes = new Map<string, Readonly<{ amount: Money; expiresAt: Date }>>();

  /** A charge that reached the bank. */
  open(request: ChargeRequest, plan: ChargePlan, at: Date): ChargeOutcome {
    if (plan === "decline") return declined;
    const { channelOrderNo, amount } = request;
    const state = plan === "askPassword" ? "waiting" : "paid";
    const booked = plan === "payOther" ? fen(amount.minor - 1n) : amount;
    const trade: Trade = { amount: booked, state, tradeNo: `trade-${this.trades.size + 1}`, paidAt: at };
    this.trades.set(channelOrderNo, trade);
    return state === "paid"
      ? this.paid(channelOrderNo)
      : { kind: "pending", words, channelTradeNo: trade.tradeNo };
  }

  /** What a query finds. */
  look(channelOrderNo: string): QueryOutcome {
    const trade = this.trades.get(channelOrderNo);
    switch (trade?.state) {
      case undefined:
        return { kind: "notFound", words: { code: "ACQ.TRADE_NOT_EXIST", message: "交易不存在" } };
      case "waiting":
        return { kind: "pending", words, channelTradeNo: trade.tradeNo };
      case "paid":
        return this.paid(channelOrderNo);
      case "closed":
      case "refunded":
        return { kind: "closed", everPaid: trade.state === "refunded" ? "yes" : "no", words };
    }
  }

  /** One number pays out once, whatever is asked under it again; more than was paid never goes back. */
  giveBack(request: RefundRequest, at: Date): RefundOutcome {
    const { channelRefundNo, amount } = request;
    const { channelOrderNo } = request.order;
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined || trade.state === "waiting" || trade.state === "closed") return declined;
    const ofTrade = this.refunds.get(channelOrderNo) ?? new Map<string, Money>();
    const before = ofTrade.get(channelRefundNo);
    if (before !== undefined && before.minor !== amount.minor) return declined;
    const others = [...ofTrade].filter(([number]) => number !== channelRefundNo);
    const total = others.reduce((sum, [, refunded]) => sum + refunded.minor, amount.minor);
    if (total > trade.amount.minor) return declined;
    this.refunds.set(channelOrderNo, ofTrade.set(channelRefundNo, amount));
    if (total === trade.amount.minor) trade.state = "refunded";
    return { kind: "refunded", refundedTotal: fen(total), refundedAt: at, words };
  }

  /** The payer scans a code and pays it, or looks at it for a while. Nothing happens where it has expired or was closed. */
  scan(channelOrderNo: string, what: "pays" | "waits", now: Date): "paid" | "waiting" | "refused" {
    const code = this.codes.get(channelOrderNo);
    if (code === undefined || now >= code.expiresAt) return "refused";
    const trade = this.trades.get(channelOrderNo) ?? {
      ...{ amount: code.amount, state: "waiting", tradeNo: `trade-${this.trades.size + 1}`, paidAt: now },
    };
    if (trade.state !== "waiting") return "refused";
    this.trades.set(channelOrderNo, { ...trade, state: what === "pays" ? "paid" : "waiting", paidAt: now });
    return what === "pays" ? "paid" : "waiting";
  }

  /** The payer types the password, or pays a trade that we gave up. */
  pay(channelOrderNo: string): void {
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) throw new Error(`the book has no trade ${channelOrderNo}`);
    trade.state = "paid";
  }

  /** The channel’s own word on a paid trade. */
  paid(channelOrderNo: string): Paid {
    const trade = this.trades.get(channelOrderNo);
    if (trade === undefined) throw new Error(`the book has no trade ${channelOrderNo}`);
    return {
      kind: "succeeded",
      channelTradeNo: trade.tradeNo,
      amount: trade.amount,
      paidAt: trade.paidAt,
      fundingSource: "huabei",
      payerAccount: "138****1234",
      words,
    };
  }
}
