import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { createJobs, type JobKind, type Jobs } from "./jobs.ts";
import { createMetrics } from "./metrics.ts";
import { testDb } from "./pg/testing.ts";

type Reminder = { no: number };
const kind: JobKind<Reminder> = {
  name: "test-remind",
  parse: (data) => {
    const { no } = data as { no?: unknown };
    if (typeof no !== "number") throw new Error("no number");
    return { no };
  },
  attemptsMax: 2,
  retrySecondsMin: 1,
  retrySecondsMax: 1,
  attemptSecondsMax: 30,
};

function jobsOn(url: string): { jobs: Jobs; metrics: ReturnType<typeof createMetrics> } {
  const metrics = createMetrics();
  return { jobs: createJobs({ url, log: pino({ level: "silent" }), metrics }), metrics };
}

/** Collects until so many have come. */
function collector() {
  const seen: number[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  return {
    seen,
    add: (no: number): void => {
      seen.push(no);
      for (const one of waiting) if (seen.length >= one.count) one.resolve();
    },
    reached: (count: number): Promise<void> =>
      seen.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
  };
}

test("a job exists exactly when its cause was committed, and is carried out by another process", async () => {
  await using db = await testDb();
  const { jobs: worker, metrics } = jobsOn(db.url);
  const { jobs: sender } = jobsOn(db.url);
  const done = collector();
  worker.register(kind, async ({ no }) => done.add(no));
  sender.register(kind, async () => assert.fail("a sender carries nothing out"));
  await worker.start("work");
  await sender.start("send");
  const rolledBack = db.pg.transaction(async (tx) => {
    await sender.send(tx, kind, { no: 1 });
    throw new Error("the cause failed");
  });
  await assert.rejects(rolledBack, /the cause failed/);
  await db.pg.transaction((tx) => sender.send(tx, kind, { no: 2 }));
  await db.pg.transaction((tx) => sender.send(tx, kind, { no: 3 }));
  await done.reached(2);
  await Promise.all([worker.stop(), sender.stop()]);
  assert.deepEqual(done.seen.sort(), [2, 3]);
  assert.match(await metrics.text(), /huiyin_jobs_total\{job="test-remind",result="done"\} 2/);
});

test("a job that fails is tried again, and a waiting one with the same key is not added twice", async () => {
  await using db = await testDb();
  const { jobs } = jobsOn(db.url);
  const attempts = collector();
  jobs.register(kind, async ({ no }) => {
    attempts.add(no);
    if (attempts.seen.length === 1) throw new Error("not yet");
  });
  await jobs.start("send");
  const send = () => db.pg.transaction((tx) => jobs.send(tx, kind, { no: 7 }, { key: "same" }));
  assert.deepEqual([await send(), await send()], ["sent", "alreadyWaiting"]);
  await jobs.stop();
  const { jobs: worker } = jobsOn(db.url);
  worker.register(kind, async ({ no }) => {
    attempts.add(no);
    if (attempts.seen.length === 1) throw new Error("not yet");
  });
  await worker.start("work");
  await attempts.reached(2);
  await worker.stop();
  assert.deepEqual(attempts.seen, [7, 7]);
});

test("stopping waits for the job under way", async () => {
  await using db = await testDb();
  const { jobs } = jobsOn(db.url);
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let ended = false;
  jobs.register(kind, async () => {
    entered.resolve();
    await release.promise;
    ended = true;
  });
  await jobs.start("work");
  await db.pg.transaction((tx) => jobs.send(tx, kind, { no: 1 }));
  await entered.promise;
  const stopped = jobs.stop();
  release.resolve();
  await stopped;
  assert.ok(ended);
});

test("an unknown job and a badly named one are bugs of ours", async () => {
  await using db = await testDb();
  const { jobs } = jobsOn(db.url);
  assert.throws(() => jobs.register({ ...kind, name: "Nameless" }, async () => undefined), {
    name: "AssertionError",
  });
  await assert.rejects(
    db.pg.transaction((tx) => jobs.send(tx, kind, { no: 1 })),
    { name: "AssertionError" },
  );
});
