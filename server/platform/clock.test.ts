import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { isId, timeOfId } from "../kernel/ids.ts";
import { createClock } from "./clock.ts";
import { createLoops } from "./loops.ts";
import { createWorld } from "./world.ts";

const hourMs = 3_600_000;
const silent = pino({ level: "silent" });

test("the clock moves forwards by what it is advanced, and never back", () => {
  const clock = createClock();
  const before = clock.now();
  clock.advance(hourMs);
  assert.ok(clock.now().getTime() - before.getTime() >= hourMs);
  for (const ms of [-1, NaN, Infinity]) assert.throws(() => clock.advance(ms), { name: "AssertionError" });
});

test("a sleeper wakes when the clock is advanced past its time, not before", async () => {
  const clock = createClock();
  let awake = false;
  const sleeping = clock.sleep(hourMs).then(() => void (awake = true));
  clock.advance(hourMs / 2);
  await new Promise(setImmediate);
  assert.equal(awake, false);
  clock.advance(hourMs / 2);
  await sleeping;
  assert.equal(awake, true);
});

test("a sleeper ends with the reason of its signal", async () => {
  const clock = createClock();
  const stopping = new AbortController();
  const sleeping = clock.sleep(hourMs, stopping.signal);
  stopping.abort(new Error("stopped"));
  await assert.rejects(sleeping, /stopped/);
});

test("ids of the world carry the time of its clock", () => {
  const clock = createClock(hourMs);
  const world = createWorld(clock);
  const id = world.newId("pay");
  assert.ok(isId("pay", id));
  assert.ok(timeOfId(id).getTime() > Date.now() + hourMs / 2);
});

test("ids made in one millisecond differ, also after their random bytes were drawn anew", () => {
  const world = createWorld(createClock());
  const ids = Array.from({ length: 2_000 }, () => world.newId("pay"));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => isId("pay", id)));
});

test("a sleeper whose signal has aborted before does not sleep", async () => {
  const clock = createClock();
  await assert.rejects(clock.sleep(hourMs, AbortSignal.abort(new Error("stopped"))), /stopped/);
});

test("a loop goes on after a failure, runs again when the clock moves, never overlaps, and stops", async () => {
  const clock = createClock();
  const loops = createLoops({ clock, log: silent });
  let rounds = 0;
  let inside = 0;
  let reached = Promise.withResolvers<void>();
  const loop = loops.every("test", hourMs, async () => {
    assert.equal((inside += 1), 1);
    await new Promise(setImmediate);
    inside -= 1;
    rounds += 1;
    reached.resolve();
    throw new Error("a round may fail");
  });
  await reached.promise;
  reached = Promise.withResolvers();
  clock.advance(1);
  clock.advance(1);
  await reached.promise;
  reached = Promise.withResolvers();
  loop.wake();
  await reached.promise;
  await loops.stop();
  const atStop = rounds;
  clock.advance(hourMs);
  await new Promise(setImmediate);
  assert.equal(rounds, atStop);
});

test("a stopping loop is told by its signal, and stop waits for the round under way", async () => {
  const loops = createLoops({ clock: createClock(), log: silent });
  let ended = false;
  loops.every("test", hourMs, async (signal) => {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    await new Promise(setImmediate);
    ended = true;
  });
  await loops.stop();
  assert.ok(ended);
});
