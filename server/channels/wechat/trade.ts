// The facts of an order, which both generations tell under names of their own.
import type { Money } from "../../kernel/money.ts";
import type { ChannelWords, Paid, Unknown } from "../port.ts";
import type { Generation } from "./codes.ts";
import { fundingSourceOf } from "./funding.ts";
import { fenIn, memberIn, textIn, type Members } from "./json.ts";
import { parseDigitsTime, parseRfc3339 } from "./time.ts";

export type TradeFacts = Readonly<{
  orderNo: string | null;
  transactionId: string | null;
  tradeState: string | null;
  /** What the order was for; null where it is missing, or in another currency. */
  amount: Money | null;
  paidAt: Date | null;
  bankType: string | null;
}>;

/** The facts as an answer or a notice of this generation tells them. Never throws. */
export function tradeFactsOf(generation: Generation, fields: Members): TradeFacts {
  const common = {
    orderNo: textIn(fields, "out_trade_no"),
    transactionId: textIn(fields, "transaction_id"),
    tradeState: textIn(fields, "trade_state"),
    bankType: textIn(fields, "bank_type"),
  };
  if (generation === "v2") {
    const currency = textIn(fields, "fee_type") ?? "CNY";
    return {
      ...common,
      amount: currency === "CNY" ? fenIn(fields, "total_fee") : null,
      paidAt: parseDigitsTime(textIn(fields, "time_end") ?? ""),
    };
  }
  const amount = memberIn(fields.get("amount"));
  const currency = textIn(amount, "currency") ?? "CNY";
  return {
    ...common,
    amount: currency === "CNY" ? fenIn(amount, "total") : null,
    paidAt: parseRfc3339(textIn(fields, "success_time") ?? ""),
  };
}

/** A payment, whole: without a number of either side or an amount it proves nothing. */
export function paidOutcome(
  facts: TradeFacts,
  { words, receivedAt }: Readonly<{ words: ChannelWords; receivedAt: Date }>,
): Paid | Unknown {
  const { transactionId, orderNo, amount, paidAt, bankType } = facts;
  const missing = transactionId === null ? "transaction_id" : orderNo === null ? "out_trade_no" : null;
  if (transactionId === null || missing !== null)
    return { kind: "unknown", reason: `success without ${missing}`, words };
  if (amount === null) return { kind: "unknown", reason: "success without a readable amount", words };
  return {
    kind: "succeeded",
    channelTradeNo: transactionId,
    amount,
    // The moment of payment is for display; the bill of the day decides. Our own reading is near enough.
    paidAt: paidAt ?? receivedAt,
    fundingSource: fundingSourceOf(bankType),
    // WeChat Pay masks nothing for us: what it tells is the payer's identity at this app.
    payerAccount: null,
    words,
  };
}
