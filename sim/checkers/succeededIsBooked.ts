// What a payment says about its money, the ledger says too.
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import type { JournalRow, PaymentRow } from "../evidence.ts";
import type { Checker, Problem } from "./checker.ts";

export const succeededIsBooked: Checker = {
  name: "succeededIsBooked",
  promise: "Each fact of a payment has its journal with its amount and fee, each journal its fact.",
  check: ({ payments, journals }) => {
    const problems: Problem[] = [];
    // What refunds book is another promise.
    const aboutPayments = journals.filter(({ fact }) => fact !== "refunded");
    const bySubject = Map.groupBy(aboutPayments, (row) => row.subject_id);
    for (const payment of payments) {
      const about = payment.payment_id;
      const own = bySubject.get(uuidOf(about)) ?? [];
      bySubject.delete(uuidOf(about));
      // A late success is judged as a whole by a checker of its own.
      if (payment.late_success) continue;
      const booked = own.map((row) => row.fact).join(" ");
      if (booked !== payment.facts.join(" "))
        problems.push({ about, problem: `facts ${payment.facts.join(" ")}, journals ${booked}` });
      for (const row of own) problems.push(...contradictions(payment, row));
    }
    for (const subject of bySubject.keys())
      problems.push({ about: subject, problem: "journals of no payment" });
    return problems;
  },
};

/** What was undone, or stands again after all, is what refunds have left. */
function contradictions(payment: PaymentRow, row: JournalRow): Problem[] {
  const {
    payment_id: about,
    amount_minor: paid,
    refunds_minor: refunds,
    fee_rate_basis_points: rate,
  } = payment;
  const amount = row.fact === "succeeded" ? BigInt(paid) : BigInt(paid) - BigInt(refunds);
  const fee = (amount * BigInt(rate ?? 0) + 5_000n) / 10_000n;
  const sign = row.fact === "reversed" ? -1n : 1n;
  const owed = BigInt(row.amounts[row.accounts.indexOf(`channel:${payment.channel}`)] ?? 0);
  const earned = BigInt(row.amounts[row.accounts.indexOf("fee:income")] ?? 0);
  const problems: Problem[] = [];
  if (owed !== sign * amount) problems.push({ about, problem: `${row.fact} books ${owed} fen of ${amount}` });
  if (earned !== -sign * fee)
    problems.push({ about, problem: `${row.fact} books a fee of ${-earned} fen, ${fee} are owed` });
  return problems;
}
