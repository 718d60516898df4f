// The announcements of this terminal: what has arrived, what is due, what has been spoken. Pure.
// An announcement is spoken at most once: its stage “starting” is kept before the first sound, in this life and the next.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import type { ReceiptStage, SilenceReason } from "@huiyin/contract/events/receipts.ts";
import { clipWords, summarySpeechOf, type Speech, type SpeechWallet } from "@huiyin/contract/speech.ts";

export type NoticeStage = Exclude<ReceiptStage, "silent">;

/** One announcement as this device keeps it. */
export type Notice = Readonly<{
  id: string;
  /** Null for a summary. */
  paymentId: string | null;
  /** Of a summary: the last announcement that it replaces. */
  sequence: number;
  kind: "arrival" | "summary";
  stage: NoticeStage;
  /** When this stage was reached, on the platform's clock. */
  atMs: number;
  reason: SilenceReason | null;
  speech: Speech;
  wallet: SpeechWallet | null;
  amountFen: bigint;
  /** Too old to be spoken from here on, on the platform's clock. */
  expiresAtMs: number;
  /** When the platform was first heard to call it settled, by the time that only runs; null before, and in a new life. */
  settledAtMs: number | null;
}>;

/** All announcements that the platform has not yet called settled, by id. */
export type Desk = ReadonlyMap<string, Notice>;

/** What is spoken next: one announcement, or several of one wallet as one sentence. */
export type Utterance = Readonly<{ notices: readonly Notice[]; speech: Speech }>;

/** With more than so many waiting, those of one wallet are spoken as one sentence: the queue at the till is faster. */
export const waitingSeparatelyMax = 3;

/** So many summaries that were begun are remembered: nothing that is sent here says that the platform knows of them. */
export const summariesKeptMax = 50;

/**
 * What is over is remembered for so long after the platform has called it settled: a copy of it may be under way still,
 * overtaken by the message that said so. Longer than a message takes within one connection.
 */
export const settledKeptMs = 60_000;

/** Most outcomes of one question, as the contract has it; repeated here so that no schema library is loaded. */
export const outcomesMax = 50;

/** The desk of a new life: whatever was being spoken when the old one ended was interrupted. */
export function reopened(notices: readonly Notice[], nowMs: number): Desk {
  return new Map(
    notices.map((notice) => [
      notice.id,
      {
        ...notice,
        ...(notice.stage === "starting" && { stage: "interrupted", atMs: nowMs }),
        settledAtMs: null,
      },
    ]),
  );
}

/** The platform's time, which may jump when it is learnt, and milliseconds since any beginning, which only run. */
export type Moment = Readonly<{ nowMs: number; elapsedMs: number }>;

/**
 * Takes one message. A copy of a known one changes nothing: its known stage is what is answered.
 * What the platform calls settled is forgotten after a while; what a summary replaces is no longer spoken alone.
 */
export function received(desk: Desk, message: ArrivalMessage | SummaryMessage, at: Moment): Desk {
  const { nowMs } = at;
  const begun = [...desk.values()].filter(({ kind, stage }) => kind === "summary" && isBegun(stage));
  const remembered = new Set(begun.slice(-summariesKeptMax));
  const next = new Map<string, Notice>();
  for (const [id, known] of desk) {
    const notice = toldSettled(known, message.settledThrough, at);
    if (remembered.has(known) || isKept(notice, at)) next.set(id, notice);
  }
  if (message.kind === "summary")
    for (const [id, notice] of next)
      if (notice.kind === "arrival" && notice.sequence <= message.throughSequence && isDue(notice.stage))
        next.set(id, { ...notice, stage: "expired", atMs: nowMs });
  if (!next.has(message.id)) next.set(message.id, noticeOf(message, nowMs));
  return next;
}

/** The while counts from this word of the platform: how long ago it was spoken says nothing of copies under way. */
function toldSettled(notice: Notice, settledThrough: number, { elapsedMs }: Moment): Notice {
  return notice.settledAtMs === null && notice.sequence <= settledThrough
    ? { ...notice, settledAtMs: elapsedMs }
    : notice;
}

