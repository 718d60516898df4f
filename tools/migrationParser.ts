// Just enough of SQL to lint migrations: statements with their lines, and what a "create table" defines.
// Written for our own style (lower case, one statement at a time), not for SQL in general.

/** `text` is the statement without comments; `code` also without the contents of quoted strings. */
export type Statement = Readonly<{ text: string; code: string; line: number }>;

export type Key = Readonly<{ kind: "primary" | "unique"; columns: readonly string[] }>;
export type ForeignKey = Readonly<{ columns: readonly string[]; target: string }>;

/** A table as created; partitions of another table are not listed, they have nothing of their own. */
export type TableDefinition = Readonly<{
  name: string;
  line: number;
  columns: readonly string[];
  keys: readonly Key[];
  foreignKeys: readonly ForeignKey[];
}>;

/** The statements of one migration and the tables they create. */
export function parseMigration(
  sql: string,
): Readonly<{ statements: readonly Statement[]; tables: readonly TableDefinition[] }> {
  const text = masked(sql, "comments");
  const code = masked(sql, "commentsAndStrings");
  const statements = splitAt(code, ";").map(({ start, end }) => {
    const lead = /^\s*/.exec(code.slice(start, end))?.[0].length ?? 0;
    return {
      text: text.slice(start + lead, end),
      code: code.slice(start + lead, end),
      line: code.slice(0, start + lead).split("\n").length,
    };
  });
  const full = statements.filter((statement) => statement.code !== "");
  return { statements: full, tables: full.flatMap(tableOf) };
}

// One pattern knows where comments and quotes begin and end; a dollar-quoted body stays: it is code.
const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g;

/** The same text, as long and with the same lines, with comments (and contents of strings) turned into spaces. */
function masked(sql: string, what: "comments" | "commentsAndStrings"): string {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");
  const replaced = sql.replaceAll(token, (found) => {
    if (!found.startsWith("'")) return blank(found);
    return what === "comments" ? found : `'${blank(found.slice(1, -1))}'`;
  });
  return replaced.toLowerCase();
}

/** The stretches between separators that stand outside parentheses and outside dollar quotes. */
function splitAt(
  code: string,
  separator: "," | ";",
): ReadonlyArray<Readonly<{ start: number; end: number }>> {
  const parts: { start: number; end: number }[] = [];
  let depth = 0;
  let dollar: string | null = null;
  let start = 0;
  for (let index = 0; index < code.length; index += 1) {
    const tag = /^\$\w*\$/.exec(code.slice(index, index + 32))?.[0];
    if (tag !== undefined && (dollar === null || dollar === tag)) {
      dollar = dollar === null ? tag : null;
      index += tag.length - 1;
    } else if (dollar === null) {
      const character = code[index];
      if (character === "(") depth += 1;
      else if (character === ")") depth -= 1;
      else if (character === separator && depth === 0) {
        parts.push({ start, end: index });
        start = index + 1;
      }
    }
  }
  parts.push({ start, end: code.length });
  return parts;
}

function tableOf({ code, line }: Statement): readonly TableDefinition[] {
  const match = /^create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w.]+)\s*\(/.exec(code);
  if (match === null) return [];
  const name = match[1] ?? "";
  const body = code.slice(match[0].length, closing(code, match[0].length));
  const items = splitAt(body, ",").map(({ start, end }) =>
    body.slice(start, end).trim().replaceAll(/\s+/g, " "),
  );
  const columns = items.filter((item) => !isConstraint(item)).map((item) => item.split(" ")[0] ?? "");
  return [{ name, line, columns, keys: items.flatMap(keysOf), foreignKeys: items.flatMap(foreignKeysOf) }];
}

function closing(code: string, from: number): number {
  let depth = 1;
  for (let index = from; index < code.length; index += 1) {
    if (code[index] === "(") depth += 1;
    if (code[index] === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return code.length;
}

function isConstraint(item: string): boolean {
  return /^(constraint|primary key|unique|check|foreign key|exclude|like)\b/.test(item);
}

function keysOf(item: string): readonly Key[] {
  const list = /\b(primary key|unique(?: nulls not distinct)?) ?\(([^)]*)\)/.exec(item);
  if (isConstraint(item)) {
    if (list === null) return [];
    return [
      { kind: kindOf(list[1] ?? ""), columns: (list[2] ?? "").split(",").map((column) => column.trim()) },
    ];
  }
  // What stands in a CHECK's parentheses is an expression, not a constraint.
  const outside = item.replaceAll(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, "");
  const word = /\b(primary key|unique)\b/.exec(outside)?.[1];
  return word === undefined ? [] : [{ kind: kindOf(word), columns: [item.split(" ")[0] ?? ""] }];
}

function kindOf(words: string): Key["kind"] {
  return words.startsWith("primary") ? "primary" : "unique";
}

function foreignKeysOf(item: string): readonly ForeignKey[] {
  const target = /\breferences ([\w.]+)/.exec(item)?.[1];
  if (target === undefined) return [];
  const columns = /\bforeign key ?\(([^)]*)\)/.exec(item)?.[1] ?? item.split(" ")[0] ?? "";
  return [{ target, columns: columns.split(",").map((column) => column.trim()) }];
}
