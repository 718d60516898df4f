// From the command to the first “ready” of an installed clone: in an empty data directory, which makes a database first,
// and in one that is there. Baseline: PostgreSQL alone, with the same settings.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { makeReachable, removePlace, startInstallation } from "../installation.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { rowOf, type Goal, type Row } from "../report.ts";

const goal: Goal = { of: "value", is: "atMost", bound: 3 };

type Starts = Readonly<{ first: number[]; again: number[] }>;

export async function measureStart({ sizes, say }: Bench): Promise<readonly Row[]> {
  const platform: Starts = { first: [], again: [] };
  const postgres: Starts = { first: [], again: [] };
  for (let round = 1; round <= sizes.rounds; round += 1) {
    await timePostgres(postgres);
    await using installation = await startInstallation({});
    platform.first.push(installation.readySeconds());
    await installation.restart();
    platform.again.push(installation.readySeconds());
    say(
      `round ${round}: ready after ${platform.first.at(-1)?.toFixed(2)} s, again after ${platform.again.at(-1)?.toFixed(2)} s`,
    );
  }
  const row = (name: string, values: readonly number[], baseline: readonly number[]): Row =>
    rowOf(
      { name, values },
      {
        ...{ claim: "start", unit: "s to /readyz", goal },
        baseline: { name: "PostgreSQL alone, s", values: baseline },
        checked: { what: "it answers that it is ready", booksAgree: "noMoney", problems: [] },
      },
    );
  return [row("start", platform.first, postgres.first), row("start-again", platform.again, postgres.again)];
}

async function timePostgres({ first, again }: Starts): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "huiyin-bench-start-"));
  makeReachable(dataDirectory);
  try {
    for (const times of [first, again]) {
      const startMs = performance.now();
      const running = await startPostgres({ dataDirectory, log: () => undefined });
      times.push((performance.now() - startMs) / 1_000);
      await running.stop();
    }
  } finally {
    removePlace(dataDirectory);
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
