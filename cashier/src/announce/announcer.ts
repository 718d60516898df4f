// Speaks what has arrived: keeps each stage on the device before it is reported, and reports it before going on.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import type { AskMessage, Outcome, ReceiptMessage, SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { NoticeShelf } from "../device/shelf.ts";
import type { SaidOutcome, Voice } from "../speech/voice.ts";
import {
  marked,
  nextUtterance,
  outcomes,
  overdue,
  received,
  reopened,
  waiting,
  type Desk,
  type Notice,
  type NoticeStage,
  type Utterance,
} from "./desk.ts";

export type AnnouncerDeps = Readonly<{
  shelf: NoticeShelf;
  voice: Pick<Voice, "say">;
  /** The platform's clock. */
  now(): Date;
  /** Milliseconds since any beginning, by a clock that is never set. */
  elapsedMs(): number;
  /** Sends to the topic “receipts”; false where nobody acknowledged it. */
  send(payload: ReceiptMessage | AskMessage): Promise<boolean>;
  /** Why nothing would be heard now; null where it would. */
  silence(): SilenceReason | null;
  /** Told of each announcement that comes in, before it is spoken. */
  arrived(message: ArrivalMessage | SummaryMessage): void;
}>;

export type Announcer = Readonly<{
  /** Takes up what an earlier life of the page left. */
  restore(): Promise<void>;
  receive(message: ArrivalMessage | SummaryMessage): Promise<void>;
  /** Asks for what is pending and tells what became of the rest. Call after each connection. */
  ask(): Promise<void>;
  /** Speaks what waits, now that it can be heard. */
  hurry(): void;
  waitingCount(): number;
}>;

/** The report of “starting” is waited for at most so long: it is kept here already, and a queue stands at the till. */
const startingReportMsMax = 800;

/** One announcer at work. */
type Shift = AnnouncerDeps & {
  desk: Desk;
  speaking: Promise<void> | null;
  /** Why each waiting announcement was last reported as silent. */
  readonly silenceTold: Map<string, SilenceReason>;
  /** Something became too old unheard, and the platform has not been asked for its sum since. */
  sum: "owed" | "none";
};

export function createAnnouncer(deps: AnnouncerDeps): Announcer {
  const shift: Shift = { ...deps, desk: new Map(), speaking: null, silenceTold: new Map(), sum: "none" };
  return {
    hurry: () => hurry(shift),
    waitingCount: () => waiting(shift.desk).length,
    restore: async () => {
      const kept = await deps.shelf.all();
      shift.desk = reopened(kept, deps.now().getTime());
      for (const notice of shift.desk.values()) await deps.shelf.put(notice);
    },
    receive: (message) => receive(shift, message),
    ask: async () => void (await ask(shift)),
  };
}

async function receive(shift: Shift, message: ArrivalMessage | SummaryMessage): Promise<void> {
  const before = shift.desk;
  shift.desk = received(before, message, {
    nowMs: shift.now().getTime(),
    elapsedMs: shift.elapsedMs(),
  });
  const notice = shift.desk.get(message.id);
  for (const [id, known] of before) {
    const kept = shift.desk.get(id);
    if (kept === undefined) await shift.shelf.remove(id);
    else if (kept.stage !== known.stage) {
      // Put aside for a summary, in which it may be missing: what this terminal still meant to speak was left to it.
      await shift.shelf.put(kept);
      shift.sum = "owed";
    }
  }
  if (notice === undefined) return;
  if (!before.has(message.id)) {
    await shift.shelf.put(notice);
    shift.arrived(message);
  }
  await report(shift, [message.id]);
  hurry(shift);
}

function hurry(shift: Shift): void {
  shift.speaking ??= speakAll(shift).finally(() => {
    shift.speaking = null;
  });
}

