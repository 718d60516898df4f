import assert from "node:assert/strict";
import { test } from "node:test";
import { lintMigrations, referenceTables, type Migration } from "./migrationLint.ts";
import { parseMigration } from "./migrationParser.ts";

function migration(body: string, name = "0001_shop.sql"): Migration {
  return { name, text: `-- ${name}\n-- lock: none · reversible: yes · needs: code from 0.1\n\n${body}\n` };
}

function problemsOf(body: string): string[] {
  return lintMigrations([migration(body)]).map(({ line, problem }) => `${line}: ${problem}`);
}

const isolate = "call platform.isolate_by_merchant('shop.sale');";
const sale =
  "create table shop.sale (merchant_id uuid not null, sale_id uuid not null, primary key (merchant_id, sale_id));";

test("a migration that keeps every promise has no findings", () => {
  const body = `
create schema shop;
-- A trigger would be now() the wrong thing; comments are not looked at.
create table shop.sale (
  merchant_id uuid not null references merchants.merchant,
  sale_id uuid not null,
  note text not null default 'now() is fine; in quotes, unique too' check (length(note) <= 10 and note <> 'unique'),
  primary key (merchant_id, sale_id),
  unique (merchant_id, note),
  foreign key (merchant_id, sale_id) references shop.other
) partition by range (sale_id);
create table shop.sale_default partition of shop.sale default;
create unique index sale_by_note on shop.sale (merchant_id, lower(note)) where note <> '';
${isolate}`;
  assert.deepEqual(problemsOf(body), []);
});

// statement                                                                                  finding
const broken: ReadonlyArray<readonly [string, RegExp]> = [
  ["create trigger t before insert on shop.sale execute function f();", /no triggers/],
  ["create or replace constraint trigger t after insert on shop.sale execute function f();", /no triggers/],
  ["create rule r as on insert to shop.sale do nothing;", /no rules/],
  ["alter table shop.sale add column at timestamptz default now();", /no clock/],
  ["alter table shop.sale add column at timestamptz default current_timestamp;", /no clock/],
  ["alter table shop.sale add column id uuid default gen_random_uuid();", /no chance/],
  ["alter table shop.sale add column id uuid default uuidv7();", /no chance/],
  ["create function f() returns float language plpgsql as $$ begin return random(); end $$;", /no chance/],
  ["alter table shop.sale add column n bigserial;", /no sequences/],
  ["alter table shop.sale add column n bigint generated always as identity;", /no sequences/],
  ["alter table shop.sale add exclude using gist (r with &&);", /no exclusion/],
  ["create materialized view shop.v as select 1;", /no materialized views/],
  ["lock table shop.sale;", /no table locks/],
  ["create table shop.child () inherits (shop.sale);", /no inheritance/],
  ["alter table shop.sale disable row level security;", /stays on/],
  ["create unique index sale_by_note on shop.sale (note);", /unique includes merchant_id/],
  ["alter table shop.sale add constraint u unique (note);", /unique includes merchant_id/],
  ["create table shop.a (merchant_id uuid primary key, n int);", /isolate_by_merchant\('shop\.a'\)/],
  ["create table shop.a (id uuid primary key);", /has merchant_id, or is listed/],
  [
    "create table shop.a (id uuid, merchant_id uuid, primary key (id, merchant_id)); call platform.isolate_by_merchant('shop.a');",
    /first in the primary key/,
  ],
  [
    "create table shop.a (merchant_id uuid, no text unique, primary key (merchant_id, no)); call platform.isolate_by_merchant('shop.a');",
    /unique \(no\)/,
  ],
  [
    "create table shop.a (merchant_id uuid, s uuid references shop.sale, primary key (merchant_id, s)); call platform.isolate_by_merchant('shop.a');",
    /foreign key to shop\.sale/,
  ],
];

for (const [statement, finding] of broken) {
  test(`refused: ${statement}`, () => {
    const found = problemsOf(`${sale}\n${isolate}\n${statement}`);
    assert.ok(
      found.some((problem) => finding.test(problem)),
      found.join("\n"),
    );
    for (const problem of found) assert.match(problem, /^6: /, "the line is that of the statement");
  });
}

test("a header that lacks a part, a wrong first line and a number used twice are found", () => {
  const found = lintMigrations([
    { name: "0001_shop.sql", text: "-- 0001_other.sql\n-- lock: none · needs: nothing\n\nselect 1;\n" },
    migration("select 1;", "0001_second.sql"),
    migration("select 1;", "2_third.sql"),
  ]).map(({ file, problem }) => `${file} ${problem}`);
  assert.ok(found.some((line) => /0001_shop\.sql the first line/.test(line)));
  assert.ok(found.some((line) => /0001_shop\.sql the header comment states "reversible:/.test(line)));
  assert.ok(found.some((line) => /0001_second\.sql number 0001 is taken/.test(line)));
  assert.ok(found.some((line) => /2_third\.sql the name is NNNN/.test(line)));
});

test("a listed reference table may be unique over all merchants but is walled off all the same", () => {
  const body = "create table shop.number (merchant_id uuid, number text unique, primary key (number));";
  const listed = new Map([...referenceTables, ["shop.number", "for this test"] as const]);
  assert.match(
    lintMigrations([migration(body)], listed)
      .map(({ problem }) => problem)
      .join(),
    /^[^,]*isolate_by_merchant/,
  );
  assert.deepEqual(
    lintMigrations([migration(`${body} call platform.isolate_by_merchant('shop.number');`)], listed),
    [],
  );
});

test("every reference table gives its reason", () => {
  for (const [table, reason] of referenceTables) assert.ok(reason.length > 10, table);
});

test("statements end at semicolons outside quotes, bodies and comments", () => {
  const { statements } = parseMigration(
    "select ';'; -- a;b\ncreate function f() as $x$ select 1; select 2; $x$;\n/* ; */ select 3",
  );
  assert.deepEqual(
    statements.map(({ text, line }) => [text.slice(0, 12), line]),
    [
      ["select ';'", 1],
      ["create funct", 2],
      ["select 3", 3],
    ],
  );
});
