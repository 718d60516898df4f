// Gathers a case file: asks every reader once, for the time that matters. Reading only.
import { unreachable } from "../../kernel/assert.ts";
import { addSeconds } from "../../kernel/time.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import type {
  Answer,
  ArrivalFacts,
  CapabilityFacts,
  CaseFile,
  Complaint,
  PaymentFacts,
  RefusalFacts,
  Symptom,
} from "./model.ts";
import type { DiagnosisReaders, Span } from "./readers.ts";
import { lateArrivals } from "./signals/arrival.ts";
import { hasNoInstrumentCode } from "./signals/attempt.ts";

/** What is asked about. Without a payment the one that fits the complaint best is looked for. */
export type Subject = Readonly<{
  merchantId: string;
  paymentId: string | null;
  terminalId: string | null;
  complaint: Complaint | null;
  answers: readonly Answer[];
  /** What was refused before it became a payment; then there is no payment to look for. */
  refusal: RefusalFacts | null;
  /** The case file of the last look, whose testimony of the channel is nearer to the moment than today's. */
  previous: CaseFile | null;
}>;

type Deps = Readonly<{ readers: DiagnosisReaders; now: Date }>;

/** Refuses `not_found` where the merchant, payment or terminal is not there. */
export async function buildCaseFile(deps: Deps, subject: Subject): Promise<Result<CaseFile>> {
  const { readers, now } = deps;
  const { merchantId } = subject;
  const merchant = await readers.merchant(merchantId);
  if (merchant === null) return refuse("not_found", { what: merchantId });
  const payment = await paymentAskedAbout(deps, subject);
  if (payment === null && subject.paymentId !== null) return refuse("not_found", { what: subject.paymentId });

  const moment = payment ? new Date(payment.createdAt) : now;
  const around = {
    from: addSeconds(moment, -limits.aroundBeforeSeconds),
    to: addSeconds(moment, limits.aroundAfterSeconds),
  };
  const asked = subject.terminalId ?? payment?.terminalId ?? null;
  const arrivals = payment ? await readers.arrivals(merchantId, payment.id) : [];
  const silent = silentArrival(arrivals, asked, now);
  const terminalId = silent?.terminalId ?? asked;
  const due = (silent ?? arrivals[0])?.acceptedAt ?? payment?.paidAt ?? moment;
  const terminal =
    terminalId === null
      ? null
      : await readers.terminal(merchantId, terminalId, {
          ...{ from: around.from, to: now },
          moment: new Date(due),
        });
  if (terminal === null && subject.terminalId !== null)
    return refuse("not_found", { what: subject.terminalId });
  const others = await readers.paymentsBetween(merchantId, around, limits.aroundPaymentsMax);

  return success({
    format: 1,
    builtAt: now.toISOString(),
    complaint: subject.complaint,
    refusal: subject.refusal,
    merchant,
    credit: await readers.credit(merchantId),
    payment,
    timeline: payment ? await readers.timeline(merchantId, payment.id) : [],
    around: others.filter((other) => other.id !== payment?.id),
    capabilities: await capabilitiesAt(deps, subject, moment),
    terminal,
    arrivals,
    health: await readers.channelHealth(payment?.channel ?? "alipay", healthSpan(moment, now)),
    windows: await readers.windows(around),
    cases: payment ? await readers.cases(merchantId, payment.id) : [],
    answers: subject.answers,
  });
}

/** The announcement that was not heard in time, at the terminal asked about if it is one of those that were late. */
function silentArrival(
  arrivals: readonly ArrivalFacts[],
  terminalId: string | null,
  now: Date,
): ArrivalFacts | undefined {
  const late = lateArrivals(arrivals, now.toISOString());
  return late.find((arrival) => arrival.terminalId === terminalId) ?? late[0];
}

async function paymentAskedAbout(deps: Deps, subject: Subject): Promise<PaymentFacts | null> {
  if (subject.paymentId !== null) return deps.readers.payment(subject.merchantId, subject.paymentId);
  return subject.refusal === null ? likelyPayment(deps, subject) : null;
}

/** Our record, with the channel's word from as soon after the moment as anybody asked. */
async function capabilitiesAt({ readers }: Deps, subject: Subject, moment: Date): Promise<CapabilityFacts[]> {
  const records = await readers.capabilities(subject.merchantId);
  return Promise.all(
    records.map(async (record) => {
      const before =
        subject.previous?.capabilities.find((known) => known.product === record.product)?.live ?? null;
      const testified = before !== null && new Date(before.askedAt) >= moment;
      return {
        ...record,
        live: testified ? before : await readers.live(subject.merchantId, record.product, moment),
      };
    }),
  );
}

/** Ends before now by as long as the channel may take to answer: what is still under way is no sign of trouble. */
function healthSpan(moment: Date, now: Date): Span {
  const to = addSeconds(moment, limits.healthAfterSeconds);
  const settled = addSeconds(now, -limits.channelReplySecondsMax);
  return { from: addSeconds(moment, -limits.healthBeforeSeconds), to: to < settled ? to : settled };
}

/** The newest payment of the last day that shows what the asker complains of, at the terminal named if one is. */
async function likelyPayment({ readers, now }: Deps, subject: Subject): Promise<PaymentFacts | null> {
  const span = { from: addSeconds(now, -limits.aroundBeforeSeconds), to: now };
  const found = await readers.paymentsBetween(subject.merchantId, span, limits.aroundPaymentsMax);
  const here = found
    .filter((payment) => subject.terminalId === null || payment.terminalId === subject.terminalId)
    .toReversed();
  for (const symptom of subject.complaint?.symptoms ?? []) {
    const fitting = here.find((payment) => shows(payment, symptom));
    if (fitting) return fitting;
  }
  // Nobody said what is wrong: the newest payment, as long as something was wrong with it.
  return subject.complaint === null
    ? (here.find((payment) => payment.state !== "succeeded") ?? here[0] ?? null)
    : null;
}

function shows(payment: PaymentFacts, symptom: Symptom): boolean {
  switch (symptom) {
    case "huabeiFails":
      return hasNoInstrumentCode(payment);
    case "paymentFails":
    case "channelDown":
      return payment.state !== "succeeded";
    case "arrivalUnheard":
    case "terminalOffline":
      return payment.state === "succeeded";
    case "moneyGone":
      return payment.state === "reversed" || (payment.refundedFen ?? 0) > 0;
    default:
      return unreachable(symptom);
  }
}
