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
  const { dispatch, push } = createDispatcher(dispatcherDeps(transaction, { sent }));
  await dispatch("trm_0", "asked");
  const rest = terminals.slice(1).map((id) => dispatch(id, "asked"));
  const arrival = { ...booked, terminalId: "trm_0" } as unknown as NewArrival;
  await push([arrival]);
  assert.deepEqual(sent, ["trm_0"]);
  hold.resolve();
  await Promise.all(rest);
});

test("a payment at a terminal that waits for its answer waits for nobody: what it booked is part of that answer", async () => {
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  const transaction = async (): Promise<unknown> => {
    calls += 1;
    await hold.promise;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const sent: string[] = [];
  const { dispatch, push } = createDispatcher(dispatcherDeps(transaction, { sent }));
  const asked = terminals.map((id) => dispatch(id, "asked"));
  const arrival = { ...booked, terminalId: "trm_199" } as unknown as NewArrival;
  assert.equal(await endsSoon(push([arrival])), "yes");
  // The question of trm_199 has not begun: what is committed now is read by it.
  assert.deepEqual([sent, calls], [[], arrivalLimits.catchUpsAtOnceMax]);
  hold.resolve();
  await Promise.all(asked);
  await push([arrival]);
  assert.deepEqual(sent, ["trm_199"], "once it has its answer, it is sent what is booked at once");
});

test("a terminal that has its answer and asks again, as all do now and then, is sent what is booked meanwhile", async () => {
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  const transaction = async (): Promise<unknown> => {
    calls += 1;
    if (calls > terminals.length) await hold.promise;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const sent: string[] = [];
  const { dispatch, push } = createDispatcher(dispatcherDeps(transaction, { sent }));
  await Promise.all(terminals.map((id) => dispatch(id, "asked")));
  const again = terminals.map((id) => dispatch(id, "asked"));
  await push([{ ...booked, terminalId: "trm_199" } as unknown as NewArrival]);
  assert.deepEqual(sent, ["trm_199"]);
  hold.resolve();
  await Promise.all(again);
});

test("nobody looks for what a session has missed that is gone when its turn comes", async () => {
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  const transaction = async (): Promise<unknown> => {
    calls += 1;
    await hold.promise;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const sessions = new Map(terminals.map((id) => [id, "first"]));
  const sessionOf = (id: string): string | null => sessions.get(id) ?? null;
  const { dispatch } = createDispatcher(dispatcherDeps(transaction, { sessionOf }));
  const asked = terminals.map((id) => dispatch(id, "asked"));
  await endsSoon(Promise.all(asked));
  sessions.set("trm_198", "second");
  sessions.delete("trm_199");
  hold.resolve();
  await Promise.all(asked);
  assert.equal(calls, terminals.length - 2);
});

test("what was sent and not confirmed is sent again while others wait for their answer", async () => {
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  const transaction = async (): Promise<unknown> => {
    calls += 1;
    if (calls === 2 || calls === 3) await hold.promise;
    return { summaries: [], arrivals: [], settledThrough: 0n };
  };
  const { dispatch } = createDispatcher(dispatcherDeps(transaction));
  await dispatch("trm_0", "asked");
  const rest = terminals.slice(1).map((id) => dispatch(id, "asked"));
  await endsSoon(Promise.all(rest));
  assert.equal(await endsSoon(dispatch("trm_0", "due")), "yes");
  hold.resolve();
  await Promise.all(rest);
});

/** Whether it is done without waiting for anything but its turns. */
async function endsSoon(work: Promise<unknown>): Promise<"yes" | "no"> {
  let ended: "yes" | "no" = "no";
  void work.then(() => (ended = "yes"));
  for (let turns = 0; turns < 100; turns += 1) await turn();
  return ended;
}

const booked = {
  ...{ id: "arr_1", paymentId: "pay_1", merchantId: "mer_1", sequence: 1n, settledThrough: 0n },
  ...{ speech: [], amount: { minor: 1n, currency: "CNY" }, fundingSource: null, method: "alipay" },
  ...{ acceptedAt: now, paidAt: now, sendCount: 1, merchantOrderNo: "1" },
};

type Around = Readonly<{ sent?: string[]; sessionOf?: (terminalId: string) => string | null }>;

function dispatcherDeps(
  transaction: () => Promise<unknown>,
  { sent = [], sessionOf = () => "session" }: Around = {},
): Deps {
  const deps = {
    pg: { transaction },
    world: { now: () => now, newId: () => "arr_2" },
    log: { info: () => undefined },
    bus: { sessionOf, send: async (id: string) => void sent.push(id) },
    terminalOf: async () => ({ merchantId: "mer_1" }),
  };
  return deps as unknown as Deps;
}
