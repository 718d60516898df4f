import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import pg from "pg";
import { createBatcher, type BatchTiming } from "./batch.ts";
import { CommitUnknownError, DatabaseUnavailableError } from "./pg/errors.ts";

/** Events that happen when the test says so. */
function manualTiming(): BatchTiming & { elapse(): void; turn(): Promise<void> } {
  const due: (() => void)[] = [];
  const later = new Set<() => void>();
  return {
    soon: (run) => void due.push(run),
    later: (_ms, run) => {
      later.add(run);
      return () => void later.delete(run);
    },
    elapse: () => {
      for (const run of [...later]) {
        later.delete(run);
        run();
      }
    },
    turn: async () => {
      for (const run of due.splice(0)) run();
      await new Promise(setImmediate);
    },
  };
}

/** A store that commits a batch when told to. */
function manualRun() {
  const started: number[][] = [];
  const releases: ((answers?: "fail") => void)[] = [];
  const run = (items: readonly number[]): Promise<number[]> => {
    started.push([...items]);
    return new Promise((resolve, reject) => {
      releases.push((how) =>
        how === "fail" ? reject(new Error("no")) : resolve(items.map((item) => item * 10)),
      );
    });
  };
  return { started, releases, run };
}

test("the first caller starts at once; company that gathers meanwhile travels together afterwards", async () => {
  const timing = manualTiming();
  const { started, releases, run } = manualRun();
  const batcher = createBatcher({ run, timing });
  const first = batcher.submit(1);
  await timing.turn();
  const rest = [2, 3, 4].map((item) => batcher.submit(item));
  await timing.turn();
  assert.deepEqual(started, [[1]]);
  releases[0]!();
  assert.equal(await first, 10);
  await timing.turn();
  await timing.turn();
  assert.deepEqual(started, [[1], [2, 3, 4]]);
  releases[1]!();
  assert.deepEqual(await Promise.all(rest), [20, 30, 40]);
  await batcher.idle();
});

test("requests of one turn of the event loop share the first batch", async () => {
  const timing = manualTiming();
  const { started, releases, run } = manualRun();
  const batcher = createBatcher({ run, timing });
  const both = [batcher.submit(1), batcher.submit(2)];
  await timing.turn();
  releases[0]!();
  await Promise.all(both);
  assert.deepEqual(started, [[1, 2]]);
});

test("a second batch starts beside a slow one when the wait is over or the size is reached, up to the limit", async () => {
  const timing = manualTiming();
  const { started, releases, run } = manualRun();
  const batcher = createBatcher({ run, timing, sizeMax: 2, inFlightMax: 3 });
  const all = [batcher.submit(1)];
  await timing.turn();
  all.push(batcher.submit(2));
  timing.elapse();
  all.push(batcher.submit(3), batcher.submit(4));
  await timing.turn();
  all.push(batcher.submit(5));
  timing.elapse();
  await timing.turn();
  assert.deepEqual(started, [[1], [2], [3, 4]]);
  for (const release of releases) release();
  await timing.turn();
  await timing.turn();
  assert.deepEqual(started[3], [5]);
  releases[3]!();
  assert.deepEqual(await Promise.all(all), [10, 20, 30, 40, 50]);
});

