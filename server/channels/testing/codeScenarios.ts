// For tests only: codes that are shown to the payer, and accounts that are tried out. The books are believed, not the channel.
import assert from "node:assert/strict";
import { amount, type Given, type Scenario } from "./scenario.ts";
import { alteredDigit, losingReply } from "./wire.ts";

/** A code that is shown. */
async function shown({ channel, world, request }: Given): Promise<string> {
  const { payerCode: _, ...order } = request;
  const { outcome } = await channel.precreate(world.io, world.account, order);
  assert.ok(outcome.kind === "created", outcome.kind);
  return outcome.codeUrl;
}

const queried = async ({ channel, world, request }: Given) =>
  (await channel.query(world.io, world.account, request)).outcome;
const closed = async ({ channel, world, request }: Given, io = world.io) =>
  (await channel.close(io, world.account, request)).outcome;

export const scenariosOfCode: readonly Scenario[] = [
  [
    "a code that is shown is no trade until somebody scans it; then it is paid for our amount",
    "pays",
    async (given) => {
      const codeUrl = await shown(given);
      const { world, request } = given;
      assert.equal((await queried(given)).kind, "notFound");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "none" });
      await world.scan(codeUrl, "pays");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const outcome = await queried(given);
      assert.ok(outcome.kind === "succeeded", outcome.kind);
      assert.deepEqual(outcome.amount, amount);
    },
  ],
  [
    "the same order asked for again shows a code for the same order, and it is paid once",
    "pays",
    async (given) => {
      const { channel, world, request } = given;
      const { payerCode: _, ...order } = request;
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await channel.precreate(lost, world.account, order)).outcome.kind, "unknown");
      await world.scan(await shown(given), "pays");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
    },
  ],
  [
    "closing what waits closes it unpaid; closing it again changes nothing",
    "confirmsFirst",
    async (given) => {
      await given.world.scan(await shown(given), "confirmsFirst");
      assert.equal((await queried(given)).kind, "pending");
      assert.equal((await closed(given)).kind, "closed");
      assert.deepEqual(await given.world.book(given.request.channelOrderNo), { state: "closed", amount });
      await closed(given);
      const outcome = await queried(given);
      assert.ok(outcome.kind === "closed" && outcome.everPaid === "no", outcome.kind);
    },
  ],
  [
    "closing a code that nobody scanned finds nothing",
    "pays",
    async (given) => {
      await shown(given);
      assert.equal((await closed(given)).kind, "notFound");
    },
  ],
  [
    "closing never undoes: what was paid a moment before stays paid, and close does not say otherwise",
    "confirmsFirst",
    async (given) => {
      const { world, request } = given;
      await world.scan(await shown(given), "confirmsFirst");
      await world.confirm(request.channelOrderNo);
      assert.notEqual((await closed(given)).kind, "closed");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      assert.equal((await queried(given)).kind, "succeeded");
    },
  ],
  [
    "what was closed a moment before is not paid any more",
    "confirmsFirst",
    async (given) => {
      const { world, request } = given;
      await world.scan(await shown(given), "confirmsFirst");
      assert.equal((await closed(given)).kind, "closed");
      await world.confirm(request.channelOrderNo);
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "closed", amount });
      assert.equal((await queried(given)).kind, "closed");
    },
  ],
  [
    "a lost or altered reply about a code is unknown, whatever was done",
    "confirmsFirst",
    async (given) => {
      const { channel, world, request } = given;
      await world.scan(await shown(given), "confirmsFirst");
      const altered = {
        ...world.io,
        transport: async (sent: Parameters<typeof world.io.transport>[0]) =>
          alteredDigit(await world.io.transport(sent)),
      };
      const { payerCode: _, ...order } = request;
      assert.equal((await channel.precreate(altered, world.account, order)).outcome.kind, "unknown");
      const lost = { ...world.io, transport: losingReply(world.io.transport) };
      assert.equal((await closed(given, lost)).kind, "unknown");
      assert.equal((await queried(given)).kind, "closed");
    },
  ],
  [
    "a good account is ready and a bad key is refused by name; trying either out leaves no trade",
    "pays",
    async ({ channel, world, request }) => {
      const good = await channel.probe(world.io, world.account);
      assert.equal(good.outcome.kind, "ready");
      const bad = await channel.probe(world.io, world.accountWithWrongKey);
      assert.ok(bad.outcome.kind === "refused");
      const { code, field, title } = bad.outcome.finding;
      assert.ok(code !== "" && field !== null && title.zh !== "" && title.en !== "");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "none" });
    },
  ],
];
