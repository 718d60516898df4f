// The words of diagnosis: the case file, what is read out of it, the causes, and the answer.
import type {
  Actor,
  ArrivalStage,
  CapabilityState,
  ChannelCode,
  FundingSource,
  Locale,
  Localized,
  PaymentState,
  Role,
  Sureness,
} from "@huiyin/contract/words.ts";
import type { Advice } from "./adviceTexts.ts";

/** A moment as ISO 8601 in UTC: case files are stored as JSON and must read back as they were. */
export type Instant = string;

/** One payment as the evidence needs it: the one in question, and those around it. */
export type PaymentFacts = Readonly<{
  id: string;
  terminalId: string | null;
  amountFen: number;
  channel: ChannelCode;
  state: PaymentState;
  /** The channel's own code and words for the state, verbatim. */
  code: string | null;
  message: string | null;
  fundingSource: FundingSource | null;
  payerCodeMasked: string;
  /** As the channel masks it; known only of payments that went through. Absent in older case files. */
  payerAccount?: string | null;
  /** Given back so far. Absent in older case files. */
  refundedFen?: number;
  lateSuccess: boolean;
  inReview: boolean;
  createdAt: Instant;
  paidAt: Instant | null;
  finishedAt: Instant | null;
}>;

export type TimelineFact = Readonly<{ at: Instant; kind: string; data: Readonly<Record<string, unknown>> }>;

export type CapabilityFacts = Readonly<{
  product: "alipay" | "huabei" | "huabeiInstalment" | "wechat" | "unionpay";
  state: CapabilityState;
  /** Newest first. */
  history: ReadonlyArray<
    Readonly<{
      at: Instant;
      stateBefore: CapabilityState | null;
      state: CapabilityState;
      source: string;
      reason: string | null;
    }>
  >;
  /** What the channel's back office says; null where it could not be asked. */
  live: Readonly<{ state: CapabilityState; reason: string | null; askedAt: Instant }> | null;
}>;

export type TerminalFacts = Readonly<{
  id: string;
  name: string;
  state: string;
  online: "yes" | "no";
  lastSeenAt: Instant | null;
  /** Connections of the terminal that touch the time in question, oldest first; `to` is null while it lasts. */
  sessions: ReadonlyArray<Readonly<{ from: Instant; to: Instant | null }>>;
  /** Its newest report before it should have spoken; in older case files the newest of all, without `charging`. */
  telemetry: Readonly<{
    at: Instant;
    batteryPercent: number | null;
    charging?: "yes" | "no" | null;
    volumePercent: number | null;
    muted: "yes" | "no" | null;
  }> | null;
}>;

export type ArrivalFacts = Readonly<{
  id: string;
  terminalId: string;
  stage: ArrivalStage;
  acceptedAt: Instant;
  deliveredAt: Instant | null;
  spokenAt: Instant | null;
  /** Why it was not spoken, in the terminal's own words, where it said so. */
  problem: string | null;
}>;

/** How the channel fared with all merchants around the moment. */
export type ChannelHealth = Readonly<{
  channel: ChannelCode;
  from: Instant;
  to: Instant;
  /** Charges with a clear answer, yes or no; and those without: no reply, or one that says nothing about the outcome. */
  answered: number;
  unclear: number;
}>;

export type WindowFacts = Readonly<{
  id: string;
  scope: string;
  /** The part of the scope that is shut, where it is not all of it; absent in older case files. */
  method?: string | null;
  route?: string | null;
  bank?: string | null;
  from: Instant;
  to: Instant;
  texts: Localized;
}>;

export type CaseFacts = Readonly<{ id: string; kind: string; state: string; openedAt: Instant }>;

export type Symptom =
  "huabeiFails" | "paymentFails" | "arrivalUnheard" | "terminalOffline" | "channelDown" | "moneyGone";

export type Complaint = Readonly<{ text: string; locale: Locale; symptoms: readonly Symptom[] }>;

export type Answer = Readonly<{ questionId: string; optionId: string; at: Instant; actor: string }>;

/** A request that was turned away before it became a payment: all there is of it is what its caller was told. */
export type RefusalFacts = Readonly<{ code: string; traceId: string | null; at: Instant }>;

/** Whether the merchant takes borrowed money, now and before; newest change first. */
export type CreditFacts = Readonly<{
  acceptance: "accepted" | "refused";
  history: ReadonlyArray<
    Readonly<{ at: Instant; acceptance: "accepted" | "refused"; reason: string | null }>
  >;
}>;

/** Everything a diagnosis may look at. Stored with it, so that it can be repeated years later. */
export type CaseFile = Readonly<{
  format: 1;
  builtAt: Instant;
  complaint: Complaint | null;
  /** Absent in older case files. */
  refusal?: RefusalFacts | null;
  merchant: Readonly<{ id: string; number: string; names: Localized; state: string }>;
  /** The merchant's own switch. Absent where nobody keeps one. */
  credit?: CreditFacts | null;
  payment: PaymentFacts | null;
  timeline: readonly TimelineFact[];
  /** Other payments of the merchant from 24 hours before the moment until 15 minutes after, oldest first. */
  around: readonly PaymentFacts[];
  capabilities: readonly CapabilityFacts[];
  terminal: TerminalFacts | null;
  arrivals: readonly ArrivalFacts[];
  health: ChannelHealth | null;
  windows: readonly WindowFacts[];
  cases: readonly CaseFacts[];
  answers: readonly Answer[];
}>;