test("what is no database’s fault is tried alone once, and a lost database is everybody’s failure", async () => {
  const calls: string[][] = [];
  const failWith = (make: () => Error) =>
    createBatcher<string, string>({
      run: async (items) => {
        calls.push([...items]);
        if (items.includes("bad")) throw make();
        return items;
      },
    });
  const settle = (batcher: ReturnType<typeof failWith>) =>
    Promise.allSettled(["a", "bad", "c"].map((item) => batcher.submit(item)));
  const guilty = await settle(failWith(() => new Error("unique violation")));
  assert.deepEqual(
    guilty.map((result) => result.status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(calls, [["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
  calls.length = 0;
  const lost = await settle(failWith(() => new DatabaseUnavailableError(null)));
  assert.deepEqual(
    lost.map((result) => result.status),
    ["rejected", "rejected", "rejected"],
  );
  assert.equal(calls.length, 1);
});

test("a lock that is held too long fails the batch as a whole: nobody waits for it once more", async () => {
  const failures = ["55P03", "57014"].map((code) =>
    Object.assign(new pg.DatabaseError(code, 0, "error"), { code, severity: "ERROR" }),
  );
  for (const failure of failures) {
    let calls = 0;
    const batcher = createBatcher<number, number>({
      run: () => ((calls += 1), Promise.reject(failure)),
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)));
    assert.ok(
      results.every(({ status }) => status === "rejected"),
      failure.code,
    );
    assert.equal(calls, 1, failure.code);
    for (const result of results)
      assert.ok(result.status === "rejected" && result.reason instanceof DatabaseUnavailableError);
  }
});

test("what the database ended because two waited in a circle is run alone; alone already, its caller is told to come again", async () => {
  const circle = Object.assign(new pg.DatabaseError("deadlock detected", 0, "error"), {
    ...{ code: "40P01", severity: "ERROR" },
  });
  const runs: number[][] = [];
  const batcher = createBatcher<number, number>({
    run: (items) => {
      runs.push([...items]);
      return items.includes(2) ? Promise.reject(circle) : Promise.resolve(items);
    },
  });
  const [first, second] = await Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
  assert.deepEqual(runs, [[1, 2], [1], [2]]);
  assert.deepEqual(first, { status: "fulfilled", value: 1 });
  assert.ok(second?.status === "rejected" && second.reason instanceof DatabaseUnavailableError);
});

test("a batch with the wrong number of answers is a bug of ours and is never run again", async () => {
  let calls = 0;
  const batcher = createBatcher<number, number>({ run: async () => ((calls += 1), [1]) });
  const results = await Promise.allSettled([batcher.submit(1), batcher.submit(2)]);
  assert.ok(
    results.every((result) => result.status === "rejected" && result.reason.name === "AssertionError"),
  );
  assert.equal(calls, 1);
});

type Item = Readonly<{
  id: number;
  key: string;
  kind: "good" | "poison" | "doubt" | "doubtLost";
  pauses: number;
}>;

const itemShapes = fc.array(
  fc.record({
    key: fc.constantFrom("a", "b", "c"),
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant("good" as const) },
      { weight: 2, arbitrary: fc.constantFrom("poison" as const, "doubt" as const, "doubtLost" as const) },
    ),
    pauses: fc.nat(3),
  }),
  { maxLength: 40 },
);

test("whatever fails or is lost: each answer reaches its caller, nothing happens twice, and keys keep their order", async () => {
  await fc.assert(
    fc.asyncProperty(
      itemShapes,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      async (shapes, sizeMax, inFlightMax) => {
        const items: Item[] = shapes.map((shape, id) => ({ ...shape, id }));
        const committed: Item[] = [];
        const running = new Set<string>();
        const run = async (batch: readonly Item[]): Promise<string[]> => {
          assert.ok(batch.length <= sizeMax);
          const keys = new Set(batch.map((item) => item.key));
          for (const key of keys) {
            assert.ok(!running.has(key), `two batches of ${key} at once`);
            running.add(key);
          }
          for (let pause = 0; pause < (batch[0]?.pauses ?? 0); pause += 1) await new Promise(setImmediate);
          for (const key of keys) running.delete(key);
          if (batch.some((item) => item.kind === "poison")) throw new Error("constraint");
          if (batch.some((item) => item.kind === "doubtLost")) throw new CommitUnknownError("lost");
          committed.push(...batch);
          if (batch.some((item) => item.kind === "doubt")) throw new CommitUnknownError("kept");
          return batch.map((item) => `answer ${item.id}`);
        };
        const recover = async (item: Item): Promise<string> => {
          if (committed.includes(item)) return `answer ${item.id}`;
          throw new Error(`not done ${item.id}`);
        };
        const batcher = createBatcher({
          run,
          recover,
          keyOf: (item) => item.key,
          sizeMax,
          inFlightMax,
          waitMsMax: 1,
        });
        const results = await Promise.allSettled(
          items.map(async (item) => {
            for (let pause = 0; pause < item.pauses; pause += 1) await new Promise(setImmediate);
            return batcher.submit(item);
          }),
        );
        await batcher.idle();
        results.forEach((result, id) => {
          const item = items[id]!;
          assert.equal(committed.filter((one) => one === item).length, result.status === "fulfilled" ? 1 : 0);
          if (result.status === "fulfilled") assert.equal(result.value, `answer ${id}`);
          if (item.kind === "good" && result.status === "rejected")
            assert.match(String(result.reason), /not done/);
          if (item.kind === "poison") assert.equal(result.status, "rejected");
        });
        for (const pauses of [0, 1, 2, 3]) {
          for (const key of ["a", "b", "c"]) {
            const sameTurn = committed
              .filter((item) => item.key === key && item.pauses === pauses)
              .map((item) => item.id);
            assert.deepEqual(
              sameTurn,
              [...sameTurn].sort((left, right) => left - right),
            );
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("who comes some turns of the event loop after the first travels with it, and nobody waits where each travels alone", async () => {
  for (const [sizeMax, sizes] of [
    [256, [2]],
    [1, [1, 1]],
  ] as const) {
    const started: number[] = [];
    const run = (items: readonly number[]): Promise<readonly number[]> => Promise.resolve(items);
    const batcher = createBatcher<number, number>({ run, sizeMax, onStart: (size) => started.push(size) });
    const first = batcher.submit(1);
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    assert.deepEqual(await Promise.all([first, batcher.submit(2)]), [1, 2]);
    assert.deepEqual(started, sizes);
  }
});
