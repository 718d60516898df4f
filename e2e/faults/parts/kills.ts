// kill -9 of the server at random moments, under load: the server alone, or with the whole group of its database.
import { randomInt } from "node:crypto";
import { medianOf, percentileOf } from "../../../bench/statistics.ts";
import { temporaryPlace, type TemporaryPlace } from "../../support/place.ts";
import { killGroup } from "../../support/process.ts";
import { createBooks, type Comparison, type Present } from "../books.ts";
import { createCounters, pause } from "../counters.ts";
import { seconds, toldOf, type Row, type Say } from "../report.ts";
import { cpuMsOf, setClock, startServer, type Server } from "../server.ts";
import { openShop, startBank } from "../shop.ts";

export type KillsWish = Readonly<{
  kills: number;
  desks: number;
  /** A kill comes after so many acknowledgements at most, at any moment between two of them. */
  acknowledgementsMax: number;
  say: Say;
}>;

const betweenMsMax = 20;
/** No kill waits longer than this for its acknowledgements. */
const killMsMax = 10_000;
/** All books are compared after so many kills, and at the end. */
const comparedEvery = 25;

/** Runs so many rounds of payments, each ended by a kill. */
export async function kills({ kills: count, desks, acknowledgementsMax, say }: KillsWish): Promise<Row> {
  await using place = temporaryPlace();
  setClock(place.data, 0, null);
  const bank = await startBank(place.directory);
  let server = await startServer(place.data);
  try {
    const shop = await openShop(server, bank);
    const counters = createCounters({ bank, url: () => server.url, merchantKey: shop.merchantKey });
    const books = createBooks({ bank, counters });
    const clock = clockOf(place, () => server);
    const readyMs: number[] = [];
    const startCpuMs: number[] = [];
    const comparisons: Comparison[] = [];
    const load = { acknowledged: 0, ms: 0 };
    for (let round = 1; round <= count; round += 1) {
      const shift = counters.run({ desks, signal: new AbortController().signal, broken: "leave" });
      await counters.acknowledgements(randomInt(acknowledgementsMax), killMsMax);
      await pause(randomInt(betweenMsMax));
      const victim = round % 2 === 0 ? "group" : "server";
      kill(victim, server, place);
      const killedMs = performance.now();
      await server.command.exit;
      server = await startServer(place.data);
      readyMs.push(performance.now() - killedMs);
      startCpuMs.push(cpuMsOf(server.command.pid));
      const { acknowledged, elapsedMs } = await shift;
      load.acknowledged += acknowledged;
      load.ms += elapsedMs;
      // Every other time the shop’s server asks again at once; otherwise nobody does, and it is found out by query.
      if (round % 2 === 1) await counters.askAgain();
      const rate = Math.round((acknowledged * 1_000) / elapsedMs);
      say(
        `kill ${round}/${count} (${victim}): ${acknowledged} acknowledged at ${rate}/s, ready again in ${seconds(readyMs.at(-1) ?? 0)}`,
      );
      if (round % comparedEvery !== 0 && round !== count) continue;
      const compared = await books.compare(presentOf(server, clock.advance));
      comparisons.push(compared);
      say(`compared: ${compared.matched} of ${compared.stored} match, ${compared.findings.length} findings`);
    }
    const { counted, problems } = toldOf(comparisons);
    const ready = Float64Array.from(readyMs);
    return {
      name: "kills",
      what: `kill -9 of the server ${count} times, every other time with its database`,
      figures: {
        "payments/s under load": Math.round((load.acknowledged * 1_000) / load.ms),
        "kill to ready, median": seconds(percentileOf(ready, 0.5)),
        "kill to ready, p99": seconds(percentileOf(ready, 0.99)),
        // The time above depends on what else the machine does, this one hardly.
        "processor time of a start, median": seconds(medianOf(startCpuMs)),
        ...counted,
      },
      problems,
    };
  } finally {
    await server.command[Symbol.asyncDispose]();
    await bank.end();
  }
}

/** The clock of a server’s machine, which stays where it was put when the server is started again. */
export function clockOf(
  place: Pick<TemporaryPlace, "data">,
  server: () => Server,
): Readonly<{ advance(seconds: number): Promise<void> }> {
  let aheadMs = 0;
  return {
    advance: async (by) => {
      aheadMs += by * 1_000;
      setClock(place.data, aheadMs, server().command);
    },
  };
}

export function presentOf(server: Server, advance: Present["advance"]): Present {
  const { url, operatorKey, databaseUrl } = server;
  if (databaseUrl === null) throw new Error("the platform has no database of its own");
  return { url, operatorKey, databaseUrl, advance };
}

function kill(victim: "server" | "group", { command }: Server, place: TemporaryPlace): void {
  const postmasterPid = place.postmasterPid();
  process.kill(command.pid, "SIGKILL");
  if (victim === "server") return;
  // The database has a group of its own, so that Ctrl-C in a terminal does not reach it.
  if (postmasterPid !== null) killGroup(postmasterPid);
  killGroup(command.pid);
}
