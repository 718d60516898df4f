// Refunds at the gateway: what moves, what is said about it, what is refused and why, and what is notified.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { held } from "../book/accounts.ts";
import { applyToState, emptyState } from "../world/state.ts";
import { genuineNotification, testWorld, type Node, type TestWorld } from "./fixtures.ts";

const balances = (made: TestWorld): readonly bigint[] => [
  held(made.world.book, `wallet:${made.wallet.id}:balance`),
  held(made.world.book, `wallet:${made.wallet.id}:huabei`),
  held(made.world.book, `merchant:${made.merchant.sellerId}`),
];
const parts = (node: Node): readonly unknown[] =>
  ["code", "sub_code", "fund_change", "refund_fee", "send_back_fee"].map((name) => node[name]);

test("parts go back one by one; refund_fee is their sum, send_back_fee the part itself", async () => {
  const made = testWorld();
  await made.pay("a1");
  const first = await made.refund("a1", "r1", "2.00");
  assert.ok(first.genuine);
  assert.deepEqual(parts(first.node), ["10000", undefined, "Y", "2.00", "2.00"]);
  assert.equal(first.node["gmt_refund_pay"], "2026-03-01 12:00:00");
  assert.equal(first.node["buyer_user_id"], made.wallet.buyerUserId);
  assert.deepEqual(balances(made), [50_000n - 1_050n, 0n, 1_050n]);
  const { node: still } = await made.query("a1");
  assert.deepEqual([still["trade_status"], still["total_amount"]], ["TRADE_SUCCESS", "12.50"]);

  const rest = await made.refund("a1", "r2", "10.50");
  assert.deepEqual(parts(rest.node), ["10000", undefined, "Y", "12.50", "10.50"]);
  assert.deepEqual(balances(made), [50_000n, 0n, 0n]);
  const { node: closed } = await made.query("a1");
  assert.deepEqual(
    [closed["trade_status"], closed["send_pay_date"]],
    ["TRADE_CLOSED", "2026-03-01 12:00:00"],
  );
  assert.deepEqual(made.world.problems(), []);
});

test("the same number with the same amount moves nothing and says so, also after the trade has closed", async () => {
  const made = testWorld();
  await made.pay("a1");
  await made.refund("a1", "r1", "2.00");
  const before = balances(made);
  assert.deepEqual(parts((await made.refund("a1", "r1", "2.00")).node), [
    "10000",
    undefined,
    "N",
    "2.00",
    "0.00",
  ]);
  assert.deepEqual(balances(made), before);
  await made.refund("a1", "r2", "10.50");
  assert.deepEqual(parts((await made.refund("a1", "r1", "2.00")).node), [
    "10000",
    undefined,
    "N",
    "12.50",
    "0.00",
  ]);
  assert.equal(made.world.book.trades.values().next().value?.refunds.length, 2);
});

test("a full refund may come without a number; the order’s own number names it then", async () => {
  const made = testWorld();
  await made.pay("a1");
  const full = { out_trade_no: "a1", refund_amount: "12.50" };
  assert.equal((await made.call("alipay.trade.refund", full)).node["fund_change"], "Y");
  assert.equal((await made.call("alipay.trade.refund", full)).node["fund_change"], "N");
  assert.equal((await made.refundQuery("a1", "a1")).node["refund_status"], "REFUND_SUCCESS");
});

