// Only what Alipay signed, and what fits the order, is believed.
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

export const callbacksBelieved: Checker = {
  name: "callbacksBelieved",
  promise: "Forged callbacks and callbacks with a wrong amount are refused and change nothing.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const forged = new Set<string>();
    for (const { kind, orderNo, notifyId, answer } of evidence.deliveries) {
      if (kind === "forged") forged.add(notifyId);
      if (kind !== "genuine" && answer === "success")
        problems.push({ about: orderNo, problem: `a ${kind} callback was answered with success` });
    }
    const amounts = new Map(evidence.payments.map((payment) => [payment.payment_id, payment.amount_minor]));
    for (const [about, events] of eventsOf(evidence)) {
      for (const event of events) {
        for (const { kind, data } of event.entries) {
          if (kind !== "callbackReceived") continue;
          if (forged.has(String(data["notificationId"])))
            problems.push({ about, problem: "a forged callback is in the timeline" });
          const said = (data["form"] as Record<string, unknown> | undefined)?.["total_amount"];
          const fits =
            String(said)
              .replace(".", "")
              .replace(/^0+(?=\d)/, "") === amounts.get(about);
          if (!fits && transitionIn(event)?.to === "succeeded")
            problems.push({ about, problem: `paid by a callback over ${String(said)} yuan` });
        }
      }
    }
    return problems;
  },
};
