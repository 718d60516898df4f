// What helps at the counter now, in one sentence. A cause knows more than the channel's general advice on retrying.
import type { Localized } from "@huiyin/contract/words.ts";
import { causeOf } from "./causes.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import { adviceTexts, type Advice } from "./adviceTexts.ts";
import type { CaseFile, Finding } from "./model.ts";
import { toldFor } from "./variants.ts";

/** Only where the money has arrived; all the others only where it has not. */
const afterPaying: ReadonlySet<Advice> = new Set<Advice>(["moneyIsHere", "restoreSound", "chargeTerminal"]);

function fits(advice: Advice, { payment }: CaseFile): boolean {
  return payment === null || (payment.state === "succeeded") === afterPaying.has(advice);
}

/**
 * The sentence for the counter: that of the cause that was named; while none is, the one that is right whichever of the
 * suspects it turns out to be. Null where nothing is to be done there.
 */
export function tryNowOf({ verdict, causes, named }: Finding, file: CaseFile): Localized | null {
  const adviceOf = (id: string): Advice | null => {
    const { tryNow } = toldFor(causeOf(id), file);
    return tryNow !== null && fits(tryNow, file) ? tryNow : null;
  };
  if (verdict === "noFault") return null;
  if (verdict === "named") {
    const advice = named.map(adviceOf).find((each) => each !== null);
    return advice === undefined ? null : adviceTexts[advice];
  }
  const mass = new Map<Advice, number>();
  for (const { id, probability } of causes) {
    const advice = adviceOf(id);
    if (advice !== null) mass.set(advice, (mass.get(advice) ?? 0) + probability);
  }
  const [best] = [...mass].toSorted(([, left], [, right]) => right - left);
  return best !== undefined && best[1] >= limits.nameProbabilityMin ? adviceTexts[best[0]] : null;
}
