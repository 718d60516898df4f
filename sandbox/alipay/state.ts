// Everything the simulated Alipay remembers, and the one list of events that changes it: what the journal holds.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { apply, emptyBook } from "../book/apply.ts";
import type { Book, BookEvent, PayRequest } from "../book/model.ts";
import {
  applyToPlants,
  applyToSwitches,
  type PlantEvent,
  type Plants,
  type SwitchEvent,
  type Switches,
} from "../faults/switches.ts";
import { applyToOutbox, emptyOutbox, type Outbox, type OutboxEvent } from "./outbox.ts";

/** A payment request held back on the wire: carried out after its order was cancelled, or at `dueAtMs`. */
export type HeldRequest = Readonly<{ id: string; request: PayRequest; dueAtMs: number }>;

export type WorldState = {
  book: Book;
  outbox: Outbox;
  switches: Switches;
  plants: Plants;
  held: Map<string, HeldRequest>;
};

export type HeldEvent =
  Readonly<{ kind: "requestHeld"; held: HeldRequest }> | Readonly<{ kind: "requestReleased"; id: string }>;

export type WorldEvent = BookEvent | OutboxEvent | SwitchEvent | PlantEvent | HeldEvent;

/** A world in which nothing has happened yet. */
export function emptyState(): WorldState {
  return {
    book: emptyBook(),
    outbox: emptyOutbox(),
    switches: new Map(),
    plants: new Map(),
    held: new Map(),
  };
}

/** Enters one event wherever it belongs. */
export function applyToState(state: WorldState, event: WorldEvent): void {
  switch (event.kind) {
    case "notificationQueued":
    case "notificationAttempted":
      return applyToOutbox(state.outbox, event);
    case "faultSwitchedOn":
    case "faultSwitchedOff":
    case "faultUsed":
      return applyToSwitches(state.switches, event);
    case "faultPlanted":
    case "faultHealed":
      return applyToPlants(state.plants, event);
    case "requestHeld":
      return void state.held.set(event.held.id, event.held);
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
    case "tradePaid":
    case "tradeClosed":
    case "tradeRefunded":
    case "tradeFinished":
      return apply(state.book, event);
    default:
      return unreachable(event);
  }
}
