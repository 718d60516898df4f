// Only what the network itself signed, and what fits the order, is believed.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

export const callbacksBelieved: Checker = {
  name: "callbacksBelieved",
  promise: "Forged callbacks and callbacks with a wrong amount are refused and change nothing.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const forged = new Set<string>();
    for (const { kind, orderNo, notifyId, taken } of evidence.deliveries) {
      if (kind === "forged") forged.add(notifyId);
      if (kind !== "genuine" && taken === "yes")
        problems.push({ about: orderNo, problem: `a ${kind} callback was answered with success` });
    }
    const payments = new Map(evidence.payments.map((payment) => [payment.payment_id, payment]));
    for (const [about, events] of eventsOf(evidence)) {
      for (const event of events) {
        for (const { kind, data } of event.entries) {
          if (kind !== "callbackReceived") continue;
          if (forged.has(String(data["notificationId"])))
            problems.push({ about, problem: "a forged callback is in the timeline" });
          const payment = payments.get(about);
          if (payment === undefined || transitionIn(event)?.to !== "succeeded") continue;
          const said = amountSaid[payment.channel]((data["form"] ?? {}) as Form);
          if (said !== payment.amount_minor)
            problems.push({ about, problem: `paid by a callback over ${said} fen` });
        }
      }
    }
    return problems;
  },
};

type Form = Readonly<Record<string, unknown>>;

/** The amount of a payment in the words of each network, in fen. */
const amountSaid: Readonly<Record<ChannelCode, (form: Form) => string>> = {
  alipay: (form) =>
    String(form["total_amount"])
      .replace(".", "")
      .replace(/^0+(?=\d)/, ""),
  wechat: (form) => {
    const resource = (form["resource"] ?? {}) as Readonly<{ amount?: { total?: number } }>;
    return String(form["total_fee"] ?? resource.amount?.total);
  },
  unionpay: (form) => String(form["txnAmt"]),
};
