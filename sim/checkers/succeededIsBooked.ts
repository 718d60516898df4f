// What a payment says about its money, the ledger says too.
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import type { Checker, Problem } from "./checker.ts";

export const succeededIsBooked: Checker = {
  name: "succeededIsBooked",
  promise: "Each fact of a payment has its journal with its amount and fee, each journal its fact.",
  check: ({ payments, journals }) => {
    const problems: Problem[] = [];
    const bySubject = Map.groupBy(journals, (row) => row.subject_id);
    for (const payment of payments) {
      const about = payment.payment_id;
      const own = bySubject.get(uuidOf(about)) ?? [];
      bySubject.delete(uuidOf(about));
      // A late success is judged as a whole by a checker of its own.
      if (payment.late_success) continue;
      const booked = own.map((row) => row.fact).join(" ");
      if (booked !== payment.facts.join(" "))
        problems.push({ about, problem: `facts ${payment.facts.join(" ")}, journals ${booked}` });
      for (const row of own) {
        const sign = row.fact === "reversed" ? -1n : 1n;
        const owed = row.amounts[row.accounts.indexOf("channel:alipay")];
        if (BigInt(owed ?? 0) !== sign * BigInt(payment.amount_minor))
          problems.push({ about, problem: `${row.fact} books ${owed} fen of ${payment.amount_minor}` });
        const fee = row.amounts[row.accounts.indexOf("fee:income")] ?? "0";
        if (BigInt(fee) !== -sign * BigInt(payment.fee_minor ?? 0))
          problems.push({
            about,
            problem: `${row.fact} books a fee of ${fee}, the payment says ${payment.fee_minor}`,
          });
      }
    }
    for (const subject of bySubject.keys())
      problems.push({ about: subject, problem: "journals of no payment" });
    return problems;
  },
};
