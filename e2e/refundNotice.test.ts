// Money goes back at WeChat Pay some seconds after the refund was taken over: its signed notice has the platform ask at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { apiOf, ok, until } from "./support/api.ts";
import { temporaryPlace } from "./support/place.ts";
import { freePorts, startPlatformProcess } from "./support/process.ts";

type TimelineLine = Readonly<{ kind: string; data: Readonly<Record<string, unknown>> }>;

test("a refund at WeChat Pay is asked about when its notice comes, and not before", async () => {
  await using place = temporaryPlace();
  await using platform = await startPlatformProcess(freePorts(place.data));
  const api = apiOf(platform.addresses, place.data);
  const wish = { channel: "wechat", name: "测试", balance: 100_000 };
  const { id: walletId } = await api.control<{ id: string }>("POST", "/control/wallets", wish);
  const paid = ok(
    await api.merchant<Payment>("POST", "/v1/payments?wait=5", {
      body: { amount: 1_280, payerCode: await api.payerCode(walletId) },
      idempotencyKey: "refund-notice-payment",
    }),
  );
  assert.deepEqual([paid.state, paid.channel], ["succeeded", "wechat"]);
  const refund = ok(
    await api.merchant<Refund>("POST", `/v1/payments/${paid.id}/refunds?wait=0`, {
      body: { amount: 500 },
      idempotencyKey: "refund-notice-refund",
    }),
  );
  assert.equal(refund.state, "processing");
  await until(
    "the refund is known to be given back",
    async () => ok(await api.merchant<Refund>("GET", `/v1/refunds/${refund.id}`)).state === "succeeded",
  );
  const { items } = ok(
    await api.operator<{ items: TimelineLine[] }>("GET", `/v1/payments/${paid.id}/timeline`),
  );
  const told = items.filter(({ kind }) => ["callbackReceived", "refundQuerySent"].includes(kind));
  assert.deepEqual(
    told.map(({ kind, data }) => [kind, data["refundId"]]),
    [
      ["callbackReceived", refund.id],
      ["refundQuerySent", refund.id],
    ],
  );
});
