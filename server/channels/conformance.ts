// The conformance suite: what every channel must do, whatever its wire. For tests only.
// It runs a channel against a world with books of its own, and believes the books, not the channel.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transport } from "./port.ts";
import { scenariosOfCode } from "./testing/codeScenarios.ts";
import { scenariosOfRefund } from "./testing/refundScenarios.ts";
import { amount, requestOf, type ConformanceDeps, type Scenario } from "./testing/scenario.ts";
import { alteredDigit, cutShort, losingReply, losingRequest, replacedByPage } from "./testing/wire.ts";

/** Declares one test per rule of the port for this channel in this world. */
export function conformance(deps: ConformanceDeps): void {
  const { channel } = deps;
  for (const [name, payer, run] of [
    ...scenariosOfCharge,
    ...scenariosOfLoss,
    ...scenariosOfCallback,
    ...scenariosOfRefund,
    ...scenariosOfCode,
  ]) {
    test(`${channel.manifest.code}: ${name}`, async () => {
      const world = await deps.makeWorld();
      try {
        await run({ channel, world, request: await requestOf(world, payer) });
      } finally {
        await world.stop();
      }
    });
  }
}

const scenariosOfCharge: readonly Scenario[] = [
  [
    "a charge is paid, the books say the same, and so does the query",
    "pays",
    async ({ channel, world, request }) => {
      const charged = await channel.charge(world.io, world.account, request);
      assert.ok(charged.outcome.kind === "succeeded", charged.outcome.kind);
      assert.deepEqual(charged.outcome.amount, amount);
      assert.notEqual(charged.outcome.fundingSource, "unknown");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const asked = await channel.query(world.io, world.account, request);
      assert.ok(asked.outcome.kind === "succeeded", asked.outcome.kind);
      assert.equal(asked.outcome.channelTradeNo, charged.outcome.channelTradeNo);
      assert.deepEqual(asked.outcome.amount, amount);
    },
  ],
  [
    "a charge that waits for the payer is pending until confirmed",
    "confirmsFirst",
    async ({ channel, world, request }) => {
      assert.equal((await channel.charge(world.io, world.account, request)).outcome.kind, "pending");
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "pending");
      await world.confirm(request.channelOrderNo);
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "succeeded");
    },
  ],
  [
    "a decline is definite, carries the channel’s words, and moved no money",
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
    "the same decline after an unclear send is not definite",
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
      assert.ok(outcome.kind === "cancelled" && outcome.action === "close", outcome.kind);
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
      assert.ok(outcome.kind === "cancelled" && outcome.action === "refund", outcome.kind);
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
];

const scenariosOfLoss: readonly Scenario[] = [
  [
    "a request lost before its effect is unknown; the channel knows no trade and cancel does nothing",
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
    "a reply lost after its effect is unknown; the query finds the payment",
    "pays",
    async ({ channel, world, request }) => {
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await channel.charge(lost, world.account, request)).outcome.kind, "unknown");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      assert.equal((await channel.query(world.io, world.account, request)).outcome.kind, "succeeded");
    },
  ],
  [
    "a repeated charge never pays twice and never reads as declined",
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

const scenariosOfCallback: readonly Scenario[] = [
  [
    "a callback proves the payment that the books show, and its repetition is the same notification",
    "pays",
    async ({ channel, world, request }) => {
      const charged = await channel.charge(world.io, world.account, request);
      assert.ok(charged.outcome.kind === "succeeded");
      const first = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      const second = await channel.readCallback(world.account, await world.callback(request.channelOrderNo));
      assert.ok(first.kind === "accepted" && second.kind === "accepted", first.kind);
      assert.equal(first.channelOrderNo, request.channelOrderNo);
      assert.ok(first.news.kind === "succeeded", first.news.kind);
      assert.deepEqual(first.news.amount, amount);
      assert.equal(first.news.channelTradeNo, charged.outcome.channelTradeNo);
      assert.equal(second.notificationId, first.notificationId);
      assert.deepEqual(second.news, first.news);
    },
  ],
  [
    "a callback with any field altered is never accepted",
    "pays",
    async ({ channel, world, request }) => {
      await channel.charge(world.io, world.account, request);
      const genuine = await world.callback(request.channelOrderNo);
      const alterations = world.altered(genuine);
      assert.ok(alterations.length > 0);
      for (const [part, altered] of alterations)
        assert.notEqual((await channel.readCallback(world.account, altered)).kind, "accepted", part);
    },
  ],
  [
    "a callback without signature, or empty, is never accepted and never throws",
    "pays",
    async ({ channel, world }) => {
      for (const type of ["application/x-www-form-urlencoded", "application/json", "text/xml"])
        for (const text of ["", "sign=", "constructor=x", "{}", "null", "[]", "<xml></xml>", "%", "\0"]) {
          const headers = new Map([["content-type", type]]);
          const callback = { headers, body: Buffer.from(text), receivedAt: world.io.now() };
          assert.notEqual((await channel.readCallback(world.account, callback)).kind, "accepted", text);
          const processed = channel.answerCallback("processed", callback);
          assert.notDeepEqual(processed, channel.answerCallback("tryAgain", callback));
        }
    },
  ],
];
