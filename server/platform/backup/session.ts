// The connection of a backup or a restore: one, without time limits, and reading and writing values the same way always.
import pg from "pg";
import { limits } from "../limits.ts";

/** Rows are written as text by these settings and read by the same. */
const spelling = {
  timezone: "UTC",
  datestyle: "ISO, YMD",
  intervalstyle: "iso_8601",
  bytea_output: "hex",
  extra_float_digits: 1,
  client_encoding: "UTF8",
  // A large table takes its time; whoever waits too long presses Ctrl-C.
  statement_timeout: 0,
  idle_in_transaction_session_timeout: 0,
} as const;

/** Runs one piece of work on a connection of its own, as the login of the URL. */
export async function withSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "backup",
    connectionTimeoutMillis: limits.databaseConnectMsMax,
    keepAlive: true,
  });
  // Without a listener, a connection broken from the other side would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    for (const [name, value] of Object.entries(spelling)) {
      await client.query("select set_config($1, $2, false)", [name, String(value)]);
    }
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
