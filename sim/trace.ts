// What happened, as one hash: two runs that print the same hash did the same in the same order.
import { createHash } from "node:crypto";

export type Trace = Readonly<{
  /** One step: when (virtual milliseconds), who, what, about what. */
  step(atMs: number, actor: string, event: string, key: string): void;
  /** A row of the outcome, named by its business key. */
  row(table: string, key: string, value: unknown): void;
  steps(): number;
  /** The newest steps, oldest first: what to read when a checker complains. */
  recent(about: string): readonly string[];
  hash(): string;
}>;

const recentMax = 200_000;
/** Characters that are put together before they are hashed: each call costs more than what it is given. */
const unhashedMax = 65_536;

/** Keys are made anew for each run, so signatures differ; nothing may depend on them but whether they hold. */
const signatures = /(\\*"sign\\*":\s*\\*")[^"\\]*/g;

export function createTrace(): Trace {
  const hash = createHash("sha256");
  const lines: string[] = [];
  let steps = 0;
  let unhashed = "";
  const flush = (): void => {
    hash.update(unhashed);
    unhashed = "";
  };
  const write = (line: string): void => {
    unhashed += `${line}\n`;
    if (unhashed.length > unhashedMax) flush();
  };
  return {
    step: (atMs, actor, event, key) => {
      steps += 1;
      const line = `${atMs} ${actor} ${event} ${key}`;
      if (lines.length < recentMax) lines.push(`${steps} ${line}`);
      write(line);
    },
    row: (table, key, value) =>
      write(`${table} ${key} ${JSON.stringify(value, plain).replaceAll(signatures, "$1")}`),
    steps: () => steps,
    recent: (about) => lines.filter((line) => line.includes(about)),
    hash: () => {
      flush();
      return hash.copy().digest("hex").slice(0, 32);
    },
  };
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
