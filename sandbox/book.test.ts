import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { rich, testWorld, type Node, type TestWorld } from "./alipay/fixtures.ts";
import { subCodeOf } from "./alipay/refusals.ts";
import { applyToState, emptyState } from "./world/state.ts";
import { held } from "./book/accounts.ts";
import { refusalReasons } from "./book/model.ts";

const lastReason = (made: TestWorld): string | undefined => made.world.book.refusals.at(-1)?.reason;

test("a payment moves exactly its amount from the payer to the merchant", async () => {
  const made = testWorld();
  const { node } = await made.pay("a1");
  assert.equal(node["code"], "10000");
  assert.equal(held(made.world.book, `wallet:${made.wallet.id}:balance`), 50_000n - 1_250n);
  assert.equal(held(made.world.book, `merchant:${made.merchant.sellerId}`), 1_250n);
  assert.deepEqual(made.world.problems(), []);
});

test("each means of payment is named on the wire as Alipay names it", async () => {
  for (const [funding, bill] of [
    ["balance", { amount: "12.50", fund_channel: "ALIPAYACCOUNT" }],
    ["huabei", { amount: "12.50", fund_channel: "PCREDIT" }],
    ["card:1", { amount: "12.50", fund_channel: "BANKCARD", fund_type: "DEBIT_CARD" }],
  ] as const) {
    const made = testWorld();
    unwrap(made.world.changeWallet(made.wallet.id, { funding }));
    assert.deepEqual((await made.pay("a1")).node["fund_bill_list"], [bill]);
    assert.deepEqual((await made.query("a1")).node["fund_bill_list"], [bill]);
    const silent = await made.call("alipay.trade.query", { out_trade_no: "a1" });
    assert.equal(silent.node["fund_bill_list"], undefined, "shown only where asked for");
  }
});

type Setting = (made: TestWorld) => Node | void;
const wallet =
  (changes: Parameters<TestWorld["world"]["changeWallet"]>[1]): Setting =>
  (made) =>
    void unwrap(made.world.changeWallet(made.wallet.id, changes));
const merchant =
  (changes: Parameters<TestWorld["world"]["changeMerchant"]>[1]): Setting =>
  (made) =>
    void unwrap(made.world.changeMerchant(made.merchant.appId, changes));

// what is wrong                   true reason                sub-code on the wire
const refusedPayments: ReadonlyArray<readonly [Setting, string, string]> = [
  [wallet({ state: "frozen" }), "payerFrozen", "ACQ.BUYER_ENABLE_STATUS_FORBID"],
  [wallet({ state: "restricted" }), "payerRestricted", "ACQ.PAYMENT_REQUEST_HAS_RISK"],
  [wallet({ balanceFen: 1_249n }), "balanceShort", "ACQ.BUYER_BALANCE_NOT_ENOUGH"],
  [
    wallet({ funding: "huabei", huabeiLimitFen: 1_249n }),
    "huabeiCreditShort",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
  ],
  [
    wallet({ funding: "huabei", huabeiState: "closed" }),
    "huabeiClosedForPayer",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
  ],
  [merchant({ state: "blocked" }), "merchantBlocked", "ACQ.SELLER_BEEN_BLOCKED"],
  [merchant({ product: { code: "facePay", state: "closed" } }), "facePayNotOpen", "ACQ.ACCESS_FORBIDDEN"],
  [
    () => ({ disable_pay_channels: "balance,pcredit" }),
    "sourceShutOut",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
  ],
  [() => ({ auth_code: "280000000000000000" }), "codeInvalid", "ACQ.PAYMENT_AUTH_CODE_INVALID"],
  [() => ({ seller_id: "2088000000000009" }), "sellerUnknown", "ACQ.SELLER_NOT_EXIST"],
  [() => ({ total_amount: "100000000.01" }), "amountTooLarge", "ACQ.TOTAL_FEE_EXCEED"],
  [() => ({ time_expire: "2026-03-01 12:00:00" }), "expiryPassed", "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"],
];