type Setting = (made: TestWorld) => Promise<unknown> | void;
const paid: Setting = (made) => made.pay("a1");
const refused: ReadonlyArray<readonly [string, Setting, Node, string]> = [
  ["an unknown trade", () => undefined, {}, "ACQ.TRADE_NOT_EXIST"],
  ["more than was paid", paid, { refund_amount: "12.51" }, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"],
  ["nothing at all", paid, { refund_amount: "0.00" }, "ACQ.REASON_TRADE_REFUND_FEE_ERR"],
  ["less than nothing", paid, { refund_amount: "-1.00" }, "ACQ.REASON_TRADE_REFUND_FEE_ERR"],
  ["no amount", paid, { refund_amount: "a lot" }, "ACQ.INVALID_PARAMETER"],
  ["a number that is none", paid, { out_request_no: 7 }, "ACQ.INVALID_PARAMETER"],
  ["a reason too long", paid, { refund_reason: "长".repeat(257) }, "ACQ.INVALID_PARAMETER"],
  ["a part without a number", paid, { out_request_no: undefined }, "ACQ.INVALID_PARAMETER"],
  [
    "the same number with another amount",
    async (made) => void (await made.pay("a1"), await made.refund("a1", "r1", "1.00")),
    {},
    "ACQ.DISCORDANT_REPEAT_REQUEST",
  ],
  [
    "more than is left",
    async (made) => void (await made.pay("a1"), await made.refund("a1", "r0", "10.51")),
    {},
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
  ],
  [
    "what was given back in full",
    async (made) => void (await made.pay("a1"), await made.refund("a1", "r0", "12.50")),
    {},
    "ACQ.TRADE_HAS_CLOSE",
  ],
  [
    "what was cancelled",
    async (made) => void (await made.pay("a1"), await made.cancel("a1")),
    {},
    "ACQ.TRADE_HAS_CLOSE",
  ],
  [
    "what was never paid",
    (made) => {
      unwrap(made.world.changeWallet(made.wallet.id, { passwordAboveFen: 0n }));
      return made.pay("a1");
    },
    {},
    "ACQ.TRADE_STATUS_ERROR",
  ],
  [
    "a year later",
    async (made) => {
      await made.pay("a1");
      made.advance(365 * 24 * 3_600);
    },
    {},
    "ACQ.TRADE_HAS_FINISHED",
  ],
  [
    "money the merchant has no more",
    async (made) => {
      await made.pay("a1");
      unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 199n }));
    },
    {},
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
  ],
  [
    "money the merchant cannot use",
    async (made) => {
      await made.pay("a1");
      unwrap(made.world.changeMerchant(made.merchant.appId, { withheldFen: 1_100n }));
    },
    {},
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
  ],
  [
    "a frozen merchant",
    async (made) => {
      await made.pay("a1");
      unwrap(made.world.changeMerchant(made.merchant.appId, { state: "blocked" }));
    },
    {},
    "ACQ.REASON_TRADE_BEEN_FREEZEN",
  ],
];

for (const [what, setting, content, subCode] of refused) {
  test(`${what} is not given back: ${subCode}, and nothing moves`, async () => {
    const made = testWorld();
    await setting(made);
    const before = balances(made);
    const { node, genuine } = await made.refund("a1", "r1", "2.00", content);
    assert.deepEqual([node["code"], node["sub_code"]], ["40004", subCode]);
    assert.ok(genuine);
    assert.deepEqual(balances(made), before);
    assert.deepEqual(made.world.problems(), []);
    assert.equal((await made.refundQuery("a1", "r9")).node["refund_status"], undefined);
  });
}

test("topped up again, the same refund goes through under the same number", async () => {
  const made = testWorld();
  await made.pay("a1");
  unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 0n }));
  assert.equal((await made.refund("a1", "r1", "2.00")).node["sub_code"], "ACQ.SELLER_BALANCE_NOT_ENOUGH");
  assert.equal((await made.cancel("a1")).node["sub_code"], "ACQ.SELLER_BALANCE_NOT_ENOUGH");
  unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 200n }));
  assert.equal((await made.refund("a1", "r1", "2.00")).node["fund_change"], "Y");
  assert.deepEqual(balances(made), [50_000n - 1_050n, 0n, 0n]);
  assert.deepEqual(made.world.problems(), []);
});

test("money goes back to where it came from: Huabei credit is free again, a card is credited", async () => {
  for (const [funding, item] of [
    ["balance", { amount: "2.00", fund_channel: "ALIPAYACCOUNT" }],
    ["huabei", { amount: "2.00", fund_channel: "PCREDIT" }],
    ["card:1", { amount: "2.00", fund_channel: "BANKCARD", fund_type: "DEBIT_CARD" }],
  ] as const) {
    const made = testWorld();
    const account = `wallet:${made.wallet.id}:${funding}`;
    const before = held(made.world.book, account);
    unwrap(made.world.changeWallet(made.wallet.id, { funding }));
    await made.pay("a1");
    // What the payer would pay with today does not matter.
    unwrap(made.world.changeWallet(made.wallet.id, { funding: "balance" }));
    const asked = { query_options: ["refund_detail_item_list"] };
    const { node } = await made.refund("a1", "r1", "2.00", asked);
    assert.deepEqual(node["refund_detail_item_list"], [item]);
    assert.equal(held(made.world.book, account), before - 1_050n);
    assert.deepEqual((await made.refundQuery("a1", "r1", asked)).node["refund_detail_item_list"], [item]);
    assert.equal((await made.refundQuery("a1", "r1")).node["refund_detail_item_list"], undefined);
  }
});

