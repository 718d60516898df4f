import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { createClock } from "./clock.ts";
import { createWaits, stopInTime } from "./stopping.ts";

const never = (): Promise<void> => new Promise(() => undefined);
const log = pino({ level: "silent" });

test("steps run one after the other, and the next one waits for the one before", async () => {
  const seen: string[] = [];
  const step = (name: string) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
  };
  await stopInTime({ log, late: never() }, { requests: step("requests"), database: step("database") });
  assert.deepEqual(seen, ["requests begins", "requests ends", "database begins", "database ends"]);
});

test("when the time is over, what hangs is left behind and everything after it is still told to stop", async () => {
  const late = Promise.withResolvers<void>();
  const seen: string[] = [];
  const stopped = stopInTime(
    { log, late: late.promise },
    {
      requests: () => {
        late.resolve();
        return never();
      },
      broker: never,
      database: async () => void seen.push("database"),
    },
  );
  await stopped;
  assert.deepEqual(seen, ["database"]);
});

test("a step that fails keeps no other from running; the first failure is told", async () => {
  const seen: string[] = [];
  const steps = {
    jobs: () => Promise.reject(new Error("jobs")),
    broker: () => Promise.reject(new Error("broker")),
    database: async () => void seen.push("database"),
  };
  await assert.rejects(stopInTime({ log, late: never() }, steps), /^Error: jobs$/);
  assert.deepEqual(seen, ["database"]);
});

test("waits end when they are ended, and those that begin later do not begin; who has stopped waiting is told so", async () => {
  const waits = createWaits(createClock());
  const hourMs = 3_600_000;
  const [gone, stays] = [new AbortController(), new AbortController()];
  const aborted = waits.sleep(hourMs, gone.signal);
  gone.abort(new Error("gone"));
  await assert.rejects(aborted, /gone/);
  const waiting = waits.sleep(hourMs, stays.signal);
  waits.end();
  await waiting;
  await waits.sleep(hourMs, stays.signal);
  stays.abort();
});
