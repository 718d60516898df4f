// What “today” is at a till in China, and what its payments add up to. Pure.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { isAllBack } from "./outcome.ts";

const shanghaiOffsetMs = 8 * 3_600_000;
const dayMs = 24 * 3_600_000;

/** The beginning of the business day in Asia/Shanghai, which has no summer time. */
export function dayStart(now: Date): Date {
  const shifted = now.getTime() + shanghaiOffsetMs;
  return new Date(shifted - (shifted % dayMs) - shanghaiOffsetMs);
}

/** How many were paid, how much of it is kept, and how much went back, in fen. What failed, or is still open, is no money. */
export function summaryOf(
  payments: readonly Payment[],
): Readonly<{ count: number; keptFen: bigint; refundedFen: bigint }> {
  const paid = payments.filter(({ state }) => state === "succeeded");
  const paidFen = paid.reduce((total, { amount }) => total + BigInt(amount), 0n);
  const refundedFen = paid.reduce((total, { refundedAmount }) => total + BigInt(refundedAmount), 0n);
  return { count: paid.length, keptFen: paidFen - refundedFen, refundedFen };
}

export type DayLine =
  Readonly<{ kind: "payment"; payment: Payment }> | Readonly<{ kind: "refund"; refund: Refund }>;

/** Payments and refunds of the day in one list, newest first. */
export function linesOf(payments: readonly Payment[], refunds: readonly Refund[]): readonly DayLine[] {
  const lines: DayLine[] = [
    ...payments.map((payment) => ({ kind: "payment", payment }) as const),
    ...refunds.map((refund) => ({ kind: "refund", refund }) as const),
  ];
  const moment = (line: DayLine): number =>
    Date.parse(line.kind === "payment" ? line.payment.createdAt : line.refund.createdAt);
  return lines.sort((one, other) => moment(other) - moment(one));
}

/** A day's payments with newer ones, or newer states of the same ones, put in: newest first, of this day only. */
export function merged(
  known: readonly Payment[],
  newer: readonly Payment[],
  start: Date,
): readonly Payment[] {
  const byId = new Map([...known, ...newer].map((payment) => [payment.id, payment]));
  return [...byId.values()]
    .filter(({ createdAt }) => Date.parse(createdAt) >= start.getTime())
    .sort((one, other) => (one.id < other.id ? 1 : -1));
}

/** The payment counting what its refunds say: they may have been read after the list in which it stood. */
export function counting(payment: Payment, refunds: readonly Refund[]): Payment {
  const back = refunds.reduce((sum, { state, amount }) => (state === "succeeded" ? sum + amount : sum), 0);
  return back > payment.refundedAmount ? { ...payment, refundedAmount: back } : payment;
}

export type Tone = "paid" | "processing" | "unpaid" | "person";

/** The colour of a payment: what a person must decide comes before what its state says. What went back is not paid. */
export function toneOf(payment: Payment): Tone {
  if (payment.review !== null) return "person";
  if (isAllBack(payment)) return "unpaid";
  if (payment.state === "succeeded") return "paid";
  return payment.state === "processing" || payment.state === "awaitingPayer" ? "processing" : "unpaid";
}

/** The colour of a refund in the list. */
export function refundToneOf({ state, waitingFor }: Refund): Tone {
  if (state === "processing")
    return waitingFor === "person" || waitingFor === "stuck" ? "person" : "processing";
  return state === "succeeded" ? "paid" : "unpaid";
}

/** 2026-11-22 14:03:05 in Asia/Shanghai. */
export function dayAndTime(timestamp: string): string {
  return `${day.format(new Date(timestamp))} ${clockTime(timestamp)}`;
}

/** Hours, minutes and seconds in Asia/Shanghai: 14:03:05. */
export function clockTime(timestamp: string): string {
  return clock.format(new Date(timestamp));
}

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

// Sweden writes dates as the standard does.
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });
