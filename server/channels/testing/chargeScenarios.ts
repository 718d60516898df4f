// For tests only: payments by a code that the payer shows, and what may happen to their messages. The books are believed.
import assert from "node:assert/strict";
import { fen } from "../../kernel/money.ts";
import type { Transport } from "../port.ts";
import { amount, type Scenario } from "./scenario.ts";
import { alteredDigit, cutShort, losingReply, losingRequest, replacedByPage } from "./wire.ts";

export const scenariosOfCharge: readonly Scenario[] = [
  [
    "charge: paid, the books say the same, and so does the query",
    "pays",
    async ({ channel, world, request }) => {
      const charged = await channel.charge(world.io, world.account, request);
      assert.ok(charged.outcome.kind === "succeeded", charged.outcome.kind);
      assert.deepEqual(charged.outcome.amount, amount);
      if (world.tellsPurse !== "no") assert.notEqual(charged.outcome.fundingSource, "unknown");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const asked = await channel.query(world.io, world.account, request);
      assert.ok(asked.outcome.kind === "succeeded", asked.outcome.kind);
      assert.equal(asked.outcome.channelTradeNo, charged.outcome.channelTradeNo);
      assert.deepEqual(asked.outcome.amount, amount);
    },
  ],
  [
    "pending: a charge waits for the payer until confirmed",
    "confirmsFirst",
    async ({ channel, world, request }) => {
      assert.equal((await channel.charge(world.io, world.account, request)).outcome.kind, "pending");
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "pending");
      await world.confirm(request.channelOrderNo);
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "succeeded");
    },
  ],
  [
    "decline: definite, in the channel’s words, and no money moved",
    "hasNoMoney",
    async ({ channel, world, request }) => {
      const { outcome } = await channel.charge(world.io, world.account, request);
      assert.ok(outcome.kind === "declined", outcome.kind);
      assert.notEqual(outcome.words.code, "");
      assert.notEqual(outcome.retry, "queryFirst");
      assert.notEqual((await world.book(request.channelOrderNo)).state, "paid");
    },
  ],
  [
    "decline: the same after an unclear send is not definite",
    "hasNoMoney",
    async ({ channel, world, request }) => {
      const again = { ...request, sendHistory: "afterUnclear" } as const;
      assert.equal((await channel.charge(world.io, world.account, again)).outcome.kind, "unknown");
    },
  ],
  [
    "cancelling what waits closes it, and it was never paid",
    "confirmsFirst",
    async ({ channel, world, request }) => {
      await channel.charge(world.io, world.account, request);
      const { outcome } = await channel.cancel(world.io, world.account, request);
      assert.ok(outcome.kind === "cancelled" && outcome.action !== "refund", outcome.kind);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "closed", amount });
      const asked = await channel.query(world.io, world.account, request);
      assert.ok(asked.outcome.kind === "closed" && asked.outcome.everPaid !== "yes", asked.outcome.kind);
    },
  ],
  [
    "cancelling what is paid refunds it, and a query still knows it was paid",
    "pays",
    async ({ channel, world, request }) => {
      await channel.charge(world.io, world.account, request);
      const { outcome } = await channel.cancel(world.io, world.account, request);
      assert.ok(outcome.kind === "cancelled" && outcome.action !== "close", outcome.kind);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "refunded", amount });
      const asked = await channel.query(world.io, world.account, request);
      assert.ok(asked.outcome.kind === "closed" && asked.outcome.everPaid !== "no", asked.outcome.kind);
    },
  ],
  [
    "an exchange keeps neither payer code nor keys",
    "pays",
    async ({ channel, world, request }) => {
      const { exchange } = await channel.charge(world.io, world.account, request);
      const kept = JSON.stringify(exchange);
      assert.equal(kept.includes(request.payerCode), false);
      assert.equal(kept.includes("PRIVATE KEY"), false);
      assert.ok(kept.includes(request.channelOrderNo));
    },
  ],
  [
    "duplicate order: a number that was paid is never paid again, whatever else is asked for under it",
    "pays",
    async ({ channel, world, request }) => {
      await channel.charge(world.io, world.account, request);
      for (const sendHistory of ["first", "afterUnclear"] as const) {
        const other = { ...request, amount: fen(990), payerCode: await world.payerCode("pays"), sendHistory };
        const { outcome } = await channel.charge(world.io, world.account, other);
        assert.notEqual(outcome.kind, "succeeded", sendHistory);
        if (sendHistory === "afterUnclear") assert.notEqual(outcome.kind, "declined");
      }
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const asked = await channel.query(world.io, world.account, request);
      assert.ok(asked.outcome.kind === "succeeded", asked.outcome.kind);
      assert.deepEqual(asked.outcome.amount, amount);
    },
  ],
  [
    "close race: a payer who confirms while the charge is cancelled has paid or has not: never both",
    "confirmsFirst",
    async ({ channel, world, request }) => {
      await channel.charge(world.io, world.account, request);
      const { channelOrderNo } = request;
      await Promise.all([world.confirm(channelOrderNo), channel.cancel(world.io, world.account, request)]);
      const { state } = await world.book(channelOrderNo);
      const { outcome } = await channel.query(world.io, world.account, request);
      assert.equal(outcome.kind === "succeeded", state === "paid", `${outcome.kind} but ${state}`);
    },
  ],
];

export const scenariosOfLoss: readonly Scenario[] = [
  [
    "timeout before the effect: unknown; the channel knows no trade and cancel does nothing",
    "pays",
    async ({ channel, world, request }) => {
      const lost = { ...world.io, transport: losingRequest };
      const { outcome, exchange } = await channel.charge(lost, world.account, request);
      assert.ok(outcome.kind === "unknown" && outcome.words === null, outcome.kind);
      assert.equal(exchange.receivedAt, null);
      assert.equal(exchange.problem, "timeout");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "none" });
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "notFound");
      assert.equal((await channel.cancel(world.io, world.account, request)).outcome.kind, "noAction");
    },
  ],
  [
    "timeout after the effect: unknown; the query finds the payment",
    "pays",
    async ({ channel, world, request }) => {
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await channel.charge(lost, world.account, request)).outcome.kind, "unknown");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "succeeded");
    },
  ],
  [
    "duplicate order: a repeated charge never pays twice and never reads as declined",
    "pays",
    async ({ channel, world, request }) => {
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      await channel.charge(lost, world.account, request);
      const again = { ...request, sendHistory: "afterUnclear" } as const;
      const { outcome } = await channel.charge(world.io, world.account, again);
      assert.ok(outcome.kind === "unknown" || outcome.kind === "succeeded", outcome.kind);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
    },
  ],
  [
    "a reply altered on its way, cut short, or made by nobody is unknown",
    "pays",
    async ({ channel, world, request }) => {
      for (const alter of [alteredDigit, cutShort, replacedByPage]) {
        const transport: Transport = async (sent) => alter(await world.io.transport(sent));
        const { outcome } = await channel.query({ ...world.io, transport }, world.account, request);
        assert.ok(outcome.kind === "unknown" && outcome.words === null, `${alter.name}: ${outcome.kind}`);
      }
    },
  ],
];
