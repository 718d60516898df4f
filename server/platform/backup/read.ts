// Reads a backup from its first byte to its last, table by table, and holds everything against the manifest.
import { createHash } from "node:crypto";
import { readArchive, type ArchiveEntry } from "./archive.ts";
import { limits } from "./limits.ts";
import {
  BackupError,
  backupFormat,
  backupFormatVersion,
  nameOf,
  type BackedUpTable,
  type Head,
  type Manifest,
  type TableSeal,
  type WholeBackup,
} from "./model.ts";
import { headEntry, manifestEntry, readPartEntry } from "./names.ts";

/** What is done with the rows of a table: `rows` must be read to its end. */
export type TableVisitor = (table: BackedUpTable, rows: AsyncIterable<Buffer>) => Promise<void>;

/** The first entry alone: enough to refuse what cannot be restored here. Throws BackupError where it is no backup. */
export async function readHead(file: string): Promise<Head> {
  const entries = readArchive(file);
  try {
    const first = await nextOf(entries, file, "head.json");
    return headOf(first === null ? null : await textOf(first), file);
  } finally {
    await entries.return();
  }
}

/**
 * Reads everything. Each table is given to `visit` in order, empty ones too. Throws BackupError, naming the table,
 * where rows, their number or their hash are not what was written, or where the file ends too early.
 */
export async function readBackup(file: string, visit: TableVisitor): Promise<WholeBackup> {
  const entries = readArchive(file);
  try {
    const first = await nextOf(entries, file, "head.json");
    const headText = first === null ? null : await textOf(first);
    const head = headOf(headText, file);
    const reading: Reading = { entries, file, next: null };
    reading.next = await nextOf(entries, file, "tables");
    const seals: TableSeal[] = [];
    for (const [index, table] of head.tables.entries()) {
      seals.push(await readTable(reading, index, table, visit));
    }
    const manifest = await manifestOf(reading);
    compare({ head, manifest, seals, file, headSha256: sha256(headText ?? "") });
    return { head, manifest };
  } finally {
    await entries.return();
  }
}

type Reading = {
  readonly entries: AsyncGenerator<ArchiveEntry, void, undefined>;
  readonly file: string;
  next: ArchiveEntry | null;
};

async function readTable(
  reading: Reading,
  index: number,
  table: BackedUpTable,
  visit: TableVisitor,
): Promise<TableSeal> {
  const hash = createHash("sha256");
  let [rows, bytes] = [0, 0];
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let part = 1; reading.next !== null; part += 1) {
      const place = readPartEntry(reading.next.name);
      if (place?.index !== index || place.part !== part) return;
      for await (const chunk of guarded(reading.next.chunks, reading.file, nameOf(table))) {
        hash.update(chunk);
        bytes += chunk.length;
        rows += lineBreaksIn(chunk);
        yield chunk;
      }
      reading.next = await nextOf(reading.entries, reading.file, nameOf(table));
    }
  }
  await visit(table, chunks());
  return { schema: table.schema, name: table.name, rows, bytes, sha256: hash.digest("hex") };
}

/** Line breaks within values are written as \n, so each byte 10 ends a row. */
function lineBreaksIn(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}

async function manifestOf({ entries, next, file }: Reading): Promise<Manifest> {
  if (next?.name !== manifestEntry) throw cutOff(file, next === null ? manifestEntry : next.name);
  const text = await textOf(next).catch((error: unknown) => {
    throw damaged(file, manifestEntry, error);
  });
  // To the very end: only there the checksum of the compression is compared.
  const beyond = await nextOf(entries, file, manifestEntry);
  if (beyond !== null) throw damaged(file, beyond.name, manifestEntry);
  return JSON.parse(text) as Manifest;
}

type Comparison = WholeBackup & Readonly<{ seals: readonly TableSeal[]; headSha256: string; file: string }>;

function compare({ manifest, seals, headSha256, file }: Comparison): void {
  if (manifest.headSha256 !== headSha256) throw damaged(file, headEntry, "SHA-256");
  for (const [index, found] of seals.entries()) {
    const written = manifest.tables[index];
    const table = nameOf(found);
    if (written === undefined || nameOf(written) !== table) throw damaged(file, table, manifestEntry);
    if (written.rows !== found.rows) {
      throw new BackupError({
        zh: `${file} 已损坏：${table} 应有 ${written.rows} 行，实际 ${found.rows} 行。请改用另一份备份。`,
        en: `${file} is damaged: ${table} has ${found.rows} rows instead of ${written.rows}. Use another backup.`,
      });
    }
    if (written.sha256 !== found.sha256) {
      throw new BackupError({
        zh: `${file} 已损坏：${table}（${found.rows} 行）的 SHA-256 是 ${found.sha256}，应为 ${written.sha256}。请改用另一份备份。`,
        en: `${file} is damaged: the SHA-256 of ${table} (${found.rows} rows) is ${found.sha256} instead of ${written.sha256}. Use another backup.`,
      });
    }
  }
}

function headOf(text: string | null, file: string): Head {
  const head = text === null ? null : (parse(text) as Partial<Head> | null);
  if (head?.format !== backupFormat) {
    throw new BackupError({ zh: `${file} 不是 huiyin 的备份。`, en: `${file} is not a backup of huiyin.` });
  }
  if (head.formatVersion !== backupFormatVersion) {
    throw new BackupError({
      zh: `${file} 的备份格式是版本 ${String(head.formatVersion)}，这个程序只认识版本 ${backupFormatVersion}。请用更新的程序。`,
      en: `${file} has version ${String(head.formatVersion)} of the format; this program knows version ${backupFormatVersion}. Use a newer one.`,
    });
  }
  return head as Head;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function nextOf(
  entries: AsyncGenerator<ArchiveEntry, void, undefined>,
  file: string,
  where: string,
): Promise<ArchiveEntry | null> {
  try {
    const { value } = await entries.next();
    return value ?? null;
  } catch (error) {
    throw damaged(file, where, error);
  }
}

async function* guarded(chunks: AsyncIterable<Buffer>, file: string, where: string): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await source.next().catch((error: unknown) => {
      throw damaged(file, where, error);
    });
    if (done === true) return;
    yield value;
  }
}

async function textOf(entry: ArchiveEntry): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of entry.chunks) {
    bytes += chunk.length;
    if (bytes > limits.descriptionBytesMax) throw new Error(`${entry.name} is too long`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function cutOff(file: string, where: string): BackupError {
  return new BackupError({
    zh: `${file} 不完整：没有读到清单（停在 ${where}）。备份当时可能被中断。请改用另一份备份。`,
    en: `${file} is not whole: its manifest was not reached (stopped at ${where}). The backup may have been interrupted. Use another one.`,
  });
}

function damaged(file: string, where: string, error: unknown): BackupError {
  if ((error as NodeJS.ErrnoException | null)?.code === "ENOENT") {
    return new BackupError({ zh: `没有 ${file} 这个文件。`, en: `There is no file ${file}.` });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new BackupError(
    {
      zh: `${file} 已损坏：读到 ${where} 时出错（${reason}）。请改用另一份备份。`,
      en: `${file} is damaged: reading failed in ${where} (${reason}). Use another backup.`,
    },
    { cause: error },
  );
}
