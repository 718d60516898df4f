// The memory of announcements on a device: each is begun at most once, whatever is repeated, lost or restarted.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { askOutcomesMax, type Outcome } from "@huiyin/contract/events/receipts.ts";
import type { JournalEntry, Storage, Stored } from "./storage.ts";

const summariesKeptMax = 50;

/** Every change is stored before it returns. */
export class Journal {
  readonly #storage: Storage;
  readonly #entries: Map<string, JournalEntry>;
  #forgottenThrough: number;
  #terminalId: string | null;

  /** What had begun before a crash and was not finished is interrupted: nobody knows how much of it was heard. */
  constructor(storage: Storage, now: Date) {
    const stored = storage.load();
    this.#storage = storage;
    this.#terminalId = stored.terminalId;
    this.#forgottenThrough = stored.forgottenThrough;
    this.#entries = new Map(stored.entries.map((entry) => [entry.arrivalId, entry]));
    for (const entry of stored.entries)
      if (entry.stage === "starting") this.move(entry.arrivalId, "interrupted", now);
  }

  get terminalId(): string | null {
    return this.#terminalId;
  }

  set terminalId(terminalId: string | null) {
    this.#terminalId = terminalId;
    this.#save();
  }

  /** Stores a message that is new here. Null where it is a repetition of something forgotten. */
  receive(message: ArrivalMessage | SummaryMessage, now: Date): JournalEntry | null {
    this.#forget(message.settledThrough);
    const known = this.#entries.get(message.id);
    const offsetMs = now.getTime() - Date.parse(message.sentAt);
    const expiresAtMs = message.kind === "summary" ? null : Date.parse(message.expiresAt) + offsetMs;
    // A device whose clock ran ahead gave it up too early: the platform still has time for it.
    const revived = known?.stage === "expired" && expiresAtMs !== null && expiresAtMs > now.getTime();
    if (known !== undefined && !revived) return known;
    if (!revived && message.kind === "arrival" && message.sequence <= this.#forgottenThrough) return null;
    if (message.kind === "summary") this.#dropSummarised(message);
    const arrival = message.kind === "arrival" ? message : null;
    const entry: JournalEntry = {
      arrivalId: message.id,
      paymentId: arrival?.paymentId ?? null,
      sequence: arrival?.sequence ?? null,
      stage: "delivered",
      at: now.toISOString(),
      waiting: message,
      expiresAtMs,
    };
    this.#entries.set(entry.arrivalId, entry);
    this.#save();
    return entry;
  }

  /** Moves an announcement on; once begun there is nothing left to begin. */
  move(arrivalId: string, stage: JournalEntry["stage"], now: Date): JournalEntry {
    const entry = this.#entries.get(arrivalId);
    if (entry === undefined) throw new Error(`${arrivalId} is not in the journal`);
    const waiting = stage === "delivered" || stage === "silent" ? entry.waiting : null;
    const moved = { ...entry, stage, at: now.toISOString(), waiting };
    this.#entries.set(arrivalId, moved);
    this.#save();
    return moved;
  }

  get(arrivalId: string): JournalEntry | undefined {
    return this.#entries.get(arrivalId);
  }

  /** What is to be spoken, in the order of the platform: a summary speaks of what came before everything else. */
  waiting(): JournalEntry[] {
    const order = (entry: JournalEntry): number => entry.sequence ?? 0;
    return [...this.#entries.values()]
      .filter(({ waiting }) => waiting !== null)
      .sort((a, b) => order(a) - order(b));
  }

  /**
   * What the platform may not know yet: in the question what is still open, the oldest first, since it is spoken next;
   * then the newest of what is over. The rest is told before it.
   */
  outcomes(): Readonly<{ before: readonly Outcome[]; asked: readonly Outcome[] }> {
    const open = ({ stage, waiting }: JournalEntry): number =>
      stage === "starting" ? 2 : waiting !== null || stage === "expired" ? 1 : 0;
    const byAge = (a: JournalEntry, b: JournalEntry): number =>
      open(a) === 0 ? b.at.localeCompare(a.at) : a.at.localeCompare(b.at);
    const all = [...this.#entries.values()]
      .sort((a, b) => open(b) - open(a) || byAge(a, b))
      .map(({ arrivalId, paymentId, stage, at }) => ({ arrivalId, paymentId, stage, at }));
    return { before: all.slice(askOutcomesMax), asked: all.slice(0, askOutcomesMax) };
  }

  /** What waits here and is no longer spoken alone once this summary has been received. */
  replacedBy({ throughSequence }: SummaryMessage): readonly string[] {
    return [...this.#entries.values()]
      .filter(({ waiting, sequence }) => waiting !== null && sequence !== null && sequence <= throughSequence)
      .map(({ arrivalId }) => arrivalId);
  }

  #dropSummarised(summary: SummaryMessage): void {
    for (const id of this.replacedBy(summary)) this.#entries.delete(id);
    this.#forgottenThrough = Math.max(this.#forgottenThrough, summary.throughSequence);
  }

  #forget(settledThrough: number): void {
    this.#forgottenThrough = Math.max(this.#forgottenThrough, settledThrough);
    const finished = (entry: JournalEntry): boolean => entry.waiting === null && entry.stage !== "starting";
    for (const [id, entry] of this.#entries) {
      if (entry.sequence !== null && entry.sequence <= settledThrough && finished(entry))
        this.#entries.delete(id);
    }
    const summaries = [...this.#entries.values()].filter(
      (entry) => entry.sequence === null && finished(entry),
    );
    for (const { arrivalId } of summaries.slice(0, -summariesKeptMax)) this.#entries.delete(arrivalId);
  }

  #save(): void {
    const stored: Stored = {
      terminalId: this.#terminalId,
      entries: [...this.#entries.values()],
      forgottenThrough: this.#forgottenThrough,
    };
    this.#storage.save(stored);
  }
}
