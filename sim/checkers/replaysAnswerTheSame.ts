// The same key with the same body is answered the same, to the byte; with another body it is refused.
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import type { Checker, Problem } from "./checker.ts";

export const replaysAnswerTheSame: Checker = {
  name: "replaysAnswerTheSame",
  promise: "A key has one answer for ever, and takes one body.",
  check: ({ answers, givenBack }) => {
    const problems: Problem[] = [];
    for (const [about, same] of Map.groupBy(givenBack, (one) => `${one.merchantId}/${one.idempotencyKey}`)) {
      const answered = same.flatMap(({ amount, outcome }) =>
        outcome.kind === "answered" ? [{ amount, text: `${outcome.status} ${outcome.body}` }] : [],
      );
      if (new Set(answered.map(({ text }) => text)).size > 1)
        problems.push({ about, problem: `${answered.length} different answers` });
      if (new Set(answered.map(({ amount }) => amount)).size > 1)
        problems.push({ about, problem: "taken with two different bodies" });
      const first = same.findIndex(({ outcome }) => outcome.kind === "answered");
      for (const { amount, outcome } of same.slice(first === -1 ? same.length : first)) {
        if (outcome.kind === "refused" && amount === same[first]?.amount && !isBusy(outcome.code))
          problems.push({ about, problem: `answered, and then refused with ${outcome.code}` });
      }
    }
    for (const [about, same] of Map.groupBy(answers, (one) => `${one.merchantId}/${one.idempotencyKey}`)) {
      const texts = new Set(
        same.flatMap(({ outcome }) =>
          outcome.kind === "answered" ? [`${outcome.status} ${outcome.body}`] : [],
        ),
      );
      if (texts.size > 1) problems.push({ about, problem: `${texts.size} different answers` });
      const bodies = new Set(
        same.filter(({ outcome }) => outcome.kind === "answered").map((one) => one.amount),
      );
      if (bodies.size > 1) problems.push({ about, problem: "taken with two different bodies" });
      const first = same.findIndex(({ outcome }) => outcome.kind === "answered");
      for (const { amount, outcome } of same.slice(first === -1 ? same.length : first)) {
        if (!bodies.has(amount) && outcome.kind === "refused" && outcome.code !== "idempotency_key_reused")
          problems.push({ about, problem: `another body was refused with ${outcome.code}` });
      }
    }
    return problems;
  },
};

/** Refused for the moment only: somebody else is answering it. */
function isBusy(code: ErrorCode): boolean {
  return code === "idempotency_key_in_use" || code === "unavailable";
}
