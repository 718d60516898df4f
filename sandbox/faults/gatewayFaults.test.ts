// Each switch between the wire and the gateway: what changes on the wire, what changes in the books, and what does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { rich, signed, testWorld, type Call, type TestWorld } from "../alipay/fixtures.ts";

const paidFen = (made: TestWorld): bigint =>
  made.world.book.accounts.get(`merchant:${made.merchant.sellerId}`) ?? 0n;
const kindOf = ({ outcome, genuine }: Call): string => {
  if (outcome.kind === "broken") return "broken";
  return `${outcome.status} ${genuine ? "genuine" : "not genuine"}`;
};

//  fault                      on the wire        fen in the books afterwards
const rows: ReadonlyArray<readonly [string, string, bigint]> = [
  ["reply-lost-before-effect", "broken", 0n],
  ["reply-lost-after-effect", "broken", 1_250n],
  ["server-error", "502 not genuine", 1_250n],
  ["wrong-signature", "200 not genuine", 1_250n],
  ["slow", "200 genuine", 1_250n],
  ["C-CHN-01", "200 genuine", 0n],
  ["request-after-cancel", "broken", 0n],
];

for (const [id, wire, fen] of rows) {
  test(`${id}: the wire shows “${wire}”, the books hold ${fen} fen, and off again all is well`, async () => {
    const made = testWorld();
    made.fault(id, { remaining: 1 });
    assert.equal(kindOf(await made.pay("a1")), wire);
    assert.equal(paidFen(made), fen);
    assert.equal(made.world.faults.list().find((fault) => fault.id === id)?.state, "off");
    assert.equal(kindOf(await made.pay("a2")), "200 genuine");
    assert.equal(paidFen(made), fen + 1_250n);
    assert.deepEqual(made.world.problems(), []);
  });
}

//  fault                 sub-code while it is on
const refusals: ReadonlyArray<readonly [string, string]> = [
  ["C-PAY-01", "ACQ.BUYER_BALANCE_NOT_ENOUGH"],
  ["payer-restricted", "ACQ.PAYMENT_REQUEST_HAS_RISK"],
  ["C-PAY-13", "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"],
  ["payer-month-limit", "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"],
  ["merchant-limit", "ACQ.BEYOND_PAY_RESTRICTION"],
  ["C-X-01", "ACQ.PAYMENT_AUTH_CODE_INVALID"],
  ["C-CHN-03", "ACQ.SYSTEM_ERROR"],
];

for (const [id, subCode] of refusals) {
  test(`${id}: refused with ${subCode}, signed, and nothing moves; for another payer and off again it pays`, async () => {
    const made = testWorld();
    made.fault(id, { walletId: made.wallet.id });
    const code = made.code();
    const refused = await made.pay("a1", { auth_code: code });
    assert.deepEqual([refused.node["code"], refused.node["sub_code"]], ["40004", subCode]);
    assert.equal(refused.genuine, true);
    assert.equal(paidFen(made), 0n);
    const other = unwrap(made.world.openWallet(rich));
    assert.equal((await made.pay("a2", { auth_code: made.code(other.id) })).node["code"], "10000");
    made.world.faults.switchOff(id, null);
    assert.equal((await made.pay("a3", { auth_code: code })).node["code"], "10000", "the code was not spent");
    assert.deepEqual(made.world.problems(), []);
  });
}

test("C-ACC-03 refuses refunds alone, and only while it is on", async () => {
  const made = testWorld();
  await made.pay("a1");
  made.fault("C-ACC-03");
  const refund = (): Promise<Call> =>
    made.call("alipay.trade.refund", { out_trade_no: "a1", refund_amount: "5.00", out_request_no: "r1" });
  assert.equal((await refund()).node["sub_code"], "ACQ.SELLER_BALANCE_NOT_ENOUGH");
  assert.equal((await made.pay("a2")).node["code"], "10000");
  made.world.faults.switchOff("C-ACC-03", null);
  assert.deepEqual([(await refund()).node["code"], (await refund()).node["refund_fee"]], ["10000", "5.00"]);
  assert.deepEqual(made.world.problems(), []);
});

