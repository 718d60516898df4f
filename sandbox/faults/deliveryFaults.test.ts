// Notifications and each switch that disturbs them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { genuineNotification, testWorld, type TestWorld } from "../alipay/fixtures.ts";
import { profileOf } from "../book/profile.ts";

/** Delivers whatever is due and collects what arrives. */
async function arrivals(made: TestWorld, answer: string | null = "success"): Promise<URLSearchParams[]> {
  const arrived: URLSearchParams[] = [];
  const post = async (_url: string, body: string): Promise<string | null> => {
    arrived.push(new URLSearchParams(body));
    return answer;
  };
  while ((await made.world.deliverNext(post)) !== null);
  return arrived;
}

test("a payment is notified at once, genuinely, to the address in the request, and once is enough", async () => {
  const made = testWorld();
  await made.pay("a1");
  const [notification] = made.world.pendingNotifications();
  assert.equal(notification?.url, "http://merchant.test/callback");
  const [form, ...more] = await arrivals(made);
  assert.ok(form !== undefined && (await genuineNotification(form)));
  assert.deepEqual(
    ["out_trade_no", "trade_status", "total_amount", "app_id", "seller_id"].map((name) => form.get(name)),
    ["a1", "TRADE_SUCCESS", "12.50", made.merchant.appId, made.merchant.sellerId],
  );
  assert.deepEqual(more, []);
  made.advance(30 * 3_600);
  assert.deepEqual(await arrivals(made), []);
});

test("nothing is notified where the request named no address, nor for states the merchant did not order", async () => {
  const made = testWorld();
  await made.pay("a1", {}, { notify_url: "" });
  assert.deepEqual(made.world.pendingNotifications(), []);
  await made.pay("a2");
  await made.cancel("a2");
  assert.deepEqual(
    made.world.pendingNotifications().map(({ status }) => status),
    ["TRADE_SUCCESS"],
  );
});

for (const answer of ["fail", "success ", "SUCCESS", null]) {
  test(`an answer of ${JSON.stringify(answer)} brings the notification back, eight times in 25 hours, under one id`, async () => {
    const made = testWorld();
    await made.pay("a1");
    const ids = new Set<string | null>();
    for (const gapMs of profileOf("alipay").notificationGapsMs) {
      made.advance(gapMs / 1_000 - 1);
      if (gapMs > 0) assert.deepEqual(await arrivals(made, answer), [], "not before its time");
      made.advance(1);
      const [form, ...more] = await arrivals(made, answer);
      ids.add(form?.get("notify_id") ?? null);
      assert.deepEqual(more, []);
    }
    assert.equal(ids.size, 1);
    assert.deepEqual(made.world.pendingNotifications(), []);
    assert.equal(made.world.state.outbox.finished.at(-1)?.notification.attempts, 8);
  });
}

test("C-X-03: a lost notification is repeated after four minutes", async () => {
  const made = testWorld();
  made.fault("C-X-03", { remaining: 1 });
  await made.pay("a1");
  assert.deepEqual(await arrivals(made), []);
  made.advance(240);
  assert.equal((await arrivals(made)).length, 1);
});

test("notification-doubled: the same notification arrives twice", async () => {
  const made = testWorld();
  made.fault("notification-doubled", { remaining: 1 });
  await made.pay("a1");
  const [first, second, ...more] = await arrivals(made);
  assert.equal(first?.toString(), second?.toString());
  assert.deepEqual(more, []);
});

test("notification-late: the first one waits a minute, or as long as told", async () => {
  const made = testWorld();
  made.fault("notification-late", { remaining: 1 });
  await made.pay("a1");
  made.advance(59);
  assert.deepEqual(await arrivals(made), []);
  made.advance(1);
  assert.equal((await arrivals(made)).length, 1);
});

test("notification-forged: a stranger reports unpaid and paid trades as paid, with a signature that does not hold", async () => {
  const made = testWorld();
  made.world.changeWallet(made.wallet.id, { passwordAboveFen: 0n });
  made.fault("notification-forged", { remaining: 1 });
  await made.pay("a1");
  const [forged, ...more] = await arrivals(made, "fail");
  assert.deepEqual([forged?.get("out_trade_no"), forged?.get("trade_status")], ["a1", "TRADE_SUCCESS"]);
  assert.equal(await genuineNotification(forged ?? new URLSearchParams()), false);
  assert.deepEqual(more, []);
  assert.equal((await made.query("a1")).node["trade_status"], "WAIT_BUYER_PAY");
  made.advance(3_000);
  assert.deepEqual(await arrivals(made), [], "a forger does not come back");
});

test("notification-wrong-amount: rightly signed, one fen too much; the books keep the right amount", async () => {
  const made = testWorld();
  made.fault("notification-wrong-amount", { remaining: 1 });
  await made.pay("a1");
  const [form] = await arrivals(made, "fail");
  assert.equal(form?.get("total_amount"), "12.51");
  assert.ok(form !== undefined && (await genuineNotification(form)));
  assert.equal((await made.query("a1")).node["total_amount"], "12.50");
  made.advance(240);
  assert.equal((await arrivals(made))[0]?.get("total_amount"), "12.50");
});
