// For tests only: the books of a small WeChat Pay. Both gateways write into them; what they refuse is named by its v2 code.
import { add, fen, sameMoney, type Money } from "../../../kernel/money.ts";
import type { BookEntry } from "../../testing/scenario.ts";

export type BookedRefund = {
  amount: Money;
  status: "PROCESSING" | "SUCCESS" | "CLOSED" | "ABNORMAL";
  at: Date;
};
export type Order = {
  readonly orderNo: string;
  readonly amount: Money;
  readonly way: "MICROPAY" | "NATIVE";
  /** Who alone may pay; empty where anybody may. */
  payerId: string;
  state: "waiting" | "paid" | "closed" | "revoked";
  paidAt: Date | null;
  readonly refunds: Map<string, BookedRefund>;
};

/** "SUCCESS", or the err_code of v2. */
export type Said = string;

/** A balance that pays at once, one that wants a password, and an empty one. */
export const payerCodes = {
  pays: "130000000000000001",
  confirmsFirst: "130000000000000002",
  hasNoMoney: "130000000000000003",
} as const;

const codeUrlBeginning = "weixin://wxpay/bizpayurl?pr=";

export class Books {
  readonly orders = new Map<string, Order>();
  balance: "enough" | "short" = "enough";
  now: Date;

  constructor(now: Date) {
    this.now = now;
  }

  pay(orderNo: string, amount: Money, code: string): Said {
    const before = this.orders.get(orderNo);
    if (before !== undefined) return refusalOf(before);
    if (code === payerCodes.hasNoMoney) return "NOTENOUGH";
    const order = this.#placed(orderNo, amount, "MICROPAY");
    if (code !== payerCodes.pays) return "USERPAYING";
    this.#settle(order);
    return "SUCCESS";
  }

  offer(orderNo: string, amount: Money, payerId = ""): Said {
    const before = this.orders.get(orderNo);
    if (before === undefined) this.#placed(orderNo, amount, "NATIVE").payerId = payerId;
    else if (before.payerId !== payerId) return "INVALID_REQUEST";
    else if (before.state !== "waiting") return refusalOf(before);
    else if (!sameMoney(before.amount, amount)) return "INVALID_REQUEST";
    return "SUCCESS";
  }

  codeUrl(orderNo: string): string {
    return `${codeUrlBeginning}${orderNo}`;
  }

  prepayId(orderNo: string): string {
    return `wx${orderNo}`;
  }

  /** The bridge pays an order that was placed for this payer. */
  payInPage(prepayId: string, payerId: string): void {
    const orderNo = prepayId.slice(2);
    if (this.orders.get(orderNo)?.payerId === payerId) this.confirm(orderNo);
  }

  scan(codeUrl: string, payer: "pays" | "confirmsFirst"): void {
    if (payer === "pays") this.confirm(codeUrl.slice(codeUrlBeginning.length));
  }

  confirm(orderNo: string): void {
    const order = this.orders.get(orderNo);
    if (order?.state === "waiting") this.#settle(order);
  }

  reverse(orderNo: string): Said {
    const order = this.orders.get(orderNo);
    if (order === undefined) return "ORDERNOTEXIST";
    if (order.way === "NATIVE") return "INVALID_REQUEST";
    order.state = "revoked";
    return "SUCCESS";
  }

  close(orderNo: string): Said {
    const order = this.orders.get(orderNo);
    if (order === undefined) return "ORDERNOTEXIST";
    if (order.way === "MICROPAY") return "268449641";
    if (order.state !== "waiting") return refusalOf(order);
    order.state = "closed";
    return "SUCCESS";
  }

  refund(orderNo: string, refundNo: string, amount: Money): Said {
    const order = this.orders.get(orderNo);
    if (order === undefined) return "ORDERNOTEXIST";
    const before = order.refunds.get(refundNo);
    if (before !== undefined) return sameMoney(before.amount, amount) ? "SUCCESS" : "INVALID_REQUEST";
    const rest = order.amount.minor - taken(order).minor;
    if (order.state !== "paid" || amount.minor > rest) return "INVALID_REQUEST";
    if (this.balance === "short") return "NOTENOUGH";
    order.refunds.set(refundNo, { amount, status: "PROCESSING", at: this.now });
    return "SUCCESS";
  }

  refundsArrive(): void {
    for (const { refunds } of this.orders.values())
      for (const refund of refunds.values()) if (refund.status === "PROCESSING") refund.status = "SUCCESS";
  }

  /** The order of a refund. */
  refundOf(refundNo: string): Readonly<{ order: Order; refund: BookedRefund }> | null {
    for (const order of this.orders.values()) {
      const refund = order.refunds.get(refundNo);
      if (refund !== undefined) return { order, refund };
    }
    return null;
  }

  refunded(orderNo: string): Money {
    const refunds = [...(this.orders.get(orderNo)?.refunds.values() ?? [])];
    return refunds
      .filter(({ status }) => status === "SUCCESS")
      .reduce((sum, { amount }) => add(sum, amount), fen(0));
  }

  entry(orderNo: string): BookEntry {
    const order = this.orders.get(orderNo);
    if (order === undefined) return { state: "none" };
    const { amount, state, paidAt } = order;
    if (state === "revoked") return { state: paidAt === null ? "closed" : "refunded", amount };
    const back = sameMoney(this.refunded(orderNo), amount);
    return { state: state === "paid" && back ? "refunded" : state, amount };
  }

  #placed(orderNo: string, amount: Money, way: Order["way"]): Order {
    const order: Order = {
      orderNo,
      amount,
      way,
      payerId: "",
      state: "waiting",
      paidAt: null,
      refunds: new Map(),
    };
    this.orders.set(orderNo, order);
    return order;
  }

  #settle(order: Order): void {
    order.state = "paid";
    order.paidAt = this.now;
  }
}

/** WeChat Pay’s number of an order. */
export function transactionIdOf({ orderNo }: Order): string {
  return `4200001${orderNo}`;
}

/** The word of both generations for the state of an order. */
export function tradeStateOf({ state, way, refunds }: Order): string {
  if (state === "paid") return refunds.size > 0 ? "REFUND" : "SUCCESS";
  if (state === "waiting") return way === "MICROPAY" ? "USERPAYING" : "NOTPAY";
  return state === "closed" ? "CLOSED" : "REVOKED";
}

function taken({ refunds }: Order): Money {
  return [...refunds.values()].reduce((sum, { amount }) => add(sum, amount), fen(0));
}

function refusalOf({ state }: Order): Said {
  if (state === "paid") return "ORDERPAID";
  if (state === "waiting") return "OUT_TRADE_NO_USED";
  return state === "closed" ? "ORDERCLOSED" : "ORDERREVERSED";
}
