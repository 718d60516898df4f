// Reads JSON from outside without trusting it: raw slices of top-level members, and objects as maps.
// Alipay signs the text it sent, white space and escapes included, so a member must be cut out, never re-serialised.

/** `startsAt`: where the text of the value begins in the whole. */
export type RawMember = Readonly<{ key: string; text: string; startsAt: number }>;

const whiteSpace = new Set([" ", "\t", "\n", "\r"]);

/**
 * The members of a top-level JSON object in the order sent, each with the exact text of its value.
 * Repeated keys are all returned. Null when the text is not one JSON object. Runs in one pass, without recursion.
 */
export function topLevelMembers(text: string): readonly RawMember[] | null {
  let at = skipSpace(text, 0);
  if (text[at] !== "{") return null;
  at = skipSpace(text, at + 1);
  const members: RawMember[] = [];
  if (text[at] !== "}") {
    for (;;) {
      const keyEnd = endOfString(text, at);
      if (keyEnd === null) return null;
      const key = parsedString(text.slice(at, keyEnd));
      at = skipSpace(text, keyEnd);
      if (key === null || text[at] !== ":") return null;
      at = skipSpace(text, at + 1);
      const valueEnd = endOfValue(text, at);
      if (valueEnd === null) return null;
      members.push({ key, text: text.slice(at, valueEnd), startsAt: at });
      at = skipSpace(text, valueEnd);
      if (text[at] === "}") break;
      if (text[at] !== ",") return null;
      at = skipSpace(text, at + 1);
    }
  }
  return skipSpace(text, at + 1) === text.length ? members : null;
}

/** A JSON object as a map, so that a stranger’s key never meets a prototype. Null for anything else. */
export function parsedObject(text: string): ReadonlyMap<string, unknown> | null {
  const value = parsedValue(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null;
}

/** Any JSON value; undefined when the text is not JSON. */
export function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A text member of an object from outside; null when absent, empty or not text. Numbers are not text: amounts come as text. */
export function textIn(object: ReadonlyMap<string, unknown>, key: string): string | null {
  const value = object.get(key);
  return typeof value === "string" && value !== "" ? value : null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (whiteSpace.has(text[at] ?? "")) at += 1;
  return at;
}

/** The index after the closing quote, or null when no string starts here or it never ends. */
function endOfString(text: string, from: number): number | null {
  if (text[from] !== '"') return null;
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return null;
}

/** The index after a value; its inside is checked by whoever parses it. */
function endOfValue(text: string, from: number): number | null {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first === "{" || first === "[") return endOfNested(text, from);
  const bare = /[^\s,{}[\]":]+/y;
  bare.lastIndex = from;
  return bare.test(text) ? bare.lastIndex : null;
}

function endOfNested(text: string, from: number): number | null {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (end === null) return null;
      at = end;
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    if (character === "}" || character === "]") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return null;
}

function parsedString(text: string): string | null {
  const value = parsedValue(text);
  return typeof value === "string" ? value : null;
}
