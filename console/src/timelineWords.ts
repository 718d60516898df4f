// One sentence for each kind of timeline entry, so that the timeline reads as a story.
import { paymentStateWords, type Localized, type PaymentState } from "@huiyin/contract/words.ts";
import type { TimelineEventView } from "./views.ts";

const sentences: ReadonlyMap<string, Localized> = new Map([
  ["requested", { zh: "收银台发起收款", en: "The cashier asked for the payment" }],
  ["chargeSent", { zh: "向渠道发出扣款请求", en: "The charge was sent to the channel" }],
  ["chargeAnswered", { zh: "渠道应答扣款请求", en: "The channel answered the charge" }],
  [
    "chargeUnanswered",
    {
      zh: "扣款请求没有得到可信的应答，结果未知",
      en: "No trustworthy answer to the charge: outcome unknown",
    },
  ],
  ["querySent", { zh: "向渠道查询结果", en: "The channel was asked for the outcome" }],
  ["queryAnswered", { zh: "渠道应答查询", en: "The channel answered the query" }],
  ["queryUnanswered", { zh: "查询没有得到可信的应答", en: "No trustworthy answer to the query" }],
  ["cancelSent", { zh: "请求渠道撤销", en: "The channel was asked to cancel" }],
  ["cancelAnswered", { zh: "渠道应答撤销", en: "The channel answered the cancel" }],
  ["cancelUnanswered", { zh: "撤销没有得到可信的应答", en: "No trustworthy answer to the cancel" }],
  ["callbackReceived", { zh: "收到渠道通知", en: "The channel’s notification came in" }],
  ["reviewOpened", { zh: "查询时限用完，转人工核对", en: "Time for queries used up: a person has to check" }],
  ["reviewDecided", { zh: "人工核对已有结论", en: "A person decided" }],
  ["announced", { zh: "通知终端播报到账", en: "Terminals were told to announce the arrival" }],
  ["caseOpened", { zh: "自动开立事项", en: "A case was opened" }],
]);

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
