// A connection that has the database parse and plan each statement once. The statements of a payment touch partitioned
// tables: planning them takes longer than running them.
import pg from "pg";
import { limits } from "../limits.ts";

/** Names by text. The texts are those of the stores: values travel as parameters, so there are few of them. */
const names = new Map<string, string>();

/** The name under which a statement is prepared; undefined where there are too many texts already. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= limits.databasePreparedMax) return known;
  const name = `huiyin_${names.size}`;
  names.set(text, name);
  return name;
}

/** Statements with parameters are prepared by name, on each connection when it meets them first. */
export class PreparingClient extends pg.Client {
  override query: pg.Client["query"] = ((text: unknown, values: unknown, ...rest: unknown[]) => {
    const name =
      typeof text === "string" && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    const query = super.query as (...words: unknown[]) => unknown;
    return name === undefined
      ? query.call(this, text, values, ...rest)
      : query.call(this, { name, text, values }, ...rest);
  }) as pg.Client["query"];
}
