// Where a run keeps its rows: a real PostgreSQL, or the store in memory. The product’s modules cannot tell which.
import pg from "pg";
import { openPg } from "@huiyin/server/platform/pg/pg.ts";
import { gatedDatabase, openPool, type Store } from "./database.ts";
import { createMemoryStore } from "./memory/store.ts";
import { createLogBook } from "./ports.ts";

export type StoreKind = "postgres" | "memory";

/** A migrated, empty database of this run alone. */
export async function openPostgresStore(url: string): Promise<Store> {
  const real = openPg({ url, poolSize: 4, log: createLogBook(() => null).log });
  const pool = openPool(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    pg: real,
    gated: (gate) => gatedDatabase(pool, gate),
    query: async <Row>(text: string) => (await client.query(text)).rows as Row[],
    close: async () => {
      await Promise.all([client.end(), pool.end(), real.close()]);
    },
  };
}

export function openMemoryStore(): Store {
  const store = createMemoryStore();
  return {
    pg: store.pg,
    gated: (gate) => store.gated((work) => gate("reading", work)),
    query: async <Row>(text: string) => (await store.query(text)).map(withDigits) as Row[],
    close: async () => undefined,
  };
}

function withDigits(row: Record<string, unknown>): Record<string, unknown> {
  const digits = (value: unknown): unknown =>
    typeof value === "bigint" ? value.toString() : Array.isArray(value) ? value.map(digits) : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, digits(value)]));
}
