// A real database for one test file: cloned from the migrated template, never dropped (the cluster is thrown away).
import { randomBytes } from "node:crypto";
import pg from "pg";
import pino from "pino";
import { databaseRoles } from "./connection.ts";
import { openPg, type Pg } from "./pg.ts";

export type TestDb = AsyncDisposable & Readonly<{ pg: Pg; url: string }>;

// Two clones of one template must not overlap, and several test processes clone at once.
const cloneLock = 4_858_920;

/** Clones the template. Needs HUIYIN_TEST_DATABASE_URL and HUIYIN_TEST_TEMPLATE, which `node tools/test.ts` sets. */
export async function testDb(): Promise<TestDb> {
  return openTestDatabase(required("HUIYIN_TEST_TEMPLATE"));
}

/** A database with nothing in it, for tests of the migrations themselves. */
export async function emptyTestDb(): Promise<TestDb> {
  return openTestDatabase("template0");
}

async function openTestDatabase(template: string): Promise<TestDb> {
  const admin = required("HUIYIN_TEST_DATABASE_URL");
  const name = `test_${randomBytes(8).toString("hex")}`;
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [cloneLock]);
    // As files, for nothing here has to survive a crash: through the log every page would be written twice.
    await client.query(
      `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)} strategy file_copy`,
    );
    // Grants on a database are not cloned; with this one, tests may create schemas of their own.
    const { rowCount } = await client.query("select 1 from pg_roles where rolname = $1", [
      databaseRoles.owner,
    ]);
    if (rowCount === 1)
      await client.query(
        `grant create on database ${client.escapeIdentifier(name)} to ${databaseRoles.owner}`,
      );
  } finally {
    await client.end();
  }
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const opened = openPg({ url: url.href, poolSize: 10, log: pino({ level: "silent" }) });
  return { pg: opened, url: url.href, [Symbol.asyncDispose]: () => opened.close() };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this file with node tools/test.ts`);
  return value;
}
