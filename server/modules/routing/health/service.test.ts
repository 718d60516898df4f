// Laws of the monitor: what one account meets never decides for another that is served, and nothing grows without bound.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pino } from "pino";
import type { Channel, ChannelAccount, Exchange } from "../../../channels/port.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { circuitRules, routingLimits } from "../limits.ts";
import { createCircuits } from "./circuits.ts";
import { closedCircuit, observe } from "./decide.ts";
import { createHealthMonitor, type ChannelHealthMonitor } from "./service.ts";

const log = pino({ level: "silent" });
const gatewayUrl = "https://openapi.alipay.com/gateway.do";
const accounts = ["a", "b", "c"].map((appId): ChannelAccount => ({ appId, gatewayUrl }));
const [, served = {}] = accounts;

type Event = Readonly<{
  account: number;
  came: "answer" | "silence" | "unproven" | "neverLeft";
  seconds: number;
}>;

const exchanges: Readonly<Record<Event["came"], Partial<Exchange>>> = {
  answer: { receivedAt: new Date(0), httpStatus: 200, problem: null },
  silence: { receivedAt: null, httpStatus: null, problem: "timeout" },
  unproven: { receivedAt: new Date(0), httpStatus: 200, problem: "bad signature" },
  neverLeft: { receivedAt: null, httpStatus: null, problem: "Error: the key cannot be read" },
};

/** A monitor of its own with a clock; neither table nor probe is reached by what these tests do. */
function monitored() {
  let now = new Date("2026-11-22T04:00:00Z");
  const world = { now: () => now, random: () => 0, newId: () => assert.fail("no id is needed") } as never;
  const never = () => assert.fail("not reached");
  const pg = { batch: null as never, transaction: never };
  const deps = { pg, world, log, metrics: createMetrics(), processId: "one", probe: never };
  const health = createHealthMonitor(deps);
  let came: Event["came"] = "answer";
  const channel = health.watch({
    manifest: { code: "alipay" },
    charge: async () => ({
      outcome: { kind: came === "answer" ? "declined" : "unknown" },
      exchange: exchanges[came],
    }),
    precreate: never,
    refund: never,
  } as unknown as Channel);
  const happen = async (event: Omit<Event, "account">, account: ChannelAccount): Promise<void> => {
    now = addSeconds(now, event.seconds);
    came = event.came;
    await channel.charge({} as never, account, {} as never);
  };
  return { health, happen, world };
}

const stateOf = (health: ChannelHealthMonitor, account: ChannelAccount) =>
  health.circuitOf("alipay", account, "payerCode").state;

const events = fc.array(
  fc.record({
    account: fc.nat(2),
    came: fc.constantFrom<Event["came"]>("answer", "silence", "silence", "unproven", "neverLeft"),
    seconds: fc.nat(3),
  }),
  { minLength: 40, maxLength: 80 },
);

test("whatever other accounts meet, one that had an answer within the window is judged as if it were alone", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (history) => {
      const together = monitored();
      const alone = monitored();
      let pause = 0;
      let answeredAgo = Infinity;
      for (const { account, came, seconds } of history) {
        await together.happen({ came, seconds }, accounts[account] ?? served);
        pause += seconds;
        answeredAgo += seconds;
        if (account !== 1) continue;
        await alone.happen({ came, seconds: pause }, served);
        pause = 0;
        if (came === "answer") answeredAgo = 0;
        if (answeredAgo < circuitRules.windowSeconds - circuitRules.pieceSeconds)
          assert.equal(stateOf(together.health, served), stateOf(alone.health, served));
      }
    }),
    { numRuns: 40 },
  );
});

test("one account alone cuts off no other, whatever it meets and however often", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (history) => {
      const { health, happen } = monitored();
      for (const { came, seconds } of history) {
        await happen({ came, seconds }, accounts[0] ?? {});
        assert.equal(stateOf(health, served), "closed");
      }
    }),
    { numRuns: 20 },
  );
});

test("several accounts that get no answers cut off those that have none either", async () => {
  for (const came of ["silence", "unproven"] as const) {
    const { health, happen } = monitored();
    for (let count = 0; count < circuitRules.callsMin; count += 1)
      await happen({ came, seconds: 1 }, accounts[count % 2] ?? {});
    const [, , bystander = {}] = accounts;
    assert.equal(stateOf(health, bystander), "open", came);
  }
});

test("a corrected key makes an account without a past", async () => {
  const { health, happen } = monitored();
  const wrong = { ...served, privateKeyPem: "wrong" };
  for (let count = 0; count < circuitRules.callsMin; count += 1)
    await happen({ came: "silence", seconds: 0 }, wrong);
  assert.equal(stateOf(health, { ...wrong }), "open", "the same, read once more");
  assert.equal(stateOf(health, { ...wrong, privateKeyPem: "right" }), "closed");
});

test("where there is no room the closed circuit that nobody used for longest goes, and new ones are watched", () => {
  const { world } = monitored();
  const circuits = createCircuits({ world, log });
  const at = new Date("2026-11-22T04:00:00Z");
  const closed = closedCircuit(at);
  let open = closed;
  for (let count = 0; count < circuitRules.callsMin; count += 1)
    open = observe(open, { sign: "failure", account: "x" }, at, circuitRules);
  const place = (no: number) =>
    ({ channel: "alipay", path: `host${no}`, method: "payerCode", bank: "", owner: "" }) as const;
  const put = (no: number, circuit = closed) =>
    circuits.put({ ...place(no), probers: [], askedAt: at, circuit: closed }, circuit);
  put(0, open);
  for (let no = 1; no < routingLimits.circuitsMax; no += 1) put(no);
  put(1);
  put(-1);
  const kept = new Set(circuits.all().map(({ path }) => path));
  assert.equal(kept.size, routingLimits.circuitsMax);
  assert.deepEqual(
    [0, 1, 2, 3, -1].map((no) => kept.has(`host${no}`)),
    [true, true, false, true, true],
  );
});
