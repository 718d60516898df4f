// A payment ends by the word of the channel, or of a person, that stands in the very same entry of its timeline.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { EventRow, PaymentRow } from "../evidence.ts";
import { eventsOf, transitionIn, type Checker, type Problem, type Transition } from "./checker.ts";

/** By final state, what must have been heard: kind of entry and outcome. Declines have a checker of their own. */
const words: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "succeeded",
    [
      "chargeAnswered succeeded",
      "queryAnswered succeeded",
      "callbackReceived succeeded",
      "reviewDecided succeeded",
    ],
  ],
  [
    "closed",
    ["queryAnswered notFound", "queryAnswered closed", "cancelAnswered cancelled", "reviewDecided closed"],
  ],
  ["reversed", ["queryAnswered closed", "cancelAnswered cancelled"]],
]);

/** What else closes a code that was on a screen: a close; and, where a network closes none, that it is still unpaid. */
const closesShownCode: readonly string[] = ["closeAnswered closed", "closeAnswered notFound"];
const closesNothing: ReadonlySet<ChannelCode> = new Set<ChannelCode>(["unionpay"]);

/** Nobody pays a code that nobody saw: whatever became of the request for it, it is given up. */
const neverShown: readonly string[] = ["code", "close", "query"].flatMap((asked) =>
  ["Answered unknown", "Unanswered unknown", "Answered refused", "Answered pending"].map(
    (said) => `${asked}${said}`,
  ),
);

function wordsFor({ mode, channel }: PaymentRow, { from, to }: Transition): readonly string[] | undefined {
  const usual = words.get(to);
  if (usual === undefined || mode === "payerCode" || to !== "closed") return usual;
  return [
    ...usual,
    ...closesShownCode,
    ...(from === "processing" ? neverShown : []),
    ...(closesNothing.has(channel) ? ["queryAnswered pending"] : []),
  ];
}

export const channelsWord: Checker = {
  name: "channelsWord",
  promise: "No payment ends without an answer of the channel, a callback or a person that says so.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const byPayment = eventsOf(evidence);
    for (const payment of evidence.payments) {
      const about = payment.payment_id;
      for (const event of byPayment.get(about) ?? []) {
        const transition = transitionIn(event);
        const needed = transition === null ? undefined : wordsFor(payment, transition);
        if (transition === null || needed === undefined) continue;
        const said = saidIn(event);
        if (!said.some((word) => needed.includes(word)))
          problems.push({
            about,
            problem: `${transition.from} → ${transition.to} on ${said.join(", ") || "nobody’s word"}`,
          });
      }
    }
    return problems;
  },
};

function saidIn(event: EventRow): string[] {
  return event.entries.flatMap(({ kind, data }) => {
    const outcome = data["outcome"] ?? data["news"] ?? data["decision"];
    return outcome === undefined ? [] : [`${kind} ${String(outcome)}`];
  });
}
