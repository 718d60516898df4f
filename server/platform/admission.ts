// Refuses new work early while what waits for the database already would take too long, so that nobody runs into a
// time-out and what was admitted is finished. By shares: whoever sends much is refused before whoever sends little.
import { AsyncLocalStorage } from "node:async_hooks";
import { RefusalError } from "../kernel/result.ts";
import { limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Where the work of a request is. arriving: nobody has said whose it is. entering: waits to be accepted. away: waits for
 * somebody else’s network, not for us. returning: what came of that waits to be written. resting: is written, and waits
 * for a person.
 */
type Stage = "arriving" | "entering" | "away" | "returning" | "resting";

/** Whoever has work under way: how much of it waits for the database, and how much there is. */
type Owner = { readonly id: string; held: number; waiting: number; readonly entering: Set<Ticket> };

/** One request from its arrival to the end of its work. Only its `Admission` changes it. */
export type Ticket = {
  stage: Stage;
  answered: "yes" | "no";
  readonly sinceMs: number;
  /** Under which it comes back. */
  name: string;
  owner: Owner | null;
};

export type Admission = Readonly<{
  /** Before anything of a request is read. Throws RefusalError `overloaded` where it would be refused whoever sent it. */
  look(): void;
  /** A request has been read and begins to wait. Throws as `look` does. To be ended, whatever becomes of it. */
  arrive(): Ticket;
  /** It is known whose it is: throws RefusalError `overloaded` or `share_exceeded`, with `retryAfterSeconds`. */
  admit(ticket: Ticket, owner: string): void;
  /** Runs it so that `away` below it knows the ticket. */
  carry(ticket: Ticket, run: () => void): void;
  /** Waits for somebody else; afterwards waits for the database until `written` is told the same name. */
  away<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What came back under this name is written down. A name that nobody waits for is no error. */
  written(name: string): void;
  /** It is answered. What is still away is held until it is back. */
  end(ticket: Ticket): void;
  /** Of this moment: requests that wait for the database, that may, and that are held at all. */
  state(): Readonly<{ waiting: number; waitingMax: number; held: number }>;
}>;

type Reason = "queue" | "standstill" | "held" | "share";

/** The admission of one process. `nowMs`: a clock that only moves forwards. */
export function createAdmission(
  deps: Readonly<{ metrics: Pick<Metrics, "counter" | "gauge">; nowMs?: () => number }>,
): Admission {
  const nowMs = deps.nowMs ?? (() => performance.now());
  const gate = new Gate(nowMs);
  const carried = new AsyncLocalStorage<Ticket>();
  const refusals = deps.metrics.counter({
    name: "huiyin_payments_turned_away_total",
    help: "Requests that were refused because too much was waiting",
    labels: ["reason"],
  });
  deps.metrics.gauge({
    name: "huiyin_payments_waiting",
    help: "Requests for payments that wait for the database",
    collect() {
      this.set(gate.state().waiting);
    },
  });
  deps.metrics.gauge({
    name: "huiyin_payments_held",
    help: "Requests for payments whose work has not ended, those that wait for a channel included",
    collect() {
      this.set(gate.state().held);
    },
  });
  const refuse = (reason: Reason | null): void => {
    if (reason === null) return;
    refusals.inc({ reason });
    const code = reason === "share" ? "share_exceeded" : "overloaded";
    throw new RefusalError({ code, facts: { retryAfterSeconds: gate.retryAfterSeconds() } });
  };
  return {
    look: () => refuse(gate.obstacle()),
    arrive: () => {
      refuse(gate.obstacle());
      return gate.arrive();
    },
    admit: (ticket, owner) => refuse(gate.admit(ticket, owner)),
    carry: (ticket, run) => carried.run(ticket, run),
    away: async (name, work) => {
      const ticket = carried.getStore();
      if (ticket === undefined) return work();
      gate.leave(ticket);
      try {
        return await work();
      } finally {
        gate.comeBack(ticket, name);
      }
    },
    written: (name) => gate.written(name),
    end: (ticket) => gate.end(ticket),
    state: () => gate.state(),
  };
}

/** The counts, and the rules about them. */
class Gate {
  readonly #nowMs: () => number;
  readonly #pace: Pace;
  readonly #owners = new Map<string, Owner>();
  /** Those that arrived and are not accepted yet, oldest first. */
  readonly #coming = new Set<Ticket>();
  readonly #returning = new Map<string, Ticket>();
  #waiting = 0;
  #waitingOwners = 0;
  #held = 0;
  #movedMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#pace = new Pace(nowMs());
    this.#movedMs = nowMs();
  }

  state(): ReturnType<Admission["state"]> {
    return { waiting: this.#waiting, waitingMax: this.#pace.waitingMax(), held: this.#held };
  }

  retryAfterSeconds(): number {
    const seconds = Math.ceil(this.#pace.secondsFor(this.#waiting));
    return Math.min(Math.max(seconds, limits.retryAfterSecondsDefault), limits.admissionRetrySecondsMax);
  }

  /** What stands against everybody. */
  obstacle(): Reason | null {
    if (this.#held >= limits.admissionHeldMax || this.#coming.size >= limits.admissionHeldMax) return "held";
    const [oldest] = this.#coming;
    const stuck = oldest !== undefined && this.#isOld(oldest.sinceMs) && this.#isOld(this.#movedMs);
    return stuck ? "standstill" : null;
  }

  arrive(): Ticket {
    const sinceMs = this.#nowMs();
    const ticket: Ticket = { stage: "arriving", answered: "no", sinceMs, name: "", owner: null };
    this.#coming.add(ticket);
    return ticket;
  }

  admit(ticket: Ticket, id: string): Reason | null {
    this.#pace.look(this.#nowMs(), this.#waiting);
    const owner = this.#owners.get(id) ?? { id, held: 0, waiting: 0, entering: new Set() };
    const reason = this.#obstacleOf(owner);
    if (reason !== null) return reason;
    this.#owners.set(id, owner);
    owner.held += 1;
    this.#held += 1;
    ticket.owner = owner;
    ticket.stage = "entering";
    owner.entering.add(ticket);
    this.#wait(owner);
    return null;
  }

  leave(ticket: Ticket): void {
    this.#go(ticket, "away");
  }

  comeBack(ticket: Ticket, name: string): void {
    // Its caller has its answer: nobody waits for what is written now.
    if (ticket.answered === "yes") return this.#letGo(ticket);
    const { owner } = ticket;
    this.#go(ticket, "returning");
    ticket.name = name;
    this.#returning.set(name, ticket);
    if (owner !== null) this.#wait(owner);
  }

  written(name: string): void {
    const ticket = this.#returning.get(name);
    if (ticket !== undefined) this.#go(ticket, "resting");
  }

  end(ticket: Ticket): void {
    if (ticket.answered === "yes") return;
    ticket.answered = "yes";
    if (ticket.stage !== "away") this.#letGo(ticket);
  }

  #letGo(ticket: Ticket): void {
    this.#go(ticket, "resting");
    const { owner } = ticket;
    if (owner === null) return;
    ticket.owner = null;
    this.#held -= 1;
    owner.held -= 1;
    if (owner.held === 0) this.#owners.delete(owner.id);
  }

  /** Ends its present stage. */
  #go(ticket: Ticket, next: Stage): void {
    const { stage, owner } = ticket;
    ticket.stage = next;
    this.#coming.delete(ticket);
    if (stage === "returning") this.#returning.delete(ticket.name);
    if (owner === null || (stage !== "entering" && stage !== "returning")) return;
    owner.entering.delete(ticket);
    owner.waiting -= 1;
    if (owner.waiting === 0) this.#waitingOwners -= 1;
    this.#waiting -= 1;
    this.#movedMs = this.#nowMs();
    this.#pace.step(this.#movedMs, this.#waiting);
  }

  #wait(owner: Owner): void {
    if (owner.waiting === 0) this.#waitingOwners += 1;
    owner.waiting += 1;
    this.#waiting += 1;
  }

  #obstacleOf(owner: Owner): Reason | null {
    const [oldest] = owner.entering;
    if (oldest !== undefined && this.#isOld(oldest.sinceMs)) return "standstill";
    const waiting = { all: this.#waiting, own: owner.waiting, owners: this.#waitingOwners };
    const held = { all: this.#held, own: owner.held, owners: this.#owners.size };
    return reasonOf(waiting, this.#pace.waitingMax()) ?? reasonOf(held, limits.admissionHeldMax / 2);
  }

  #isOld(sinceMs: number): boolean {
    return this.#nowMs() - sinceMs >= limits.admissionStandstillMsMax;
  }
}

type Use = Readonly<{ all: number; own: number; owners: number }>;

/** Full for this owner: all together use what there is, and it uses its part of that. Others may still come in. */
function reasonOf({ all, own, owners }: Use, max: number): Reason | null {
  const part = max / Math.max(1, own === 0 ? owners + 1 : owners);
  if (all < max || own < part) return null;
  return own >= 2 * part ? "share" : "queue";
}

/** How fast the database takes what waits for it, measured while enough is waiting. */
class Pace {
  #perSecond: number = limits.admissionPerSecondAtFirst;
  #sinceMs: number;
  #steps = 0;
  #fewest = Infinity;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** One that waited waits no longer; so many still do. */
  step(nowMs: number, waiting: number): void {
    this.#steps += 1;
    this.look(nowMs, waiting);
  }

  look(nowMs: number, waiting: number): void {
    this.#fewest = Math.min(this.#fewest, waiting);
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs < limits.admissionWindowMs) return;
    const measured = (this.#steps * 1_000) / elapsedMs;
    // With little to do it takes little: only a better pace than the known one tells anything then.
    if (this.#fewest >= limits.admissionAlways / 2 || measured > this.#perSecond)
      this.#perSecond = (this.#perSecond + measured) / 2;
    this.#sinceMs = nowMs;
    this.#steps = 0;
    this.#fewest = waiting;
  }

  waitingMax(): number {
    const max = Math.floor((this.#perSecond * limits.admissionWaitMsMax) / 1_000);
    return Math.min(Math.max(max, limits.admissionAlways), limits.admissionHeldMax / 2);
  }

  secondsFor(waiting: number): number {
    return waiting / Math.max(this.#perSecond, 1);
  }
}
