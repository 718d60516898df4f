// The people’s side of every network: payers with their phones, merchants with their accounts, over one store.
import { success, type Result } from "@huiyin/server/kernel/result.ts";
import { scanOffer } from "../book/offers.ts";
import {
  approve,
  changeMerchant,
  changeWallet,
  issueCode,
  openWallet,
  registerMerchant,
  type Facts,
} from "../book/people.ts";
import { drawPayerCode } from "../book/profile.ts";
import { createFaultPanel } from "../faults/panel.ts";
import { booksProblems } from "../book/accounts.ts";
import type { World } from "./model.ts";
import { pendingInOrder } from "./outbox.ts";
import type { WorldState } from "./state.ts";
import type { Store } from "./store.ts";

export type PeopleDeps = Readonly<{
  store: Store;
  now: () => Date;
  /** A number in [0, 1): draws payer codes. */
  random: () => number;
}>;

/** Everything of a world but its wire and `passTime`. */
export function createPeople({ store, now, random }: PeopleDeps): Omit<World, "passTime"> {
  const { book } = store.state;
  const enter = <T>(facts: Facts<T>): Result<T> => {
    if (!facts.ok) return facts;
    store.commit(facts.value.events, now());
    return success(facts.value.value);
  };
  return {
    state: store.state,
    book,
    openWallet: (wanted) => enter(openWallet(book, wanted, now())),
    changeWallet: (walletId, changes) => enter(changeWallet(book, walletId, changes)),
    showCode: (walletId) => enter(issueCode(book, walletId, drawPayerCode(book, random), now())),
    approve: (approval) => enter(approve(book, approval, now())),
    scan: (scan) => enter(scanOffer(book, scan, now())),
    registerMerchant: (wanted) => enter(registerMerchant(book, wanted, now())),
    changeMerchant: (appId, changes) => enter(changeMerchant(book, appId, changes)),
    faults: createFaultPanel({ store, now }),
    pendingNotifications: () => pendingInOrder(store.state.outbox),
    nextWake: () => nextWake(store.state),
    problems: () => booksProblems(book),
  };
}

function nextWake(state: WorldState): Date | null {
  const moments: number[] = [];
  for (const { dueAtMs } of state.outbox.pending.values()) moments.push(dueAtMs);
  for (const { dueAtMs } of state.held.values()) moments.push(dueAtMs);
  for (const tradeNo of state.book.waiting)
    moments.push(state.book.trades.get(tradeNo)?.expiresAtMs ?? Infinity);
  for (const tradeNo of state.book.refunding) {
    for (const { state: stands, doneAtMs } of state.book.trades.get(tradeNo)?.refunds ?? [])
      if (stands === "processing") moments.push(doneAtMs);
  }
  return moments.length === 0 ? null : new Date(moments.reduce((least, moment) => Math.min(least, moment)));
}
