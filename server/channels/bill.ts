// The bill of one day as every channel can tell it: what was paid and what went back, line by line.
import type { Money } from "../kernel/money.ts";

/** A business day in China: what the channels call the date of a bill. */
export type BillRequest = Readonly<{
  /** "2026-11-22", in Beijing time. */
  day: string;
}>;

export type BillLine = Readonly<{
  kind: "payment" | "refund";
  channelTradeNo: string;
  channelOrderNo: string;
  /** Ours; null for a payment, and for a refund that the channel names by nothing of ours. */
  channelRefundNo: string | null;
  /** What was paid or went back, never negative: `kind` tells which way it went. */
  amount: Money;
  /** The channel’s fee in thousandths of a fen: above zero what it took, below zero what it gave back. Null where it names none. */
  feeMilliFen: bigint | null;
  /** When the channel finished it. */
  at: Date;
  /** The state in the channel’s own words; empty where a bill has none. */
  state: string;
}>;

/** A bill whose totals, and hash where the channel has one, agree with its lines. */
export type Bill = Readonly<{
  /** In the order of the file. */
  lines: readonly BillLine[];
  /** The file as text, as it is to be kept. */
  file: string;
}>;
