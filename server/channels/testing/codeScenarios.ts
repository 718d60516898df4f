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
    "a code that is shown is paid by nobody until somebody scans it; then it is paid for our amount",
    "pays",
    async (given) => {
      const codeUrl = await shown(given);
      const { world, request } = given;
      const before = (await queried(given)).kind;
      assert.ok(before === "notFound" || before === "pending", before);
      const { state } = await world.book(request.channelOrderNo);
      assert.ok(state === "none" || state === "waiting", state);
      await world.scan(codeUrl, "pays");
      assert.deepEqual(await world.book(request.channelOrderNo), { state: "paid", amount });
      const outcome = await queried(given);
      assert.ok(outcome.kind === "succeeded", outcome.kind);
      assert.deepEqual(outcome.amount, amount);
    },
    "shownCodes",
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
    "shownCodes",
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
    "close",
  ],
  [
    "closing a code that nobody scanned finds nothing, or closes it: nothing is paid either way",
    "pays",
    async (given) => {
      await shown(given);
      const { kind } = await closed(given);
      assert.ok(kind === "notFound" || kind === "closed", kind);
      assert.notEqual((await queried(given)).kind, "succeeded");
      assert.notEqual((await given.world.book(given.request.channelOrderNo)).state, "paid");
    },
    "close",
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
    "close",
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
    "close",
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
    "close",
  ],
  [
    "close race: a payer who confirms while the code is closed has paid or has not: close never says the other",
    "confirmsFirst",
    async (given) => {
      const { world, request } = given;
      await world.scan(await shown(given), "confirmsFirst");
      const [, end] = await Promise.all([world.confirm(request.channelOrderNo), closed(given)]);
      const { state } = await world.book(request.channelOrderNo);
      assert.equal(state === "paid", end.kind !== "closed", `${end.kind} but ${state}`);
      assert.equal((await queried(given)).kind, state === "paid" ? "succeeded" : "closed");
    },
    "close",
  ],
];

export const scenariosOfProbe: readonly Scenario[] = [
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
