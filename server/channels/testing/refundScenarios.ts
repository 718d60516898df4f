// For tests only: what a refund must do at every channel. The books are believed, not the channel.
import assert from "node:assert/strict";
import { fen, type Money } from "../../kernel/money.ts";
import type { ChannelIo, RefundOutcome, RefundRequest } from "../port.ts";
import type { RefundWay } from "../timetables.ts";
import { amount, type Given, type Scenario } from "./scenario.ts";
import { alteredDigit, cutShort, losingReply, losingRequest, replacedByPage } from "./wire.ts";

const refundNo = "refund1";

/** A payment that is paid already, and shorthand for what is done to it. */
export async function paid({ channel, world, request }: Given) {
  await channel.charge(world.io, world.account, request);
  const order = request;
  const { orderedAt: requestedAt, callbackUrl } = request;
  const first = { reason: "做错了", sendHistory: "first" } as const;
  const base = { channelRefundNo: refundNo, requestedAt, ...first, callbackUrl };
  const { channelOrderNo } = request;
  return {
    refund: async (own: Partial<RefundRequest> = {}, io: ChannelIo = world.io) =>
      (await channel.refund(io, world.account, { ...base, order, amount, ...own })).outcome,
    asked: async (channelRefundNo = refundNo, way: RefundWay = "refund") => {
      const question = { order, way, channelRefundNo, requestedAt };
      return (await channel.refundQuery(world.io, world.account, question)).outcome;
    },
    back: async () => Number((await world.refunded(channelOrderNo)).minor),
    /** It went back at once, or was taken in hand and then arrived. The total is compared where the network tells it. */
    goesBack: async (outcome: RefundOutcome, total?: Money) => {
      assert.ok(outcome.kind === "refunded" || outcome.kind === "processing", outcome.kind);
      if (outcome.kind === "processing") return world.refundsArrive?.();
      if (total !== undefined && outcome.refundedTotal !== null)
        assert.deepEqual(outcome.refundedTotal, total);
    },
  };
}

