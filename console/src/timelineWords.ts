// One sentence for each timeline entry, so that the timeline reads as a story.
import {
  paymentStateWords,
  timelineKindWords,
  type Localized,
  type PaymentState,
} from "@huiyin/contract/words.ts";
import type { TimelineEventView } from "./views.ts";

const sentences: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(timelineKindWords),
);

/** The sentence of an entry; a kind this console does not know yet is shown by its name. */
export function eventSentence(event: TimelineEventView): Localized {
  if (event.kind === "stateChanged") {
    const words = paymentStateWords[stateIn(event.data)];
    if (words) return { zh: `状态变为“${words.zh}”`, en: `State became “${words.en}”` };
  }
  return sentences.get(event.kind) ?? { zh: event.kind, en: event.kind };
}

function stateIn(data: unknown): PaymentState {
  const to = typeof data === "object" && data !== null && "to" in data ? data.to : undefined;
  return to as PaymentState;
}
