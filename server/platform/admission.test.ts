import assert from "node:assert/strict";
import { test } from "node:test";
import { RefusalError } from "../kernel/result.ts";
import { createAdmission, type Admission, type Ticket } from "./admission.ts";
import { limits } from "./limits.ts";
import { createMetrics } from "./metrics.ts";

type Scene = Admission & { passMs(ms: number): void };

function scene(): Scene {
  let nowMs = 0;
  const admission = createAdmission({ metrics: createMetrics(), nowMs: () => nowMs });
  return { ...admission, passMs: (ms) => void (nowMs += ms) };
}

/** A request of this owner, admitted; or the code of its refusal with the seconds after which to come again. */
function ask(admission: Admission, owner: string): Ticket | readonly [code: string, seconds: number] {
  try {
    const ticket = admission.arrive();
    try {
      admission.admit(ticket, owner);
      return ticket;
    } catch (error) {
      admission.end(ticket);
      throw error;
    }
  } catch (error) {
    assert.ok(error instanceof RefusalError);
    return [error.refusal.code, Number(error.refusal.facts["retryAfterSeconds"])];
  }
}

function admitted(admission: Admission, owner: string, count: number): Ticket[] {
  return Array.from({ length: count }, () => {
    const ticket = ask(admission, owner);
    assert.ok(!("length" in ticket), `refused: ${String(ticket)}`);
    return ticket;
  });
}

function codeOf(asked: ReturnType<typeof ask>): string {
  return "length" in asked ? asked[0] : "admitted";
}

/** Fills what may wait at the pace that is assumed at first; how many that were. */
function fill(admission: Admission, owner: string): Ticket[] {
  const tickets: Ticket[] = [];
  for (let last = ask(admission, owner); !("length" in last); last = ask(admission, owner))
    tickets.push(last);
  return tickets;
}

test("what would wait too long is refused at once, with the seconds after which it would not", () => {
  const busy = scene();
  const waiting = fill(busy, "one");
  const expected = (limits.admissionWaitMsMax / 1_000) * limits.admissionPerSecondAtFirst;
  assert.equal(waiting.length, expected);
  assert.deepEqual(ask(busy, "one"), ["overloaded", limits.admissionWaitMsMax / 1_000]);
  for (const ticket of waiting) busy.end(ticket);
  admitted(busy, "one", 1);
});

test("the measured pace decides how many may wait: half as fast, half as many", () => {
  const slow = scene();
  const perWindow = 25;
  for (const waiting = fill(slow, "one"); waiting.length > limits.admissionAlways * 2;) {
    slow.passMs(limits.admissionWindowMs);
    for (const ticket of waiting.splice(0, perWindow)) slow.end(ticket);
  }
  assert.deepEqual(codeOf(ask(slow, "one")), "overloaded");
  assert.ok(slow.state().waitingMax < limits.admissionAlways * 2, `${slow.state().waitingMax}`);
});

test("a few may always wait, however slow it was before; where it is fast, more may", () => {
  const slow = scene();
  const stuck = fill(slow, "one");
  for (let window = 0; window < 40; window += 1) {
    slow.passMs(limits.admissionWindowMs);
    slow.end(stuck.pop() as Ticket);
  }
  assert.equal(slow.state().waitingMax, limits.admissionAlways);
  const fast = scene();
  for (let window = 0; window < 20; window += 1) {
    fast.passMs(limits.admissionWindowMs);
    for (const ticket of admitted(fast, "one", limits.admissionPerSecondAtFirst)) fast.end(ticket);
  }
  assert.ok(fast.state().waitingMax > limits.admissionPerSecondAtFirst * 3);
});

test("one owner cannot fill the queue for the others: it is told to slow down, and they are let in", () => {
  const shared = scene();
  const flood = fill(shared, "flood");
  admitted(shared, "small", 10);
  assert.equal(codeOf(ask(shared, "flood")), "share_exceeded");
  admitted(shared, "other", 1);
  assert.ok(
    fill(shared, "small").length < flood.length,
    "and the small one has a share of its own, not more",
  );
});

test("while nothing moves everybody is refused before anything is read; one that moves again lets them in", () => {
  const still = scene();
  const [first] = admitted(still, "one", 2);
  still.look();
  still.passMs(limits.admissionStandstillMsMax);
  assert.throws(() => still.look(), RefusalError);
  assert.equal(codeOf(ask(still, "two")), "overloaded");
  still.end(first as Ticket);
  still.look();
  admitted(still, "two", 1);
});

test("an owner whose own work stands still is refused, and nobody else", () => {
  const locked = scene();
  admitted(locked, "locked", 1);
  locked.passMs(limits.admissionStandstillMsMax - 1);
  for (const ticket of admitted(locked, "free", 1)) locked.end(ticket);
  locked.passMs(1);
  assert.equal(codeOf(ask(locked, "locked")), "overloaded");
  admitted(locked, "free", 1);
});

test("what waits for a channel does not wait for the database; it counts again until what came of it is written", async () => {
  const far = scene();
  const replies: Array<() => void> = [];
  const calls: Array<Promise<void>> = [];
  const out = admitted(far, "one", 3).map((ticket, index) => {
    far.carry(ticket, () => {
      calls.push(far.away(`order ${index}`, () => new Promise((resolve) => void replies.push(resolve))));
    });
    return { ticket };
  });
  assert.equal(far.state().waiting, 0);
  far.passMs(10 * limits.admissionStandstillMsMax);
  far.look();
  for (const reply of replies) reply();
  await Promise.all(calls);
  assert.equal(far.state().waiting, 3);
  far.written("order 0");
  far.written("an order of nobody’s");
  assert.equal(far.state().waiting, 2);
  for (const { ticket } of out) far.end(ticket);
  assert.deepEqual([far.state().waiting, far.state().held], [0, 0]);
});

test("a request that was answered before its charge is held until the channel has answered", async () => {
  const early = scene();
  const [ticket] = admitted(early, "one", 1) as [Ticket];
  const { promise, resolve } = Promise.withResolvers<void>();
  const calls: Array<Promise<void>> = [];
  early.carry(ticket, () => void calls.push(early.away("order", () => promise)));
  early.end(ticket);
  assert.equal(early.state().held, 1);
  resolve();
  await Promise.all(calls);
  assert.equal(early.state().held, 0);
});

test("what is held is bounded, and by shares: a channel that hangs for one owner leaves room for the others", () => {
  const hung = scene();
  for (let asked = 0; asked < limits.admissionHeldMax; asked += 1) {
    const ticket = ask(hung, "hung");
    if (!("length" in ticket))
      hung.carry(ticket, () => void hung.away("order", () => new Promise(() => undefined)));
  }
  assert.equal(hung.state().held, limits.admissionHeldMax / 2);
  assert.equal(codeOf(ask(hung, "hung")), "overloaded");
  admitted(hung, "other", 1);
  assert.equal(codeOf(ask(hung, "hung")), "share_exceeded");
});
