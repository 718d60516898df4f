// Speaks what has arrived: keeps each stage on the device before it is reported, and reports it before going on.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import type { AskMessage, Outcome, ReceiptMessage, SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { NoticeShelf } from "../device/shelf.ts";
import type { Said, SaidOutcome, Voice } from "../speech/voice.ts";
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

export function createAnnouncer(deps: AnnouncerDeps): Announcer {
  let desk: Desk = new Map();
  let speaking: Promise<void> | null = null;
  const silenceTold = new Map<string, SilenceReason>();

  async function note(
    notices: readonly Notice[],
    stage: NoticeStage,
    reason: SilenceReason | null,
  ): Promise<void> {
    const ids = notices.map(({ id }) => id);
    desk = marked(desk, ids, { stage, atMs: deps.now().getTime(), reason });
    for (const id of ids) {
      const notice = desk.get(id);
      if (notice !== undefined) await deps.shelf.put(notice);
    }
  }

  async function report(ids: readonly string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const notice = desk.get(id);
        if (notice !== undefined) await deps.send({ version: 1, kind: "receipt", ...outcomeOf(notice) });
      }),
    );
  }

  async function reportSilence(reason: SilenceReason): Promise<void> {
    for (const notice of waiting(desk)) {
      if (silenceTold.get(notice.id) === reason) continue;
      silenceTold.set(notice.id, reason);
      const { arrivalId, paymentId } = outcomeOf(notice);
      const at = deps.now().toISOString();
      await deps.send({ version: 1, kind: "receipt", arrivalId, paymentId, stage: "silent", at, reason });
    }
  }

  /** One utterance after the other until nothing waits or nothing can be heard. */
  async function speakAll(): Promise<void> {
    for (;;) {
      const old = overdue(desk, deps.now().getTime());
      await note(old, "expired", null);
      await report(old.map(({ id }) => id));
      const utterance = nextUtterance(desk);
      if (utterance === null) return;
      const reason = deps.silence();
      if (reason !== null) return reportSilence(reason);
      await speak(utterance);
    }
  }

  async function speak({ notices, speech }: Utterance): Promise<void> {
    const ids = notices.map(({ id }) => id);
    const said: Said = await deps.voice.say(speech, async () => {
      // Silenced while others were speaking: it stays waiting.
      if (deps.silence() !== null) return false;
      await note(notices, "starting", null);
      await Promise.race([report(ids), pause(startingReportMsMax)]);
      return true;
    });
    if (said.outcome === "skipped") return;
    await note(notices, said.outcome === "heard" ? "spoken" : "interrupted", reasonOf(said.outcome));
    await report(ids);
  }

  function hurry(): void {
    speaking ??= speakAll().finally(() => {
      speaking = null;
    });
  }

  return {
    hurry,
    waitingCount: () => waiting(desk).length,
    restore: async () => {
      const kept = await deps.shelf.all();
      desk = reopened(kept, deps.now().getTime());
      for (const notice of desk.values()) await deps.shelf.put(notice);
    },
    receive: async (message) => {
      const before = desk;
      desk = received(desk, message, deps.now().getTime());
      const notice = desk.get(message.id);
      for (const id of before.keys()) if (!desk.has(id)) await deps.shelf.remove(id);
      if (notice === undefined) return;
      if (!before.has(message.id)) {
        await deps.shelf.put(notice);
        deps.arrived(message);
      }
      await report([message.id]);
      hurry();
    },
    ask: async () => {
      await deps.send({ version: 1, kind: "ask", outcomes: outcomes(desk).map(outcomeOf) });
    },
  };
}

function outcomeOf(notice: Notice): Outcome {
  const { id, paymentId, stage, atMs, reason } = notice;
  const at = new Date(atMs).toISOString();
  return { arrivalId: id, paymentId, stage, at, ...(reason === null ? {} : { reason }) };
}

/** Why a sentence that was begun was not heard. */
function reasonOf(outcome: SaidOutcome): SilenceReason | null {
  switch (outcome) {
    case "heard":
    case "skipped":
      return null;
    case "muted":
      return "muted";
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
