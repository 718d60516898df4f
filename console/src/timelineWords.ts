// One sentence for each timeline entry, so that the timeline reads as a story.
import {
  caseKindWords,
  paymentStateWords,
  refundStateWords,
  refundWaitWords,
  routeReasonWords,
  timelineKindWords,
  type Localized,
} from "@huiyin/contract/words.ts";
import { yuan } from "./fen.ts";
import { exactTime } from "./times.ts";
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

const reasonWords: ReadonlyMap<string, Localized> = new Map<string, Localized>(
  Object.entries(routeReasonWords),
);

// Of a merchant with one account that served there is nothing to tell.
const untold: ReadonlySet<unknown> = new Set(["channelByCode", "onlyAccount"]);

/** Why a payment went through the account it went through; null where there was nothing to choose. */
function routeWords(route: unknown): Localized | null {
  const reasons = recordOf(route)["reasons"];
  const told = (Array.isArray(reasons) ? reasons : []).map(recordOf).filter(({ code }) => !untold.has(code));
  const words = told.flatMap((reason) => {
    const found = reasonWords.get(String(reason["code"]));
    return found === undefined ? [] : [{ zh: filled(found.zh, reason), en: filled(found.en, reason) }];
  });
  if (words.length === 0) return null;
  return { zh: words.map(({ zh }) => zh).join("；"), en: words.map(({ en }) => en).join("; ") };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function filled(text: string, facts: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(facts[name] ?? "");
    return name === "until" ? exactTime(value) : value;
  });
}

/** The sentence of an entry; a kind this console does not know yet is shown by its name. */
export function eventSentence({ kind, data }: TimelineEventView): Localized {
  const sentence = sentences.get(kind) ?? { zh: kind, en: kind };
  const said = (name: string): string => (typeof data[name] === "string" ? data[name] : "");
  switch (kind) {
    case "requested": {
      const why = routeWords(data["route"]);
      return why === null ? sentence : { zh: `${sentence.zh}：${why.zh}`, en: `${sentence.en}: ${why.en}` };
    }
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
