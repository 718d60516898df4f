// Money that came after a payment had been given up is told, booked, announced and looked into: all of it or nothing.
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

const givenUp: ReadonlySet<string> = new Set(["failed", "closed", "reversed"]);

export const lateSuccessIsWhole: Checker = {
  name: "lateSuccessIsWhole",
  promise: "A success after a final state is marked late, booked, announced, and has its case.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const events = eventsOf(evidence);
    const cases = new Set(
      evidence.cases.filter((one) => one.kind === "lateSuccess").map((one) => one.subject_id),
    );
    const booked = new Set(evidence.journals.map((row) => row.subject_id));
    for (const { payment_id: about, late_success: late } of evidence.payments) {
      const own = events.get(about) ?? [];
      const event = own.find((one) => {
        const transition = transitionIn(one);
        return transition?.to === "succeeded" && givenUp.has(transition.from);
      });
      if ((event !== undefined) !== late)
        problems.push({
          about,
          problem: late ? "marked late without having been given up" : "came late and is not marked",
        });
      if (event === undefined) continue;
      if (!booked.has(uuidOf(about))) problems.push({ about, problem: "told as paid, and not in the books" });
      if (!event.entries.some((entry) => entry.kind === "announced"))
        problems.push({ about, problem: "came late and was not announced" });
      if (!cases.has(uuidOf(about)))
        problems.push({ about, problem: "came late and nobody was told to look" });
    }
    return problems;
  },
};
