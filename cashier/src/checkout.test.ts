import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { createCheckout, type Checkout } from "./checkout.ts";
import type { Platform, Reply } from "./device/platform.ts";
import type { Shelved } from "./device/shelf.ts";
import type { FlowEvent } from "./flowModel.ts";

type World = Readonly<{ checkout: Checkout; log: string[]; shelf: Map<string, Shelved> }>;

const paid = { id: "pay_1", state: "succeeded", amount: 100, review: null } as Payment;
const scan: FlowEvent = { kind: "scan", code: "281111111111111111", key: "key-1", merchantOrderNo: "C1" };

/** A checkout over a simulated platform and shelf; `log` shows the order in which they were used. */
function worldOf(
  replies: readonly Reply<Payment>[],
  shelfFails: "shelfFails" | "shelfWorks" = "shelfWorks",
): World {
  const log: string[] = [];
  const shelf = new Map<string, Shelved>();
  const left = [...replies];
  const platform: Partial<Platform> = {
    createPayment: async (attempt) => {
      log.push(`send ${attempt.key}`);
      return left.shift() ?? { kind: "unreachable", trouble: "network" };
    },
  };
  const checkout = createCheckout({
    platform: platform as Platform,
    shelf: {
      put: async (attempt, place) => {
        if (shelfFails === "shelfFails") throw new Error("quota exceeded");
        log.push(`keep ${attempt.key} ${place}`);
        shelf.set(attempt.key, { attempt, place });
      },
      remove: async (key) => {
        log.push(`forget ${key}`);
        shelf.delete(key);
      },
      all: async () => [...shelf.values()],
    },
    say: (phrase) => log.push(`say ${phrase}`),
    vibrate: () => undefined,
    settled: () => log.push("settled"),
    nowMs: () => 1_000,
    storageRefusal: () => ({ title: "cannot keep", detail: "free some storage" }),
  });
  return { checkout, log, shelf };
}

/** Resolves when the screen shows this result. */
function reached({ state }: Checkout, screen: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (state.get().screen === screen) resolve();
    };
    state.subscribe(look);
    look();
  });
}

function chargeOne({ checkout }: World): void {
  checkout.dispatch({ kind: "key", key: "1" });
  checkout.dispatch({ kind: "burst" });
  checkout.dispatch(scan);
}

test("the attempt is on the device before it is sent, and forgotten once its outcome is known", async () => {
  const world = worldOf([{ kind: "answered", value: paid }]);
  chargeOne(world);
  await reached(world.checkout, "paid");
  await new Promise(setImmediate);
  assert.deepEqual(world.log, ["keep key-1 inFlight", "send key-1", "forget key-1", "settled"]);
  assert.equal(world.shelf.size, 0);
});

test("what cannot be kept is never sent", async () => {
  const world = worldOf([{ kind: "answered", value: paid }], "shelfFails");
  chargeOne(world);
  await reached(world.checkout, "unpaid");
  await new Promise(setImmediate);
  assert.ok(!world.log.some((line) => line.startsWith("send")), world.log.join());
  const state = world.checkout.state.get();
  assert.equal(state.screen === "unpaid" && state.refusal?.title, "cannot keep");
});

test("a new life of the page takes up the attempt of the old one and sends it with the same key", async () => {
  const world = worldOf([{ kind: "answered", value: paid }]);
  const attempt = {
    key: "key-0",
    merchantOrderNo: "C0",
    amountFen: 100n,
    credit: null,
    payerCode: "28",
    startedAtMs: 500,
  };
  world.shelf.set("key-0", { attempt, place: "inFlight" });
  await world.checkout.restore();
  await reached(world.checkout, "paid");
  assert.equal(world.log[0], "send key-0");
});

test("what had been set aside comes back as set aside, not as a payment in flight", async () => {
  const world = worldOf([]);
  const attempt = {
    key: "key-0",
    merchantOrderNo: "C0",
    amountFen: 100n,
    credit: null,
    payerCode: "28",
    startedAtMs: 500,
  };
  world.shelf.set("key-0", { attempt, place: "aside" });
  await world.checkout.restore();
  assert.equal(world.checkout.state.get().screen, "entering");
  assert.deepEqual(world.checkout.aside.get(), [attempt]);
});
