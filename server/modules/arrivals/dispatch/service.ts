// Sends announcements to the terminals whose sessions this process holds: at once after the commit, in order after an
// outage, again when nothing was confirmed. The row is the truth, a message is a hint.
import { addSeconds } from "../../../kernel/time.ts";
import type { ArrivalsDeps } from "../deps.ts";
import { arrivalLimits } from "../limits.ts";
import { arrivalMessage, summaryMessage } from "../messages.ts";
import type { Arrival, NewArrival, Summary } from "../model.ts";
import { summarise } from "../summaries/store.ts";
import { createProgress, type Progress } from "./progress.ts";
import { claimArrivals, claimSummaries, dueTerminals, settledThrough } from "./store.ts";
import { createPlaces, createTurns } from "./turns.ts";

/** Tells the other processes that these terminals have something to hear. */
export const arrivalsChannel = "huiyin_arrivals";

/**
 * asked: a terminal asks; everything that waits, and what is too old becomes one summary. all: everything that waits,
 * to a session that has not asked yet. fresh: another process has just booked something. due: the safety net, for what
 * was sent and not confirmed.
 */
export type DispatchMode = "asked" | "all" | "fresh" | "due";

export type Dispatcher = Readonly<{
  /** After the commit. Rows of terminals that another process holds are left to it. */
  push(arrivals: readonly NewArrival[]): Promise<void>;
  /**
   * Sends what a terminal has waiting, in order; resolves when it is sent. Returns how many announcements that were.
   * `kept` are those that a terminal which asks has and still means to speak: they become part of no summary.
   */
  dispatch(terminalId: string, mode: DispatchMode, kept?: readonly string[]): Promise<number>;
  /** Sends again what is due, where this process holds the session. */
  sweep(): Promise<void>;
}>;

type Deps = Pick<ArrivalsDeps, "pg" | "world" | "log" | "bus" | "terminalOf">;

export function createDispatcher(deps: Deps): Dispatcher {
  const turns = createTurns();
  const places = createPlaces(arrivalLimits.catchUpsAtOnceMax);
  /** The session in which a terminal was sent everything. Before that, something new would overtake what it missed. */
  const caughtUp = new Map<string, string>();
  const progress = createProgress();
  const sending: Sending = { deps, progress };
  const isCaughtUp = (terminalId: string): boolean => {
    const session = deps.bus.sessionOf(terminalId);
    return session !== null && caughtUp.get(terminalId) === session;
  };

  const dispatch: Dispatcher["dispatch"] = async (terminalId, wanted, kept = []) => {
    const session = deps.bus.sessionOf(terminalId);
    // Payments do not wait behind those who ask, nor does the safety net, which looks after one terminal at a time as it is.
    const waits = wanted === "asked" || (wanted !== "due" && !isCaughtUp(terminalId));
    const leave = waits ? await places.enter(session) : noPlace;
    try {
      // It has gone meanwhile. The session that is there now asks for itself.
      if (deps.bus.sessionOf(terminalId) !== session) return 0;
      const mode = wanted === "asked" || isCaughtUp(terminalId) ? wanted : "all";
      // What was booked until now is found by this; what is booked from now on is sent after it, in its turn.
      if (session !== null) caughtUp.set(terminalId, session);
      return await turns.run(terminalId, () =>
        sendWaiting(sending, { terminalId, after: 0n, kept, mode, pageRead: leave }),
      );
    } catch (error) {
      caughtUp.delete(terminalId);
      throw error;
    } finally {
      leave();
    }
  };

  const sendNew = async (arrival: NewArrival): Promise<void> => {
    const { terminalId } = arrival;
    // It asks in a moment, or waits for its answer, and is sent this one in its place.
    if (!isCaughtUp(terminalId)) return;
    await turns.run(terminalId, () => sendInPlace(sending, arrival));
  };

  return {
    async push(arrivals) {
      const here = arrivals.filter(({ terminalId }) => deps.bus.sessionOf(terminalId) !== null);
      const elsewhere = new Set(arrivals.map(({ terminalId }) => terminalId));
      for (const { terminalId } of here) elsewhere.delete(terminalId);
      await Promise.all(here.map(sendNew));
      for (const group of groups([...elsewhere], arrivalLimits.notifiedTerminalsMax)) {
        await deps.pg.notify(arrivalsChannel, group.join(" "));
      }
    },
    dispatch,
    async sweep() {
      const to = deps.world.now();
      const from = addSeconds(to, -arrivalLimits.staleSeconds);
      const due = await dueTerminals(deps.pg.batch, { from, to, limit: arrivalLimits.dueTerminalsMax });
      for (const terminalId of due) {
        const session = deps.bus.sessionOf(terminalId);
        // Who waits for its answer is sent this with it, and what is being sent may be this: the next sweep finds what is left.
        if (session === null || places.isAwaitedBy(session) || turns.has(terminalId)) continue;
        await dispatch(terminalId, "due");
      }
      for (const terminalId of caughtUp.keys()) if (!isCaughtUp(terminalId)) caughtUp.delete(terminalId);
      progress.forget((terminalId) => caughtUp.has(terminalId));
    },
  };
}

