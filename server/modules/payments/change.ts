// The few ways in which a payment may end, each with what it books and whom it tells.
import { assert } from "../../kernel/assert.ts";
import type { CaseKind, FundingSource, ReviewReason } from "@huiyin/contract/words.ts";
import type { ChannelWords, Declined, Paid } from "../../channels/port.ts";
import type { JournalDraft } from "../ledger/index.ts";
import { journalOf, withFee } from "./booking.ts";
import { isFinal, type Effect, type Payment, type Terms } from "./model.ts";

/** A decision before its timeline is written. */
export type Change = Readonly<{
  next: Payment;
  journals: readonly JournalDraft[];
  effects: readonly Effect[];
}>;

/** Nothing to book and nobody to tell. */
export function unchanged(next: Payment): Change {
  return { next, journals: [], effects: [] };
}

/** Somebody must look; the payment stays as given. */
export function openCase(next: Payment, caseKind: CaseKind, facts: Record<string, string | number>): Change {
  return { next, journals: [], effects: [{ kind: "openCase", caseKind, facts }] };
}

/** A person must decide. An open review keeps its first reason: it is the one that somebody is already looking into. */
export function raiseReview(
  next: Payment,
  reason: ReviewReason,
  now: Date,
  change: Change = unchanged(next),
): Change {
  const review = next.review ?? ({ since: now, reason, owner: "operator" } as const);
  const effects: Effect[] = [...change.effects];
  if (reason === "paidAfterReversal")
    effects.push({ kind: "openCase", caseKind: "paidAfterReversal", facts: {} });
  return { next: { ...next, review }, journals: change.journals, effects };
}

/**
 * Paid. `paid` is null where a person decided it without the channel’s word. A payment that had been given up becomes
 * a late success: booked and announced all the same, and somebody must look, for the goods may not have been handed over.
 */
export function settleSucceeded(payment: Payment, paid: Paid | null, now: Date, terms: Terms): Change {
  const fact = payment.facts.includes("succeeded") ? "reinstated" : "succeeded";
  assert(!payment.facts.includes(fact), `${payment.id}: ${fact} twice, facts ${payment.facts.join(" ")}`);
  const late = isFinal(payment.state);
  const fundingSource = paid === null ? payment.fundingSource : sourceOf(payment, paid);
  const priced = fact === "succeeded" ? withFee({ ...payment, fundingSource }, terms) : payment;
  const next: Payment = {
    ...priced,
    state: "succeeded",
    lateSuccess: payment.lateSuccess || late,
    resolution: null,
    review: null,
    words: paid?.words ?? payment.words,
    retry: null,
    blame: [],
    causeHints: [],
    channelTradeNo: paid?.channelTradeNo ?? payment.channelTradeNo,
    payerAccount: paid?.payerAccount ?? payment.payerAccount,
    facts: [...payment.facts, fact],
    refunded: payment.refunds,
    paidAt: paid?.paidAt ?? payment.paidAt ?? now,
    finishedAt: now,
  };
  const effects: Effect[] = [{ kind: "announce" }];
  if (late)
    effects.push({ kind: "openCase", caseKind: "lateSuccess", facts: { previousState: payment.state } });
  return { next, journals: [journalOf(next, fact, now)], effects };
}

/** Channels say “Huabei” for its instalments alike; that they were asked for is known here alone. */
export function sourceOf({ credit }: Payment, { fundingSource }: Paid): FundingSource {
  return credit !== null && fundingSource === "huabei" ? "huabeiInstalment" : fundingSource;
}

/** Declined for certain, as the answer to the first and only send. */
export function settleFailed(payment: Payment, declined: Declined, now: Date): Change {
  return unchanged({
    ...payment,
    state: "failed",
    resolution: null,
    review: null,
    words: declined.words,
    retry: declined.retry,
    blame: declined.blame,
    causeHints: declined.causeHints,
    finishedAt: now,
  });
}

/** Closed unpaid, for certain. */
export function settleClosed(payment: Payment, words: ChannelWords | null, now: Date): Change {
  return unchanged({
    ...payment,
    state: "closed",
    resolution: null,
    review: null,
    words: words ?? payment.words,
    finishedAt: now,
  });
}

/**
 * Undone by a channel that does not say whether the payer had paid: no money is kept, and none is booked, for nobody
 * knows that any moved. The bill of the day may tell.
 */
export function settleUndone(payment: Payment, words: ChannelWords | null, now: Date): Change {
  return unchanged({
    ...payment,
    state: "reversed",
    resolution: null,
    review: null,
    words: words ?? payment.words,
    finishedAt: now,
  });
}

/**
 * Paid, and given back in full: what refunds of ours had left of it. Both are booked, whichever of them we knew of, so that our journal mirrors the channel’s.
 * Where the payment had been reported as paid, somebody must look: the goods may be gone.
 */
export function settleReversed(
  payment: Payment,
  words: ChannelWords | null,
  now: Date,
  terms: Terms,
): Change {
  const known = payment.facts.includes("succeeded");
  const priced = known ? payment : withFee(payment, terms);
  const journals = known
    ? [journalOf(priced, "reversed", now)]
    : [journalOf(priced, "succeeded", now), journalOf(priced, "reversed", now)];
  const next: Payment = {
    ...priced,
    state: "reversed",
    resolution: null,
    review: null,
    words: words ?? payment.words,
    facts: [...payment.facts, ...journals.map((journal) => journal.fact)],
    refunded: payment.amount,
    paidAt: payment.paidAt ?? now,
    finishedAt: now,
  };
  const effects: Effect[] =
    payment.state === "succeeded" ? [{ kind: "openCase", caseKind: "reversedAfterSuccess", facts: {} }] : [];
  return { next, journals, effects };
}

/** What the channel said, as the facts of a case. */
export function contradiction(words: ChannelWords | null): Record<string, string> {
  return { channelCode: words?.code ?? "", channelMessage: words?.message ?? "" };
}
