// Many rows at once, in PostgreSQL’s own text format.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

/** Sends rows by one statement “copy … from stdin” and returns their number. Rejects with what the rows or the database say. */
export async function copyInto(
  client: pg.Client,
  statement: string,
  rows: AsyncIterable<Buffer | string> | Iterable<Buffer | string>,
): Promise<number> {
  const copy = client.query(copyFrom(statement));
  await pipeline(Readable.from(rows), copy);
  return copy.rowCount;
}
