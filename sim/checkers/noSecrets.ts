// Payer codes and keys are nowhere but where they must be.
import type { Checker, Problem } from "./checker.ts";

export const noSecrets: Checker = {
  name: "noSecrets",
  promise: "No payer code and no key stands in a log line, a timeline, a row or an answer.",
  check: (evidence) => {
    const problems: Problem[] = evidence.logLeaks.map((leak) => ({ about: "log", problem: leak }));
    const look = (about: string, value: unknown): void => {
      const leak = evidence.leaksIn(JSON.stringify(value));
      if (leak !== null) problems.push({ about, problem: leak });
    };
    for (const event of evidence.events) look(event.payment_id, event.entries);
    for (const payment of evidence.payments) look(payment.payment_id, payment);
    for (const { outcome, idempotencyKey } of evidence.answers) look(idempotencyKey, outcome);
    return problems;
  },
};