export const scenariosOfRefund: readonly Scenario[] = [
  [
    "refund whole: it goes back once, the refund query says so, and a query still knows it was paid",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      await goesBack(await refund(), amount);
      assert.equal(await back(), 1250);
      const found = await asked();
      assert.ok(found.kind === "refunded", found.kind);
      assert.deepEqual(found.amount, amount);
      const { channel, world, request } = given;
      const trade = (await channel.query(world.io, world.account, request)).outcome;
      assert.ok(
        trade.kind === "succeeded" || (trade.kind === "closed" && trade.everPaid === "yes"),
        trade.kind,
      );
    },
  ],
  [
    "refund partial: parts add up: each answer tells all that went back, each query its own part",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      await goesBack(await refund({ amount: fen(500) }), fen(500));
      await goesBack(await refund({ amount: fen(250), channelRefundNo: "refund2" }), fen(750));
      assert.equal(await back(), 750);
      for (const [number, part] of [
        [refundNo, fen(500)],
        ["refund2", fen(250)],
      ] as const) {
        const found = await asked(number);
        assert.ok(found.kind === "refunded", found.kind);
        assert.deepEqual(found.amount, part, number);
      }
      const { channel, world, request } = given;
      const trade = (await channel.query(world.io, world.account, request)).outcome;
      assert.equal(trade.kind, "succeeded");
    },
  ],
  [
    "refund over: more than was paid never goes back, neither at once nor in parts",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      const tooMuch = await refund({ amount: fen(1251) });
      assert.equal(tooMuch.kind, "declined");
      assert.equal(await back(), 0);
      await goesBack(await refund({ amount: fen(1000), channelRefundNo: "refund2" }));
      const rest = await refund({ amount: fen(251), channelRefundNo: "refund3" });
      assert.equal(rest.kind, "declined");
      assert.equal(await back(), 1000);
      for (const number of [refundNo, "refund3"]) assert.equal((await asked(number)).kind, "notRefunded");
    },
  ],
  [
    "the same number again gives nothing more back, and reads as done",
    "pays",
    async (given) => {
      const { refund, back, goesBack } = await paid(given);
      await goesBack(await refund({ amount: fen(500) }));
      for (let time = 0; time < 3; time += 1)
        await goesBack(await refund({ amount: fen(500), sendHistory: "afterUnclear" }), fen(500));
      assert.equal(await back(), 500);
    },
  ],
  [
    "the same number with another amount gives nothing more back and never reads as done",
    "pays",
    async (given) => {
      const { refund, back, goesBack } = await paid(given);
      await goesBack(await refund({ amount: fen(500) }));
      for (const sendHistory of ["first", "afterUnclear"] as const) {
        const other = await refund({ amount: fen(400), sendHistory });
        assert.notEqual(other.kind, "refunded", sendHistory);
        assert.notEqual((await refund({ amount: fen(600), sendHistory })).kind, "refunded", sendHistory);
      }
      assert.equal(await back(), 500);
    },
  ],
  [
    "a refund lost on its way is unknown and gave nothing back; sent again it goes back once",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      const lost = await refund({}, { ...given.world.io, transport: losingRequest });
      assert.ok(lost.kind === "unknown" && lost.words === null, lost.kind);
      assert.equal(await back(), 0);
      assert.equal((await asked()).kind, "notRefunded");
      await goesBack(await refund({ sendHistory: "afterUnclear" }));
      assert.equal(await back(), 1250);
    },
  ],
  [
    "a reply lost after its refund is unknown; the query finds it, and sent again it goes back no more",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      const { io } = given.world;
      const lost = await refund({ amount: fen(500) }, { ...io, transport: losingReply(io.transport) });
      assert.equal(lost.kind, "unknown");
      await given.world.refundsArrive?.();
      assert.equal(await back(), 500);
      assert.equal((await asked()).kind, "refunded");
      await goesBack(await refund({ amount: fen(500), sendHistory: "afterUnclear" }));
      assert.equal(await back(), 500);
    },
  ],
  [
    "a reply altered on its way, cut short, or made by nobody is unknown, of a refund and of its query",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const { refund } = await paid(given);
      for (const alter of [alteredDigit, cutShort, replacedByPage]) {
        const io: ChannelIo = {
          ...world.io,
          transport: async (sent) => alter(await world.io.transport(sent)),
        };
        assert.equal((await refund({}, io)).kind, "unknown", alter.name);
        const query = { order: request, channelRefundNo: refundNo, requestedAt: request.orderedAt };
        const { outcome } = await channel.refundQuery(io, world.account, query);
        assert.equal(outcome.kind, "unknown", alter.name);
      }
    },
  ],
  [
    "refund short: it waits for the merchant’s balance and goes back once it is there",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      await given.world.setMerchantBalance("short");
      assert.equal((await refund()).kind, "balanceShort");
      assert.equal((await refund({ sendHistory: "afterUnclear" })).kind, "balanceShort");
      assert.equal((await asked()).kind, "notRefunded");
      assert.equal(await back(), 0);
      await given.world.setMerchantBalance("enough");
      await goesBack(await refund({ sendHistory: "afterUnclear" }));
      assert.equal(await back(), 1250);
    },
    "shortBalance",
  ],
  [
    "refund concurrent: together they give back no more than was paid, and each says of itself what the books say",
    "pays",
    async (given) => {
      const { refund, asked, back } = await paid(given);
      const numbers = ["refund1", "refund2", "refund3", "refund4"];
      const outcomes = await Promise.all(
        numbers.map((channelRefundNo) => refund({ amount: fen(500), channelRefundNo })),
      );
      await given.world.refundsArrive?.();
      const taken = outcomes.filter(({ kind }) => kind === "refunded" || kind === "processing").length;
      assert.equal(taken, 2);
      assert.equal(await back(), 1000);
      const found = await Promise.all(numbers.map((number) => asked(number)));
      assert.equal(found.filter(({ kind }) => kind === "refunded").length, 2);
    },
  ],
  [
    "refund concurrent: the same one sent several times at once goes back once",
    "pays",
    async (given) => {
      const { refund, asked, back } = await paid(given);
      await Promise.all(Array.from({ length: 4 }, () => refund({ amount: fen(500) })));
      await given.world.refundsArrive?.();
      assert.equal(await back(), 500);
      assert.equal((await asked()).kind, "refunded");
    },
  ],
  [
    "nothing goes back of what nobody paid or nobody knows",
    "confirmsFirst",
    async (given) => {
      const { refund, asked, back } = await paid(given);
      assert.notEqual((await refund()).kind, "refunded");
      assert.equal(await back(), 0);
      assert.equal((await asked()).kind, "notRefunded");
      const unknown = await refund({ order: { ...given.request, channelOrderNo: "00000001nobody" } });
      assert.equal(unknown.kind, "unknown");
    },
  ],
];
