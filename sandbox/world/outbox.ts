// Notifications waiting to be delivered, and when they are repeated. Pure: the posting happens in each network’s notifier.
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { SigningMode, Trade, TradeStatus } from "../book/model.ts";
import type { Network } from "../book/network.ts";
import { profileOf } from "../book/profile.ts";

export type Notification = Readonly<{
  /** The same for every repetition. */
  notifyId: string;
  url: string;
  appId: string;
  tradeNo: string;
  /** The state that is notified, as it was when the notification arose. */
  status: TradeStatus;
  /** The refund that brought the news about, with everything given back until then; null where none did. */
  refund: NotifiedRefund | null;
  /** How the request was signed that it answers to: its form and its keys follow from it. */
  mode: SigningMode;
  /** Who sends: the network, a stranger who forges, or the network with a signature that must be refused. */
  sender: Sender;
  queuedAtMs: number;
  dueAtMs: number;
  attempts: number;
}>;

export type Sender = Network | "stranger" | "probe";

export type NotifiedRefund = Readonly<{ requestNo: string; refundedFen: bigint; atMs: number }>;

export type AttemptResult = "success" | "refused" | "unreachable" | "lost";

export type Finished = Readonly<{ notification: Notification; atMs: number; result: AttemptResult }>;

export type Outbox = {
  pending: Map<string, Notification>;
  /** The newest notifications that ended, oldest first. */
  finished: Finished[];
  sequence: number;
};

export type OutboxEvent =
  | Readonly<{ kind: "notificationQueued"; notification: Notification }>
  | Readonly<{ kind: "notificationAttempted"; notifyId: string; atMs: number; result: AttemptResult }>;

const finishedMax = 1_000;

/** An outbox in which nothing waits. */
export function emptyOutbox(): Outbox {
  return { pending: new Map(), finished: [], sequence: 0 };
}

/** Enters one event of the outbox; `gapsMs` are the network’s waits before each attempt. */
export function applyToOutbox(outbox: Outbox, event: OutboxEvent, gapsMs: readonly number[]): void {
  if (event.kind === "notificationQueued") {
    outbox.sequence += 1;
    outbox.pending.set(event.notification.notifyId, wholeNotification(event.notification));
    return;
  }
  const found = outbox.pending.get(event.notifyId);
  assert(found !== undefined, `no notification ${event.notifyId} waits`);
  const attempts = found.attempts + 1;
  const gapMs = gapsMs[attempts];
  const once = found.sender === "stranger" || found.sender === "probe";
  // A forger tries once; the network gives up after its last attempt.
  if (event.result !== "success" && gapMs !== undefined && !once) {
    outbox.pending.set(event.notifyId, { ...found, attempts, dueAtMs: event.atMs + gapMs });
    return;
  }
  outbox.pending.delete(event.notifyId);
  outbox.finished.push({ notification: { ...found, attempts }, atMs: event.atMs, result: event.result });
  if (outbox.finished.length > finishedMax) outbox.finished.shift();
}

/** A notification as earlier versions recorded it, with what has been added since. */
export function wholeNotification(notification: Notification): Notification {
  const { refund = null, mode = "key" } = notification;
  return { ...notification, refund, mode };
}

export type News = Readonly<{
  trade: Trade;
  status: TradeStatus;
  atMs: number;
  refund: NotifiedRefund | null;
  sender: Sender;
  /** Of the trade or, where its refund says so, of that. */
  url: string;
  mode: SigningMode;
}>;

/** One notification, numbered in the network’s shape and due so many milliseconds after its moment. */
export function notificationOf(
  network: Network,
  news: News,
  place: Readonly<{ number: number; putOffMs: number }>,
): Notification {
  return {
    notifyId: profileOf(network).notificationId(news.atMs, place.number),
    url: news.url,
    mode: news.mode,
    appId: news.trade.appId,
    tradeNo: news.trade.tradeNo,
    status: news.status,
    refund: news.refund,
    sender: news.sender,
    queuedAtMs: news.atMs,
    dueAtMs: news.atMs + place.putOffMs,
    attempts: 0,
  };
}

/** Pending notifications, the earliest due first. */
export function pendingInOrder(outbox: Outbox): Notification[] {
  return [...outbox.pending.values()].toSorted((left, right) => left.dueAtMs - right.dueAtMs);
}
