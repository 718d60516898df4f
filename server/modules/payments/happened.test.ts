import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { uuidOf } from "../../kernel/ids.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import { writeEvents } from "../webhooks/index.ts";
import type { PaymentsDeps } from "./deps.ts";
import { merchantId, paymentsBench, type PaymentsBench } from "./testing.ts";

type Message = Readonly<{
  type: string;
  merchantId: string;
  version: number;
  data: Readonly<{ id: string; state: string; lateSuccess?: boolean }>;
}>;

type InsertEvents = NonNullable<PaymentsDeps["webhooks"]>["insertEvents"];

/** The same payments, whose merchants are told of what happens, as the platform composes them. */
function tell(
  bench: PaymentsBench,
  insertEvents: InsertEvents = (tx, events) => writeEvents(bench.deps, tx, events),
): void {
  Object.assign(bench.deps, { webhooks: { insertEvents } });
}

async function listen(bench: PaymentsBench, number: number, state: "enabled" | "disabled"): Promise<void> {
  const disabled = state === "disabled";
  await bench.db.pg.transaction((tx) =>
    sql`
      insert into webhooks.endpoint (merchant_id, endpoint_id, url, event_types, description, state,
        disabled_reason, disabled_at, secret_sealed, created_at, created_by)
      values (${uuidOf(merchantId)}, ${uuidOf(fixtureId("wep", number))}, 'https://shop.example/hook', '{}', '',
        ${state}, ${disabled ? "person" : null}, ${disabled ? bench.clock.now() : null}, 'sealed',
        ${bench.clock.now()}, 'test')`.execute(tx),
  );
}

async function messages(bench: PaymentsBench): Promise<Message[]> {
  const { rows } = await sql<{ body: string }>`
    select body from webhooks.event order by version, event_id`.execute(bench.db.pg.batch);
  return rows.map(({ body }) => JSON.parse(body) as Message);
}

async function deliveries(bench: PaymentsBench): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from webhooks.delivery where state = 'waiting'`.execute(bench.db.pg.batch);
  return Number(rows[0]?.count);
}

test("every outcome of a payment and its refund is written once, in the order of the payment’s versions", async () => {
  await using bench = await paymentsBench();
  await listen(bench, 1, "enabled");
  tell(bench);
  const paid = await bench.create();
  assert.ok(paid.ok);
  const { id } = JSON.parse(paid.value.body) as { id: string };
  const refunded = await bench.refund(id, { amount: 500 });
  assert.ok(refunded.ok);
  const told = await messages(bench);
  assert.deepEqual(
    told.map(({ type, data }) => [type, data.state]),
    [
      ["payment.succeeded", "succeeded"],
      ["refund.succeeded", "succeeded"],
    ],
  );
  assert.ok(told[0]!.version < told[1]!.version);
  assert.deepEqual([told[0]!.data, told[0]!.merchantId], [JSON.parse(paid.value.body), merchantId]);
  assert.equal(await deliveries(bench), 2);
});

test("a merchant without endpoints costs no row, and one whose endpoint is disabled keeps its events", async () => {
  await using bench = await paymentsBench();
  tell(bench);
  assert.ok((await bench.create()).ok);
  assert.deepEqual(await messages(bench), []);
  await listen(bench, 1, "disabled");
  assert.ok((await bench.create()).ok);
  assert.deepEqual([(await messages(bench)).length, await deliveries(bench)], [1, 0]);
});

test("a refusal, an end without money and money that came after all each have a name", async () => {
  await using bench = await paymentsBench();
  await listen(bench, 1, "enabled");
  tell(bench);
  bench.channel.chargePlan = ["decline", "requestLost"];
  assert.ok((await bench.create()).ok);
  assert.ok((await bench.create()).ok);
  await bench.pass(200, 5);
  assert.deepEqual((await messages(bench)).map(({ type }) => type).sort(), [
    "payment.closed",
    "payment.failed",
  ]);
});

test("what is rolled back was never told", async () => {
  await using bench = await paymentsBench();
  await listen(bench, 1, "enabled");
  tell(bench, async (tx, events) => {
    await writeEvents(bench.deps, tx, events);
    throw new Error("the transaction fails after the event was written");
  });
  await bench.create({ wait: 0 });
  assert.deepEqual(await messages(bench), []);
});
