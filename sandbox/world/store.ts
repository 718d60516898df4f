// The world’s memory with its one writer: facts and what they call for are recorded first, then entered.
import type { Trade } from "../book/model.ts";
import { passTime } from "../book/trades.ts";
import type { Network } from "../book/network.ts";
import { deliveryPlan, type Subject } from "../faults/switches.ts";
import { newsOf } from "./news.ts";
import { notificationOf, type News, type Sender } from "./outbox.ts";
import { applyToState, emptyState, type WorldEvent, type WorldState } from "./state.ts";

export type StoreDeps = Readonly<{
  /** Makes the facts durable before they count; throws when it cannot. Absent in the simulation. */
  record?: (events: readonly WorldEvent[]) => void;
  /** What an earlier run left. */
  state?: WorldState;
  /** Whose world this is where no earlier run left one. */
  network?: Network;
}>;

export type Store = Readonly<{
  state: WorldState;
  /** Records and enters facts at this moment, together with the notifications they call for. */
  commit(events: readonly WorldEvent[], now: Date): void;
  /** Enters what time alone has brought about: unpaid trades close at their expiry. */
  passTime(now: Date): void;
}>;

/** The store over a journal, or over nothing but memory. */
export function createStore(deps: StoreDeps): Store {
  const state = deps.state ?? emptyState(deps.network);
  const commit = (events: readonly WorldEvent[], now: Date): void => {
    if (events.length === 0) return;
    const whole = [...events, ...consequences(state, events, now)];
    deps.record?.(whole);
    for (const event of whole) applyToState(state, event);
  };
  return {
    state,
    commit,
    passTime: (now) => {
      for (const event of passTime(state.book, now)) commit([event], now);
    },
  };
}

/** The notifications and forgeries that facts call for before they are entered, so that one record holds both. */
function consequences(state: WorldState, events: readonly WorldEvent[], now: Date): WorldEvent[] {
  const found: WorldEvent[] = [];
  let number = state.outbox.sequence;
  const queue = (news: News, putOffMs: number): void => {
    number += 1;
    found.push({
      kind: "notificationQueued",
      notification: notificationOf(state.book.network, news, { number, putOffMs }),
    });
  };
  for (const event of events) {
    if (event.kind === "tradeCreated" && event.trade.notifyUrl !== "") {
      const { trade } = event;
      const { plan, used } = deliveryPlan(
        state.switches,
        subjectOf(state.book.network, trade),
        "created",
        now,
      );
      const { notifyUrl: url, mode } = trade;
      const as = (sender: Sender): News => {
        return { trade, url, mode, sender, status: "TRADE_SUCCESS", atMs: now.getTime(), refund: null };
      };
      if (plan.forgery === "also") queue(as("stranger"), 0);
      if (plan.probe === "also") queue(as("probe"), 0);
      found.push(...used);
    }
    const news = wantedNews(state, events, event);
    if (news === null) continue;
    const { plan, used } = deliveryPlan(
      state.switches,
      subjectOf(state.book.network, news.trade),
      "queued",
      now,
    );
    queue(news, plan.putOffMs);
    found.push(...used);
  }
  return found;
}

/** What the merchant is told about this fact, or null. */
function wantedNews(state: WorldState, events: readonly WorldEvent[], event: WorldEvent): News | null {
  if (!("tradeNo" in event)) return null;
  const trade = tradeAmong(state, events, event.tradeNo);
  if (trade === undefined) return null;
  const found = newsOf(state.book, event, trade);
  return found === null ? null : { trade, sender: state.book.network, ...found };
}

/** The trade may have been created by these very facts. */
function tradeAmong(state: WorldState, events: readonly WorldEvent[], tradeNo: string): Trade | undefined {
  for (const event of events) {
    if (event.kind === "tradeCreated" && event.trade.tradeNo === tradeNo) return event.trade;
  }
  return state.book.trades.get(tradeNo);
}

function subjectOf(network: Network, trade: Trade): Subject {
  return { operation: null, appId: trade.appId, walletId: trade.walletId, network };
}
