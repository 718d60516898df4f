// Fills a database with payments as if they had been made: every row is a copy of one that the platform wrote itself, under
// numbers of its own, and journals go on with the hash chains of their merchants. Loaded by COPY.
import { createHash } from "node:crypto";
import pg from "pg";
import { idOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import { chained, type Head } from "@huiyin/server/modules/ledger/chain.ts";
import type { JournalDraft } from "@huiyin/server/modules/ledger/index.ts";
import { copyInto } from "@huiyin/server/platform/pg/copy.ts";

type Text = string | null;
/** A payment that the platform made, and one of its rows in a table. */
type Template = Readonly<{ merchantId: string; paymentId: string }>;
type Table = Readonly<{ name: string; columns: readonly string[]; idColumn: "payment_id" | "subject_id" }>;

const schemas = ["payments", "ledger", "arrivals", "webhooks"];
const chunkCharacters = 1_048_576;
/** The seeded payments end so long before the first one that was really made. */
const gapMs = 60_000;

/** Adds so many payments for all merchants in turn; each merchant has made one already. Nobody may be paying meanwhile. */
export async function seedPayments(
  databaseUrl: string,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const templates = await templatesIn(client);
    const ids = idsBefore(await earliestMs(client), count);
    for (const table of await tablesIn(client)) {
      const rows = await templateRows(client, table, templates);
      if (rows.every((of) => of.length === 0)) continue;
      const seeded = { count, idOfNumber: ids, rows };
      const chains =
        table.name === "ledger.journal" ? await chainsOf(client, table, { ...seeded, templates }) : null;
      const columns = table.columns.map((column) => `"${column}"`).join(", ");
      const lines = chunks(chains?.lines ?? copiedRows(table, seeded));
      const copied = await copyInto(client, `copy ${table.name} (${columns}) from stdin`, lines);
      await chains?.moveHeads();
      say(`seeded ${copied} rows of ${table.name}`);
    }
    await client.query("vacuum (analyze)");
  } finally {
    await client.end();
  }
}

/** Ids in the order of time, a millisecond apart, the same for the same number in every table. */
function idsBefore(firstMs: number, count: number): (number: number) => string {
  return (number) => {
    const bytes = createHash("sha256").update(`seed ${number}`).digest().subarray(0, 10);
    return uuidV7(new Date(firstMs - gapMs - count + number), bytes);
  };
}

async function earliestMs(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ at: Date }>("select min(created_at) as at from payments.payment");
  return rows[0]?.at.getTime() ?? 0;
}

async function templatesIn(client: pg.Client): Promise<readonly Template[]> {
  const { rows } = await client.query<{ merchant_id: string; payment_id: string }>(
    `select distinct on (merchant_id) merchant_id, payment_id from payments.payment
     where state = 'succeeded' order by merchant_id, payment_id`,
  );
  if (rows.length === 0) throw new Error("no payment to copy");
  return rows.map((row) => ({ merchantId: row.merchant_id, paymentId: row.payment_id }));
}

