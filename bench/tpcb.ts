// The baseline: the transaction of TPC-B as pgbench has it, sent by the same client library that the product uses,
// with named prepared statements. In a process of its own.
import { randomInt } from "node:crypto";
import pg from "pg";
import { answerQuestions } from "./processes.ts";

export type TpcbQuestions = {
  /** Makes the tables. One unit of scale is one branch, 10 tellers and 100,000 accounts. */
  prepare: (wanted: Readonly<{ databaseUrl: string; scale: number }>) => Promise<void>;
  run: (wanted: Readonly<{ connections: number; durationMs: number }>) => Promise<TpcbResult>;
};

export type TpcbResult = Readonly<{ transactions: number; latenciesMs: Float64Array; elapsedMs: number }>;

const tellersPerBranch = 10;
const accountsPerBranch = 100_000;
const deltaMax = 5_000;

let prepared: Readonly<{ databaseUrl: string; scale: number }> | null = null;

async function prepare(wanted: Readonly<{ databaseUrl: string; scale: number }>): Promise<void> {
  const { databaseUrl, scale } = wanted;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`
      create table branches (bid integer not null, bbalance integer, filler char(88)) with (fillfactor = 100);
      create table tellers (tid integer not null, bid integer, tbalance integer, filler char(84)) with (fillfactor = 100);
      create table accounts (aid integer not null, bid integer, abalance integer, filler char(84)) with (fillfactor = 100);
      create table history (tid integer, bid integer, aid integer, delta integer, mtime timestamp, filler char(22));
      insert into branches select branch, 0 from generate_series(1, ${scale}) as branch;
      insert into tellers select teller, (teller - 1) / ${tellersPerBranch} + 1, 0
        from generate_series(1, ${scale * tellersPerBranch}) as teller;
      insert into accounts select account, (account - 1) / ${accountsPerBranch} + 1, 0, ''
        from generate_series(1, ${scale * accountsPerBranch}) as account;
      alter table branches add primary key (bid);
      alter table tellers add primary key (tid);
      alter table accounts add primary key (aid)`);
    await client.query("vacuum (analyze)");
  } finally {
    await client.end();
  }
  prepared = wanted;
}

async function run({
  connections,
  durationMs,
}: Readonly<{ connections: number; durationMs: number }>): Promise<TpcbResult> {
  if (prepared === null) throw new Error("the tables have not been made");
  const { databaseUrl, scale } = prepared;
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const latencies: number[] = [];
  const start = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - start < durationMs) {
        const began = performance.now();
        await transaction(client, scale);
        latencies.push(performance.now() - began);
      }
    }),
  );
  const elapsedMs = performance.now() - start;
  await Promise.all(clients.map((client) => client.end()));
  return { transactions: latencies.length, latenciesMs: Float64Array.from(latencies), elapsedMs };
}

async function transaction(client: pg.Client, scale: number): Promise<void> {
  const account = randomInt(1, scale * accountsPerBranch + 1);
  const branch = randomInt(1, scale + 1);
  const teller = randomInt(1, scale * tellersPerBranch + 1);
  const delta = randomInt(-deltaMax, deltaMax + 1);
  const send = (name: string, text: string, values: readonly number[]): Promise<unknown> =>
    client.query({ name, text, values: [...values] });
  await client.query("begin");
  await send("account", "update accounts set abalance = abalance + $1 where aid = $2", [delta, account]);
  await send("look", "select abalance from accounts where aid = $1", [account]);
  await send("teller", "update tellers set tbalance = tbalance + $1 where tid = $2", [delta, teller]);
  await send("branch", "update branches set bbalance = bbalance + $1 where bid = $2", [delta, branch]);
  await send(
    "history",
    "insert into history (tid, bid, aid, delta, mtime) values ($1, $2, $3, $4, current_timestamp)",
    [teller, branch, account, delta],
  );
  await client.query("commit");
}

const answers: TpcbQuestions = { prepare, run };
answerQuestions(answers);
