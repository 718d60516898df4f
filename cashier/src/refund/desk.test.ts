import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { Platform, Reply } from "../device/platform.ts";
import { paymentIn, refundIn } from "../fixtures.ts";
import { arrivalAgeMsMax } from "../flow.ts";
import { createRefundDesk, type RefundDesk } from "./desk.ts";
import type { RefundAttempt, RefundEvent } from "./model.ts";

type World = {
  desk: RefundDesk;
  log: string[];
  shelf: Map<string, RefundAttempt>;
  nowMs: number;
  found: Refund | null;
};

const payment = paymentIn("succeeded");
const lost: Reply<Refund> = { kind: "unreachable", trouble: "network" };
const answered = (refund: Refund): Reply<Refund> => ({ kind: "answered", value: refund });

/** A refund desk over a simulated platform and shelf; `log` shows the order in which they were used. */
function worldOf(
  replies: ReadonlyArray<Reply<Refund>>,
  shelf = new Map<string, RefundAttempt>(),
  shelfFails: "shelfFails" | "shelfWorks" = "shelfWorks",
): World {
  const left = [...replies];
  const world: Omit<World, "desk"> = { log: [], shelf, nowMs: 1_000, found: null };
  const { log } = world;
  const platform: Partial<Platform> = {
    createRefund: async ({ key }, { managerCode, reason }) => {
      log.push(`send ${key} ${managerCode} ${reason}`);
      return left.shift() ?? lost;
    },
    findRefund: async (number) => {
      log.push(`find ${number}`);
      return { kind: "answered", value: world.found };
    },
  };
  const desk = createRefundDesk({
    platform: platform as Platform,
    shelf: {
      put: async (attempt) => {
        if (shelfFails === "shelfFails") throw new Error("quota exceeded");
        log.push(`keep ${attempt.key}`);
        shelf.set(attempt.key, attempt);
      },
      remove: async (key) => {
        log.push(`forget ${key}`);
        shelf.delete(key);
      },
      all: async () => [...shelf.values()],
    },
    changed: () => log.push("changed"),
    cancelling: (kind) => log.push(kind),
    nowMs: () => world.nowMs,
    reasonText: (reason) => reason,
    storageRefusal: () => ({ title: "cannot keep", detail: "free some storage" }),
  });
  return Object.assign(world, { desk });
}

/** Opens, asks for ¥5.00 back, and types the code. `key` is the idempotency key. */
function ask({ desk }: World, of: Payment = payment, key = "key-1"): void {
  desk.open(of, "refund");
  const digits = (text: string): RefundEvent[] =>
    [...text].map((each) => ({ kind: "key", key: each }) as RefundEvent);
  for (const event of [...digits("5"), { kind: "submit" } as const, ...digits("246810")])
    desk.dispatch(event);
  // A double tap: the second wish has a key of its own, and must change nothing.
  desk.dispatch({ kind: "send", key, merchantRefundNo: "R1" });
  desk.dispatch({ kind: "send", key: "key-2", merchantRefundNo: "R2" });
}

function reached({ state }: RefundDesk, stage: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (state.get().stage === stage) resolve();
    };
    state.subscribe(look);
    look();
  });
}

test("a double tap keeps one wish, sends it once, and forgets it when the platform has it", async () => {
  const world = worldOf([answered(refundIn("succeeded"))]);
  ask(world);
  await reached(world.desk, "settled");
  await Promise.resolve();
  assert.deepEqual(world.log.slice(0, 2), ["keep key-1", "send key-1 246810 returned"]);
  assert.ok(!world.log.some((line) => line.includes("key-2")));
});

test("a lost answer is asked for with the same key", async () => {
  const world = worldOf([lost, answered(refundIn("succeeded"))]);
  ask(world);
  await reached(world.desk, "settled");
  const sends = world.log.filter((line) => line.startsWith("send"));
  assert.deepEqual(sends, ["send key-1 246810 returned", "send key-1 246810 returned"]);
});

test("closed while unclear, the same payment opens the unclear refund again and sends nothing", async () => {
  const world = worldOf([]);
  ask(world);
  world.desk.dispatch({ kind: "close" });
  await reached(world.desk, "closed");
  world.desk.open(payment, "refund");
  assert.equal(world.desk.state.get().stage, "sending");
  world.found = refundIn("succeeded");
  await reached(world.desk, "settled");
  assert.ok(world.log.filter((line) => line.startsWith("send")).length <= 1);
});

test("after a reload it is asked after in the background until it is known, and never sent", async () => {
  const before = worldOf([]);
  ask(before);
  await reached(before.desk, "sending");
  const kept = [...before.shelf.values()];
  assert.equal(kept.length, 1);
  assert.ok(!JSON.stringify(kept, (_, value) => String(value)).includes("246810"));
  const world = worldOf([], before.shelf);
  before.desk.dispatch({ kind: "close" });
  await world.desk.restore();
  assert.equal(world.desk.aside.get().length, 1);
  await world.desk.askAside();
  assert.equal(world.desk.aside.get().length, 1);
  world.nowMs += arrivalAgeMsMax;
  await world.desk.askAside();
  assert.deepEqual([world.desk.aside.get().length, world.shelf.size], [0, 0]);
  assert.deepEqual(world.log, ["find R1", "find R1", "forget key-1", "changed"]);
});

test("what cannot be kept is not sent", async () => {
  const world = worldOf([], new Map(), "shelfFails");
  ask(world);
  await reached(world.desk, "settled");
  const state = world.desk.state.get();
  assert.ok(state.stage === "settled" && state.outcome.kind === "refused");
  assert.ok(!world.log.some((line) => line.startsWith("send")));
});
