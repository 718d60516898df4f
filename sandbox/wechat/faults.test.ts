// Every fault at the simulated WeChat Pay: what changes on the wire, what in the books, and that off again all is well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readNotice } from "@huiyin/server/channels/wechat/v3/notices.ts";
import { signatureProblem } from "@huiyin/server/channels/wechat/v3/signing.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { apiV3Key, callbackUrl, keys, testWorld, trusted, type TestWorld } from "./fixtures.ts";
import type { Posted } from "./notifier.ts";

/** What a payment by code shows on the wire, in one word. */
async function paying(made: TestWorld, outTradeNo: string): Promise<string> {
  const { outcome, status, body, genuine } = await made.micropay(outTradeNo);
  if (outcome.kind === "broken") return "broken";
  if (!genuine) return `${status} not genuine`;
  return body["err_code"] ?? body["result_code"] ?? "";
}

/** At the gateway: what the wire shows, and the fen that the books hold of the payment. */
const gatewayRows: ReadonlyArray<readonly [fault: string, wire: string, paidFen: bigint]> = [
  ["C-CHN-03", "SYSTEMERROR", 0n],
  ["fault-after-effect", "SYSTEMERROR", 1250n],
  ["bank-error", "BANKERROR", 0n],
  ["C-CHN-01", "SYSTEMERROR", 0n],
  ["C-PAY-01", "NOTENOUGH", 0n],
  ["payer-restricted", "RULELIMIT", 0n],
  ["C-X-01", "AUTHCODEEXPIRE", 0n],
  ["C-PAY-02", "TRADE_ERROR", 0n],
  ["C-ACC-02", "NOAUTH", 0n],
  ["reply-lost-before-effect", "broken", 0n],
  ["reply-lost-after-effect", "broken", 1250n],
  ["request-after-cancel", "broken", 0n],
  ["server-error", "502 not genuine", 1250n],
  ["wrong-signature", "200 not genuine", 1250n],
];

for (const [fault, wire, paidFen] of gatewayRows) {
  test(`${fault}: the wire shows “${wire}”, the books hold ${paidFen} fen, and off again all is well`, async () => {
    const made = testWorld();
    made.fault(fault);
    assert.equal(await paying(made, "first"), wire);
    const paid = made.tradeOf("first");
    assert.equal(paid === undefined || paid.paidAtMs === 0 ? 0n : paid.amountFen, paidFen);
    unwrap(made.world.faults.switchOff(fault, null));
    assert.equal(await paying(made, "second"), "SUCCESS");
    assert.deepEqual(made.world.problems(), []);
  });
}

test("a request held back is carried out after its order was reversed, and no sooner", async () => {
  const made = testWorld();
  made.fault("request-after-cancel", { remaining: 1 });
  await made.micropay("late");
  assert.equal(
    (await made.v2("/pay/orderquery", { out_trade_no: "late" })).body["err_code"],
    "ORDERNOTEXIST",
  );
  const reversed = await made.v2("/secapi/pay/reverse", { out_trade_no: "late" });
  assert.equal(reversed.body["err_code"], "ORDERNOTEXIST");
  assert.equal(made.tradeOf("late")?.status, "TRADE_SUCCESS");
});

test("slow answers come fifteen seconds late; the effect is there at once", async () => {
  const made = testWorld();
  made.fault("slow");
  const { outcome } = await made.micropay("slow");
  assert.equal(outcome.afterMs, 15_000);
  assert.equal(made.tradeOf("slow")?.status, "TRADE_SUCCESS");
});

test("a merchant’s balance short: by fault, and truly; nothing goes back, and the same number does once it is topped up", async () => {
  const made = testWorld();
  await made.micropay("paid");
  made.fault("C-ACC-03", { remaining: 1 });
  assert.deepEqual(errorOf(await made.refund("paid", "r", 1250)), [403, "NOT_ENOUGH"]);
  unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 0n }));
  assert.deepEqual(errorOf(await made.refund("paid", "r", 1250)), [403, "NOT_ENOUGH"]);
  assert.equal(made.tradeOf("paid")?.refundedFen, 0n);
  unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 5_000n }));
  assert.equal((await made.refund("paid", "r", 1250)).body.status, "PROCESSING");
  assert.deepEqual(made.world.problems(), []);
});

test("refund-stuck: the money leaves the merchant, reaches nobody, and query and notification say ABNORMAL", async () => {
  const made = testWorld();
  await made.micropay("paid");
  made.fault("refund-stuck", { remaining: 1 });
  assert.equal((await made.refund("paid", "stuck", 500)).body.status, "PROCESSING");
  made.advance(60);
  made.world.passTime();
  assert.equal((await made.v3("/v3/refund/domestic/refunds/stuck")).body.status, "ABNORMAL");
  const [told] = await made.posts();
  assert.equal(eventIn(told), "REFUND.ABNORMAL");
  await made.refund("paid", "arrives", 250);
  made.advance(60);
  assert.equal((await made.v3("/v3/refund/domestic/refunds/arrives")).body.status, "SUCCESS");
  assert.deepEqual(made.world.problems(), []);
});

