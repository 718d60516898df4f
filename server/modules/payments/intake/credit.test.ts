// Instalments: asked for with the payment, refused where the merchant has not opened them, paid for at their own rate.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payment as PaymentView } from "@huiyin/contract/api/payments.ts";
import { merchantPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";

type Credit = NonNullable<PaymentView["credit"]>;

async function pay(bench: PaymentsBench, credit: Credit | null): Promise<PaymentView> {
  const created = await bench.create(credit === null ? {} : { credit });
  assert.ok(created.ok);
  return JSON.parse(created.value.body) as PaymentView;
}

test("instalments reach the channel, are shown, and cost what their number and bearer say", async () => {
  await using bench = await paymentsBench();
  // ¥125.00; the book says Huabei for whatever it is paid with.
  const table: ReadonlyArray<readonly [Credit | null, PaymentView["fundingSource"], number]> = [
    [null, "huabei", 75],
    [{ instalments: 3, feeBearer: "payer" }, "huabeiInstalment", 75],
    [{ instalments: 3, feeBearer: "merchant" }, "huabeiInstalment", 225],
    [{ instalments: 6, feeBearer: "merchant" }, "huabeiInstalment", 563],
    [{ instalments: 12, feeBearer: "merchant" }, "huabeiInstalment", 938],
  ];
  for (const [credit, fundingSource, feeAmount] of table) {
    const view = await pay(bench, credit);
    assert.deepEqual([view.credit, view.fundingSource, view.feeAmount], [credit, fundingSource, feeAmount]);
    assert.deepEqual(bench.channel.charges.at(-1)?.credit ?? null, credit);
  }
});

test("other instalments are another request: the key of the first refuses them", async () => {
  await using bench = await paymentsBench();
  const own = { key: "one", payerCode: "280000000000009001" };
  await bench.create({ ...own, credit: { instalments: 3, feeBearer: "payer" } });
  const other = await bench.create({ ...own, credit: { instalments: 6, feeBearer: "payer" } });
  assert.equal(other.ok ? null : other.refusal.code, "idempotency_key_reused");
});

test("what stands between the merchant and instalments is said before anything happens", async () => {
  await using bench = await paymentsBench();
  for (const obstacle of ["instalments_not_enabled", "credit_not_accepted"] as const) {
    const merchants = { ...bench.deps.merchants, creditObstacle: async () => obstacle };
    const answer = await bench.another({ merchants }).create({
      principal: merchantPrincipal,
      idempotencyKey: "one",
      body: {
        amount: 12_500,
        payerCode: "280000000000009001",
        credit: { instalments: 3, feeBearer: "merchant" },
      },
      waitSeconds: 0,
    });
    assert.equal(answer.ok ? null : answer.refusal.code, obstacle);
  }
  assert.equal(bench.channel.count("charge"), 0);
});

test("a merchant that takes no credit says so to the channel with every payment", async () => {
  await using bench = await paymentsBench();
  await pay(bench, null);
  const profile = await bench.deps.merchants.merchantProfile(merchantPrincipal.merchantId);
  assert.ok(profile);
  const merchants = {
    ...bench.deps.merchants,
    merchantProfile: async () => ({ ...profile, creditAcceptance: "refused" as const }),
  };
  await bench.another({ merchants }).create({
    ...{ principal: merchantPrincipal, idempotencyKey: "no credit", waitSeconds: 5 },
    body: { amount: 100, payerCode: "280000000000009002" },
  });
  assert.deepEqual(
    bench.channel.charges.map(({ creditAcceptance }) => creditAcceptance),
    ["accepted", "refused"],
  );
});
