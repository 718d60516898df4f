// Announcements as the rest of the platform sees them: written with the payment, pushed after its commit, replayed on wish.
import { walletOf } from "@huiyin/contract/speech.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { Loops } from "../../platform/loops.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { announcingTerminals } from "../terminals/index.ts";
import type { ArrivalsDeps } from "./deps.ts";
import { arrivalsChannel, createDispatcher, type DispatchMode, type Dispatcher } from "./dispatch/service.ts";
import { arrivalLimits } from "./limits.ts";
import type { NewArrival, PaidOrder } from "./model.ts";
import { createReceipts } from "./receipts.ts";
import { insertDrafts, type Draft } from "./store.ts";
import { watchOver } from "./watch/service.ts";

export type Arrivals = Readonly<{
  /** Writes one announcement for each terminal that announces each order, in the payment's transaction. Never twice. */
  insertArrivals(tx: Tx, orders: readonly PaidOrder[]): Promise<readonly NewArrival[]>;
  /** After the commit: sends them where this process holds the session, and tells the other processes otherwise. */
  pushArrivals(arrivals: readonly NewArrival[]): Promise<void>;
  /** Sends a terminal everything it has not begun, now. What was begun once is never sent again. */
  replayArrivals(terminalId: string): Promise<Replay>;
  /** Starts the loops and listens to other processes. Returns how to stop listening. */
  run(loops: Loops): Promise<() => void>;
}>;

export type Replay = Readonly<{
  /** Whether this process holds the terminal's session. */
  reached: "yes" | "no";
  /** Announcements and summaries that were sent. */
  sent: number;
}>;

/** Registers the terminals' reports at the bus. */
export function createArrivals(deps: ArrivalsDeps): Arrivals {
  const stages = deps.metrics.counter({
    name: "huiyin_arrival_stages_total",
    help: "Stages that announcements reached",
    labels: ["stage"],
  });
  const spokenAfter = deps.metrics.histogram({
    name: "huiyin_arrival_spoken_seconds",
    help: "From the booked payment to the end of its announcement",
  });
  const measures = {
    stage: (stage: string) => stages.inc({ stage }),
    spokenAfter: (seconds: number) => spokenAfter.observe(seconds),
  };
  const dispatcher = createDispatcher(deps);
  const receipts = createReceipts({ ...deps, measures }, dispatcher);

  return {
    insertArrivals: (tx, orders) => insertArrivals(deps, tx, orders),
    pushArrivals: dispatcher.push,
    async replayArrivals(terminalId) {
      if (deps.bus.sessionOf(terminalId) === null) {
        await deps.pg.notify(replayChannel, terminalId);
        return { reached: "no", sent: 0 };
      }
      return { reached: "yes", sent: await dispatcher.dispatch(terminalId, "asked") };
    },
    async run(loops) {
      loops.every("arrivals sending", arrivalLimits.sweepMs, () => dispatcher.sweep());
      loops.every("arrivals broken off", arrivalLimits.sweepMs, () => receipts.sweep());
      loops.every("arrivals watchdog", arrivalLimits.sweepMs, () => watchOver(deps));
      const booked = await listen(deps, dispatcher, { channel: arrivalsChannel, mode: "fresh" });
      const replayed = await listen(deps, dispatcher, { channel: replayChannel, mode: "asked" });
      return () => {
        booked();
        replayed();
      };
    },
  };
}

async function insertArrivals(
  deps: ArrivalsDeps,
  tx: Tx,
  orders: readonly PaidOrder[],
): Promise<readonly NewArrival[]> {
  if (orders.length === 0) return [];
  const targets = await announcingTerminals(tx, orders);
  if (targets.length === 0) return [];
  const acceptedAt = deps.world.now();
  const drafts = targets.map(({ order, terminalId }): Draft => {
    const { merchantId, paymentId, amount, channel, fundingSource, paidAt } = orders[order] as PaidOrder;
    return {
      ...{ merchantId, paymentId, terminalId, amount, paidAt, acceptedAt },
      id: deps.world.newId("arr"),
      stage: "accepted",
      wallet: walletOf(channel, fundingSource),
      // The first sending belongs to whoever commits this; the loop takes over should it die before.
      sendAfter: addSeconds(acceptedAt, arrivalLimits.firstSendSeconds),
      sendCount: 0,
      watchAt: addSeconds(acceptedAt, arrivalLimits.unheardSeconds),
    };
  });
  return insertDrafts(tx, drafts);
}

/** Asks the process that holds a terminal's session to send everything again. */
const replayChannel = "huiyin_arrivals_replay";

/** Another process booked a payment, or was asked to replay, for terminals that may be ours. */
function listen(
  deps: ArrivalsDeps,
  dispatcher: Dispatcher,
  { channel, mode }: Readonly<{ channel: string; mode: DispatchMode }>,
): Promise<() => void> {
  const send = (terminalId: string): void => {
    void dispatcher.dispatch(terminalId, mode).catch((error: unknown) => {
      const about = { event: "arrivals_not_sent", terminalId, error: String(error) };
      deps.log.warn(about, "announcements wait for the loop");
    });
  };
  return deps.pg.listen(channel, {
    notified: (payload) => {
      for (const terminalId of payload.split(" "))
        if (deps.bus.sessionOf(terminalId) !== null) send(terminalId);
    },
    // What was missed meanwhile is found by the loop.
    resumed: () => undefined,
  });
}