/** Every table whose rows name a payment; partitions are filled through their table. */
async function tablesIn(client: pg.Client): Promise<readonly Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select n.nspname || '.' || c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where n.nspname = any ($1) and c.relkind in ('r', 'p') and not c.relispartition
     group by n.nspname, c.relname
     having bool_or(a.attname in ('payment_id', 'subject_id')) and bool_or(a.attname = 'merchant_id')
     order by name`,
    [schemas],
  );
  return rows.map(({ name, columns }) => {
    const idColumn = columns.includes("payment_id") ? "payment_id" : "subject_id";
    return { name, columns, idColumn };
  });
}

/** For each template its rows in this table, every column as text. */
async function templateRows(
  client: pg.Client,
  { name, columns, idColumn }: Table,
  templates: readonly Template[],
): Promise<ReadonlyArray<readonly Text[][]>> {
  const texts = columns.map((column) => `"${column}"::text`).join(", ");
  const found: Text[][][] = [];
  for (const { merchantId, paymentId } of templates) {
    const { rows } = await client.query<Text[]>({
      text: `select ${texts} from ${name} where merchant_id = $1 and ${idColumn} = $2`,
      values: [merchantId, paymentId],
      rowMode: "array",
    });
    found.push(rows);
  }
  return found;
}

type Seeded = Readonly<{
  count: number;
  idOfNumber: (number: number) => string;
  /** Of each template, in their order. */
  rows: ReadonlyArray<readonly Text[][]>;
}>;

/** Columns in which a row must differ from every other; all others are as the platform wrote them. */
const freshTexts: ReadonlyMap<string, (value: string, number: number) => string> = new Map([
  ["channel_order_no", numbered],
  ["merchant_order_no", numbered],
  ["idempotency_key", numbered],
  ["key", numbered],
  ["channel_trade_no", numbered],
  ["code_hash", hashed],
  ["fingerprint", hashed],
]);

function numbered(value: string, number: number): string {
  return `${value.slice(0, -11)}S${String(number).padStart(10, "0")}`;
}

function hashed(_value: string, number: number): string {
  return `\\x${createHash("sha256").update(`seed ${number}`).digest("hex")}`;
}

function* copiedRows(table: Table, { count, idOfNumber, rows }: Seeded): Generator<string> {
  const fresh = table.columns.map((column) => freshTexts.get(column) ?? null);
  const idAt = table.columns.indexOf(table.idColumn);
  for (let number = 0; number < count; number += 1) {
    const id = idOfNumber(number);
    for (const row of rows[number % rows.length] ?? [])
      yield lineOf(
        row.map((value, index) => {
          if (index === idAt) return id;
          return value === null ? null : (fresh[index]?.(value, number) ?? value);
        }),
      );
  }
}

type Chains = Readonly<{ lines: Iterable<string>; moveHeads(): Promise<void> }>;

/** Journals, each with the hash of the one before; once they are loaded, heads and balances follow. */
async function chainsOf(
  client: pg.Client,
  table: Table,
  { templates, count, idOfNumber, rows }: Seeded & Readonly<{ templates: readonly Template[] }>,
): Promise<Chains> {
  const drafts: JournalDraft[] = [];
  const heads: Head[] = [];
  for (const template of templates) {
    drafts.push(await draftOf(client, template));
    heads.push(await headOf(client, template.merchantId));
  }
  const at = (column: string): number => table.columns.indexOf(column);
  const lines = function* (): Generator<string> {
    for (let number = 0; number < count; number += 1) {
      const turn = number % templates.length;
      const [draft, head, row] = [drafts[turn], heads[turn], rows[turn]?.[0]];
      if (draft === undefined || head === undefined || row === undefined)
        throw new Error("no journal to copy");
      const subjectUuid = idOfNumber(number);
      const journal = chained({ ...draft, subjectId: idOf("pay", subjectUuid) }, head);
      heads[turn] = { sequence: journal.sequence, hash: journal.hash };
      const line = [...row];
      line[at("subject_id")] = subjectUuid;
      line[at("sequence")] = String(journal.sequence);
      line[at("previous_hash")] = `\\x${journal.previousHash}`;
      line[at("hash")] = `\\x${journal.hash}`;
      line[at("recorded_at")] = draft.recordedAt.toISOString();
      yield lineOf(line);
    }
  };
  const moveHeads = async (): Promise<void> => {
    for (const [turn, { merchantId }] of templates.entries()) {
      const { sequence, hash } = heads[turn] ?? { sequence: 0n, hash: "" };
      await client.query(
        "update ledger.head set sequence = $2, hash = decode($3, 'hex') where merchant_id = $1",
        [merchantId, sequence, hash],
      );
      const times = BigInt(Math.floor(count / templates.length) + (turn < count % templates.length ? 1 : 0));
      for (const { account, minor } of drafts[turn]?.postings ?? [])
        await client.query(
          `update ledger.head set amounts[array_position(accounts, $2)] = amounts[array_position(accounts, $2)] + $3
           where merchant_id = $1`,
          [merchantId, account, minor * times],
        );
    }
  };
  return { lines: lines(), moveHeads };
}

async function headOf(client: pg.Client, merchantId: string): Promise<Head> {
  const { rows } = await client.query<{ sequence: string; hash: string }>(
    "select sequence, encode(hash, 'hex') as hash from ledger.head where merchant_id = $1",
    [merchantId],
  );
  return { sequence: BigInt(rows[0]?.sequence ?? 0), hash: rows[0]?.hash ?? "" };
}

/** The journal of a payment, as it was posted. */
async function draftOf(client: pg.Client, { merchantId, paymentId }: Template): Promise<JournalDraft> {
  const { rows } = await client.query<{ recorded_at: Date; accounts: string[]; amounts: string[] }>(
    "select recorded_at, accounts, amounts from ledger.journal where merchant_id = $1 and subject_id = $2",
    [merchantId, paymentId],
  );
  const [journal] = rows;
  if (journal === undefined) throw new Error(`${paymentId} has no journal`);
  const postings = journal.accounts.map((account, index) => ({
    account: account as JournalDraft["postings"][number]["account"],
    minor: BigInt(journal.amounts[index] ?? 0),
  }));
  const ids = { merchantId: idOf("mer", merchantId), subjectId: idOf("pay", paymentId) };
  return { ...ids, fact: "succeeded", recordedAt: journal.recorded_at, currency: "CNY", postings };
}

/** One row in COPY’s text format. */
function lineOf(values: readonly Text[]): string {
  return `${values.map((value) => (value === null ? "\\N" : escaped(value))).join("\t")}\n`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
]);

function escaped(value: string): string {
  return value.replaceAll(/[\\\t\n\r]/g, (character) => escapes.get(character) ?? character);
}

/** Lines in pieces that are worth sending. */
function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += line;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