test("key-rotation: answers and notifications come under the next certificate, both are listed, and the old one still serves who names it", async () => {
  const made = testWorld();
  const serialOf = async (headers = {}): Promise<string> => {
    const { outcome, genuine } = await made.v3("/v3/certificates", undefined, headers);
    assert.ok(outcome.kind === "answer" && genuine);
    return outcome.headers["wechatpay-serial"] ?? "";
  };
  assert.equal(await serialOf(), keys.current.serial);
  assert.equal((await made.v3("/v3/certificates")).body.data.length, 1);
  made.fault("key-rotation");
  assert.equal(await serialOf(), keys.next.serial);
  assert.equal(await serialOf({ "wechatpay-serial": keys.current.serial }), keys.current.serial);
  assert.equal(await serialOf({ "wechatpay-serial": keys.publicKey.serial }), keys.publicKey.serial);
  assert.equal((await made.v3("/v3/certificates")).body.data.length, 2);
  await made.paidNative("rotated");
  const [told] = await made.posts();
  assert.equal(told?.headers["wechatpay-serial"], keys.next.serial);
  assert.equal(await problemOf(made, told), null);
});

test("notifications: lost, doubled, late, with a wrong amount, forged, and as a probe that must be refused", async () => {
  const told = async (fault: string): Promise<readonly (readonly [string | null, number | null])[]> => {
    const made = testWorld();
    made.fault(fault);
    await made.paidNative("told");
    const posts = await made.posts();
    assert.deepEqual(made.world.problems(), []);
    const seen: Array<readonly [string | null, number | null]> = [];
    for (const each of posts) seen.push([await problemOf(made, each), amountIn(each)]);
    return seen;
  };
  assert.deepEqual(await told("C-X-03"), []);
  assert.deepEqual(await told("notification-doubled"), [
    [null, 1250],
    [null, 1250],
  ]);
  assert.deepEqual(await told("notification-late"), []);
  const [wrong] = await told("notification-wrong-amount");
  assert.equal(wrong?.[0], null);
  assert.notEqual(wrong?.[1], 1250);
  assert.deepEqual(await told("notification-forged"), [
    ["bad signature", null],
    [null, 1250],
  ]);
  assert.deepEqual(await told("notification-probe"), [
    ["signature probe", 1250],
    [null, 1250],
  ]);
});

test("a notification that is refused comes again on WeChat’s timetable, sixteen times, under the same number", async () => {
  const made = testWorld();
  await made.paidNative("again");
  const waits = [
    15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
  ];
  const numbers = new Set<string>();
  for (const seconds of [...waits, 0]) {
    const posts = await made.posts({ status: 500, body: "" });
    assert.equal(posts.length, 1);
    numbers.add((JSON.parse(posts[0]?.body ?? "{}") as { id: string }).id);
    made.advance(seconds - 1);
    if (seconds > 0) assert.deepEqual(await made.posts(), []);
    made.advance(1);
  }
  assert.equal(numbers.size, 1);
  assert.deepEqual(made.world.pendingNotifications(), []);
});

test("200 and 204 end the repetition; a payer’s code is never told of", async () => {
  for (const status of [200, 204]) {
    const made = testWorld();
    await made.paidNative("ended");
    assert.equal((await made.posts({ status, body: "" })).length, 1);
    assert.deepEqual(made.world.pendingNotifications(), []);
    await made.micropay("silent");
    assert.deepEqual(made.world.pendingNotifications(), []);
  }
});

test("bills: not ready, a hash of another file, wrong totals, a row missing; the books stay as they are", async () => {
  const made = testWorld();
  await made.micropay("one");
  await made.micropay("two", { total_fee: "300" });
  const path = "/v3/bill/tradebill?bill_date=2026-03-01&bill_type=ALL";
  assert.deepEqual(errorOf(await made.v3(path)), [400, "PARAM_ERROR"], "today is not over");
  made.advance(20 * 3_600);
  assert.deepEqual(errorOf(await made.v3(path)), [400, "STATEMENT_CREATING"], "eight in the morning");
  made.advance(3 * 3_600);
  const bill = async () => {
    const { body } = await made.v3(path);
    const address = new URL(body.download_url);
    const file: string = (await made.v3(`${address.pathname}${address.search}`)).body;
    return { hash: body.hash_value as string, file };
  };
  const sound = await bill();
  assert.ok(sound.file.includes("`2,`15.50,`0.00,`0.00,`0.09300,`15.50,`0.00"), sound.file);
  for (const fault of ["bill-not-ready", "bill-hash-wrong", "bill-totals-wrong", "bill-row-missing"]) {
    made.fault(fault, { remaining: 1 });
    if (fault === "bill-not-ready") {
      assert.deepEqual(errorOf(await made.v3(path)), [400, "STATEMENT_CREATING"]);
      continue;
    }
    const { hash, file } = await bill();
    assert.equal(hash === sound.hash, false, fault);
    assert.equal(file === sound.file, fault === "bill-hash-wrong", fault);
    if (fault === "bill-totals-wrong") assert.ok(file.includes("`2,`15.51,"), file);
    if (fault === "bill-row-missing") assert.ok(file.includes("`1,`12.50,"), file);
  }
  assert.deepEqual(await bill(), sound);
  assert.deepEqual(made.world.problems(), []);
});

function errorOf({ status, body }: Awaited<ReturnType<TestWorld["v3"]>>): readonly [number, string] {
  return [status, body.code];
}

function eventIn(posted: Posted | undefined): string {
  assert.equal(posted?.url, callbackUrl);
  return (JSON.parse(posted.body) as { event_type: string }).event_type;
}

function problemOf(made: TestWorld, posted: Posted | undefined): Promise<string | null> {
  assert.ok(posted);
  const message = { headers: new Map(Object.entries(posted.headers)), body: Buffer.from(posted.body) };
  return signatureProblem(message, trusted, made.now());
}

/** The amount that a notification tells of; null where it cannot be opened. */
function amountIn({ body }: Posted): number | null {
  const resource = readNotice(body, apiV3Key)?.resource.get("amount");
  return (resource as { total: number } | undefined)?.total ?? null;
}