test("slow answers come fifteen seconds late, or as late as told", async () => {
  const made = testWorld();
  for (const [delayMs, afterMs] of [
    [null, 15_000],
    [2_000, 2_000],
  ] as const) {
    made.fault("slow", { delayMs });
    assert.equal((await made.query("a1")).outcome.afterMs, afterMs);
  }
});

test("under maintenance every method says 20000, which says nothing about the outcome", async () => {
  const made = testWorld();
  await made.pay("a1");
  made.fault("C-CHN-01", { untilMs: made.now().getTime() + 600_000 });
  for (const call of [await made.pay("a2"), await made.query("a1"), await made.cancel("a1")]) {
    assert.deepEqual([call.node["code"], call.node["sub_code"]], ["20000", "isp.unknow-error"]);
  }
  made.advance(600);
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_SUCCESS", "the window ends by itself");
  assert.equal((await made.query("a2")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
});

test("a request held back is carried out right after its own cancel found nothing", async () => {
  const made = testWorld();
  made.fault("request-after-cancel", { remaining: 1 });
  await made.pay("a1", { time_expire: "2026-03-01 12:02:00" });
  assert.equal((await made.query("a1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
  made.advance(70);
  const { node } = await made.cancel("a1");
  assert.deepEqual([node["code"], node["action"]], ["10000", undefined]);
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_SUCCESS");
  assert.equal(paidFen(made), 1_250n);
});

test("a request held back beyond its absolute expiry comes to nothing", async () => {
  const made = testWorld();
  made.fault("request-after-cancel", { remaining: 1, delayMs: 300_000 });
  await made.pay("a1", { time_expire: "2026-03-01 12:02:00" });
  assert.equal(made.world.nextWake()?.getTime(), made.now().getTime() + 300_000);
  made.advance(300);
  made.world.passTime();
  assert.equal((await made.query("a1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
  assert.equal(made.world.book.refusals.at(-1)?.reason, "expiryPassed");
});

test("a scope limits a fault to operations, a merchant, a wallet", async () => {
  const made = testWorld();
  made.fault("reply-lost-before-effect", { operations: ["query"] });
  assert.equal(kindOf(await made.pay("a1")), "200 genuine");
  assert.equal(kindOf(await made.query("a1")), "broken");
  made.fault("reply-lost-before-effect", { walletId: "wal_9999" });
  assert.equal(kindOf(await made.query("a1")), "200 genuine");
  made.fault("reply-lost-before-effect", { walletId: made.wallet.id });
  assert.equal(kindOf(await made.pay("a2")), "broken");
  assert.equal(kindOf(await made.query("a1")), "broken");
  made.fault("reply-lost-before-effect", { appId: "2021000000000099" });
  assert.equal(kindOf(await made.query("a1")), "200 genuine");
});

test("the same world answers through the channel port: broken connections reject, slow ones time out", async () => {
  const made = testWorld();
  const request = { url: "http://alipay.test/gateway.do?method=x", headers: {}, body: "", timeoutMs: 10_000 };
  assert.equal((await made.world.transport(request)).status, 200);
  const parameters = await signed(
    made.merchant,
    "alipay.trade.query",
    { out_trade_no: "a1" },
    { timestamp: "2026-03-01 12:00:00" },
  );
  const genuine = {
    ...request,
    url: "http://alipay.test/gateway.do",
    body: new URLSearchParams([...parameters]).toString(),
  };
  made.fault("reply-lost-after-effect");
  await assert.rejects(made.world.transport(genuine), /connection reset/);
  made.world.faults.switchOff("reply-lost-after-effect", null);
  made.fault("slow");
  const before = made.now().getTime();
  await assert.rejects(made.world.transport(genuine), /timeout/);
  assert.equal(made.now().getTime() - before, 10_000);
});
