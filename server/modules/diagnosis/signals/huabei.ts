// Whether Huabei was open at the merchant at the moment in question: our record, the channel's word, and what others did.
import { diagnosisLimits } from "../limits.ts";
import type { CapabilityFacts, CaseFile, Instant, Observation, PaymentFacts, Signal } from "../model.ts";
import { hasNoInstrumentCode } from "./attempt.ts";
import { capabilityOf, clock, when, momentOf, no, paidWithHuabei, seconds, stateAt, yes } from "./reading.ts";

/** Whether our record changed between two moments: what is true after a change says nothing about the time before it. */
function changedBetween(huabei: CapabilityFacts, from: Instant, to: Instant): boolean {
  return huabei.history.some((line) => line.at > from && line.at <= to);
}

function recordClosed(file: CaseFile): Observation | null {
  const huabei = capabilityOf(file, "huabei");
  if (huabei === null) return null;
  const moment = momentOf(file);
  const state = stateAt(huabei, moment);
  if (state === null) return null;
  const since = huabei.history.find((line) => line.at <= moment)?.at ?? moment;
  return state === "enabled"
    ? no(
        since,
        `平台记录：当时花呗收款为“已开通”（自 ${when(since, moment)}）`,
        `Our record: Huabei was open at that time (since ${when(since, moment)})`,
      )
    : yes(
        since,
        `平台记录：当时花呗收款未开通（自 ${when(since, moment)}）`,
        `Our record: Huabei was not open at that time (since ${when(since, moment)})`,
      );
}

/** The channel told us, after the moment, that the product is closed: it was found closed when we next looked. */
function foundClosed(file: CaseFile): Observation | null {
  const huabei = capabilityOf(file, "huabei");
  if (huabei === null) return null;
  const moment = momentOf(file);
  const firstChange = huabei.history.findLast((line) => line.at > moment);
  if (!firstChange || firstChange.source !== "channel" || firstChange.state === "enabled") return null;
  // The record was changed by that very word: one witness is not heard twice.
  if (liveClosed(file)?.value === "yes") return null;
  const worked = file.around.some(
    (payment) => paidWithHuabei(payment) && payment.createdAt > moment && payment.createdAt < firstChange.at,
  );
  if (worked) return null;
  return yes(
    firstChange.at,
    `${when(firstChange.at, moment)} 渠道后台答复：本商户的花呗收款未开通`,
    `${when(firstChange.at, moment)} the channel’s back office said that Huabei is not open at this merchant`,
  );
}

function liveClosed(file: CaseFile): Observation | null {
  const huabei = capabilityOf(file, "huabei");
  if (!huabei?.live) return null;
  const { state, askedAt } = huabei.live;
  const moment = momentOf(file);
  if (askedAt < moment || changedBetween(huabei, moment, askedAt)) return null;
  return state === "enabled"
    ? no(askedAt, "渠道后台的实时查询：花呗收款已开通", "Live query at the channel: Huabei is open")
    : yes(
        askedAt,
        "渠道后台的实时查询：本商户的花呗收款未开通",
        "Live query at the channel: Huabei is not open at this merchant",
      );
}

/** Record and channel agree, close to the moment: then it was open, whatever the code suggests. */
function confirmedOpen(file: CaseFile): Observation | null {
  const huabei = capabilityOf(file, "huabei");
  if (!huabei?.live || huabei.live.state !== "enabled") return null;
  const moment = momentOf(file);
  const { askedAt } = huabei.live;
  const close = askedAt >= moment && seconds(moment, askedAt) <= diagnosisLimits.liveSpeaksForSeconds;
  if (!close || stateAt(huabei, moment) !== "enabled" || changedBetween(huabei, moment, askedAt)) return null;
  return yes(
    askedAt,
    "平台记录与渠道实时查询一致：当时花呗收款是开通的",
    "Our record and the live query agree: Huabei was open at that time",
  );
}

/** Huabei payments of this merchant around the moment, newest first. */
function huabeiSuccesses(file: CaseFile): PaymentFacts[] {
  return file.around.filter(paidWithHuabei).toReversed();
}

/** Whether anybody says that Huabei was closed by the moment: what worked before is no proof then. */
export function closedSince(file: CaseFile): boolean {
  return (
    liveClosed(file)?.value === "yes" || foundClosed(file) !== null || recordClosed(file)?.value === "yes"
  );
}

