import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { asideAgeMsMax, createCheckout, type Checkout } from "./checkout.ts";
import type { Platform, Reply } from "./device/platform.ts";
import type { Shelved } from "./device/shelf.ts";
import type { Attempt, FlowEvent } from "./flowModel.ts";
import { sendAgeMsMax } from "./resend.ts";

type World = {
  checkout: Checkout;
  log: string[];
  shelf: Map<string, Shelved>;
  nowMs: number;
  /** What the platform finds under our own number. */
  found: Reply<Payment | null>;
};

const paid = { id: "pay_1", state: "succeeded", amount: 100, review: null } as Payment;
const open = { ...paid, state: "processing" } as Payment;
const lost: Reply<Payment> = { kind: "unreachable", trouble: "network" };
const kept: Attempt = {
  key: "key-0",
  merchantOrderNo: "C0",
  amountFen: 100n,
  shown: null,
  credit: null,
  payerCode: "28",
  startedAtMs: 500,
};
const scan: FlowEvent = { kind: "scan", code: "281111111111111111", key: "key-1", merchantOrderNo: "C1" };

/** A checkout over a simulated platform and shelf; `log` shows the order in which they were used. */
function worldOf(
  replies: readonly Reply<Payment>[],
  shelfFails: "shelfFails" | "shelfWorks" = "shelfWorks",
): World {
  const log: string[] = [];
  const shelf = new Map<string, Shelved>();
  const left = [...replies];
  const world: Omit<World, "checkout"> = { log, shelf, nowMs: 1_000, found: lost };
  const platform: Partial<Platform> = {
    createPayment: async (attempt) => {
      log.push(`send ${attempt.key}`);
      return left.shift() ?? lost;
    },
    findPayment: async (number) => {
      log.push(`find ${number}`);
      return world.found;
    },
    payment: async (id) => {
      log.push(`look ${id}`);
      return left.shift() ?? lost;
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
    nowMs: () => world.nowMs,
    storageRefusal: () => ({ title: "cannot keep", detail: "free some storage" }),
  });
  return Object.assign(world, { checkout });
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
  world.shelf.set("key-0", { attempt: kept, place: "inFlight" });
  await world.checkout.restore();
  await reached(world.checkout, "paid");
  assert.equal(world.log[0], "send key-0");
});

test("what had been set aside comes back as set aside, not as a payment in flight, and without the payer's code", async () => {
  const world = worldOf([]);
  world.shelf.set("key-0", { attempt: kept, place: "aside" });
  await world.checkout.restore();
  assert.equal(world.checkout.state.get().screen, "entering");
  const attempt = { ...kept, payerCode: null };
  assert.deepEqual(world.checkout.aside.get(), [attempt]);
  assert.deepEqual(world.shelf.get("key-0"), { attempt, place: "aside" });
});

test("an attempt too old to be sent loses the payer's code on the device, and is asked after", async () => {
  const world = worldOf([]);
  world.shelf.set("key-0", { attempt: kept, place: "inFlight" });
  world.nowMs = kept.startedAtMs + sendAgeMsMax + 1;
  world.found = { kind: "answered", value: paid };
  await world.checkout.restore();
  await reached(world.checkout, "paid");
  await new Promise(setImmediate);
  assert.deepEqual(world.log, ["keep key-0 inFlight", "find C0", "forget key-0", "settled"]);
});

test("once the platform has the payment, the payer's code is not on the device any more", async () => {
  const world = worldOf([
    { kind: "answered", value: open },
    { kind: "answered", value: paid },
  ]);
  const codes: (string | null | undefined)[] = [];
  world.checkout.state.subscribe(() => codes.push(world.shelf.get("key-1")?.attempt.payerCode));
  chargeOne(world);
  await reached(world.checkout, "paid");
  assert.ok(codes.includes("281111111111111111"));
  assert.equal(codes.at(-1), null);
  assert.equal(world.log.filter((line) => line.startsWith("keep")).length, 2);
});

// what is found of an attempt that was set aside, its age -> where it is afterwards, what was done
const aside: ReadonlyArray<readonly [string, Reply<Payment | null>, number, "aside" | "check" | undefined]> =
  [
    ["the platform is not reached", lost, asideAgeMsMax - 1, "aside"],
    ["the platform is not reached for too long", lost, asideAgeMsMax, "check"],
    ["it is not found", { kind: "answered", value: null }, asideAgeMsMax - 1, "aside"],
    ["it is not found for too long", { kind: "answered", value: null }, asideAgeMsMax, "check"],
    ["it is open for too long", { kind: "answered", value: open }, asideAgeMsMax, "check"],
    ["it is paid, however old", { kind: "answered", value: paid }, asideAgeMsMax, undefined],
  ];

for (const [name, found, ageMs, place] of aside)
  test(`set aside, and ${name}: ${place ?? "known, so forgotten"}`, async () => {
    const world = worldOf([]);
    world.shelf.set("key-0", { attempt: kept, place: "aside" });
    await world.checkout.restore();
    world.nowMs = kept.startedAtMs + ageMs;
    world.found = found;
    await world.checkout.askAside();
    assert.equal(world.shelf.get("key-0")?.place, place);
    assert.equal(world.checkout.aside.get().length, place === "aside" ? 1 : 0);
    assert.equal(world.log.includes("settled"), place !== "aside");
    assert.equal(world.checkout.state.get().screen, "entering", "nothing is called unpaid");
  });
