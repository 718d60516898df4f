import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArrivalMessage } from "@huiyin/contract/events/arrivals.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import type { ReceiptMessage } from "@huiyin/contract/events/receipts.ts";
import { createAnnouncer } from "./announcer.ts";
import { Journal } from "./journal.ts";
import { memoryStorage, type Storage } from "./storage.ts";

const now = new Date("2026-11-22T10:00:00.000Z");
const message: ArrivalMessage = {
  version: eventVersion,
  kind: "arrival",
  id: "arr_019a0000000070008000000000000001",
  paymentId: "pay_019a0000000070008000000000000001",
  sequence: 1,
  settledThrough: 0,
  ...{ amount: 100, currency: "CNY", wallet: "alipay" },
  paidAt: now.toISOString(),
  sentAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + 300_000).toISOString(),
  speech: { text: "支付宝收款，一元", clips: [] },
};

/** Flash memory whose power is cut in the middle of a write. */
function dyingStorage(): Storage {
  const { load } = memoryStorage();
  return {
    load,
    save: () => {
      throw new Error("no power");
    },
  };
}

function deviceOn(storage: Storage) {
  const said: ReceiptMessage["stage"][] = [];
  const power = new AbortController();
  const announcer = createAnnouncer({
    journal: new Journal(storage, now),
    speaker: { play: () => new Promise<void>(() => undefined) },
    now: () => now,
    // Nobody can hear it, so that nothing but the confirmation is told.
    silence: () => "muted",
    report: ({ stage }) => void said.push(stage),
    ask: () => undefined,
    signal: power.signal,
  });
  return { announcer, said };
}

test("an announcement is confirmed to the platform once the device has stored it, and not before", async () => {
  const { announcer, said } = deviceOn(dyingStorage());
  assert.throws(() => announcer.receive(message), /no power/);
  assert.deepEqual(said, []);
  const whole = deviceOn(memoryStorage());
  whole.announcer.receive(message);
  await whole.announcer.idle();
  assert.equal(whole.said[0], "delivered");
});
