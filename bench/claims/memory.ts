// Resident memory of the platform’s process with the sandbox off: at rest as `huiyin start` runs it, and at its highest
// under the highest rate. Baselines: a Node that does nothing; PostgreSQL stands beside it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { startInstallation } from "../installation.ts";
import { memoryBytesOfFamily, residentBytesOf } from "../processTable.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { medianOf, megabyte } from "../statistics.ts";
import { othersOf, problemsOf, type Leg } from "../till.ts";
import { checkedPayments } from "./payments.ts";

/** Long enough for what only the start needed to be given back. */
const restMs = 5_000;

export async function measureMemory(bench: Bench): Promise<readonly Row[]> {
  return [await atRest(bench), await atPeak(bench)];
}

async function atRest({ sizes, say }: Bench): Promise<Row> {
  const platform: number[] = [];
  const bare: number[] = [];
  const database: number[] = [];
  await using installation = await startInstallation({ SANDBOX: "off" });
  for (let round = 1; round <= sizes.rounds; round += 1) {
    if (round > 1) await installation.restart();
    await sleep(Math.min(restMs, sizes.legMs));
    platform.push((residentBytesOf(installation.pid())?.now ?? NaN) / megabyte);
    database.push((memoryBytesOfFamily(String(installation.postgresPid())) ?? NaN) / megabyte);
    bare.push(await bareMegabytes());
    say(`round ${round}: ${platform.at(-1)?.toFixed(0)} MB at rest`);
  }
  return rowOf(
    { name: "memory-at-rest", values: platform },
    {
      ...{ claim: "memory", unit: "MB resident" },
      baseline: { name: "a Node that does nothing, MB", values: bare },
      goal: { of: "value", is: "atMost", bound: 150 },
      figures: { postgresMegabytes: medianOf(database) },
      checked: { what: "nothing is paid at rest", booksAgree: "noMoney", problems: [] },
    },
  );
}

async function bareMegabytes(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log()"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(child.stdout, "data");
    return (residentBytesOf(child.pid ?? 0)?.now ?? NaN) / megabyte;
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

async function atPeak(bench: Bench): Promise<Row> {
  const { sizes, say, machine } = bench;
  const { connections, merchants, legMs: durationMs } = sizes;
  // One of its own: the highest that a shared one ever reached could be another claim’s.
  const till = await bench.openTill();
  const rest = (await till.usage()).residentBytes / megabyte;
  const legs: Leg[] = [];
  const peaks: number[] = [];
  const database: number[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    legs.push(await till.run({ connections, merchants, durationMs, proof: "bearer" }));
    peaks.push((await till.usage()).residentBytesPeak / megabyte);
    const bytes = machine.databaseMemoryBytes();
    if (bytes !== null) database.push(bytes / megabyte);
    say(`round ${round}: ${peaks.at(-1)?.toFixed(0)} MB at most`);
  }
  return rowOf(
    // What was ever highest counts, not the middle: earlier rounds did not know it yet.
    { name: "memory-at-peak", values: [Math.max(...peaks)] },
    {
      ...{ claim: "memory", unit: "MB resident" },
      baseline: { name: "the same process before its first payment, MB", values: [rest] },
      goal: { of: "value", is: "atMost", bound: 400 },
      figures: {
        paymentsPerSecond: medianOf(legs.map((leg) => leg.perSecond)),
        ...(database.length > 0 && { postgresMegabytes: medianOf(database) }),
      },
      others: othersOf(legs),
      checked: checkedOf(checkedPayments, problemsOf(legs)),
    },
  );
}
