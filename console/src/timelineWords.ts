// One sentence for each timeline entry, so that the timeline reads as a story.
import {
  caseKindWords,
  paymentStateWords,
  refundStateWords,
  refundWaitWords,
  timelineKindWords,
  type Localized,
} from "@huiyin/contract/words.ts";
import { yuan } from "./components/Amount.tsx";
import type { TimelineEventView } from "./views.ts";

const sentences: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(timelineKindWords),
);

const paymentStates: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(paymentStateWords),
);
const refundStates: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(refundStateWords),
);
const refundWaits: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(refundWaitWords),
);
const caseKinds: ReadonlyMap<string, Localized> = new Map<string, Localized>(Object.entries(caseKindWords));

/** The sentence of an entry; a kind this console does not know yet is shown by its name. */
export function eventSentence({ kind, data }: TimelineEventView): Localized {
  const sentence = sentences.get(kind) ?? { zh: kind, en: kind };
  const said = (name: string): string => (typeof data[name] === "string" ? data[name] : "");
  switch (kind) {
    case "stateChanged": {
      const state = paymentStates.get(said("to"));
      return state ? { zh: `状态变为“${state.zh}”`, en: `State became “${state.en}”` } : sentence;
    }
    case "refundStateChanged": {
      const state = refundStates.get(said("to"));
      const wait = refundWaits.get(said("waitingFor"));
      if (!state) return sentence;
      if (!wait) return { zh: `退款变为“${state.zh}”`, en: `The refund became “${state.en}”` };
      return { zh: `退款“${state.zh}”：${wait.zh}`, en: `The refund is “${state.en}”: ${wait.en}` };
    }
    case "refundRequested": {
      const amount = typeof data["amountFen"] === "number" ? ` ¥${yuan(data["amountFen"])}` : "";
      return { zh: sentence.zh + amount, en: sentence.en + amount };
    }
    case "caseOpened": {
      const name = caseKinds.get(said("kind"));
      return name ? { zh: `${sentence.zh}：${name.zh}`, en: `${sentence.en}: ${name.en}` } : sentence;
    }
    case "reviewDecided":
    case "reversalRequested": {
      const reason = said("reason");
      return reason === "" ? sentence : { zh: `${sentence.zh}：${reason}`, en: `${sentence.en}: ${reason}` };
    }
    default:
      return sentence;
  }
}
