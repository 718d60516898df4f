// A refund is in the books once, with the part of the fee that goes back with it; the fee that is kept is the fee of what
// is kept.
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import type { JournalRow, PaymentRow } from "../evidence.ts";
import type { Checker, Problem } from "./checker.ts";

export const refundsAreBooked: Checker = {
  name: "refundsAreBooked",
  promise:
    "Each refund that succeeded has one journal of its amount, and the fee kept is the fee of the money kept.",
  check: ({ payments, refunds, journals }) => {
    const problems: Problem[] = [];
    const booked = Map.groupBy(
      journals.filter(({ fact }) => fact === "refunded"),
      (row) => row.subject_id,
    );
    const byId = new Map(payments.map((payment) => [payment.payment_id, payment]));
    const returned = new Map<string, bigint>();
    for (const { refund_id: refundId, payment_id: about, state, amount_minor: amount } of refunds) {
      const own = booked.get(uuidOf(refundId)) ?? [];
      booked.delete(uuidOf(refundId));
      if (own.length !== (state === "succeeded" ? 1 : 0))
        problems.push({ about, problem: `${refundId} ${state}, ${own.length} journals` });
      for (const row of own) {
        const booked = amountAt(row, `channel:${byId.get(about)?.channel}`);
        if (-booked !== BigInt(amount))
          problems.push({ about, problem: `${refundId} of ${amount} fen books ${booked}` });
        returned.set(about, (returned.get(about) ?? 0n) + amountAt(row, "fee:income"));
      }
    }
    for (const subject of booked.keys()) problems.push({ about: subject, problem: "a journal of no refund" });
    for (const [about, feeReturned] of returned) {
      const payment = byId.get(about);
      if (payment !== undefined) problems.push(...feeProblems(payment, feeReturned));
    }
    return problems;
  },
};

function amountAt(row: JournalRow, account: string): bigint {
  return BigInt(row.amounts[row.accounts.indexOf(account)] ?? 0);
}

/** Rounded half up to the fen, written down once more here. */
function feeProblems(payment: PaymentRow, feeReturned: bigint): Problem[] {
  const { payment_id: about, amount_minor, refunds_minor, fee_minor, fee_rate_basis_points: rate } = payment;
  const kept = BigInt(amount_minor) - BigInt(refunds_minor);
  const feeKept = BigInt(fee_minor ?? 0) - feeReturned;
  const owed = (kept * BigInt(rate ?? 0) + 5_000n) / 10_000n;
  return feeKept === owed
    ? []
    : [{ about, problem: `${feeKept} fen of fee kept of ${kept} fen, ${owed} are owed` }];
}