/** One utterance after the other until nothing waits or nothing can be heard. */
async function speakAll(shift: Shift): Promise<void> {
  for (;;) {
    const old = overdue(shift.desk, shift.now().getTime());
    await note(shift, old, { stage: "expired", reason: null });
    await report(
      shift,
      old.map(({ id }) => id),
    );
    if (old.length > 0) shift.sum = "owed";
    // Asked for while nothing can be heard, the sum would only become too old as well.
    if (shift.sum === "owed" && shift.silence() === null) await askForSum(shift);
    const utterance = nextUtterance(shift.desk);
    if (utterance === null) return;
    const reason = shift.silence();
    if (reason !== null) return reportSilence(shift, reason);
    await speak(shift, utterance);
  }
}

/** What is named as waiting is left to this terminal: first it gives up what has become too old. */
async function ask(shift: Shift): Promise<boolean> {
  await note(shift, overdue(shift.desk, shift.now().getTime()), { stage: "expired", reason: null });
  const { before, asked } = outcomes(shift.desk);
  await report(
    shift,
    before.map(({ id }) => id),
  );
  return shift.send({ version: 1, kind: "ask", outcomes: asked.map(outcomeOf) });
}

/** Money that came in is never passed over in silence: the platform answers with one sentence for all that is too old. */
async function askForSum(shift: Shift): Promise<void> {
  shift.sum = "none";
  // Unanswered, it is asked again after the next connection, as always.
  await ask(shift);
}

async function speak(shift: Shift, { notices, speech }: Utterance): Promise<void> {
  const ids = notices.map(({ id }) => id);
  const said = await shift.voice.say(speech, async () => {
    // Silenced while others were speaking: it stays waiting.
    if (shift.silence() !== null) return false;
    // Given up meanwhile, or part of a summary that has come.
    if (ids.some((id) => shift.desk.get(id)?.stage !== "delivered")) return false;
    await note(shift, notices, { stage: "starting", reason: null });
    await Promise.race([report(shift, ids), pause(startingReportMsMax)]);
    return true;
  });
  if (said.outcome === "skipped") return;
  const stage = said.outcome === "heard" ? "spoken" : "interrupted";
  await note(shift, notices, { stage, reason: reasonOf(said.outcome, shift.silence()) });
  await report(shift, ids);
}

/** Marks a stage, on the desk and on the device. */
async function note(
  shift: Shift,
  notices: readonly Notice[],
  mark: Readonly<{ stage: NoticeStage; reason: SilenceReason | null }>,
): Promise<void> {
  const ids = notices.map(({ id }) => id);
  shift.desk = marked(shift.desk, ids, { ...mark, atMs: shift.now().getTime() });
  for (const id of ids) {
    const notice = shift.desk.get(id);
    if (notice !== undefined) await shift.shelf.put(notice);
  }
}

async function report(shift: Shift, ids: readonly string[]): Promise<void> {
  const known = ids.flatMap((id) => shift.desk.get(id) ?? []);
  await Promise.all(known.map((notice) => shift.send({ version: 1, kind: "receipt", ...outcomeOf(notice) })));
}

async function reportSilence(shift: Shift, reason: SilenceReason): Promise<void> {
  for (const notice of waiting(shift.desk)) {
    if (shift.silenceTold.get(notice.id) === reason) continue;
    shift.silenceTold.set(notice.id, reason);
    const { arrivalId, paymentId } = outcomeOf(notice);
    const at = shift.now().toISOString();
    await shift.send({ version: 1, kind: "receipt", arrivalId, paymentId, stage: "silent", at, reason });
  }
}

function outcomeOf(notice: Notice): Outcome {
  const { id, paymentId, stage, atMs, reason } = notice;
  const at = new Date(atMs).toISOString();
  return { arrivalId: id, paymentId, stage, at, ...(reason === null ? {} : { reason }) };
}

/** Why a sentence that was begun was not heard. */
function reasonOf(outcome: SaidOutcome, silence: SilenceReason | null): SilenceReason | null {
  switch (outcome) {
    case "heard":
    case "skipped":
      return null;
    case "unproven":
      // Nobody heard it for certain, and nothing is known to be wrong with the sound.
      return null;
    case "muted":
      // The player knows only that nothing came out: which knob it was, the settings say.
      return silence === "volumeZero" ? silence : "muted";
    case "locked":
    case "stopped":
      return "audioLocked";
    case "silent":
      return "audioFailed";
    case "unavailable":
      return "voicePackMissing";
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
