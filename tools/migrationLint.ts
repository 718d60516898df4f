// Reads the migrations and refuses what would break one of the promises of the schema: time and chance come from the
// program, every merchant's rows are walled off, and the same schema runs distributed by merchant_id.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseMigration, type Statement, type TableDefinition } from "./migrationParser.ts";

/** One broken promise, with where and what to do. */
export type Finding = Readonly<{ file: string; line: number; problem: string }>;

/** A migration by name and text. */
export type Migration = Readonly<{ name: string; text: string }>;

/**
 * Tables that may be unique over all merchants: small, unpartitioned, and reference tables on a distributed
 * database. Each with its reason; a new entry is a decision, not a formality.
 */
export const referenceTables: ReadonlyMap<string, string> = new Map([
  ["identity.credential", "a key is found by its hash before any merchant is known"],
  ["identity.session", "a session is found by its hash before any merchant is known"],
  ["identity.sign_in_link", "a link is found by its hash before any merchant is known"],
  ["terminals.terminal", "a device key belongs to one terminal, whoever's it is"],
  ["terminals.activation", "a device that is activated knows its code and no merchant"],
  ["merchants.merchant", "a merchant number is unique over all merchants"],
  ["merchants.maintenance_window", "windows of a channel hold for every merchant"],
  ["platform.month", "a month is closed for every merchant at once"],
  ["routing.circuit", "a channel that answers nobody answers no merchant"],
]);

const fromProgram = "pass it in from the program (World): the simulation has a clock and a chance of its own";
const forbidden: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /\bcreate\s+(or\s+replace\s+)?(constraint\s+)?trigger\b/,
    "no triggers: they do not exist on distributed tables; use a CHECK or the program",
  ],
  [/\bcreate\s+(or\s+replace\s+)?rule\b/, "no rules: they do not exist on distributed tables"],
  [
    /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(/,
    `no clock of the database: ${fromProgram}`,
  ],
  [
    /\b(current_timestamp|localtimestamp|current_date|current_time|localtime)\b/,
    `no clock of the database: ${fromProgram}`,
  ],
  [
    /\b(random|gen_random_uuid|uuidv4|uuidv7|uuid_generate_v\w+|gen_random_bytes)\s*\(/,
    `no chance of the database: ${fromProgram}`,
  ],
  [
    /\b(small|big)?serial\d?\b|\bgenerated\s+(always|by\s+default)\s+as\s+identity\b|\bnextval\s*\(/,
    "no sequences: ids are UUIDv7 from World.newId",
  ],
  [/\bexclude\s+using\b/, "no exclusion constraints: they need every shard at once"],
  [/\bmaterialized\s+view\b/, "no materialized views: they read every shard at once"],
  [/\block\s+table\b/, "no table locks: they stop every merchant"],
  [/\binherits\s*\(/, "no inheritance: use declarative partitioning"],
  [
    /\bdisable\s+row\s+level\s+security\b|\bno\s+force\s+row\s+level\s+security\b/,
    "row-level security stays on",
  ],
];

/** The migrations of this repository, in order. */
export function readMigrations(directory: string): readonly Migration[] {
  const files = globSync("*.sql", { cwd: directory }).sort();
  return files.map((name) => ({ name: basename(name), text: readFileSync(join(directory, name), "utf8") }));
}

/** Everything wrong with a sequence of migrations; empty when all is well. */
export function lintMigrations(
  migrations: readonly Migration[],
  references: ReadonlyMap<string, string> = referenceTables,
): readonly Finding[] {
  const parsed = migrations.map((migration) => ({ ...parseMigration(migration.text), migration }));
  const isolated = new Set(parsed.flatMap(({ statements }) => statements.flatMap(isolatedTables)));
  const withMerchant = new Set(
    parsed.flatMap(({ tables }) => tables.filter(hasMerchant).map((table) => table.name)),
  );
  return parsed.flatMap(({ migration, statements, tables }) => {
    const found = [
      ...headerProblems(migration, migrations),
      ...statements.flatMap((statement) => statementProblems(statement, { references, withMerchant })),
      ...tables.flatMap((table) => tableProblems(table, { references, isolated })),
    ];
    return found.map((finding) => ({ file: migration.name, ...finding }));
  });
}

type Problem = Readonly<{ line: number; problem: string }>;

function headerProblems({ name, text }: Migration, all: readonly Migration[]): readonly Problem[] {
  const problems: Problem[] = [];
  const number = name.slice(0, 4);
  if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    problems.push({ line: 1, problem: "the name is NNNN_what_it_does.sql" });
  if (all.some((other) => other.name !== name && other.name.startsWith(`${number}_`))) {
    problems.push({ line: 1, problem: `number ${number} is taken by another migration` });
  }
  const lines = text.split("\n");
  if (lines[0] !== `-- ${name}`) problems.push({ line: 1, problem: `the first line is "-- ${name}"` });
  const header = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((line) => !line.startsWith("--")),
    ),
  );
  for (const word of ["lock:", "reversible:", "needs:"]) {
    if (!header.some((line) => line.includes(word)))
      problems.push({ line: 1, problem: `the header comment states "${word} …"` });
  }
  return problems;
}

function statementProblems(
  { code, line }: Statement,
  known: { references: ReadonlyMap<string, string>; withMerchant: ReadonlySet<string> },
): readonly Problem[] {
  const problems: Problem[] = forbidden.flatMap(([pattern, problem]) => {
    const at = code.search(pattern);
    return at < 0 ? [] : [{ line: line + code.slice(0, at).split("\n").length - 1, problem }];
  });
  const index =
    /\bcreate\s+unique\s+index\b.*?\bon\s+(?:only\s+)?([\w.]+)\s*(?:using\s+\w+\s*)?\(([^)]*)\)/s.exec(code);
  const added = /\balter\s+table\s+(?:only\s+)?([\w.]+)\s.*?\b(?:unique|primary\s+key)\s*\(([^)]*)\)/s.exec(
    code,
  );
  for (const [, table = "", columns = ""] of [index, added].filter((match) => match !== null)) {
    if (known.references.has(table) || /\bmerchant_id\b/.test(columns)) continue;
    problems.push({
      line,
      problem: `${table}: what is unique includes merchant_id, or the table is listed as a reference table`,
    });
  }
  return problems;
}