/** Somebody paid with Huabei here, and nothing says that it was closed in between. */
function othersSucceeded(file: CaseFile): Observation | null {
  const huabei = capabilityOf(file, "huabei");
  const moment = momentOf(file);
  const proof = huabeiSuccesses(file).find((payment) =>
    payment.createdAt > moment
      ? !huabei || !changedBetween(huabei, moment, payment.createdAt)
      : !closedSince(file),
  );
  if (!proof) return null;
  return yes(
    proof.createdAt,
    `${when(proof.createdAt, moment)} 本店有顾客用花呗付款成功`,
    `${when(proof.createdAt, moment)} a customer paid with Huabei here`,
  );
}

/** It worked before, but has been closed since: worth telling, no proof of innocence. */
function workedEarlier(file: CaseFile): Observation | null {
  const moment = momentOf(file);
  const earlier = huabeiSuccesses(file).find((payment) => payment.createdAt < moment);
  if (!earlier || !closedSince(file)) return null;
  return yes(
    earlier.createdAt,
    `${when(earlier.createdAt, moment)} 本店还有顾客用花呗付款成功`,
    `${when(earlier.createdAt, moment)} a customer could still pay with Huabei here`,
  );
}

/** What the customer did next at the same terminal, for the same amount. */
function paidOtherwise(file: CaseFile): Observation | null {
  const { payment } = file;
  if (payment?.state !== "failed" || payment.terminalId === null) return null;
  const next = file.around.find(
    (other) =>
      other.terminalId === payment.terminalId &&
      other.createdAt > payment.createdAt &&
      seconds(payment.createdAt, other.createdAt) <= diagnosisLimits.nextAttemptSeconds &&
      other.amountFen === payment.amountFen,
  );
  if (!next || next.state !== "succeeded") return null;
  return paidWithHuabei(next)
    ? no(
        next.createdAt,
        `${clock(next.createdAt)} 同一终端同样金额随后用花呗付款成功`,
        `${clock(next.createdAt)} the same amount was then paid with Huabei at this terminal`,
      )
    : yes(
        next.createdAt,
        `${clock(next.createdAt)} 同一终端同样金额随后换了付款方式，付款成功`,
        `${clock(next.createdAt)} the same amount was then paid by other means at this terminal`,
      );
}

/** The same answer again and again at one merchant, from different payer codes, and no Huabei payment in between. */
function sameCodeHere(file: CaseFile): Observation | null {
  const { payment } = file;
  if (payment === null || !hasNoInstrumentCode(payment)) return null;
  const same = file.around.filter(
    (other) => hasNoInstrumentCode(other) && other.payerCodeMasked !== payment.payerCodeMasked,
  );
  const worked = file.around.some(
    (other) => paidWithHuabei(other) && other.createdAt >= (same[0]?.createdAt ?? payment.createdAt),
  );
  if (same.length < diagnosisLimits.sameCodeMin || worked) return null;
  const at = same.at(-1)?.createdAt ?? payment.createdAt;
  return yes(
    at,
    `24 小时内本商户另有 ${same.length} 笔收款得到同样的代码，其间没有一笔花呗成功`,
    `Within 24 hours ${same.length} other payments here got the same code, and none with Huabei went through`,
  );
}

export const huabeiSignals: Readonly<Record<string, Signal>> = {
  huabeiRecordClosed: {
    evidence: "E02",
    witness: "ownRecord",
    read: recordClosed,
    leak: 0.02,
    outside: 0.05,
  },
  huabeiFoundClosed: {
    evidence: "E02",
    witness: "channelAnswer",
    read: foundClosed,
    leak: 0.02,
    outside: 0.02,
  },
  huabeiLiveClosed: {
    evidence: "E03",
    witness: "channelAnswer",
    read: liveClosed,
    leak: 0.02,
    outside: 0.02,
  },
  huabeiConfirmedOpen: {
    evidence: "E03",
    witness: "channelAnswer",
    read: confirmedOpen,
    leak: 0.9,
    outside: 0.9,
  },
  huabeiSucceededHere: {
    evidence: "E32",
    witness: "comparison",
    read: othersSucceeded,
    leak: 0.6,
    outside: 0.6,
  },
  huabeiWorkedEarlier: {
    evidence: "E32",
    witness: "comparison",
    read: workedEarlier,
    leak: 0.5,
    outside: 0.5,
  },
  paidOtherwiseNext: { evidence: "E32", witness: "comparison", read: paidOtherwise, leak: 0.3, outside: 0.3 },
  sameCodeHere: { evidence: "E32", witness: "comparison", read: sameCodeHere, leak: 0.05, outside: 0.05 },
};
