// The world’s memory with its one writer: facts and what they call for are recorded first, then entered.
import type { Trade } from "../book/model.ts";
import { passTime } from "../book/trades.ts";
import { deliveryPlan, type Subject } from "../faults/switches.ts";
import { notificationOf, type News } from "./outbox.ts";
import { applyToState, emptyState, type WorldEvent, type WorldState } from "./state.ts";

export type StoreDeps = Readonly<{
  /** Makes the facts durable before they count; throws when it cannot. Absent in the simulation. */
  record?: (events: readonly WorldEvent[]) => void;
  /** What an earlier run left. */
  state?: WorldState;
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
  const state = deps.state ?? emptyState();
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
    found.push({ kind: "notificationQueued", notification: notificationOf(news, number, putOffMs) });
  };
  for (const event of events) {
    if (event.kind === "tradeCreated" && event.trade.notifyUrl !== "") {
      const { trade } = event;
      const { plan, used } = deliveryPlan(state.switches, subjectOf(trade), "created", now);
      const forged: News = {
        trade,
        status: "TRADE_SUCCESS",
        atMs: now.getTime(),
        refund: null,
        sender: "stranger",
      };
      if (plan.forgery === "also") queue(forged, 0);
      found.push(...used);
    }
    const news = wantedNews(state, events, event);
    if (news === null) continue;
    const { plan, used } = deliveryPlan(state.switches, subjectOf(news.trade), "queued", now);
    queue(news, plan.putOffMs);
    found.push(...used);
  }
  return found;
}

/** What the merchant asked to be told about this fact, or null. */
function wantedNews(state: WorldState, events: readonly WorldEvent[], event: WorldEvent): News | null {
  if (!("tradeNo" in event)) return null;
  const trade = tradeAmong(state, events, event.tradeNo);
  if (trade === undefined || trade.notifyUrl === "") return null;
  const found = newsIn(event, trade);
  if (found === null) return null;
  const wanted = state.book.merchants.get(trade.appId)?.notifyStates ?? [];
  return wanted.some((status) => status === found.status) ? { trade, sender: "alipay", ...found } : null;
}

type FoundNews = Pick<News, "status" | "atMs" | "refund">;

/** What a fact of the books brings about that may be notified. `trade` is still as it was before the fact. */
function newsIn(event: WorldEvent, trade: Trade): FoundNews | null {
  switch (event.kind) {
    case "tradePaid":
      return { status: "TRADE_SUCCESS", atMs: event.atMs, refund: null };
    case "refundMade": {
      const { requestNo, amountFen, atMs } = event.refund;
      const refundedFen = trade.refundedFen + amountFen;
      const status = refundedFen === trade.amountFen ? "TRADE_CLOSED" : "TRADE_SUCCESS";
      return { status, atMs, refund: { requestNo, refundedFen, atMs } };
    }
    case "tradeClosed":
    case "tradeRefunded":
      return { status: "TRADE_CLOSED", atMs: event.atMs, refund: null };
    case "tradeFinished":
      return { status: "TRADE_FINISHED", atMs: event.atMs, refund: null };
    default:
      return null;
  }
}

/** The trade may have been created by these very facts. */
function tradeAmong(state: WorldState, events: readonly WorldEvent[], tradeNo: string): Trade | undefined {
  for (const event of events) {
    if (event.kind === "tradeCreated" && event.trade.tradeNo === tradeNo) return event.trade;
  }
  return state.book.trades.get(tradeNo);
}

function subjectOf(trade: Trade): Subject {
  return { operation: null, appId: trade.appId, walletId: trade.walletId };
}
