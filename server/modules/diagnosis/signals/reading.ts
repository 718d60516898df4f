// Small helpers with which signals read a case file.
import { beijingTime, businessDate, dayAndTime, secondsBetween } from "../../../kernel/time.ts";
import type { CapabilityFacts, CaseFile, Instant, Observation, PaymentFacts } from "../model.ts";

/** The moment the case is about: the payment's beginning, else the moment of the question. */
export function momentOf(file: CaseFile): Instant {
  return file.payment?.createdAt ?? file.builtAt;
}

/** Seconds from one instant to another; negative where the second comes first. */
export function seconds(from: Instant, to: Instant): number {
  return secondsBetween(new Date(from), new Date(to));
}

/** Wall-clock time in Beijing as people say it, "12:03:05". */
export function clock(at: Instant): string {
  return beijingTime(new Date(at)).slice(11);
}

/** Month, day and time in Beijing, "11-22 12:03"; with the year where it is not that of the reference. */
export function dayAndClock(at: Instant, reference: Instant): string {
  return dayAndTime(new Date(at), new Date(reference));
}

/** As exact as it takes: "12:03:05" on the day of the reference, else "11-22 12:03". */
export function when(at: Instant, reference: Instant): string {
  return businessDate(new Date(at)) === businessDate(new Date(reference))
    ? clock(at)
    : dayAndClock(at, reference);
}

export function yes(at: Instant, zh: string, en: string): Observation {
  return { value: "yes", at, fact: { zh, en } };
}

export function no(at: Instant, zh: string, en: string): Observation {
  return { value: "no", at, fact: { zh, en } };
}

export function capabilityOf(file: CaseFile, product: CapabilityFacts["product"]): CapabilityFacts | null {
  return file.capabilities.find((capability) => capability.product === product) ?? null;
}

/** The state on our own record at a moment; null where the record does not reach back so far. */
export function stateAt(capability: CapabilityFacts, at: Instant): CapabilityFacts["state"] | null {
  const before = capability.history.find((line) => line.at <= at);
  if (before) return before.state;
  return capability.history.at(-1)?.stateBefore ?? null;
}

export function paidWithHuabei(payment: PaymentFacts): boolean {
  return (
    payment.state === "succeeded" &&
    (payment.fundingSource === "huabei" || payment.fundingSource === "huabeiInstalment")
  );
}
