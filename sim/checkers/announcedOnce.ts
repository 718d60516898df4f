// Money that arrived is spoken of once at every bound terminal, or it is written down why not.
import type { ArrivalRow, Evidence, PaymentRow } from "../evidence.ts";
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

export const announcedOnce: Checker = {
  name: "announcedOnce",
  promise:
    "Each paid order has one announcement per bound terminal, begun at most once, heard or with a recorded reason.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const everPaid = everSucceeded(evidence);
    const arrivals = new Map(evidence.arrivals.map((row) => [`${row.payment_id} ${row.terminal_id}`, row]));
    for (const payment of evidence.payments) {
      if (!everPaid.has(payment.payment_id)) continue;
      for (const terminalId of boundTerminals(evidence, payment)) {
        const key = `${payment.payment_id} ${terminalId}`;
        if (!arrivals.delete(key))
          problems.push({ about: payment.payment_id, problem: `paid, and no announcement at ${terminalId}` });
      }
    }
    for (const row of arrivals.values())
      problems.push({
        about: row.payment_id,
        problem: `announced at ${row.terminal_id}, which is not bound to it, or never paid`,
      });
    problems.push(...hearingProblems(evidence), ...orderProblems(evidence));
    return problems;
  },
};

function everSucceeded(evidence: Evidence): ReadonlySet<string> {
  const paid = [...eventsOf(evidence)].filter(([, events]) =>
    events.some((event) => transitionIn(event)?.to === "succeeded"),
  );
  return new Set(paid.map(([paymentId]) => paymentId));
}

/** Each shop of the town has one store. What is paid at no terminal is for the store’s speaker, else for its tills. */
function boundTerminals({ terminals }: Evidence, payment: PaymentRow): string[] {
  const ofShop = terminals.filter(({ merchantId }) => merchantId === payment.merchant_id);
  const speakers = ofShop.filter(({ announce }) => announce === "store");
  const tills = ofShop.filter(({ announce }) => announce === "own");
  const own =
    payment.terminal_id === null
      ? tills.filter(() => speakers.length === 0)
      : tills.filter(({ terminalId }) => terminalId === payment.terminal_id);
  return [...own, ...speakers].map(({ terminalId }) => terminalId);
}

/** What was heard beside the loudspeaker against what is written down. */
function hearingProblems({ arrivals, summaries, speeches }: Evidence): Problem[] {
  const problems: Problem[] = [];
  const heard = Map.groupBy(speeches, (speech) => speech.arrivalId);
  const stageOf = new Map(summaries.map((summary) => [summary.summary_id, summary.stage]));
  for (const [about, times] of heard)
    if (times.length > 1) problems.push({ about, problem: `begun ${times.length} times` });
  for (const row of arrivals) {
    const about = row.payment_id;
    const said = heard.get(row.arrival_id)?.[0]?.heard ?? "never";
    const stage =
      row.stage === "stale" ? `stale ${stageOf.get(row.summary_id ?? "") ?? "without summary"}` : row.stage;
    if (!fits(stage, said))
      problems.push({ about, problem: `${stage} at ${row.terminal_id}, heard ${said}` });
  }
  return problems;
}

/** By stage, what may have been heard. "interrupted" is our guess where the report of the end was lost. */
function fits(stage: string, said: "whole" | "part" | "never"): boolean {
  switch (stage) {
    case "spoken":
      return said === "whole";
    case "interrupted":
      return true;
    case "stale spoken":
    case "stale interrupted":
      return said === "never";
    default:
      return false;
  }
}

function orderProblems({ arrivals }: Evidence): Problem[] {
  const problems: Problem[] = [];
  for (const [about, rows] of Map.groupBy(arrivals, (row: ArrivalRow) => row.terminal_id)) {
    const gap = rows.findIndex((row, index) => BigInt(row.sequence) !== BigInt(index + 1));
    if (gap !== -1) problems.push({ about, problem: `announcement ${gap + 1} is missing in the count` });
  }
  return problems;
}
