// One sentence for each timeline entry, so that the timeline reads as a story.
import {
  caseKindWords,
  paymentStateWords,
  givenBackStateWords,
  givenBackWaitWords,
  routeReasonWords,
  timelineKindWords,
  voidTimelineWords,
  type Localized,
  type RefundWay,
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
type Words = ReadonlyMap<string, Localized>;
const wordsOf = (words: Readonly<Record<string, Localized>>): Words => new Map(Object.entries(words));

/** How a refund and a void are told. */
const givenBack: Readonly<
  Record<RefundWay, Readonly<{ kinds: Words; states: Words; waits: Words; name: Localized }>>
> = {
  refund: {
    kinds: sentences,
    states: wordsOf(givenBackStateWords.refund),
    waits: wordsOf(givenBackWaitWords.refund),
    name: { zh: "退款", en: "The refund" },
  },
  void: {
    kinds: wordsOf({ ...timelineKindWords, ...voidTimelineWords }),
    states: wordsOf(givenBackStateWords.void),
    waits: wordsOf(givenBackWaitWords.void),
    name: { zh: "当日撤销", en: "The void" },
  },
};
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
  const way = givenBack[data["way"] === "void" ? "void" : "refund"];
  // The request is the same whatever way it takes.
  const named = kind === "refundRequested" ? sentences : way.kinds;
  const sentence = named.get(kind) ?? { zh: kind, en: kind };
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
      const state = way.states.get(said("to"));
      const wait = way.waits.get(said("waitingFor"));
      const { zh, en } = way.name;
      if (!state) return sentence;
      if (!wait) return { zh: `${zh}变为“${state.zh}”`, en: `${en} became “${state.en}”` };
      return { zh: `${zh}“${state.zh}”：${wait.zh}`, en: `${en} is “${state.en}”: ${wait.en}` };
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
