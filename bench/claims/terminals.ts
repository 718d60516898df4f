// What a connected terminal costs: resident memory, as the slope between two numbers of connections; and how many
// heartbeats a second are taken and stored. Baselines: bare TCP connections in Node.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Bench } from "../bench.ts";
import { startPart, type Part } from "../processes.ts";
import { rowOf, type Row } from "../report.ts";
import type { SocketsQuestions } from "../sockets.ts";
import { kilobyte } from "../statistics.ts";
import type { StreetQuestions } from "../street.ts";
import type { Till, TillOptions } from "../till.ts";

/** The slope is measured in so many pieces: they show how steady it is. */
const pieces = 4;
const settleMs = 1_000;
const beatsAtOnce = 256;
const storedMsMax = 30_000;

type Opened = Readonly<{ till: Till; street: Part<StreetQuestions>; sockets: Part<SocketsQuestions> }>;

export async function measureTerminals(bench: Bench): Promise<readonly Row[]> {
  const till = await openStreetTill(bench, bench.sizes.terminalsTo);
  const street = startPart<StreetQuestions>("street.ts");
  bench.atEnd(street.end);
  const sockets = startPart<SocketsQuestions>("sockets.ts", ["--expose-gc"]);
  bench.atEnd(sockets.end);
  const opened = { till, street, sockets };
  return [await measureSlope(bench, opened), await measureBeats(bench, opened)];
}

/** A server with a broker and so many terminals, spread over the merchants. */
export async function openStreetTill(
  bench: Bench,
  terminals: number,
  verifies: TillOptions["verifies"] = "everyLeg",
): Promise<Till> {
  const terminalsEach = Math.ceil(terminals / bench.sizes.merchants);
  bench.say(`making ${terminals} terminals`);
  // Memory is only looked at after what is not needed any more was given back.
  return bench.openTill({ broker: "embedded", terminalsEach }, { nodeWords: ["--expose-gc"], verifies });
}

/** Connects the terminals from one number to another. */
export async function connectTerminals(
  street: Part<StreetQuestions>,
  { started }: Till,
  { from, to }: Readonly<{ from: number; to: number }>,
): Promise<void> {
  const terminals = started.shops.flatMap((shop) => shop.terminals).slice(from, to);
  const mqttUrl = `mqtt://127.0.0.1:${started.mqttPort}`;
  await street.ask("connect", { platformUrl: started.url, mqttUrl, terminals });
}

async function measureSlope({ sizes, say }: Bench, opened: Opened): Promise<Row> {
  const { till, street, sockets } = opened;
  const { terminalsFrom, terminalsTo } = sizes;
  const port = await sockets.ask("listen", null);
  const counts = Array.from({ length: pieces + 1 }, (_, piece) =>
    Math.round(terminalsFrom + ((terminalsTo - terminalsFrom) * piece) / pieces),
  );
  const terminalBytes: number[] = [];
  const usedBytes: number[] = [];
  const socketBytes: number[] = [];
  let connected = 0;
  for (const count of counts) {
    await connectTerminals(street, till, { from: connected, to: count });
    await street.ask("openSockets", { port, count: count - connected });
    connected = count;
    await sleep(Math.min(settleMs, sizes.legMs));
    const usage = await till.usage("collected");
    terminalBytes.push(usage.residentBytes);
    usedBytes.push(usage.usedBytes);
    socketBytes.push(await sockets.ask("residentBytes", null));
    say(`${count} terminals: ${((terminalBytes.at(-1) ?? 0) / 1e6).toFixed(1)} MB resident`);
  }
  const slopes = (bytes: readonly number[]): number[] =>
    bytes
      .slice(1)
      .map((value, index) =>
        perConnection(value - (bytes[index] ?? 0), (counts[index + 1] ?? 0) - (counts[index] ?? 0)),
      );
  const whole = (bytes: readonly number[]): number =>
    perConnection((bytes.at(-1) ?? 0) - (bytes[0] ?? 0), terminalsTo - terminalsFrom);
  const row = rowOf(
    // The whole slope counts: memory comes in steps, and a piece of it shows where they are.
    { name: "terminals", values: [whole(terminalBytes)] },
    {
      ...{ claim: "terminals", unit: "KB resident/terminal" },
      baseline: { name: "a bare TCP connection, KB", values: [whole(socketBytes)] },
      goal: { of: "value", is: "atMost", bound: 45 },
      figures: {
        ...{ terminalsFrom, terminalsTo },
        flattestPieceKilobytes: Math.min(...slopes(terminalBytes)),
        // What making the terminals has left free is taken first and does not show above; here everything does.
        usedKilobytes: whole(usedBytes),
        steepestPieceKilobytes: Math.max(...slopes(terminalBytes)),
      },
      checked: { what: "every terminal is connected", booksAgree: "noMoney", problems: [] },
    },
  );
  return row;
}

function perConnection(bytes: number, connections: number): number {
  return bytes / Math.max(1, connections) / kilobyte;
}

async function measureBeats({ sizes, say, atEnd }: Bench, opened: Opened): Promise<Row> {
  const { till, street } = opened;
  const database = new pg.Client({ connectionString: till.databaseUrl });
  await database.connect();
  atEnd(() => database.end());
  const wanted = { durationMs: sizes.legMs, atOnce: beatsAtOnce };
  const [stored, echoed, cpuMs]: [number[], number[], number[]] = [[], [], []];
  const problems: string[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    const echo = await street.ask("echo", wanted);
    echoed.push((echo.acknowledged * 1_000) / echo.elapsedMs);
    const before = await storedBeats(database);
    const cpuBefore = (await till.usage()).cpuMs;
    const startMs = performance.now();
    const { acknowledged, lost } = await street.ask("beat", wanted);
    const after = await storedBeatsOf(database, before + acknowledged);
    stored.push(((after - before) * 1_000) / (performance.now() - startMs));
    cpuMs.push(((await till.usage()).cpuMs - cpuBefore) / Math.max(1, acknowledged));
    problems.push(...beatProblems({ acknowledged, lost, stored: after - before }));
    say(`round ${round}: ${Math.round(stored.at(-1) ?? 0)} heartbeats/s`);
  }
  return rowOf(
    { name: "terminals-heartbeats", values: stored },
    {
      ...{ claim: "terminals", unit: "heartbeats/s stored" },
      baseline: { name: "bare connections echoing as many bytes, /s", values: echoed },
      goal: { of: "value", is: "atLeast", bound: 2_000 },
      figures: { terminals: sizes.terminalsTo, serverCpuMsPerBeat: cpuMs.at(-1) ?? 0 },
      checked: { what: "each acknowledged beat with its stored row", booksAgree: "noMoney", problems },
    },
  );
}

/** What does not fit between terminals and database after a leg of heartbeats. */
export function beatProblems(
  beats: Readonly<{ acknowledged: number; lost: number; stored: number }>,
): string[] {
  const { acknowledged, lost, stored } = beats;
  return [
    ...(stored < acknowledged ? [`${acknowledged} beats acknowledged, ${stored} stored`] : []),
    ...(lost > 0 ? [`${lost} beats lost`] : []),
  ];
}

async function storedBeats(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: string }>("select count(*) from terminals.telemetry");
  return Number(rows[0]?.count);
}

/** As soon as so many are stored; what is there when that takes too long. */
async function storedBeatsOf(database: pg.Client, wanted: number): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const count = await storedBeats(database);
    if (count >= wanted || performance.now() - startMs > storedMsMax) return count;
    await sleep(5);
  }
}
