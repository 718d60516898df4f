// For tests only: the bill of a day. It is held against the books, line by line.
import assert from "node:assert/strict";
import { fen } from "../../kernel/money.ts";
import { businessDate } from "../../kernel/time.ts";
import { amount, type Given, type Scenario } from "./scenario.ts";
import { alteredDigit, cutShort, losingReply } from "./wire.ts";

const dayAndMore = 100_000;

/** A payment of which a part went back; then the day is over, and its bill is made. */
async function tradedDay({ channel, world, request }: Given): Promise<string> {
  const day = businessDate(world.io.now());
  await channel.charge(world.io, world.account, request);
  const refund = {
    order: request,
    channelRefundNo: "refund1",
    requestedAt: world.io.now(),
    amount: fen(500),
  };
  await channel.refund(world.io, world.account, {
    ...{ ...refund, reason: null, sendHistory: "first" },
    callbackUrl: request.callbackUrl,
  });
  await world.refundsArrive?.();
  await world.advance?.(dayAndMore);
  return day;
}

export const scenariosOfBill: readonly Scenario[] = [
  [
    "bill equals books: the bill of a day is what they say: each payment and each refund once, under our numbers",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const day = await tradedDay(given);
      const { outcome } = await channel.bill(world.io, world.account, { day });
      assert.ok(outcome.kind === "bill", outcome.kind);
      const [payment, refund, ...more] = outcome.lines.toSorted((left, right) =>
        left.kind < right.kind ? -1 : 1,
      );
      assert.ok(payment !== undefined && refund !== undefined);
      assert.deepEqual(more, []);
      assert.deepEqual([payment.kind, payment.channelOrderNo], ["payment", request.channelOrderNo]);
      assert.deepEqual([payment.amount, payment.channelRefundNo], [amount, null]);
      assert.equal(refund.kind, "refund");
      assert.ok(refund.channelRefundNo === "refund1" || refund.channelRefundNo === null);
      assert.deepEqual(refund.amount, await world.refunded(request.channelOrderNo));
      assert.equal(businessDate(payment.at), day);
      assert.notEqual(outcome.file, "");
    },
    "bill",
  ],
  [
    "a day without trade has no bill, or an empty one",
    "pays",
    async ({ channel, world }) => {
      const day = businessDate(world.io.now());
      await world.advance?.(dayAndMore);
      const { outcome } = await channel.bill(world.io, world.account, { day });
      assert.ok(
        outcome.kind === "noBill" || (outcome.kind === "bill" && outcome.lines.length === 0),
        outcome.kind,
      );
    },
    "bill",
  ],
  [
    "a bill that is altered on its way, cut short, or lost is unknown, and no line of it is believed",
    "pays",
    async (given) => {
      const { channel, world } = given;
      const day = await tradedDay(given);
      for (const alter of [alteredDigit, cutShort]) {
        const transport: typeof world.io.transport = async (sent) => alter(await world.io.transport(sent));
        const { outcome } = await channel.bill({ ...world.io, transport }, world.account, { day });
        assert.equal(outcome.kind, "unknown", alter.name);
      }
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await channel.bill(lost, world.account, { day })).outcome.kind, "unknown");
    },
    "bill",
  ],
];
