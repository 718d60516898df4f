// Huabei instalments: the documented terms and no others, who needs a contract, what the payer sees and Alipay tells.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { held } from "../book/accounts.ts";
import { planOf } from "../book/instalments.ts";
import { testWorld, type Node, type TestWorld } from "./fixtures.ts";

const terms = (months: unknown, percent: unknown): Node => ({
  total_amount: "1000.00",
  extend_params: { hb_fq_num: months, hb_fq_seller_percent: percent },
});

function world(): TestWorld {
  const made = testWorld();
  unwrap(made.world.changeWallet(made.wallet.id, { funding: "huabei", passwordAboveFen: 1_000_000n }));
  return made;
}
const contract = (made: TestWorld) =>
  unwrap(
    made.world.changeMerchant(made.merchant.appId, { product: { code: "huabeiInstalment", state: "open" } }),
  );

for (const months of ["3", "6", "12"]) {
  for (const [percent, feeBearer] of [
    ["0", "payer"],
    ["100", "merchant"],
  ] as const) {
    test(`${months} months with the fee on the ${feeBearer} are paid with Huabei, and the query tells the term`, async () => {
      const made = world();
      contract(made);
      const { node } = await made.pay("a1", terms(months, percent));
      assert.equal(node["code"], "10000");
      const { node: asked } = await made.query("a1");
      assert.deepEqual(asked["fund_bill_list"], [{ amount: "1000.00", fund_channel: "PCREDIT" }]);
      assert.deepEqual(asked["hb_fq_pay_info"], { fq_amount: "1000.00", user_install_num: months });
      // The credit used is the principal: the fee falls due month by month.
      assert.equal(held(made.world.book, `wallet:${made.wallet.id}:huabei`), -100_000n);
      assert.equal(held(made.world.book, `merchant:${made.merchant.sellerId}`), 100_000n);
      assert.deepEqual(made.world.problems(), []);
    });
  }
}

const invalid: ReadonlyArray<readonly [unknown, unknown]> = [
  ["1", "0"],
  ["24", "100"],
  ["3", "50"],
  ["3", "1"],
  [3, "0"],
  ["3", 0],
  ["3", undefined],
  [undefined, "100"],
  ["", ""],
];
test("other terms, numbers instead of text, or one field without the other are ACQ.INVALID_PARAMETER", async () => {
  const made = world();
  contract(made);
  for (const [months, percent] of invalid) {
    const { node } = await made.pay("a1", terms(months, percent));
    assert.equal(node["sub_code"], "ACQ.INVALID_PARAMETER", `${String(months)} ${String(percent)}`);
  }
  assert.equal(
    (await made.pay("a1", { extend_params: "hb_fq_num=3" })).node["sub_code"],
    "ACQ.INVALID_PARAMETER",
  );
  assert.equal(made.world.book.trades.size, 0);
  assert.equal(
    (await made.pay("a2", { extend_params: { sys_service_provider_id: "2088" } })).node["code"],
    "10000",
  );
});

test("without its contract a merchant may not bear the fee; the payer may, and the wire does not say why", async () => {
  const made = world();
  const { node } = await made.pay("a1", terms("6", "100"));
  assert.equal(node["sub_code"], "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE");
  assert.equal(made.world.book.refusals.at(-1)?.reason, "huabeiInstalmentNotOpen");
  assert.equal((await made.pay("a2", terms("6", "0"))).node["code"], "10000");
  contract(made);
  assert.equal((await made.pay("a3", terms("6", "100"))).node["code"], "10000");
});

test("other terms under the same number need a new number", async () => {
  const made = world();
  contract(made);
  unwrap(made.world.changeWallet(made.wallet.id, { passwordAboveFen: 0n }));
  assert.equal((await made.pay("a1", terms("6", "0"))).node["code"], "10003");
  for (const changed of [terms("12", "0"), terms("6", "100"), { total_amount: "1000.00" }]) {
    assert.equal((await made.pay("a1", changed)).node["sub_code"], "ACQ.TRADE_PAYINFO_INCONSISTEN");
  }
  assert.equal((await made.pay("a1", terms("6", "0"))).node["code"], "10003");
  assert.equal((await made.pay("a2", terms("12", "0"))).node["code"], "10003");
});

test("a payer who chose another means pays at once, without instalments", async () => {
  const made = world();
  unwrap(made.world.changeWallet(made.wallet.id, { funding: "card:1" }));
  await made.pay("a1", terms("6", "0"));
  const { node } = await made.query("a1");
  assert.deepEqual([node["trade_status"], node["hb_fq_pay_info"]], ["TRADE_SUCCESS", undefined]);
});

test("a merchant that refuses credit refuses instalments too, and plain Huabei alone may be left", async () => {
  for (const [channels, instalments, plain] of [
    ["credit_group", "no", "no"],
    ["pcredit,pcreditpayInstallment,creditCard", "no", "no"],
    ["pcreditpayInstallment", "no", "yes"],
    ["pcredit", "yes", "no"],
  ] as const) {
    const made = world();
    const pays = async (outTradeNo: string, content: Node): Promise<"yes" | "no"> => {
      const { node } = await made.pay(outTradeNo, { ...content, disable_pay_channels: channels });
      if (node["code"] === "10000") return "yes";
      assert.equal(node["sub_code"], "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE");
      assert.equal(made.world.book.refusals.at(-1)?.reason, "sourceShutOut");
      return "no";
    };
    assert.deepEqual(
      [await pays("a1", terms("3", "0")), await pays("a2", {})],
      [instalments, plain],
      channels,
    );
  }
});

//  fen      months  bearer              fee     month   last month
const plans = [
  [100_000n, 3, "payer", 2_300n, 34_100n, 34_100n],
  [100_000n, 6, "payer", 4_500n, 17_416n, 17_420n],
  [100_000n, 12, "payer", 7_500n, 8_958n, 8_962n],
  [100_000n, 3, "merchant", 1_800n, 33_333n, 33_334n],
  [100_000n, 12, "merchant", 7_500n, 8_333n, 8_337n],
  [22n, 3, "payer", 1n, 7n, 9n],
] as const;
test("the fee is rounded half up to the fen, and the last month takes what is left over", () => {
  for (const [amountFen, months, feeBearer, feeFen, monthlyFen, lastMonthFen] of plans) {
    const plan = planOf(amountFen, { months, feeBearer });
    assert.deepEqual([plan.feeFen, plan.monthlyFen, plan.lastMonthFen], [feeFen, monthlyFen, lastMonthFen]);
  }
});

test("the months always add up to what the payer owes", () => {
  const months = fc.constantFrom(3 as const, 6 as const, 12 as const);
  const feeBearer = fc.constantFrom("payer" as const, "merchant" as const);
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10_000_000_000n }),
      months,
      feeBearer,
      (amountFen, count, bearer) => {
        const plan = planOf(amountFen, { months: count, feeBearer: bearer });
        const owed = bearer === "payer" ? amountFen + plan.feeFen : amountFen;
        assert.equal(plan.monthlyFen * BigInt(count - 1) + plan.lastMonthFen, owed);
        assert.ok(plan.lastMonthFen >= plan.monthlyFen);
      },
    ),
  );
});
