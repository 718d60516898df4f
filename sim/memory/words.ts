// SQL as words: names, texts, numbers, parameters and marks. Comments and spaces are dropped.

export type Word = Readonly<{
  kind: "name" | "quoted" | "text" | "number" | "parameter" | "mark" | "end";
  /** Names in lower case, texts without their quotes. */
  text: string;
}>;

const pattern =
  /\s+|--[^\n]*|(?<name>[A-Za-z_][A-Za-z0-9_]*)|"(?<quoted>(?:[^"]|"")*)"|'(?<text>(?:[^']|'')*)'|\$\$(?<body>[\s\S]*?)\$\$|\$(?<parameter>\d+)|(?<number>\d+(?:\.\d+)?)|(?<mark>::|<>|!=|<=|>=|\|\||->>|->|!~|[-+*/%=<>~()[\],.;])/gy;

/** The words of a text, ended by one of kind "end". Throws where it cannot be read. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const found = pattern.exec(text)?.groups;
    if (found === undefined) throw new Error(`SQL that cannot be read: ${text.slice(from, from + 40)}`);
    const { name, quoted, text: literal, body, parameter, number, mark } = found;
    if (name !== undefined) words.push({ kind: "name", text: name.toLowerCase() });
    else if (quoted !== undefined) words.push({ kind: "quoted", text: quoted.replaceAll('""', '"') });
    else if (literal !== undefined) words.push({ kind: "text", text: literal.replaceAll("''", "'") });
    else if (body !== undefined) words.push({ kind: "text", text: body });
    else if (parameter !== undefined) words.push({ kind: "parameter", text: parameter });
    else if (number !== undefined) words.push({ kind: "number", text: number });
    else if (mark !== undefined) words.push({ kind: "mark", text: mark === "!=" ? "<>" : mark });
  }
  words.push({ kind: "end", text: "" });
  return words;
}

/** Reads words one after the other. */
export class Reader {
  readonly #words: readonly Word[];
  #at = 0;

  constructor(text: string) {
    this.#words = wordsOf(text);
  }

  peek(ahead = 0): Word {
    return this.#words[Math.min(this.#at + ahead, this.#words.length - 1)] as Word;
  }

  take(): Word {
    const word = this.peek();
    this.#at += 1;
    return word;
  }

  /** Whether these words come next, as names or marks. */
  sees(...texts: readonly string[]): boolean {
    return texts.every((text, index) => {
      const word = this.peek(index);
      return (word.kind === "name" || word.kind === "mark") && word.text === text;
    });
  }

  /** Takes these words where they come next. */
  skips(...texts: readonly string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  expect(...texts: readonly string[]): void {
    if (!this.skips(...texts)) throw this.problem(`“${texts.join(" ")}” expected`);
  }

  name(): string {
    const word = this.take();
    if (word.kind !== "name" && word.kind !== "quoted") throw this.problem("a name expected");
    return word.text;
  }

  /** What `read` reads, as often as commas separate it. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.skips(",")) items.push(read());
    return items;
  }

  inParentheses<T>(read: () => T): T {
    this.expect("(");
    const value = read();
    this.expect(")");
    return value;
  }

  problem(what: string): Error {
    const near = this.#words.slice(Math.max(0, this.#at - 6), this.#at + 6).map(({ text }) => text);
    return new Error(`SQL that the store in memory does not know: ${what} near “${near.join(" ")}”`);
  }
}