/** A summary has no sequence of its own: one that was not begun is kept until it is too old, and then taken anew. */
function isKept({ kind, stage, expiresAtMs, settledAtMs }: Notice, { nowMs, elapsedMs }: Moment): boolean {
  if (stage === "starting" || settledAtMs === null) return true;
  if (kind === "summary") return expiresAtMs > nowMs;
  return !isDue(stage) && elapsedMs - settledAtMs < settledKeptMs;
}

function noticeOf(message: ArrivalMessage | SummaryMessage, nowMs: number): Notice {
  const isArrival = message.kind === "arrival";
  return {
    id: message.id,
    kind: message.kind,
    paymentId: isArrival ? message.paymentId : null,
    sequence: isArrival ? message.sequence : message.throughSequence,
    stage: "delivered",
    atMs: nowMs,
    reason: null,
    speech: message.speech,
    wallet: isArrival ? message.wallet : null,
    amountFen: BigInt(isArrival ? message.amount : message.totalAmount),
    // The difference of the platform's two times, from our own receipt: a wrong clock here makes nothing stale.
    expiresAtMs: nowMs + Date.parse(message.expiresAt) - Date.parse(message.sentAt),
    settledAtMs: null,
  };
}

const isBegun = (stage: NoticeStage): boolean => stage !== "delivered" && stage !== "expired";
const isDue = (stage: NoticeStage): boolean => stage === "delivered";

/** What is still to be spoken, in the order in which the money came. */
export function waiting(desk: Desk): Notice[] {
  return [...desk.values()]
    .filter(({ stage }) => isDue(stage))
    .sort((one, other) => one.sequence - other.sequence);
}

/** The announcements that have become too old to be spoken. */
export function overdue(desk: Desk, nowMs: number): Notice[] {
  return waiting(desk).filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
}

/** What to speak now; null where nothing waits. Call after what is overdue has been marked. */
export function nextUtterance(desk: Desk): Utterance | null {
  const due = waiting(desk);
  const [first] = due;
  if (first === undefined) return null;
  const together =
    due.length > waitingSeparatelyMax && first.wallet !== null
      ? due.filter(({ wallet }) => wallet === first.wallet)
      : [first];
  return { notices: together, speech: together.length > 1 ? mergedSpeech(together) : first.speech };
}

/** 支付宝收款四笔，合计三十六元. */
function mergedSpeech(notices: readonly Notice[]): Speech {
  const totalFen = notices.reduce((total, { amountFen }) => total + amountFen, 0n);
  const { text, clips } = summarySpeechOf({ count: notices.length, totalFen });
  const head = `${notices[0]?.wallet ?? "alipay"}-received` as const;
  return {
    text: text.replace(clipWords["offline-received"], clipWords[head]),
    clips: [head, ...clips.slice(1)],
  };
}

/** The same desk with some announcements at another stage. */
export function marked(
  desk: Desk,
  ids: readonly string[],
  mark: Readonly<{ stage: NoticeStage; atMs: number; reason: SilenceReason | null }>,
): Desk {
  const next = new Map(desk);
  for (const id of ids) {
    const notice = next.get(id);
    if (notice !== undefined) next.set(id, { ...notice, ...mark });
  }
  return next;
}

/** The stages that the platform may not know: with the question, and before it those that find no room in it. */
export type Outcomes = Readonly<{ before: readonly Notice[]; asked: readonly Notice[] }>;

/**
 * What the platform is told after a connection. It takes what the question does not name for lost, so what is still open
 * stands in it, what is being spoken above all; what is over may be told one by one before.
 */
export function outcomes(desk: Desk): Outcomes {
  const all = [...desk.values()].sort(
    (one, other) => openness(one.stage) - openness(other.stage) || urgency(one) - urgency(other),
  );
  return { before: all.slice(0, -outcomesMax), asked: all.slice(-outcomesMax) };
}

/** Of what is over the newest are named, of what is open the oldest: they are spoken next, and belong into no summary. */
function urgency({ stage, sequence }: Notice): number {
  return openness(stage) === 0 ? sequence : -sequence;
}

function openness(stage: NoticeStage): number {
  return stage === "starting" ? 2 : stage === "delivered" || stage === "expired" ? 1 : 0;
}
