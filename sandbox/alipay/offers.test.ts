// Codes that the merchant shows: what Alipay knows before and after a scan, who may pay, and when a code has ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { held } from "../book/accounts.ts";
import { openOffers } from "../book/offers.ts";
import { rich, testWorld, type Call, type Node, type TestWorld } from "./fixtures.ts";

const precreate = (made: TestWorld, outTradeNo: string, content: Node = {}): Promise<Call> =>
  made.call("alipay.trade.precreate", {
    out_trade_no: outTradeNo,
    total_amount: "12.50",
    subject: "拿铁",
    ...content,
  });
const close = (made: TestWorld, outTradeNo: string): Promise<Call> =>
  made.call("alipay.trade.close", { out_trade_no: outTradeNo });

async function shown(made: TestWorld, outTradeNo: string, content: Node = {}): Promise<string> {
  const { node, genuine } = await precreate(made, outTradeNo, content);
  assert.ok(genuine);
  assert.deepEqual([node["code"], node["out_trade_no"]], ["10000", outTradeNo]);
  assert.match(String(node["qr_code"]), /^https:\/\/qr\.alipay\.com\/bax[0-9a-z]{21}$/);
  return String(node["qr_code"]);
}
const scan = (made: TestWorld, codeUrl: string, walletId = made.wallet.id) =>
  made.world.scan({ walletId, codeUrl });
const type = (made: TestWorld, tradeNo: string) =>
  unwrap(made.world.approve({ walletId: made.wallet.id, tradeNo, password: "123456" }));

