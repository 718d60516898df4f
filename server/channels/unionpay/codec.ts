// UnionPay’s form wire (ACP) as pure functions, both halves: what a merchant sends and reads, and what a gateway reads and
// answers. One description serves the client and the simulated gateway. Signatures are made elsewhere (signing.ts).

/** The fields of one message, decoded once. */
export type WireFields = ReadonlyMap<string, string>;

export const formContentType = "application/x-www-form-urlencoded;charset=UTF-8";

/** Where requests of a kind go. */
export const endpoints = ["transaction", "query", "file"] as const;
export type Endpoint = (typeof endpoints)[number];

/** UnionPay’s own hosts: files are handed out by another one than everything else. */
const unionpayHost = /^https:\/\/gateway\.((?:test\.)?95516\.com)\//;

/** The address of an endpoint. @param gatewayUrl as configured: "https://gateway.95516.com/gateway/api" */
export function addressOf(gatewayUrl: string, endpoint: Endpoint): string {
  if (endpoint === "transaction") return `${gatewayUrl}/backTransReq.do`;
  if (endpoint === "query") return `${gatewayUrl}/queryTrans.do`;
  const host = unionpayHost.exec(gatewayUrl)?.[1];
  return host === undefined ? `${gatewayUrl}/fileTransReq.do` : `https://filedownload.${host}/`;
}

/**
 * The text that a signature covers: every non-empty field but `signature`, ordered by name, values as they are.
 * Source: UnionPay ACP 5.1.0, held against a real notification in vectors.test.ts.
 */
export function signText(fields: WireFields): string {
  return [...fields]
    .filter(([name, value]) => name !== "signature" && value !== "")
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** A form body: how requests and notifications travel. */
export function formBody(fields: WireFields): string {
  return new URLSearchParams([...fields]).toString();
}

/** The gateway’s side: the body of a synchronous answer, whose values are not encoded at all. */
export function answerBody(fields: WireFields): string {
  return [...fields].map(([name, value]) => `${name}=${value}`).join("&");
}

export type AnswerReading =
  Readonly<{ kind: "fields"; fields: WireFields }> | Readonly<{ kind: "malformed"; problem: string }>;

/** An answer has about thirty fields. */
const fieldsMax = 200;

/** Where a pair begins: the name of a field and its first "=". */
const pairBeginning = /[A-Za-z][A-Za-z0-9_]*=/y;

/**
 * Reads a synchronous answer. Values are not encoded: a certificate with line breaks, "=" and "+" of base64, and
 * structures such as `{token=62…&trId=1}`. So a pair ends at an "&" only outside of braces and brackets, and only where
 * the next field begins. Whoever reads one message in another way finds another signature. Never throws.
 */
export function readAnswer(body: string): AnswerReading {
  const fields = new Map<string, string>();
  const text = body.trim();
  const structures = structuresIn(text);
  for (let at = 0; at < text.length;) {
    pairBeginning.lastIndex = at;
    const found = pairBeginning.exec(text)?.[0];
    if (found === undefined) return { kind: "malformed", problem: "the answer is no list of fields" };
    const name = found.slice(0, -1);
    if (fields.has(name)) return { kind: "malformed", problem: `${name} appears twice` };
    if (fields.size >= fieldsMax) return { kind: "malformed", problem: "the answer has too many fields" };
    const from = at + found.length;
    const end = endOfValue(text, from, structures);
    fields.set(name, text.slice(from, end));
    at = end + 1;
  }
  return fields.size === 0
    ? { kind: "malformed", problem: "the answer is empty" }
    : { kind: "fields", fields };
}

/** What opens a structure and what closes it. */
const brackets: ReadonlyArray<readonly [opener: string, closer: string]> = [
  ["{", "}"],
  ["[", "]"],
];

/** Longest structure that is looked for, in characters: real ones have a few hundred. */
const structureCharactersMax = 8_192;

/** Where each structure ends: at the index of its opener that of its closer, 0 elsewhere. Each kind counts only itself. */
type Structures = Int32Array;

/** One pass for each kind, whatever the text: from every opener anew, a message of openers would take seconds. */
function structuresIn(text: string): Structures {
  const ends = new Int32Array(text.length);
  for (const [opener, closer] of brackets) {
    const open: number[] = [];
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === opener) open.push(at);
      if (text[at] !== closer) continue;
      const from = open.pop();
      if (from !== undefined && at - from < structureCharactersMax) ends[from] = at;
    }
  }
  return ends;
}

/** Where the value that begins here ends: the index of its "&", or of the end of the text. */
function endOfValue(text: string, from: number, structures: Structures): number {
  let at = from;
  while (at < text.length) {
    // What is opened and never closed, as in a message of free words, is a character like any other.
    const close = structures[at] ?? 0;
    pairBeginning.lastIndex = at + 1;
    if (text[at] === "&" && pairBeginning.test(text)) return at;
    at = (close === 0 ? at : close) + 1;
  }
  return text.length;
}