test("a refund query knows each refund by its number, and says nothing of one that does not exist", async () => {
  const made = testWorld();
  await made.pay("a1");
  await made.refund("a1", "r1", "2.00", { refund_reason: "尺码不合" });
  await made.refund("a1", "r2", "3.00");
  const { node } = await made.refundQuery("a1", "r1");
  assert.deepEqual(
    [node["refund_status"], node["refund_amount"], node["total_amount"], node["refund_reason"]],
    ["REFUND_SUCCESS", "2.00", "12.50", "尺码不合"],
  );
  assert.deepEqual([node["out_trade_no"], node["out_request_no"]], ["a1", "r1"]);
  assert.deepEqual((await made.refundQuery("a1", "r3")).node, { code: "10000", msg: "Success" });
  assert.equal((await made.refundQuery("a9", "r1")).node["sub_code"], "ACQ.TRADE_NOT_EXIST");
  assert.equal((await made.refundQuery("a1", "")).node["sub_code"], "ACQ.INVALID_PARAMETER");
});

test("a cancel after a part went back gives back the rest, no more", async () => {
  const made = testWorld();
  await made.pay("a1");
  await made.refund("a1", "r1", "2.00");
  assert.equal((await made.cancel("a1")).node["action"], "refund");
  assert.deepEqual(balances(made), [50_000n, 0n, 0n]);
  assert.deepEqual(made.world.problems(), []);
});

test("one merchant cannot give back another’s trade", async () => {
  const made = testWorld();
  await made.pay("a1");
  const other = unwrap(made.world.registerMerchant({ ...made.merchant, name: "别家" }));
  const content = { out_trade_no: "a1", out_request_no: "r1", refund_amount: "2.00" };
  const { node } = await made.call("alipay.trade.refund", content, { app_id: other.appId });
  assert.equal(node["sub_code"], "ACQ.TRADE_NOT_EXIST");
});

/** Delivers everything that waits and returns the forms. */
async function delivered(made: TestWorld): Promise<URLSearchParams[]> {
  const forms: URLSearchParams[] = [];
  const post = async (_url: string, body: string): Promise<string> => {
    forms.push(new URLSearchParams(body));
    return "success";
  };
  while ((await made.world.deliverNext(post)) !== null);
  return forms;
}

test("a part that went back notifies TRADE_SUCCESS with all that went back so far; the last part notifies only whoever ordered TRADE_CLOSED", async () => {
  const names = ["trade_status", "refund_fee", "out_biz_no", "gmt_refund", "total_amount"];
  for (const [states, last] of [
    [["TRADE_SUCCESS"], []],
    [["TRADE_SUCCESS", "TRADE_CLOSED"], [["TRADE_CLOSED", "12.50", "r3", "2026-03-01 12:02:00", "12.50"]]],
  ] as const) {
    const made = testWorld();
    unwrap(made.world.changeMerchant(made.merchant.appId, { notifyStates: states }));
    await made.pay("a1");
    assert.equal((await delivered(made))[0]?.get("refund_fee"), null);
    await made.refund("a1", "r1", "2.00");
    made.advance(60);
    await made.refund("a1", "r2", "3.00");
    await made.refund("a1", "r2", "3.00");
    await made.refund("a1", "r9", "30.00");
    made.advance(60);
    await made.refund("a1", "r3", "7.50");
    const forms = await delivered(made);
    assert.deepEqual(
      forms.map((form) => names.map((name) => form.get(name))),
      [
        ["TRADE_SUCCESS", "2.00", "r1", "2026-03-01 12:00:00", "12.50"],
        ["TRADE_SUCCESS", "5.00", "r2", "2026-03-01 12:01:00", "12.50"],
        ...last,
      ],
    );
    for (const form of forms) assert.ok(await genuineNotification(form));
  }
});

const step = fc.record({
  what: fc.constantFrom("refund", "repeat", "cancel", "payOut", "topUp", "pay"),
  order: fc.integer({ min: 0, max: 2 }),
  number: fc.integer({ min: 0, max: 3 }),
  amount: fc.constantFrom("0.01", "4.00", "12.50", "13.00"),
});

test("whatever is refunded in whatever order, no trade gives back more than it took, and the record rebuilds the books", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const made = testWorld();
      for (const { what, order, number, amount } of steps) {
        if (what === "pay") await made.pay(`o${order}`);
        else if (what === "cancel") await made.cancel(`o${order}`);
        else if (what === "payOut")
          unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 300n }));
        else if (what === "topUp")
          unwrap(made.world.changeMerchant(made.merchant.appId, { balanceFen: 5_000n }));
        else await made.refund(`o${order}`, `r${number}`, amount);
        assert.deepEqual(made.world.problems(), []);
      }
      const replayed = emptyState();
      for (const event of made.recorded) applyToState(replayed, event);
      assert.deepEqual(replayed, made.world.state);
    }),
    { numRuns: 40 },
  );
});
