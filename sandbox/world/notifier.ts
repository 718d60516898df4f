// Delivers what waits in the outbox of a world, one attempt at a time. What is posted, and which answer counts, is each
// network’s own: its courier says so.
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { Network } from "../book/network.ts";
import { deliveryPlan } from "../faults/switches.ts";
import type { AttemptResult, Notification, Outbox } from "./outbox.ts";
import type { Store } from "./store.ts";

/** How one network speaks to the addresses of its merchants. */
export type Courier<Posted, Answer> = Readonly<{
  network: Network;
  /** The notification as it is posted now; `amountErrorFen` is added to the amount that it tells. */
  posting(notification: Notification, amountErrorFen: bigint): Promise<Posted>;
  /** Whether this answer says that the merchant has it. */
  taken(notification: Notification, answer: Answer): boolean;
}>;

/** Posts once; what answered, or null when nothing did. Rejects when the attempt shall not count. */
export type Post<Posted, Answer> = (posted: Posted) => Promise<Answer | null>;

export type Notifier<Posted, Answer> = Readonly<{
  /** Makes the next attempt at one notification, whether it is due or not. */
  deliver(notifyId: string, post: Post<Posted, Answer>): Promise<AttemptResult>;
  /** Makes one attempt at the earliest notification that is due; null when none is. */
  deliverNext(post: Post<Posted, Answer>): Promise<AttemptResult | null>;
}>;

export type OutboxDeps = Readonly<{ store: Store; now: () => Date }>;

/** The notifier over a world’s outbox. Only one attempt at a notification is ever under way. */
export function createNotifier<Posted, Answer>(
  { store, now }: OutboxDeps,
  courier: Courier<Posted, Answer>,
): Notifier<Posted, Answer> {
  const underWay = new Set<string>();
  const lookout = createLookout(store.state.outbox, underWay);
  const deliver = async (notifyId: string, post: Post<Posted, Answer>): Promise<AttemptResult> => {
    const notification = store.state.outbox.pending.get(notifyId);
    assert(notification !== undefined, `no notification ${notifyId} waits`);
    assert(!underWay.has(notifyId), `notification ${notifyId} is under way already`);
    underWay.add(notifyId);
    try {
      const result = await attempt({ store, now }, courier, notification, post);
      const at = now();
      store.commit([{ kind: "notificationAttempted", notifyId, atMs: at.getTime(), result }], at);
      return result;
    } finally {
      underWay.delete(notifyId);
      lookout.attempted(notifyId);
    }
  };
  return {
    deliver,
    deliverNext: async (post) => {
      const due = lookout.takeDue(now().getTime());
      return due === null ? null : deliver(due.notifyId, post);
    },
  };
}

type Lookout = Readonly<{
  /** Takes the earliest notification that is due, as of the last look through all of them; null when none is. */
  takeDue(nowMs: number): Notification | null;
  /** Told of each attempt that ended, whatever came of it. */
  attempted(notifyId: string): void;
}>;

/**
 * Knows what is due. All that wait are looked through only once those found before are used up, and only where one has
 * come or become due since: thousands may wait for a merchant that was away.
 */
function createLookout(outbox: Outbox, underWay: ReadonlySet<string>): Lookout {
  /** The next one last; of those due at the same moment, the one that came first. */
  let found: Notification[] = [];
  let sequenceSeen = -1;
  let nothingBeforeMs = -Infinity;
  const look = (nowMs: number): void => {
    found = [];
    nothingBeforeMs = Infinity;
    for (const waiting of outbox.pending.values()) {
      if (waiting.dueAtMs <= nowMs) found.push(waiting);
      else nothingBeforeMs = Math.min(nothingBeforeMs, waiting.dueAtMs);
    }
    found.sort((left, right) => left.dueAtMs - right.dueAtMs).reverse();
    sequenceSeen = outbox.sequence;
  };
  return {
    takeDue: (nowMs) => {
      for (;;) {
        const next = found.at(-1);
        if (next !== undefined && next.dueAtMs <= nowMs) {
          found.pop();
          // What was tried out of turn meanwhile is another one now, or gone.
          if (outbox.pending.get(next.notifyId) === next && !underWay.has(next.notifyId)) return next;
        } else if (sequenceSeen !== outbox.sequence || nowMs >= nothingBeforeMs) look(nowMs);
        else return null;
      }
    },
    attempted: (notifyId) => {
      // It waits on, or its attempt was broken off and does not count.
      nothingBeforeMs = Math.min(nothingBeforeMs, outbox.pending.get(notifyId)?.dueAtMs ?? Infinity);
    },
  };
}

async function attempt<Posted, Answer>(
  deps: OutboxDeps,
  courier: Courier<Posted, Answer>,
  notification: Notification,
  post: Post<Posted, Answer>,
): Promise<AttemptResult> {
  const { copies, amountErrorFen } = shape(deps, courier.network, notification);
  if (copies === 0) return "lost";
  const posted = await courier.posting(notification, amountErrorFen);
  let answer: Answer | null = null;
  for (let copy = 0; copy < copies; copy += 1) answer = await post(posted);
  if (answer === null) return "unreachable";
  return courier.taken(notification, answer) ? "success" : "refused";
}

/** Faults act on what the network sends, not on what strangers send; using one is recorded before the post goes out. */
function shape(
  { store, now }: OutboxDeps,
  network: Network,
  { sender, appId, tradeNo }: Notification,
): Readonly<{ copies: number; amountErrorFen: bigint }> {
  if (sender !== network) return { copies: 1, amountErrorFen: 0n };
  const walletId = store.state.book.trades.get(tradeNo)?.walletId ?? null;
  const at = now();
  const subject = { operation: null, appId, walletId, network };
  const { plan, used } = deliveryPlan(store.state.switches, subject, "attempted", at);
  store.commit(used, at);
  return plan;
}