test("every refused payment gets Alipay’s code, moves nothing, and the books keep the true reason", async () => {
  for (const [setting, reason, subCode] of refusedPayments) {
    const made = testWorld();
    const content = setting(made) ?? {};
    const { node, genuine } = await made.pay("a1", content);
    assert.deepEqual([node["code"], node["sub_code"], lastReason(made)], ["40004", subCode, reason]);
    assert.ok(genuine);
    assert.equal(held(made.world.book, `merchant:${made.merchant.sellerId}`), 0n);
    assert.equal((await made.query("a1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
    assert.deepEqual(made.world.problems(), []);
  }
});

test("Huabei closed at the merchant and Huabei credit short cannot be told apart on the wire", async () => {
  const answers: Node[] = [];
  for (const setting of [
    merchant({ product: { code: "huabei", state: "closed" } }),
    wallet({ huabeiLimitFen: 100n }),
  ]) {
    const made = testWorld();
    wallet({ funding: "huabei" })(made);
    setting(made);
    answers.push((await made.pay("a1")).node);
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]?.["sub_msg"], "没用可用的支付工具");
  assert.doesNotMatch(JSON.stringify(answers), /huabei|花呗|pcredit/i);
});

test("every reason has words on the wire", () => {
  for (const reason of refusalReasons) assert.match(subCodeOf(reason).subCode, /^ACQ\.[A-Z_]+$/);
});

test("a payer code is good once, and for sixty seconds", async () => {
  const made = testWorld();
  const [first, second] = [made.code(), made.code()];
  assert.match(first, /^28\d{16}$/);
  assert.equal((await made.pay("a1", { auth_code: first })).node["code"], "10000");
  assert.equal(
    (await made.pay("a2", { auth_code: first })).node["sub_code"],
    "ACQ.PAYMENT_AUTH_CODE_INVALID",
  );
  made.advance(60);
  assert.equal(
    (await made.pay("a3", { auth_code: second })).node["sub_code"],
    "ACQ.PAYMENT_AUTH_CODE_INVALID",
  );
});

test("the same order again is the same payment; under the same number another order is refused", async () => {
  const made = testWorld();
  const code = made.code();
  const first = await made.pay("a1", { auth_code: code });
  const again = await made.pay("a1", { auth_code: code });
  assert.deepEqual(again.node, first.node);
  assert.equal(
    (await made.pay("a1", { total_amount: "12.51" })).node["sub_code"],
    "ACQ.CONTEXT_INCONSISTENT",
  );
  assert.equal((await made.pay("a1", { subject: "美式" })).node["sub_code"], "ACQ.CONTEXT_INCONSISTENT");
  assert.equal((await made.pay("a1")).node["sub_code"], "ACQ.TRADE_HAS_SUCCESS");
  assert.equal((await made.cancel("a1")).node["action"], "refund");
  assert.equal((await made.pay("a1")).node["sub_code"], "ACQ.TRADE_HAS_CLOSE");
  assert.equal(held(made.world.book, `merchant:${made.merchant.sellerId}`), 0n);
});

test("above the payer’s threshold the password decides: three wrong ones lock it, the right one pays", async () => {
  const made = testWorld();
  wallet({ passwordAboveFen: 1_249n })(made);
  const { node } = await made.pay("a1");
  assert.equal(node["code"], "10003");
  assert.equal((await made.query("a1")).node["trade_status"], "WAIT_BUYER_PAY");
  const tradeNo = String(node["trade_no"]);
  const type = (password: string) => made.world.approve({ walletId: made.wallet.id, tradeNo, password });
  assert.deepEqual(unwrap(type("000000")), { kind: "wrongPassword", attemptsLeft: 2 });
  assert.deepEqual(unwrap(type("000000")), { kind: "wrongPassword", attemptsLeft: 1 });
  assert.deepEqual(unwrap(type("000000")), { kind: "wrongPassword", attemptsLeft: 0 });
  assert.equal(type("123456").ok, false);
  wallet({ password: "654321" })(made);
  assert.equal(unwrap(type("654321")).kind, "paid");
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_SUCCESS");
  assert.equal(type("654321").ok, false, "nothing left to approve");
});

test("a fresh code for an order that waits changes nothing; another payer’s code is refused", async () => {
  const made = testWorld();
  wallet({ passwordAboveFen: 0n })(made);
  const other = unwrap(made.world.openWallet({ ...rich, name: "小雅" }));
  await made.pay("a1");
  assert.equal((await made.pay("a1")).node["code"], "10003");
  const foreign = await made.pay("a1", { auth_code: made.code(other.id) });
  assert.equal(foreign.node["sub_code"], "ACQ.TRADE_BUYER_NOT_MATCH");
});

test("what nobody paid closes at its expiry, to the second, and cannot be paid afterwards", async () => {
  const made = testWorld();
  wallet({ passwordAboveFen: 0n })(made);
  const { node } = await made.pay("a1", { time_expire: "2026-03-01 12:02:00" });
  made.advance(119);
  assert.equal((await made.query("a1")).node["trade_status"], "WAIT_BUYER_PAY");
  made.advance(1);
  const late = made.world.approve({
    walletId: made.wallet.id,
    tradeNo: String(node["trade_no"]),
    password: "123456",
  });
  assert.equal(late.ok, false);
  const { node: closed } = await made.query("a1");
  assert.deepEqual([closed["trade_status"], closed["send_pay_date"]], ["TRADE_CLOSED", undefined]);
});

test("timeout_express counts from the request; the absolute expiry wins", async () => {
  for (const [content, closesAfterSeconds] of [
    [{ timeout_express: "1m" }, 60],
    [{ timeout_express: "2h" }, 7_200],
    [{ timeout_express: "1c" }, 12 * 3_600],
    [{ timeout_express: "2h", time_expire: "2026-03-01 12:01:30" }, 90],
    [{}, 3 * 3_600],
  ] as const) {
    const made = testWorld();
    wallet({ passwordAboveFen: 0n })(made);
    await made.pay("a1", content);
    made.advance(closesAfterSeconds - 1);
    assert.equal((await made.query("a1")).node["trade_status"], "WAIT_BUYER_PAY");
    made.advance(1);
    assert.equal((await made.query("a1")).node["trade_status"], "TRADE_CLOSED");
  }
});

test("a cancel closes what is unpaid, refunds what is paid, repeats itself, and is silent about what is not there", async () => {
  const made = testWorld();
  const { node: nothing } = await made.cancel("a0");
  assert.deepEqual([nothing["code"], nothing["action"], nothing["retry_flag"]], ["10000", undefined, "N"]);
  await made.pay("a1");
  assert.equal((await made.cancel("a1")).node["action"], "refund");
  assert.equal((await made.cancel("a1")).node["action"], "refund");
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_CLOSED");
  assert.ok((await made.query("a1")).node["send_pay_date"], "it was paid once");
  wallet({ passwordAboveFen: 0n })(made);
  await made.pay("a2");
  assert.equal((await made.cancel("a2")).node["action"], "close");
  assert.equal((await made.cancel("a2")).node["action"], "close");
  assert.equal(
    (await made.pay("a0")).node["code"],
    "10003",
    "a cancel of nothing does not prevent it from coming",
  );
});

test("a day later a paid trade cannot be cancelled, a year later it is finished", async () => {
  const made = testWorld();
  await made.pay("a1");
  made.advance(24 * 3_600 + 1);
  assert.equal((await made.cancel("a1")).node["sub_code"], "ACQ.TRADE_CANCEL_TIME_OUT");
  made.advance(365 * 24 * 3_600);
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_FINISHED");
  assert.equal((await made.cancel("a1")).node["sub_code"], "ACQ.TRADE_HAS_FINISHED");
});

const step = fc.record({
  what: fc.constantFrom("pay", "cancel", "query", "approve", "wait", "spend"),
  order: fc.integer({ min: 0, max: 4 }),
  funding: fc.constantFrom("balance", "huabei", "card:1"),
  amount: fc.constantFrom("0.01", "12.50", "499.99", "2000.00"),
  threshold: fc.constantFrom(0n, 100_000n),
});

test("whatever happens in whatever order, the books add up, and the record alone rebuilds them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const made = testWorld();
      for (const { what, order, funding, amount, threshold } of steps) {
        wallet({ funding, passwordAboveFen: threshold })(made);
        if (what === "pay") await made.pay(`o${order}`, { total_amount: amount, timeout_express: "1m" });
        else if (what === "cancel") await made.cancel(`o${order}`);
        else if (what === "query") await made.query(`o${order}`);
        else if (what === "wait") made.advance(30);
        else if (what === "spend") wallet({ balanceFen: 100n })(made);
        else
          for (const tradeNo of [...made.world.book.waiting]) {
            made.world.approve({ walletId: made.wallet.id, tradeNo, password: "123456" });
          }
        assert.deepEqual(made.world.problems(), []);
      }
      const replayed = emptyState();
      for (const event of made.recorded) applyToState(replayed, event);
      assert.deepEqual(replayed, made.world.state);
    }),
    { numRuns: 40 },
  );
});
