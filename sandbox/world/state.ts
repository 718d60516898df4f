// Everything a simulated network remembers, and the one list of events that changes it: what the journal holds.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { apply, emptyBook, orderAdditions, wholeMerchant, wholeTrade } from "../book/apply.ts";
import type { Book, BookEvent, PayRequest } from "../book/model.ts";
import type { Network } from "../book/network.ts";
import { profileOf } from "../book/profile.ts";
import {
  applyToPlants,
  applyToSwitches,
  type PlantEvent,
  type Plants,
  type SwitchEvent,
  type Switches,
} from "../faults/switches.ts";
import { applyToAnswers, type OrderedAnswerEvent, type OrderedAnswers } from "../alipay/orderedAnswers.ts";
import { applyToOutbox, emptyOutbox, wholeNotification, type Outbox, type OutboxEvent } from "./outbox.ts";

/** A payment request held back on the wire: carried out after its order was cancelled, or at `dueAtMs`. */
export type HeldRequest = Readonly<{ id: string; request: PayRequest; dueAtMs: number }>;

export type WorldState = {
  book: Book;
  outbox: Outbox;
  switches: Switches;
  plants: Plants;
  held: Map<string, HeldRequest>;
  /** Ordered at the simulated Alipay; the other networks have none. */
  answers: OrderedAnswers;
};

export type HeldEvent =
  Readonly<{ kind: "requestHeld"; held: HeldRequest }> | Readonly<{ kind: "requestReleased"; id: string }>;

export type WorldEvent = BookEvent | OutboxEvent | SwitchEvent | PlantEvent | HeldEvent | OrderedAnswerEvent;

/** A world of this network in which nothing has happened yet. */
export function emptyState(network: Network = "alipay"): WorldState {
  return {
    book: emptyBook(network),
    outbox: emptyOutbox(),
    switches: new Map(),
    plants: new Map(),
    held: new Map(),
    answers: new Map(),
  };
}

/** A state as an earlier version kept it, with what has been added since. */
export function wholeState(kept: WorldState): WorldState {
  const { book, outbox } = kept;
  return {
    ...emptyState(),
    ...kept,
    book: {
      ...emptyBook(),
      ...book,
      merchants: mapped(book.merchants, wholeMerchant),
      trades: mapped(book.trades, wholeTrade),
    },
    outbox: {
      ...outbox,
      pending: mapped(outbox.pending, wholeNotification),
      finished: outbox.finished.map((each) => ({
        ...each,
        notification: wholeNotification(each.notification),
      })),
    },
    held: mapped(kept.held, wholeHeld),
  };
}

function wholeHeld(held: HeldRequest): HeldRequest {
  return { ...held, request: { ...orderAdditions, ...held.request } };
}

function mapped<T>(from: ReadonlyMap<string, T>, change: (value: T) => T): Map<string, T> {
  return new Map([...from].map(([key, value]) => [key, change(value)]));
}

/** Enters one event wherever it belongs. */
export function applyToState(state: WorldState, event: WorldEvent): void {
  switch (event.kind) {
    case "notificationQueued":
    case "notificationAttempted":
      return applyToOutbox(state.outbox, event, profileOf(state.book.network).notificationGapsMs);
    case "faultSwitchedOn":
    case "faultSwitchedOff":
    case "faultUsed":
      return applyToSwitches(state.switches, event);
    case "faultPlanted":
    case "faultHealed":
      return applyToPlants(state.plants, event);
    case "answerOrdered":
    case "answerUsed":
    case "answerWithdrawn":
      return applyToAnswers(state.answers, event);
    case "requestHeld":
      return void state.held.set(event.held.id, wholeHeld(event.held));
    case "requestReleased":
      return void state.held.delete(event.id);
    case "walletOpened":
    case "walletChanged":
    case "merchantRegistered":
    case "merchantChanged":
    case "codeIssued":
    case "codeSpent":
    case "payRefused":
    case "tradeCreated":
    case "tradeTaken":
    case "tradePaid":
    case "tradeClosed":
    case "tradeRefunded":
    case "refundMade":
    case "refundSettled":
    case "offerMade":
    case "offerTaken":
    case "tradeFinished":
      return apply(state.book, event);
    default:
      return unreachable(event);
  }
}
