import assert from "node:assert/strict";
import { test } from "node:test";
import { createNotifier, type Notifier } from "./notifier.ts";
import type { Notification } from "./outbox.ts";
import { emptyState } from "./state.ts";
import { createStore } from "./store.ts";

/** Counts what is looked at. */
class CountingMap extends Map<string, Notification> {
  seen = 0;

  override *values(): ReturnType<Map<string, Notification>["values"]> {
    for (const value of super.values()) {
      this.seen += 1;
      yield value;
    }
  }
}

const startMs = Date.UTC(2026, 0, 5, 2);

type Desk = Readonly<{
  notifier: Notifier<string, string>;
  pending: CountingMap;
  clock: { nowMs: number };
  queue(notifyId: string, dueAtMs: number): void;
}>;

function desk(): Desk {
  const pending = new CountingMap();
  const state = { ...emptyState(), outbox: { pending, finished: [], sequence: 0 } };
  const clock = { nowMs: startMs };
  const store = createStore({ state });
  const notifier = createNotifier<string, string>(
    { store, now: () => new Date(clock.nowMs) },
    {
      network: "alipay",
      posting: ({ notifyId }) => Promise.resolve(notifyId),
      taken: (_notification, answer) => answer === "success",
    },
  );
  const queue = (notifyId: string, dueAtMs: number): void => {
    const notification: Notification = {
      ...{ notifyId, url: "http://127.0.0.1:9/", appId: "app", tradeNo: "trade", status: "TRADE_SUCCESS" },
      ...{ refund: null, mode: "key", sender: "alipay", queuedAtMs: dueAtMs, dueAtMs, attempts: 0 },
    };
    store.commit([{ kind: "notificationQueued", notification }], new Date(clock.nowMs));
  };
  return { notifier, pending, clock, queue };
}

async function deliverAll(notifier: Desk["notifier"], answer: string): Promise<string[]> {
  const posted: string[] = [];
  const post = (notifyId: string): Promise<string> => {
    posted.push(notifyId);
    return Promise.resolve(answer);
  };
  while ((await notifier.deliverNext(post)) !== null);
  return posted;
}

test("what is due is delivered, the earliest first, and what comes meanwhile after it", async () => {
  const { notifier, queue, clock } = desk();
  queue("later", startMs + 60_000);
  queue("second", startMs - 1);
  queue("second, queued after it", startMs - 1);
  queue("first", startMs - 2);
  const posted: string[] = [];
  const post = (notifyId: string): Promise<string> => {
    if (posted.push(notifyId) === 1) queue("third", startMs);
    return Promise.resolve("success");
  };
  while ((await notifier.deliverNext(post)) !== null);
  assert.deepEqual(posted, ["first", "second", "second, queued after it", "third"]);
  clock.nowMs += 60_000;
  assert.deepEqual(await deliverAll(notifier, "success"), ["later"]);
});

test("what was refused is due again after the network’s wait, also where nothing else came", async () => {
  const { notifier, queue, clock } = desk();
  queue("one", startMs);
  assert.deepEqual(await deliverAll(notifier, "no"), ["one"]);
  clock.nowMs += 1_000;
  assert.deepEqual(await deliverAll(notifier, "success"), []);
  clock.nowMs += 86_400_000;
  assert.deepEqual(await deliverAll(notifier, "success"), ["one"]);
  assert.deepEqual(await deliverAll(notifier, "success"), []);
});

test("an attempt that is broken off does not count: it is made again", async () => {
  const { notifier, queue } = desk();
  queue("one", startMs);
  await assert.rejects(
    notifier.deliverNext(() => Promise.reject(new Error("stopping"))),
    /stopping/,
  );
  assert.deepEqual(await deliverAll(notifier, "success"), ["one"]);
});

test("deliverers beside each other make one attempt at each, and one that was made out of turn is not made again", async () => {
  const { notifier, queue } = desk();
  for (let n = 0; n < 20; n += 1) queue(`n${n}`, startMs + n - 20);
  const posted: string[] = [];
  const post = async (notifyId: string): Promise<string> => {
    posted.push(notifyId);
    await new Promise((resolve) => setImmediate(resolve));
    return "success";
  };
  const first = notifier.deliverNext(post);
  const outOfTurn = notifier.deliver("n7", post);
  const all = async (): Promise<void> => {
    while ((await notifier.deliverNext(post)) !== null);
  };
  await Promise.all([first, outOfTurn, all(), all(), all()]);
  assert.equal(posted.length, 20);
  assert.equal(new Set(posted).size, 20);
});

test("a notification is looked at a few times, however many wait: those due, and those not due yet", async () => {
  const { notifier, queue, pending } = desk();
  const many = 500;
  for (let n = 0; n < many; n += 1) {
    queue(`due${n}`, startMs - n);
    queue(`waits${n}`, startMs + 3_600_000 + n);
  }
  await deliverAll(notifier, "success");
  for (let look = 0; look < many; look += 1) await deliverAll(notifier, "success");
  assert.ok(pending.seen <= 4 * many, `${pending.seen} looks at ${2 * many} notifications`);
});
