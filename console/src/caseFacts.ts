// What was noticed, in words: each fact of a case by its name.
import {
  arrivalStageWords,
  paymentStateWords,
  refundStateWords,
  type Localized,
} from "@huiyin/contract/words.ts";
import { yuan } from "./fen.ts";
import { silenceWords } from "./silenceWords.ts";
import type { zh } from "./texts.ts";

export type CaseFact = Readonly<{
  name: string;
  label: keyof typeof zh | null;
  /** How the value is to be shown. */
  value:
    | Readonly<{ kind: "text"; text: string }>
    | Readonly<{ kind: "words"; words: Localized }>
    | Readonly<{ kind: "id"; id: string }>
    | Readonly<{ kind: "seconds"; count: number }>;
}>;

const labels: ReadonlyMap<string, keyof typeof zh> = new Map([
  ["amountFen", "factAmount"],
  ["terminalId", "factTerminal"],
  ["stage", "factStage"],
  ["waitedSeconds", "factWaited"],
  ["sendCount", "factSendCount"],
  ["reportedFen", "factReported"],
  ["refundingFen", "factRefunding"],
  ["refundedFen", "factRefunded"],
  ["channelTradeNo", "factTradeNo"],
  ["otherChannelTradeNo", "factOtherTradeNo"],
  ["channelCode", "factChannelCode"],
  ["channelMessage", "factChannelMessage"],
  ["previousState", "factPreviousState"],
  ["silenceReason", "factSilence"],
  ["refundId", "factRefund"],
  ["url", "webhookUrl"],
  ["webhookReason", "factWebhookReason"],
  ["failingSeconds", "factFailing"],
  ["endpointId", "factEndpoint"],
] as const);

const stages: ReadonlyMap<string, Localized> = new Map<string, Localized>(Object.entries(arrivalStageWords));
const states: ReadonlyMap<string, Localized> = new Map<string, Localized>([
  ...Object.entries(refundStateWords),
  ...Object.entries(paymentStateWords),
]);

const webhookReasons: ReadonlyMap<string, Localized> = new Map([
  ["failing", { zh: "连续五天失败", en: "Failed for five days" }],
  ["gone", { zh: "对方答复 410", en: "It answered 410" }],
]);

/** Facts whose values are words of the platform, by their names. */
const wordings: ReadonlyMap<string, ReadonlyMap<string, Localized>> = new Map([
  ["stage", stages],
  ["previousState", states],
  ["webhookReason", webhookReasons],
  ["silenceReason", new Map<string, Localized>(Object.entries(silenceWords))],
]);

/** The facts that say something to a person; ids of our own inner rows do not. */
export function caseFacts(facts: Readonly<Record<string, string | number>>): CaseFact[] {
  const order = [...labels.keys()];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(facts)
    .filter(([name, value]) => name !== "arrivalId" && value !== "")
    .toSorted(([one], [other]) => place(one) - place(other))
    .map(([name, value]) => ({ name, label: labels.get(name) ?? null, value: valueOf(name, value) }));
}

function valueOf(name: string, value: string | number): CaseFact["value"] {
  if (typeof value === "number") {
    if (name.endsWith("Fen")) return { kind: "text", text: `¥${yuan(value)}` };
    if (name.endsWith("Seconds")) return { kind: "seconds", count: value };
    return { kind: "text", text: String(value) };
  }
  const words = wordings.get(name)?.get(value);
  if (words) return { kind: "words", words };
  return /^[a-z]{3}_[0-9a-f]{32}$/.test(value) ? { kind: "id", id: value } : { kind: "text", text: value };
}
