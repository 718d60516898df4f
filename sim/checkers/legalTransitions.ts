// A payment moves only along the edges of its state machine, one version at a time.
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

const legal: ReadonlySet<string> = new Set([
  "processing awaitingPayer",
  "processing succeeded",
  "processing failed",
  "processing closed",
  "processing reversed",
  "awaitingPayer succeeded",
  "awaitingPayer closed",
  "awaitingPayer reversed",
  // What the channel says later corrects what was given up, or reported too early.
  "failed succeeded",
  "closed succeeded",
  "failed reversed",
  "closed reversed",
  "succeeded reversed",
  "reversed succeeded",
]);

export const legalTransitions: Checker = {
  name: "legalTransitions",
  promise: "The timeline tells an unbroken life along legal edges, from processing to the present state.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const events = eventsOf(evidence);
    for (const { payment_id: about, state, version } of evidence.payments) {
      const own = events.get(about) ?? [];
      if (own.length !== version || own.some((event, index) => event.version !== index + 1))
        problems.push({
          about,
          problem: `version ${version}, events ${own.map((event) => event.version).join(" ")}`,
        });
      let present = "processing";
      for (const event of own) {
        const transition = transitionIn(event);
        if (transition === null) continue;
        const edge = `${transition.from} ${transition.to}`;
        if (transition.from !== present || !legal.has(edge))
          problems.push({ about, problem: `${edge} while ${present}` });
        present = transition.to;
      }
      if (present !== state) problems.push({ about, problem: `${state}, the timeline says ${present}` });
    }
    return problems;
  },
};
