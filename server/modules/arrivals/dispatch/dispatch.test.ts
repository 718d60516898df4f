// Terminals that ask together, as after a restart: what they are owed waits its turn, and payments do not wait behind it.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { arrivalLimits } from "../limits.ts";
import type { NewArrival } from "../model.ts";
import { createDispatcher } from "./service.ts";

type Deps = Parameters<typeof createDispatcher>[0];

const now = new Date("2026-11-23T04:00:00Z");
const terminals = Array.from({ length: 200 }, (_, index) => `trm_${index}`);

test("two hundred questions at once are answered a few at a time, each of them", async () => {
  let running = 0;
  let most = 0;
  let answered = 0;
  const transaction = async (): Promise<unknown> => {
    most = Math.max(most, ++running);
    await turn();
    running -= 1;
    answered += 1;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const { dispatch } = createDispatcher(dispatcherDeps(transaction));
  await Promise.all(terminals.map((id) => dispatch(id, "asked")));
  assert.equal(answered, terminals.length);
  assert.equal(most, arrivalLimits.catchUpsAtOnceMax);
});

test("one that fails fails alone", async () => {
  let calls = 0;
  const transaction = (): Promise<unknown> => {
    calls += 1;
    return calls === 3
      ? Promise.reject(new Error("no database"))
      : Promise.resolve({ summaries: [], arrivals: [], settledThrough: 0n });
  };
  const { dispatch } = createDispatcher(dispatcherDeps(transaction));
  const outcomes = await Promise.allSettled(terminals.map((id) => dispatch(id, "asked")));
  assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 1);
});

test("what is booked for a terminal that has asked is sent while others still wait for their answer", async () => {
  const sent: string[] = [];
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  const transaction = async (): Promise<unknown> => {
    calls += 1;
    if (calls > 1) await hold.promise;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const { dispatch, push } = createDispatcher(dispatcherDeps(transaction, sent));
  await dispatch("trm_0", "asked");
  const rest = terminals.slice(1).map((id) => dispatch(id, "asked"));
  const arrival = { ...booked, terminalId: "trm_0" } as unknown as NewArrival;
  await push([arrival]);
  assert.deepEqual(sent, ["trm_0"]);
  hold.resolve();
  await Promise.all(rest);
});

const booked = {
  ...{ id: "arr_1", paymentId: "pay_1", merchantId: "mer_1", sequence: 1n, settledThrough: 0n },
  ...{ speech: [], amount: { minor: 1n, currency: "CNY" }, fundingSource: null, method: "alipay" },
  ...{ acceptedAt: now, paidAt: now, sendCount: 1, merchantOrderNo: "1" },
};

function dispatcherDeps(transaction: () => Promise<unknown>, sent: string[] = []): Deps {
  const deps = {
    pg: { transaction },
    world: { now: () => now, newId: () => "arr_2" },
    log: { info: () => undefined },
    bus: { sessionOf: () => "session", send: async (id: string) => void sent.push(id) },
    terminalOf: async () => ({ merchantId: "mer_1" }),
  };
  return deps as unknown as Deps;
}
