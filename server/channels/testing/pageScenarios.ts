// For tests only: paying in a page of ours that the wallet opened. The books are believed, not the channel.
import assert from "node:assert/strict";
import { amount, type Given, type Scenario } from "./scenario.ts";
import { losingReply } from "./wire.ts";

type Ready = Readonly<{ call: Readonly<Record<string, string>>; page: NonNullable<Given["world"]["page"]> }>;

/** An order for the payer who has the page open; null where this account has no pages, and says so. */
async function ready({ channel, world, request }: Given, io = world.io): Promise<Ready | null> {
  const pages = channel.payerPages;
  assert.ok(pages !== undefined, "a manifest that offers pages has them");
  const { page } = world;
  assert.equal(pages.offeredBy(world.account), page === undefined ? "no" : "yes");
  if (page === undefined) return null;
  const { payerCode: _, ...order } = request;
  const wanted = { ...order, page: { payerId: page.payerId } };
  const { outcome } = await channel.precreate(io, world.account, wanted);
  if (outcome.kind !== "pageReady") assert.fail(outcome.kind);
  return { page, call: await pages.bridgeCall(world.io, world.account, outcome.ticket) };
}

export const scenariosOfPage: readonly Scenario[] = [
  [
    "an order in a page is paid by the payer it was placed for, and by nobody before, for our amount, once",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const made = await ready(given);
      if (made === null) return;
      assert.notEqual((await world.book(request.channelOrderNo)).state, "paid");
      await made.page.pays("another", made.call);
      assert.notEqual((await world.book(request.channelOrderNo)).state, "paid", "somebody else’s order");
      await made.page.pays("this", made.call);
      await made.page.pays("this", made.call);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const { outcome } = await channel.query(world.io, world.account, request);
      assert.ok(outcome.kind === "succeeded", outcome.kind);
      assert.deepEqual(outcome.amount, amount);
    },
    "pages",
  ],
  [
    "a call of the bridge with any member altered pays nothing",
    "pays",
    async (given) => {
      const made = await ready(given);
      if (made === null) return;
      for (const [name, value] of Object.entries(made.call)) {
        if (name === "signType") continue;
        await made.page.pays("this", { ...made.call, [name]: `${value}0` });
        assert.notEqual((await given.world.book(given.request.channelOrderNo)).state, "paid", name);
      }
    },
    "pages",
  ],
  [
    "an order in a page whose answer was lost is the same order when it is asked for again; closed, it is paid no more",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      if (world.page === undefined) return;
      const { payerCode: _, ...order } = request;
      const wanted = { ...order, page: { payerId: world.page.payerId } };
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await channel.precreate(lost, world.account, wanted)).outcome.kind, "unknown");
      const made = await ready(given);
      assert.ok(made !== null);
      assert.equal((await channel.close(world.io, world.account, request)).outcome.kind, "closed");
      await made.page.pays("this", made.call);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "closed", amount });
    },
    "pages",
  ],
];