function tableProblems(
  table: TableDefinition,
  known: { references: ReadonlyMap<string, string>; isolated: ReadonlySet<string> },
): readonly Problem[] {
  const { name, line } = table;
  const problems: Problem[] = [];
  const reference = known.references.has(name);
  if (hasMerchant(table) && !known.isolated.has(name)) {
    problems.push({
      line,
      problem: `${name}: call platform.isolate_by_merchant('${name}'), or tenants see each other`,
    });
  }
  if (reference) return problems;
  if (!hasMerchant(table)) {
    problems.push({
      line,
      problem: `${name}: has merchant_id, or is listed as a reference table with the reason`,
    });
    return problems;
  }
  for (const key of table.keys) {
    const includes = key.columns.includes("merchant_id");
    if (key.kind === "primary" && key.columns[0] !== "merchant_id") {
      problems.push({
        line,
        problem: `${name}: merchant_id is first in the primary key: it is the shard key`,
      });
    } else if (!includes) {
      problems.push({
        line,
        problem: `${name}: unique (${key.columns.join(", ")}) does not include merchant_id`,
      });
    }
  }
  for (const foreign of table.foreignKeys) {
    if (foreign.columns.includes("merchant_id") || known.references.has(foreign.target)) continue;
    problems.push({
      line,
      problem: `${name}: the foreign key to ${foreign.target} includes merchant_id, or it spans shards`,
    });
  }
  return problems;
}

function hasMerchant(table: TableDefinition): boolean {
  return table.columns.includes("merchant_id");
}

function isolatedTables({ text, code }: Statement): readonly string[] {
  const called = /\bcall\s+platform\.isolate_by_merchant\(\s*'([\w.]+)'/.exec(text)?.[1];
  const forced = /\balter\s+table\s+([\w.]+)\s+force\s+row\s+level\s+security\b/.exec(code)?.[1];
  return [called, forced].filter((name) => name !== undefined);
}