test("until somebody scans, Alipay knows no trade: query, close and cancel find nothing, and the code lives on", async () => {
  const made = testWorld();
  const codeUrl = await shown(made, "a1");
  assert.equal((await made.query("a1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
  assert.equal((await close(made, "a1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
  assert.equal((await made.cancel("a1")).node["action"], undefined);
  assert.equal(made.world.book.trades.size, 0);
  assert.ok(scan(made, codeUrl).ok);
  assert.equal((await made.query("a1")).node["trade_status"], "WAIT_BUYER_PAY");
});

test("a scanned code waits for the password whatever the amount, and is paid once", async () => {
  const made = testWorld();
  const codeUrl = await shown(made, "a1");
  const trade = unwrap(scan(made, codeUrl));
  assert.deepEqual([trade.status, trade.amountFen], ["WAIT_BUYER_PAY", 1_250n]);
  assert.equal(unwrap(scan(made, codeUrl)).tradeNo, trade.tradeNo, "scanning again finds the same trade");
  assert.equal(type(made, trade.tradeNo).kind, "paid");
  const { node } = await made.query("a1");
  assert.deepEqual([node["trade_status"], node["total_amount"]], ["TRADE_SUCCESS", "12.50"]);
  assert.equal(held(made.world.book, `merchant:${made.merchant.sellerId}`), 1_250n);
  assert.deepEqual(scan(made, codeUrl), {
    ok: false,
    refusal: { code: "sandbox_nothing_to_approve", facts: { status: "TRADE_SUCCESS" } },
  });
  assert.equal((await precreate(made, "a1")).node["sub_code"], "ACQ.TRADE_HAS_SUCCESS");
  assert.equal((await made.refund("a1", "r1", "12.50")).node["fund_change"], "Y");
  assert.deepEqual(made.world.problems(), []);
});

test("the first payer to scan has the code; others are refused", async () => {
  const made = testWorld();
  const other = unwrap(made.world.openWallet({ ...rich, name: "小雅" }));
  const codeUrl = await shown(made, "a1");
  unwrap(scan(made, codeUrl));
  const refused = scan(made, codeUrl, other.id);
  assert.ok(!refused.ok && refused.refusal.code === "sandbox_scan_taken");
  assert.equal(made.world.book.trades.size, 1);
});

test("a close ends what waits for its payer, and nothing else", async () => {
  const made = testWorld();
  const trade = unwrap(scan(made, await shown(made, "a1")));
  const { node } = await close(made, "a1");
  assert.deepEqual([node["code"], node["out_trade_no"], node["trade_no"]], ["10000", "a1", trade.tradeNo]);
  assert.equal((await made.query("a1")).node["trade_status"], "TRADE_CLOSED");
  assert.equal((await close(made, "a1")).node["sub_code"], "ACQ.TRADE_STATUS_ERROR");
  assert.equal((await precreate(made, "a1")).node["sub_code"], "ACQ.TRADE_HAS_CLOSE");
  await made.pay("a2");
  assert.equal((await close(made, "a2")).node["sub_code"], "ACQ.TRADE_STATUS_ERROR");
  assert.equal((await made.query("a2")).node["trade_status"], "TRADE_SUCCESS");
});

test("the same order gets the same code while it lives; another order under its number is refused", async () => {
  const made = testWorld();
  const codeUrl = await shown(made, "a1");
  assert.equal(await shown(made, "a1"), codeUrl);
  const other = await precreate(made, "a1", { total_amount: "12.51" });
  assert.equal(other.node["sub_code"], "ACQ.CONTEXT_INCONSISTENT");
  made.advance(2 * 3_600);
  assert.notEqual(await shown(made, "a1"), codeUrl);
});

//  what was asked for                                    seconds the code lives
const lives: ReadonlyArray<readonly [Node, number]> = [
  [{}, 2 * 3_600],
  [{ qr_code_timeout_express: "30m" }, 1_800],
  [{ qr_code_timeout_express: "1d" }, 2 * 3_600],
  [{ timeout_express: "5m" }, 300],
  [{ time_expire: "2026-03-01 12:02:00" }, 120],
];
test("a code lives two hours at most, and never longer than its order", async () => {
  for (const [content, seconds] of lives) {
    const made = testWorld();
    const codeUrl = await shown(made, "a1", content);
    made.advance(seconds - 1);
    assert.deepEqual(
      openOffers(made.world.book, made.now().getTime()).map((offer) => offer.codeUrl),
      [codeUrl],
    );
    made.advance(1);
    assert.equal(openOffers(made.world.book, made.now().getTime()).length, 0);
    const refused = scan(made, codeUrl);
    assert.ok(!refused.ok && refused.refusal.code === "sandbox_scan_unknown", JSON.stringify(content));
  }
});

test("what is wrong with a code’s order is said as for a payment", async () => {
  for (const [content, subCode] of [
    [{ total_amount: "0.00" }, "ACQ.INVALID_PARAMETER"],
    [{ subject: "a=b" }, "ACQ.INVALID_PARAMETER"],
    [{ qr_code_timeout_express: "soon" }, "ACQ.INVALID_PARAMETER"],
    [{ enable_pay_channels: "balance", disable_pay_channels: "pcredit" }, "ACQ.INVALID_PARAMETER"],
    [{ seller_id: "2088000000000009" }, "ACQ.SELLER_NOT_EXIST"],
    [{ time_expire: "2026-03-01 12:00:00" }, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"],
  ] as const) {
    const made = testWorld();
    assert.equal((await precreate(made, "a1", content)).node["sub_code"], subCode, JSON.stringify(content));
    assert.equal(made.world.book.offers.size, 0);
  }
});

//  the merchant’s list                                      the payer chose   pays
const lists: ReadonlyArray<readonly [Node, "balance" | "huabei" | "card:1", "yes" | "no"]> = [
  [{ enable_pay_channels: "balance,moneyFund" }, "balance", "yes"],
  [{ enable_pay_channels: "balance,moneyFund" }, "huabei", "no"],
  [{ enable_pay_channels: "pcredit" }, "huabei", "yes"],
  [{ enable_pay_channels: "pcredit" }, "card:1", "no"],
  [{ enable_pay_channels: "debitCardExpress" }, "card:1", "yes"],
  [{ disable_pay_channels: "credit_group" }, "huabei", "no"],
  [{ disable_pay_channels: "credit_group" }, "card:1", "yes"],
  [{ disable_pay_channels: "pcredit,pcreditpayInstallment,creditCard" }, "huabei", "no"],
  [{ disable_pay_channels: "pcreditpayInstallment" }, "huabei", "yes"],
];
test("a merchant’s list of means is kept to, and a payer who chose another may choose again", async () => {
  for (const [content, funding, pays] of lists) {
    const made = testWorld();
    unwrap(made.world.changeWallet(made.wallet.id, { funding }));
    const { tradeNo } = unwrap(scan(made, await shown(made, "a1", content)));
    const outcome = type(made, tradeNo);
    assert.equal(outcome.kind, pays === "yes" ? "paid" : "refused", `${JSON.stringify(content)} ${funding}`);
    if (outcome.kind === "refused") assert.equal(outcome.reason, "sourceShutOut");
    assert.equal(made.world.book.trades.get(tradeNo)?.status === "TRADE_SUCCESS", pays === "yes");
  }
});
