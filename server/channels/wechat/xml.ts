// The XML of WeChat Pay v2, both halves: one flat element of named texts. What can be read in two ways is not read at all.
import { XMLParser, XMLValidator } from "fast-xml-parser";

export type XmlReading =
  | Readonly<{ kind: "read"; fields: ReadonlyMap<string, string> }>
  | Readonly<{ kind: "malformed"; problem: string }>;

/** A v2 message has about forty fields; numbered refunds bring a dozen more for each of fifty. */
const fieldsMax = 1_000;

/** Begin and end of each field, and a section or two for its text. */
const marksMax = 4 * fieldsMax;
const [sectionStart, sectionEnd] = ["<![CDATA[", "]]>"];

const parser = new XMLParser({
  // Every element by itself, in the order sent: a second of the same name must show, not replace the first.
  preserveOrder: true,
  ignoreAttributes: false,
  ignoreDeclaration: true,
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  cdataPropName: "#cdata",
});

/**
 * The fields of `<xml><name>text</name>…</xml>`, CDATA taken out. Never throws.
 * "malformed": document types, entities other than the five of XML itself, attributes, nesting, doubled elements.
 */
export function readXml(text: string): XmlReading {
  const problem = problemAtAGlance(text);
  if (problem !== null) return malformed(problem);
  try {
    const checked = XMLValidator.validate(text);
    if (checked !== true) return malformed("not well-formed");
    return readDocument(parser.parse(text) as unknown);
  } catch {
    return malformed("not readable");
  }
}

/**
 * What shows without parsing, in one pass whatever the text: strangers send such texts to make the parser work, whose
 * time grows faster than they do.
 */
function problemAtAGlance(text: string): string | null {
  let marks = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    marks += 1;
    if (marks > marksMax) return "too many marks";
    if (text.startsWith(sectionStart, at)) {
      const end = text.indexOf(sectionEnd, at);
      if (end < 0) return "a declaration or comment";
      at = end + sectionEnd.length;
      continue;
    }
    if (text.startsWith("<!", at)) return "a declaration or comment";
    if (text.startsWith("<?", at) && marks > 1) return "an instruction";
    at += 1;
  }
  return null;
}

/** `<xml>` with every value in CDATA, as WeChat Pay writes it. Values must hold no control characters but white space. */
export function writeXml(fields: Iterable<readonly [name: string, value: string]>): string {
  const lines = [...fields].map(([name, value]) => `<${name}>${cdata(value)}</${name}>`);
  return `<xml>\n${lines.join("\n")}\n</xml>`;
}

function cdata(value: string): string {
  // The end mark of a section is divided between two sections.
  return `<![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

function readDocument(document: unknown): XmlReading {
  const nodes = nodesIn(document).filter(({ name, value }) => name !== "#text" || !isBlank(value));
  const [root] = nodes;
  if (root === undefined || nodes.length !== 1 || root.name !== "xml") return malformed("no single <xml>");
  const fields = new Map<string, string>();
  for (const { name, value } of nodesIn(root.value)) {
    if (name === "#text" && isBlank(value)) continue;
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) return malformed("an element without a plain name");
    if (fields.has(name)) return malformed(`${name} comes twice`);
    if (fields.size === fieldsMax) return malformed(`more than ${fieldsMax} fields`);
    const content = textOf(value);
    if (content === null) return malformed(`${name} is no text`);
    fields.set(name, content);
  }
  return { kind: "read", fields };
}

type Node = Readonly<{ name: string; value: unknown }>;

/** The children of an element: each has one name; one with attributes has two members and is refused with its name. */
function nodesIn(value: unknown): readonly Node[] {
  if (!Array.isArray(value)) throw new TypeError("not a list of nodes");
  return (value as readonly unknown[]).map((item) => {
    const members = Object.entries(item as object) as Array<[string, unknown]>;
    const [member] = members;
    if (member === undefined || members.length !== 1) throw new TypeError("an element with attributes");
    return { name: member[0], value: member[1] };
  });
}

/** The text of an element: plain, or in sections with nothing but white space around them. Null for anything else. */
function textOf(value: unknown): string | null {
  const nodes = nodesIn(value);
  const sections = nodes.filter(({ name }) => name === "#cdata");
  const plain = nodes.filter(({ name }) => name === "#text");
  if (sections.length + plain.length !== nodes.length) return null;
  if (sections.length === 0) return plain.length > 1 ? null : unescaped(rawText(plain[0]?.value ?? ""));
  if (plain.some((node) => !isBlank(node.value))) return null;
  return sections
    .map((node) =>
      nodesIn(node.value)
        .map((inner) => rawText(inner.value))
        .join(""),
    )
    .join("");
}

function rawText(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not text");
  return value;
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Null where an ampersand begins anything but one of the five. */
function unescaped(text: string): string | null {
  const parts = text.split("&");
  const [first = "", ...rest] = parts;
  let whole = first;
  for (const part of rest) {
    const end = part.indexOf(";");
    const character = end < 0 ? undefined : entities.get(part.slice(0, end));
    if (character === undefined) return null;
    whole += character + part.slice(end + 1);
  }
  return whole;
}

function malformed(problem: string): XmlReading {
  return { kind: "malformed", problem };
}
