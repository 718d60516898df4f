// Which words a refund shows at each stage: what is known, what is waited for, what to do next.
import type { TFunction } from "i18next";
import {
  channelWords,
  givenBackStateWords,
  givenBackWaitWords,
  refundStateWords,
} from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import type { Language } from "../words/index.ts";
import type { RefundOutcome, Sending, Settled, Waiting } from "./model.ts";

export type RefundTone = "processing" | "paid" | "unpaid" | "person";

type Shown = Readonly<{ tone: RefundTone; title: string; sentence: string }>;
type Words = Readonly<{ t: TFunction; language: Language }>;

/** The result of a refund as the screen shows it. */
export function refundShown(state: Sending | Waiting | Settled, words: Words): Shown {
  switch (state.stage) {
    case "sending":
      return sendingShown(state, words);
    case "waiting":
      return waitingShown(state, words);
    case "settled":
      return settledShown(state, words);
  }
}

function sendingShown({ attempt, trouble }: Sending, { t }: Words): Shown {
  const title = t(attempt.kind === "reversal" ? "refund.reversing" : "refund.processing");
  return { tone: "processing", title, sentence: t(`refund.sending.${trouble ?? attempt.kind}`) };
}

function waitingShown({ attempt, refund, trouble }: Waiting, { t, language }: Words): Shown {
  const title = t(attempt.kind === "reversal" ? "refund.reversing" : "refund.processing");
  const goesOn = t("refund.goesOn");
  if (refund === null) return { tone: "processing", title, sentence: t("refund.cancelling") + goesOn };
  const wait = refund.waitingFor ?? "channelAnswer";
  const why =
    trouble === null || wait !== "channelAnswer"
      ? givenBackWaitWords[refund.way][wait][language]
      : t("refund.asking");
  const tone = wait === "person" || wait === "stuck" ? "person" : "processing";
  return { tone, title, sentence: why + t("problem.join") + goesOn };
}

function settledShown({ outcome, attempt, payment }: Settled, words: Words): Shown {
  const { t, language } = words;
  switch (outcome.kind) {
    case "refunded": {
      const source = payment?.fundingSource;
      const huabei = source === "huabei" || source === "huabeiInstalment";
      const amount = yuanText(BigInt(outcome.refund.amount));
      const sentence = t(huabei ? "refund.refundedHuabei" : "refund.refunded", { amount });
      return { tone: "paid", title: givenBackStateWords[outcome.refund.way].succeeded[language], sentence };
    }
    case "reversed": {
      const { state, mode, paidAt } = outcome.payment;
      const undone = paidAt === null ? "unpaid.undone" : "refund.reversed";
      const over = mode === "shownCode" ? "code.withdrawn" : "refund.nothingPaid";
      const sentence = t(state === "reversed" ? undone : over);
      return { tone: "unpaid", title: t("refund.reversedTitle"), sentence };
    }
    case "paid":
      return { tone: "unpaid", title: t("refund.notReversed"), sentence: t("refund.tooLate") };
    case "failed":
    case "refused":
    case "neverArrived": {
      const title = attempt.kind === "reversal" ? t("refund.notReversed") : refundStateWords.failed[language];
      return { tone: "unpaid", title, sentence: failureSentence(outcome, words) };
    }
  }
}

function failureSentence(
  outcome: Extract<RefundOutcome, { kind: "failed" | "refused" | "neverArrived" }>,
  { t, language }: Words,
): string {
  if (outcome.kind === "neverArrived") return t("refund.neverArrived");
  if (outcome.kind === "refused") {
    const { title, detail } = outcome.refusal;
    return title === detail ? title : `${title}${t("problem.join")}${detail}`;
  }
  const { refund } = outcome;
  const next = t(
    refund.retry === "later" || refund.retry === "sameRequest" ? "refund.again" : "refund.otherWay",
  );
  if (refund.channelMessage === null) return t("refund.nothingBack") + next;
  const says = t("refund.channelSays", {
    channel: channelWords[refund.channel][language],
    message: refund.channelMessage,
  });
  return t("refund.nothingBack") + says + next;
}