/** Evidence signals of the catalogue that this release can read. */
export type EvidenceId =
  | "E01"
  | "E02"
  | "E03"
  | "E04"
  | "E10"
  | "E11"
  | "E12"
  | "E16"
  | "E17"
  | "E19"
  | "E21"
  | "E22"
  | "E28"
  | "E29"
  | "E32"
  | "E33";

/** Whose word an observation is: what a finding rests on, and why it may be called certain. */
export type Witness =
  /** A code that the channel's documents explain, in answer to this very payment. */
  | "channelCode"
  /** What the channel answered when it was asked: query, cancel, back office. */
  | "channelAnswer"
  | "announcement"
  | "ownRecord"
  | "terminal"
  /** Other payments, of this merchant or of all. */
  | "comparison"
  | "people";

/** What one signal found in a case file. A signal that has nothing to go by says nothing. */
export type Observation = Readonly<{ value: "yes" | "no"; at: Instant; fact: Localized }>;

/** How a signal is read, and how often it says yes where no cause of ours is at work. */
export type Signal = Readonly<{
  evidence: EvidenceId;
  witness: Witness;
  read: (file: CaseFile) => Observation | null;
  /** Probability of "yes" where none of the causes that speak about this signal is at work. */
  leak: number;
  /** Probability of "yes" where something outside of this model is at work. */
  outside: number;
}>;

export type Hole =
  "shop" | "channel" | "service" | "what" | "code" | "terminal" | "probably" | "paid" | "refunded";

export type Texts = Readonly<Record<"payer" | "merchant" | "operator", Localized>>;

/** R0 inform · R1 guide a person · R2 one click by an authorised person · R3 automatic · R4 escalate. */
export type RemedyLevel = "R0" | "R1" | "R2" | "R3" | "R4";

/** Remedies the platform carries out itself; everything else is done by people. */
export type RemedyAction = "openHuabei" | "replayArrival";

export type RemedyState = "offered" | "running" | "verified" | "failed";

export type Remedy = Readonly<{
  id: string;
  level: RemedyLevel;
  /** What the button or the step says. */
  text: Localized;
  /** Null where people do it. */
  action: RemedyAction | null;
  /** Who may start it. */
  roles: readonly Role[];
}>;

/** One of several forms of a cause: told in words of its own where the case file shows it. */
export type Variant = Readonly<{
  id: string;
  when: (file: CaseFile) => boolean;
  names?: Localized;
  actor?: Actor;
  texts?: Texts;
  tryNow?: Advice | null;
  /** Steps for people, instead of those of the cause. */
  remedies?: ReadonlyArray<Remedy & { action: null }>;
}>;

export type Cause = Readonly<{
  /** As in the catalogue. */
  id: string;
  names: Localized;
  /** Whose side it lies on, and who has to act. */
  actor: Actor;
  /** The only network whose payments can have it: Huabei is Alipay’s. Absent: any. */
  channel?: ChannelCode;
  texts: Texts;
  /** Frequency among all questions asked, before any evidence: a starting value, to be learned from closed cases. */
  prior: number;
  /** Probability that a signal says "yes" where this cause is at work. Signals left out are not touched by it. */
  likelihoods: Readonly<Partial<Record<string, number>>>;
  /** Observations that rule this cause out altogether. */
  refutations: ReadonlyArray<Readonly<{ signal: string; value: "yes" | "no" }>>;
  /** Without one of these observations the cause is never named, whatever its probability. */
  neededToName: ReadonlyArray<Readonly<{ signal: string; value: "yes" | "no" }>>;
  questions: readonly string[];
  remedies: readonly Remedy[];
  tryNow: Advice | null;
  /** The first that fits is told; none, or none that fits: the cause in its general words. */
  variants?: readonly Variant[];
  /** Causes over which this one wins although both fit. */
  outranks: readonly string[];
  examples: Readonly<{ hits: readonly CaseFile[]; misses: readonly CaseFile[] }>;
}>;

export type Question = Readonly<{
  id: string;
  /** Who can answer it. */
  asked: Actor;
  text: Localized;
  options: ReadonlyArray<Readonly<{ id: string; text: Localized }>>;
  /** What asking costs: 0.5 for a look at a screen, 1 for a word with the cashier, 3 for asking the payer. */
  cost: number;
}>;

export type Verdict = "named" | "question" | "unknown" | "noFault";

export type EvidenceFact = Readonly<{ signal: EvidenceId; name: string; at: Instant; fact: Localized }>;

export type RankedCause = Readonly<{
  id: string;
  probability: number;
  /** Absent in findings of the first engine. */
  sureness?: Sureness;
  because: readonly EvidenceFact[];
  against: readonly EvidenceFact[];
}>;

/** What the engine concludes from one case file. Pure data: the same file gives the same finding. */
export type Finding = Readonly<{
  verdict: Verdict;
  /** Most probable first; the one named is the first. */
  causes: readonly RankedCause[];
  /** Causes probable enough, and with the evidence, to be told as such: one, or two faults at once. Empty unless named. */
  named: readonly string[];
  questionId: string | null;
}>;
