// Speaks announcements one after the other and reports every step. It goes on without a connection: what was delivered
// is spoken, and the platform learns of it when the terminal asks again.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import type { ReceiptMessage } from "@huiyin/contract/events/receipts.ts";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { Journal } from "./journal.ts";
import type { Speaker } from "./speaker.ts";
import type { JournalEntry } from "./storage.ts";

export type AnnouncerDeps = Readonly<{
  journal: Journal;
  speaker: Pick<Speaker, "play">;
  now: () => Date;
  /** Null while the terminal can be heard. */
  silence: () => SilenceReason | null;
  report: (receipt: ReceiptMessage) => void;
  /** Something expired: the platform has to say what becomes of it. */
  ask: () => void;
  signal: AbortSignal;
}>;

export type Announcer = Readonly<{
  receive(message: ArrivalMessage | SummaryMessage): void;
  /** Starts with what is waiting, for example after a restart or when the sound is back. */
  wake(): void;
  /** Resolves when nothing can be spoken at the moment. */
  idle(): Promise<void>;
}>;

export function createAnnouncer(deps: AnnouncerDeps): Announcer {
  let working: Promise<void> | null = null;

  const wake = (): void => {
    if (working !== null || deps.signal.aborted) return;
    working = work(deps)
      .catch((error: unknown) => {
        if (!deps.signal.aborted) throw error;
      })
      .finally(() => {
        working = null;
        if (canSpeak(deps)) wake();
      });
  };

  return {
    receive(message) {
      const replaced = message.kind === "summary" ? deps.journal.replacedBy(message) : [];
      const entry = deps.journal.receive(message, deps.now());
      if (entry === null) return;
      report(deps, entry, null);
      // What this terminal still meant to speak was left to it, and may be missing in the sum.
      if (replaced.length > 0) deps.ask();
      wake();
    },
    wake,
    idle: async () => {
      while (working !== null) await working;
    },
  };
}

function canSpeak({ journal, silence, signal }: AnnouncerDeps): boolean {
  return !signal.aborted && silence() === null && journal.waiting().length > 0;
}

async function work(deps: AnnouncerDeps): Promise<void> {
  const { journal, speaker, now, signal } = deps;
  let expired = 0;
  for (const entry of journal.waiting()) {
    const present = journal.get(entry.arrivalId);
    const message = present?.waiting ?? null;
    if (message === null || signal.aborted) continue;
    if (entry.expiresAtMs !== null && now().getTime() > entry.expiresAtMs) {
      expired += 1;
      if (present?.stage !== "expired") report(deps, journal.move(entry.arrivalId, "expired", now()), null);
      continue;
    }
    const silence = deps.silence();
    if (silence !== null) {
      if (present?.stage !== "silent") report(deps, journal.move(entry.arrivalId, "silent", now()), silence);
      continue;
    }
    // Stored before the first sound: whatever happens from here on, it is never begun again.
    report(deps, journal.move(entry.arrivalId, "starting", now()), null);
    await speaker.play({ announcementId: message.id, ...message.speech }, signal);
    report(deps, journal.move(entry.arrivalId, "spoken", now()), null);
  }
  if (expired > 0 && deps.silence() === null) deps.ask();
}

function report(deps: AnnouncerDeps, entry: JournalEntry, reason: SilenceReason | null): void {
  const { arrivalId, paymentId, stage, at } = entry;
  deps.report({
    version: eventVersion,
    kind: "receipt",
    arrivalId,
    paymentId,
    stage,
    at,
    ...(reason !== null && { reason }),
  });
}
