// Lakeside itself, for tests and the sandbox: its books behind the gateway half of the codec.
import { beijingTime } from "../../../kernel/time.ts";
import { encodeMessage, readMessage, signatureHeader, type Fields } from "./codec.ts";
import { isGenuine, signatureOf } from "./signing.ts";

export type Trade = {
  state: "waiting" | "paid" | "closed" | "refunded";
  readonly amount: bigint;
  readonly tradeNo: string;
  readonly paidAt: string;
  readonly refunds: Map<string, bigint>;
};

/** One merchant’s account at Lakeside. */
export type LakesideBook = {
  readonly merchantNo: string;
  readonly sharedKeyHex: string;
  readonly trades: Map<string, Trade>;
  balance: "enough" | "short";
};

export function createBook(merchantNo: string, sharedKeyHex: string): LakesideBook {
  return { merchantNo, sharedKeyHex, trades: new Map(), balance: "enough" };
}

/** The third digit of a payer code tells how its payer pays. */
export const payerCodes = {
  pays: "47100000000000000",
  confirmsFirst: "47200000000000000",
  hasNoMoney: "47300000000000000",
} as const;

export type GatewayReply = Readonly<{ status: number; headers: Record<string, string>; body: Buffer }>;

/** What the gateway answers to a request as it was posted. */
export function answered(
  book: LakesideBook,
  request: Readonly<{ operation: string; signature: string; body: Uint8Array }>,
  now: Date,
): GatewayReply {
  const { operation, signature, body } = request;
  const fields = readMessage(body);
  const genuine = isGenuine(book.sharedKeyHex, { purpose: { kind: "request", operation }, body, signature });
  if (fields === null || !genuine || fields.get("merchant") !== book.merchantNo)
    return { status: 401, headers: {}, body: encodeMessage(new Map([["code", "BAD_SIGNATURE"]])) };
  const reply = encodeMessage(new Map(Object.entries(carriedOut(book, operation, fields, now))));
  const purpose = { kind: "reply", requestSignature: signature } as const;
  const headers = { [signatureHeader]: signatureOf(book.sharedKeyHex, purpose, reply) };
  return { status: 200, headers: { ...headers, "content-type": "application/json" }, body: reply };
}

type Answer = Readonly<Record<string, string>>;

function carriedOut(book: LakesideBook, operation: string, fields: Fields, now: Date): Answer {
  const order = fields.get("order") ?? "";
  const trade = book.trades.get(order);
  switch (operation) {
    case "charge":
      return charged(book, order, fields, now);
    case "query":
      return trade === undefined ? { code: "NO_ORDER" } : { code: "OK", ...factsOf(order, trade) };
    case "cancel": {
      if (trade === undefined) return { code: "NO_ORDER" };
      const paid = trade.state === "paid" || trade.state === "refunded";
      trade.state = paid ? "refunded" : "closed";
      return { code: "OK", order, action: trade.state };
    }
    case "refund":
      return refunded(book, order, fields, now);
    case "refundQuery": {
      const refund = fields.get("refund") ?? "";
      const amount = trade?.refunds.get(refund);
      return amount === undefined ? { code: "NO_REFUND" } : { code: "OK", refund, amount: String(amount) };
    }
    case "bill":
      return billOf(book, fields.get("day") ?? "");
    default:
      return { code: "NO_OPERATION" };
  }
}

function charged(book: LakesideBook, order: string, fields: Fields, now: Date): Answer {
  if (book.trades.has(order)) return { code: "ORDER_EXISTS" };
  const payerCode = fields.get("payerCode") ?? "";
  if (payerCode.startsWith("473")) return { code: "NO_MONEY", message: "余额不足" };
  const trade: Trade = {
    state: payerCode.startsWith("472") ? "waiting" : "paid",
    amount: BigInt(fields.get("amount") ?? "0"),
    tradeNo: `lake${book.trades.size + 1}`,
    paidAt: now.toISOString(),
    refunds: new Map(),
  };
  book.trades.set(order, trade);
  return { code: trade.state === "paid" ? "PAID" : "WAITING", ...factsOf(order, trade) };
}

function refunded(book: LakesideBook, order: string, fields: Fields, now: Date): Answer {
  const trade = book.trades.get(order);
  if (trade === undefined) return { code: "NO_ORDER" };
  const refund = fields.get("refund") ?? "";
  const amount = BigInt(fields.get("amount") ?? "0");
  const before = trade.refunds.get(refund);
  if (before !== undefined && before !== amount) return { code: "OTHER_AMOUNT" };
  if (before === undefined) {
    if (trade.state === "waiting" || trade.state === "closed") return { code: "NOT_PAID" };
    if (totalOf(trade) + amount > trade.amount) return { code: "TOO_MUCH" };
    if (book.balance === "short") return { code: "BALANCE_SHORT" };
    trade.refunds.set(refund, amount);
    if (totalOf(trade) === trade.amount) trade.state = "refunded";
  }
  return { code: "OK", order, refund, total: String(totalOf(trade)), refundedAt: now.toISOString() };
}

/** Lakeside bills a day when it is over; a day of which it has nothing has no bill. Here every refund is of the day of its payment. */
function billOf(book: LakesideBook, day: string): Answer {
  const lines = [...book.trades].flatMap(([order, { state, tradeNo, amount, paidAt, refunds }]) =>
    (state === "paid" || state === "refunded") && beijingTime(new Date(paidAt)).startsWith(day)
      ? [
          `payment ${tradeNo} ${order} - ${amount} ${paidAt}`,
          ...[...refunds].map(([number, part]) => `refund ${tradeNo} ${order} ${number} ${part} ${paidAt}`),
        ]
      : [],
  );
  return lines.length === 0
    ? { code: "NO_BILL" }
    : { code: "OK", lines: String(lines.length), file: lines.join("\n") };
}

/** Everything that went back of a trade, in fen. */
export function totalOf(trade: Trade): bigint {
  return [...trade.refunds.values()].reduce((sum, amount) => sum + amount, 0n);
}

function factsOf(order: string, { state, tradeNo, amount, paidAt }: Trade): Answer {
  return { order, state, trade: tradeNo, amount: String(amount), paidAt };
}

/** The callback about an order, as Lakeside posts it. */
export function callbackOf(book: LakesideBook, order: string): Readonly<{ signature: string; body: Buffer }> {
  const trade = book.trades.get(order);
  const facts = trade === undefined ? {} : factsOf(order, trade);
  const said = { merchant: book.merchantNo, notification: `note-${order}`, ...facts };
  const body = encodeMessage(new Map(Object.entries(said)));
  return { signature: signatureOf(book.sharedKeyHex, { kind: "callback" }, body), body };
}
