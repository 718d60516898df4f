// What “today” is at a till in China, and what its payments add up to. Pure.
import type { Payment } from "@huiyin/contract/api/payments.ts";

const shanghaiOffsetMs = 8 * 3_600_000;
const dayMs = 24 * 3_600_000;

/** The beginning of the business day in Asia/Shanghai, which has no summer time. */
export function dayStart(now: Date): Date {
  const shifted = now.getTime() + shanghaiOffsetMs;
  return new Date(shifted - (shifted % dayMs) - shanghaiOffsetMs);
}

/** How many were paid and how much that is, in fen. What failed, or is still open, is not money. */
export function summaryOf(payments: readonly Payment[]): Readonly<{ count: number; totalFen: bigint }> {
  const paid = payments.filter(({ state }) => state === "succeeded");
  return { count: paid.length, totalFen: paid.reduce((total, { amount }) => total + BigInt(amount), 0n) };
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

export type Tone = "paid" | "processing" | "unpaid" | "person";

/** The colour of a payment: what a person must decide comes before what its state says. */
export function toneOf(payment: Payment): Tone {
  if (payment.review !== null) return "person";
  if (payment.state === "succeeded") return "paid";
  return payment.state === "processing" || payment.state === "awaitingPayer" ? "processing" : "unpaid";
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
