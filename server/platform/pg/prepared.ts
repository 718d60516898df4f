// A connection that has the database parse and plan each statement once, and begins a transaction with its first
// statement. The statements of a payment touch partitioned tables: planning them takes longer than running them.
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

type Submitted = Promise<unknown> | undefined;
type Submit = (...words: unknown[]) => Submitted;

/**
 * Statements with parameters are prepared by name, on each connection when it meets them first. “Start transaction” and
 * settings right after it wait for the statement that comes next, and are sent with it: they cost no round trip.
 */
export class PreparingClient extends pg.Client {
  #beginning: string | null = null;
  #gathering = false;

  override query: pg.Client["query"] = ((text: unknown, values: unknown, ...rest: unknown[]) => {
    const query = (super.query as Submit).bind(this);
    this.#gather();
    const bare = typeof text === "string" && rest.length === 0 && !hasValues(values);
    if (bare && text.startsWith(beginning)) {
      this.#beginning = text;
      return Promise.resolve(nothing("START"));
    }
    if (bare && this.#beginning !== null && text.startsWith(setting)) {
      this.#beginning += `; ${text}`;
      return Promise.resolve(nothing("SELECT"));
    }
    const begin = this.#beginning;
    this.#beginning = null;
    if (begin !== null) {
      // Nothing was sent, so there is nothing to end.
      if (text === "commit" || text === "rollback") return Promise.resolve(nothing(text.toUpperCase()));
      // One message of several statements is answered by several results.
      if (bare) return query(`${begin}; ${text}`)?.then((results) => (results as unknown[]).at(-1));
    }
    const begun = begin === null ? null : query(begin);
    const name = typeof text === "string" && hasValues(values) ? nameOf(text) : undefined;
    const answer = name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
    return begun === null ? answer : Promise.all([begun, answer]).then(([, result]) => result);
  }) as pg.Client["query"];

  /** What is asked for before anything else can happen is written at once. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    const { stream } = this.connection;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }
}

const beginning = "start transaction";
const setting = "select set_config(";

function hasValues(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0;
}

function nothing(command: string) {
  return { command, rowCount: null, rows: [] };
}
