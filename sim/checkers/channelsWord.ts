// A payment ends by the word of the channel, or of a person, that stands in the very same entry of its timeline.
import type { EventRow } from "../evidence.ts";
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

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

export const channelsWord: Checker = {
  name: "channelsWord",
  promise: "No payment ends without an answer of the channel, a callback or a person that says so.",
  check: (evidence) => {
    const problems: Problem[] = [];
    for (const [about, events] of eventsOf(evidence)) {
      for (const event of events) {
        const transition = transitionIn(event);
        const needed = transition === null ? undefined : words.get(transition.to);
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
