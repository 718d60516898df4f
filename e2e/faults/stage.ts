// One stage for every part: the bank in its process, one server or two, a PostgreSQL of theirs or a shared one, a shop.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPostgres, type RunningPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { temporaryPlace, type TemporaryPlace } from "../support/place.ts";
import { createBooks, type Comparison } from "./books.ts";
import { createCounters, pause, type Counters } from "./counters.ts";
import { setClock, startServer, type Server } from "./server.ts";
import { openShop, startBank, type Bank, type Shop } from "./shop.ts";
import { layLine, type Line } from "./world/line.ts";

export type StageWish = Readonly<{
  servers: 1 | 2;
  /** “own”: the server’s embedded one. “shared”: one that runs on when servers die, reached over a line. */
  database: "own" | "shared";
  environment?: Readonly<Record<string, string>>;
  /** Called with the data directory before anything is in it; what it returns is called when nothing uses it any more. */
  prepare?: (data: string) => () => void;
}>;

export type Stage = Readonly<{
  place: TemporaryPlace;
  bank: Bank;
  /** Between the servers and the bank. */
  lineToBank: Line;
  shop: Shop;
  counters: Counters;
  /** The first server where none is named. */
  server(index?: number): Server;
  /** Starts one again that has ended, and from now on tells it this beside the usual. */
  restart(index?: number, environment?: Readonly<Record<string, string>>): Promise<Server>;
  /** From now on desks go to these servers, in turns. */
  serve(indexes: readonly number[]): void;
  /** The database as it is now, past every line. */
  databaseUrl(): string;
  /** Starts a shared database again that has ended. */
  restartDatabase(): Promise<void>;
  /** The process of the database, be it shared or not. */
  postmasterPid(): number;
  /** The time by the bank’s clock, and by everybody’s that is right: it is moved on to whatever is due next. */
  now(): Date;
  /** Sets the clock of every server, be it wrong by so much, against the bank’s. */
  setClock(wrongMs: number): void;
  compare(): Promise<Comparison>;
  [Symbol.asyncDispose](): Promise<void>;
}>;

/** Opens everything; what was opened is closed where one of them fails. */
export async function openStage(wish: StageWish): Promise<Stage> {
  await using undo = new AsyncDisposableStack();
  const place = undo.use(temporaryPlace());
  // The database has ended before its file system goes: the place ends it when it is disposed of, after this.
  if (wish.prepare) undo.defer(endDatabase(place, wish.prepare(place.data)));
  const bank = undo.adopt(await startBank(place.directory), (one) => one.end());
  const lineToBank = undo.use(await layLine(() => Number(new URL(bank.credentials.gatewayUrl).port)));
  const database = wish.database === "own" ? null : undo.use(await openDatabase(place));
  const datas =
    database === null
      ? [place.data]
      : Array.from({ length: wish.servers }, (_, index) => join(place.directory, `server${index}`));
  for (const data of datas) setClock(data, 0, null);
  let environment = { ...database?.environment, ...wish.environment };
  const servers: Server[] = [];
  undo.defer(async () => {
    for (const { command } of servers) await command[Symbol.asyncDispose]();
  });
  for (const data of datas) servers.push(await startServer(data, environment));
  const server = (index = 0): Server => {
    const found = servers[index];
    if (found === undefined) throw new Error(`there is no server ${index}`);
    return found;
  };
  const shop = await openShop(server(), bank, lineToBank.port);
  let serving = datas.map((_, index) => index);
  let turn = 0;
  const url = (): string => server(serving[turn++ % serving.length]).url;
  const counters = createCounters({ bank, url, merchantKey: shop.merchantKey });
  const books = createBooks({ bank, counters });
  const databaseUrl = (): string => database?.url() ?? server().databaseUrl ?? "";
  /** By how much all clocks were moved on, and by how much those of the servers are wrong. */
  const clock = { passedMs: 0, wrongMs: 0 };
  const setClocks = (): void => {
    for (const [index, data] of datas.entries()) {
      const { command } = server(index);
      setClock(
        data,
        clock.passedMs + clock.wrongMs,
        (command.child.exitCode ?? command.child.signalCode) ? null : command,
      );
    }
  };
  const kept = undo.move();
  return {
    ...{ place, bank, lineToBank, shop, counters, server, databaseUrl },
    restart: async (index = 0, told) => {
      if (told !== undefined) environment = { ...database?.environment, ...told };
      return (servers[index] = await startServer(datas[index] ?? "", environment));
    },
    serve: (indexes) => void (serving = [...indexes]),
    restartDatabase: async () => database?.restart(),
    postmasterPid: () => place.postmasterPid() ?? 0,
    now: () => new Date(Date.now() + clock.passedMs),
    setClock: (ms) => {
      clock.wrongMs = ms;
      setClocks();
    },
    compare: () => {
      const { operatorKey, url: address } = server(serving[0]);
      const advance = (seconds: number): void => {
        clock.passedMs += seconds * 1_000;
        setClocks();
      };
      const nowMs = (): number => Date.now() + clock.passedMs + clock.wrongMs;
      return books.compare({ url: address, operatorKey, databaseUrl: databaseUrl(), advance, nowMs });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

type SharedDatabase = Readonly<{
  /** What servers are told: the line, which stays where it is. */
  environment: Readonly<Record<string, string>>;
  url(): string;
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}>;

async function openDatabase({ data }: TemporaryPlace): Promise<SharedDatabase> {
  mkdirSync(data, { mode: 0o711 });
  const start = (): Promise<RunningPostgres> => startPostgres({ dataDirectory: data, log: () => undefined });
  let postgres = await start();
  const line = await layLine(() => Number(new URL(postgres.url).port));
  const { username, password, pathname } = new URL(postgres.url);
  const url = `postgres://${username}:${password}@127.0.0.1:${line.port}${pathname}`;
  return {
    environment: {
      DATABASE_URL: url,
      HUIYIN_MASTER_KEY: `dev_${randomBytes(32).toString("hex")}`,
    },
    url: () => postgres.url,
    restart: async () => {
      // It has ended already; this lets its directory go.
      await postgres.stop();
      postgres = await start();
    },
    async [Symbol.asyncDispose]() {
      await line[Symbol.asyncDispose]();
      await postgres.stop();
    },
  };
}

/** Ends the database of a place, then does what has to come after it. */
function endDatabase(place: TemporaryPlace, after: () => void): () => Promise<void> {
  return async () => {
    const pid = place.postmasterPid();
    if (pid !== null) process.kill(pid, "SIGQUIT");
    while (place.postmasterPid() !== null) await pause(endLookMs);
    after();
  };
}

const endLookMs = 20;