type Sending = Readonly<{ deps: Deps; progress: Progress }>;
type Sought = Readonly<{
  terminalId: string;
  after: bigint;
  kept: readonly string[];
  mode: DispatchMode;
  /** Called when a page has been read. */
  pageRead?: () => void;
}>;

const noPlace = (): void => undefined;

/** Sends one that was just booked. Payments booked at the same moment are pushed in any order, and sent in one. */
async function sendInPlace(sending: Sending, arrival: NewArrival): Promise<void> {
  const { deps, progress } = sending;
  const { terminalId, sequence, settledThrough } = arrival;
  const session = deps.bus.sessionOf(terminalId);
  if (session === null) return;
  const before = progress.sentThrough(terminalId, session);
  // Went already, in its place, with one that was booked after it and pushed before it.
  if (before !== null && sequence <= before) return;
  if (before !== null && sequence > before + 1n)
    return void (await sendWaiting(sending, { terminalId, after: before, kept: [], mode: "fresh" }));
  const message = arrivalMessage(arrival, { now: deps.world.now(), settledThrough });
  await deps.bus.send(terminalId, "arrivals", message);
  progress.note(terminalId, session, sequence);
}

async function sendWaiting({ deps, progress }: Sending, sought: Sought): Promise<number> {
  const session = deps.bus.sessionOf(sought.terminalId);
  const { sent, sequence } = await catchUp(deps, sought);
  if (session !== null) progress.note(sought.terminalId, session, sequence);
  return sent;
}

type CaughtUp = Readonly<{
  sent: number;
  /** The greatest number that was sent, or is finished. */
  sequence: bigint;
}>;

async function catchUp(deps: Deps, { terminalId, after, kept, mode, pageRead }: Sought): Promise<CaughtUp> {
  const terminal = await deps.terminalOf(terminalId);
  if (terminal === null) return { sent: 0, sequence: 0n };
  const { merchantId } = terminal;
  let sent = 0;
  let settled = 0n;
  let afterSequence = after;
  for (let round = 0; round < arrivalLimits.dispatchRoundsMax; round += 1) {
    const page = await claim(deps, { merchantId, terminalId, afterSequence, kept }, mode);
    pageRead?.();
    const at = { now: deps.world.now(), settledThrough: page.settledThrough };
    for (const summary of page.summaries)
      await deps.bus.send(terminalId, "arrivals", summaryMessage(summary, at));
    for (const arrival of page.arrivals)
      await deps.bus.send(terminalId, "arrivals", arrivalMessage(arrival, at));
    sent += page.summaries.length + page.arrivals.length;
    settled = page.settledThrough;
    afterSequence = page.arrivals.at(-1)?.sequence ?? afterSequence;
    if (page.arrivals.length < arrivalLimits.dispatchSizeMax) break;
  }
  if (sent > 0)
    deps.log.info({ event: "arrivals_sent", terminalId, mode, count: sent }, "announcements were sent");
  return { sent, sequence: afterSequence > settled ? afterSequence : settled };
}

/** How far ahead each mode looks; nothing that waits is due later than the longest pause between two sendings. */
const waitingSecondsMax = 2 * arrivalLimits.resendDeliveredSeconds;
const aheadSeconds: Readonly<Record<DispatchMode, number>> = {
  asked: waitingSecondsMax,
  all: waitingSecondsMax,
  fresh: arrivalLimits.firstSendSeconds,
  due: 0,
};

type Page = Readonly<{ summaries: readonly Summary[]; arrivals: readonly Arrival[]; settledThrough: bigint }>;
type Position = Readonly<{
  merchantId: string;
  terminalId: string;
  afterSequence: bigint;
  kept: readonly string[];
}>;

/** Takes the next page of one terminal; the first page of a terminal that asks begins with what became too old. */
async function claim(deps: Deps, at: Position, mode: DispatchMode): Promise<Page> {
  const now = deps.world.now();
  const since = addSeconds(now, -arrivalLimits.staleSeconds);
  const due = addSeconds(now, aheadSeconds[mode]);
  const { merchantId, terminalId, afterSequence, kept } = at;
  const first = afterSequence === 0n;
  const taken = { merchantId, terminalId, due, now, again: addSeconds(now, arrivalLimits.resendSeconds) };
  return deps.pg.transaction(async (tx) => {
    if (mode === "asked" && first) {
      const limit = arrivalLimits.summarySizeMax;
      const summaryId = deps.world.newId("arr");
      await summarise(tx, { summaryId, merchantId, terminalId, before: since, kept, now, limit });
    }
    const summaries = first ? await claimSummaries(tx, taken) : [];
    const arrivals = await claimArrivals(tx, {
      ...taken,
      since,
      afterSequence,
      limit: arrivalLimits.dispatchSizeMax,
    });
    return { summaries, arrivals, settledThrough: await settledThrough(tx, { merchantId, terminalId }) };
  });
}

function groups<Item>(items: readonly Item[], sizeMax: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / sizeMax) }, (_, index) =>
    items.slice(index * sizeMax, (index + 1) * sizeMax),
  );
}
