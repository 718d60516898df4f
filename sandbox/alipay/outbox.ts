// Notifications waiting to be delivered, and Alipay’s timetable for repeating them. Pure: the posting happens in notifier.ts.
import { assert } from "@huiyin/server/kernel/assert.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { Trade, TradeStatus } from "../book/model.ts";

/** Waits before each attempt, in milliseconds: at once, then 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h. Eight attempts in about 25 h. */
export const notificationGapsMs: readonly number[] = [0, 4, 10, 10, 60, 120, 360, 900].map(
  (minutes) => minutes * 60_000,
);

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
  /** Who sends: Alipay, or a stranger who forges. */
  sender: "alipay" | "stranger";
  queuedAtMs: number;
  dueAtMs: number;
  attempts: number;
}>;

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

/** Enters one event of the outbox. */
export function applyToOutbox(outbox: Outbox, event: OutboxEvent): void {
  if (event.kind === "notificationQueued") {
    outbox.sequence += 1;
    outbox.pending.set(event.notification.notifyId, wholeNotification(event.notification));
    return;
  }
  const found = outbox.pending.get(event.notifyId);
  assert(found !== undefined, `no notification ${event.notifyId} waits`);
  const attempts = found.attempts + 1;
  const gapMs = notificationGapsMs[attempts];
  // A forger tries once; Alipay gives up after its last attempt.
  if (event.result !== "success" && gapMs !== undefined && found.sender === "alipay") {
    outbox.pending.set(event.notifyId, { ...found, attempts, dueAtMs: event.atMs + gapMs });
    return;
  }
  outbox.pending.delete(event.notifyId);
  outbox.finished.push({ notification: { ...found, attempts }, atMs: event.atMs, result: event.result });
  if (outbox.finished.length > finishedMax) outbox.finished.shift();
}

/** A notification as earlier versions recorded it, with what has been added since. */
export function wholeNotification(notification: Notification): Notification {
  return { ...notification, refund: notification.refund ?? null };
}

export type News = Readonly<{
  trade: Trade;
  status: TradeStatus;
  atMs: number;
  refund: NotifiedRefund | null;
  sender: Notification["sender"];
}>;

/** One notification, numbered in Alipay’s shape and due so many milliseconds after its moment. */
export function notificationOf(news: News, number: number, putOffMs: number): Notification {
  const digits = beijingTime(new Date(news.atMs)).replaceAll(/\D/g, "");
  return {
    notifyId: `${digits.slice(0, 8)}00222${digits.slice(8)}${String(number).padStart(15, "0")}`,
    url: news.trade.notifyUrl,
    appId: news.trade.appId,
    tradeNo: news.trade.tradeNo,
    status: news.status,
    refund: news.refund,
    sender: news.sender,
    queuedAtMs: news.atMs,
    dueAtMs: news.atMs + putOffMs,
    attempts: 0,
  };
}

/** Pending notifications, the earliest due first. */
export function pendingInOrder(outbox: Outbox): Notification[] {
  return [...outbox.pending.values()].toSorted((left, right) => left.dueAtMs - right.dueAtMs);
}
