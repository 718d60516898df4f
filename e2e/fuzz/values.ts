// JSON as text, so that it can be what no program would write: numbers without end, doubled names, half characters.
import type { Chance } from "../../sim/random.ts";

export type Node =
  | Readonly<{ kind: "raw"; text: string }>
  | { kind: "object"; members: Array<[name: string, value: Node]> }
  | { kind: "array"; items: Node[] };

export function raw(text: string): Node {
  return { kind: "raw", text };
}

/** The text of a node. */
export function textOf(node: Node): string {
  switch (node.kind) {
    case "raw":
      return node.text;
    case "array":
      return `[${node.items.map(textOf).join(",")}]`;
    case "object":
      return `{${node.members.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(",")}}`;
  }
}

const long = 60_000;

/** Texts that somebody forgot to think of. */
export const strangeTexts: readonly string[] = [
  ...[
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udc00a",
    "a\ud83d",
    "\u202e12.50\u202c",
    "\ufeff",
    "\u2028",
    "\x7f",
    "\r\n",
    "\t",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then", "length"],
  ...[
    "../../../etc/passwd",
    "%00",
    "%2e%2e%2f",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "'; drop table x; --",
  ],
  ...["%", "_", "\\", "%%%", "a%", "a\\", "'", '"', "`", "$1", "$", "(((((((((((", "[a-z]+*", "\\u0000"],
  ...[
    "９９９",
    "１２．５０",
    "零",
    "①②⑦．⓪．⓪．①",
    "ﬀ",
    "İ",
    "ß",
    "👩‍👩‍👧‍👦",
    "é".normalize("NFD"),
    "\u0300".repeat(40),
  ],
  ...["0", "-0", "1e400", "NaN", "Infinity", "0x10", "00", "1.0", "-1", "9007199254740993", "9".repeat(400)],
  ...["null", "undefined", "true", "[object Object]", "{}", "[]", "new Date()", "1970-01-01T00:00:00Z"],
  ...["9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z"],
  ...[
    "2026-11-22T07:00:00+99:99",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2016-12-31T23:59:60Z",
  ],
  ...[
    "mer_00000000000000000000000000000000",
    "pay_ffffffffffffffffffffffffffffffff",
    "pay_",
    "PAY_0",
    "trm_+",
    "*",
    "#",
  ],
];

/** Numbers as they stand in JSON, and some that may not. */
const strangeNumbers = [
  ...[
    "0",
    "-0",
    "-1",
    "1",
    "0.1",
    "1.0",
    "1e2",
    "1E+2",
    "1e400",
    "-1e400",
    "1e-400",
    "5e-324",
    "0.30000000000000004",
  ],
  ...["2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740991", "9007199254740993"],
  ...[
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999999",
    "10000000000",
  ],
  ...[
    "10000000001",
    "00",
    "+1",
    "0x1",
    "1_000",
    "NaN",
    "Infinity",
    ".5",
    "5.",
    "1e",
    "--1",
    "9".repeat(2_000),
  ],
];

export const strangeNames = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "kind",
  "id",
  "",
  "a\0b",
  "\ud800",
  "x".repeat(3_000),
];

/** A value that fits nowhere. */
export function strangeNode(chance: Chance): Node {
  switch (chance.integer(0, 9)) {
    case 0:
    case 1:
    case 2:
      return raw(JSON.stringify(chance.pick(strangeTexts)));
    case 3:
    case 4:
      return raw(chance.pick(strangeNumbers));
    case 5:
      return raw(
        chance.pick(["null", "true", "false", "{}", "[]", "[[]]", '""', "undefined", '{"a":1}', "[null]"]),
      );
    case 6:
      return raw(deep(chance));
    case 7:
      return raw(JSON.stringify(chance.pick(strangeTexts).concat("x").repeat(chance.integer(1, 3_000))));
    case 8:
      return {
        kind: "object",
        members: [[chance.pick(strangeNames), raw(chance.pick(["1", "{}", '{"toString":1}', "[]"]))]],
      };
    default:
      return raw(
        chance.pick([
          '"\\ud800"',
          '"\\u0000"',
          '"\\x"',
          '"\n"',
          "'a'",
          '"a',
          "\\u0031",
          "/**/1",
          '{"a":1,"a":2}',
          '{"__proto__":{"a":1}}',
        ]),
      );
  }
}

function deep(chance: Chance): string {
  const levels = chance.pick([5, 21, 100, 5_000, 30_000]);
  return chance.happens(0.5)
    ? "[".repeat(levels) + "]".repeat(levels)
    : '{"a":'.repeat(Math.min(levels, 10_000)) + "1" + "}".repeat(Math.min(levels, 10_000));
}

/** Changes one place of a body, or the whole of it. Returns the text that is sent. */
export function strangeBody(chance: Chance, body: Node): string {
  const turns = chance.weighted({ none: 2, one: 10, several: 3, whole: 2 });
  if (turns === "whole") return strangeWhole(chance, textOf(body));
  const count = turns === "none" ? 0 : turns === "one" ? 1 : chance.integer(2, 5);
  for (let turn = 0; turn < count; turn += 1) strangeInside(chance, body);
  return textOf(body);
}

function strangeInside(chance: Chance, node: Node): void {
  if (node.kind === "raw") return;
  const count = node.kind === "object" ? node.members.length : node.items.length;
  if (count === 0 || chance.happens(0.25)) return strangeShape(chance, node);
  const at = chance.integer(0, count - 1);
  const child = node.kind === "object" ? node.members[at]?.[1] : node.items[at];
  if (child !== undefined && child.kind !== "raw" && chance.happens(0.6)) return strangeInside(chance, child);
  const value = strangeNode(chance);
  if (node.kind === "array") node.items[at] = value;
  else node.members[at] = [node.members[at]?.[0] ?? "", value];
}

function strangeShape(chance: Chance, node: Exclude<Node, { kind: "raw" }>): void {
  if (node.kind === "array") {
    const items = Array.from(
      { length: chance.pick([0, 1, 10, 1_000]) },
      () => node.items[0] ?? strangeNode(chance),
    );
    node.items.splice(0, chance.integer(0, 1), ...items);
    return;
  }
  const at = chance.integer(0, Math.max(0, node.members.length - 1));
  const member = node.members[at];
  const does = chance.weighted({ drop: 3, twice: 2, add: 3, rename: 1 });
  if (does === "drop") node.members.splice(at, 1);
  else if (does === "twice" && member !== undefined) node.members.push([member[0], strangeNode(chance)]);
  else if (does === "rename" && member !== undefined)
    node.members[at] = [chance.pick(strangeNames), member[1]];
  else node.members.push([chance.pick(strangeNames), strangeNode(chance)]);
}

function strangeWhole(chance: Chance, text: string): string {
  switch (chance.integer(0, 7)) {
    case 0:
      return "";
    case 1:
      return text.slice(0, chance.integer(0, text.length));
    case 2:
      return text + chance.pick([" ", "x", "{}", "\0", "]", ","]);
    case 3:
      return `\ufeff${text}`;
    case 4:
      return `[${text}]`;
    case 5:
      return textOf(strangeNode(chance));
    case 6:
      return `${text.slice(0, -1)},"x":"${"y".repeat(long)}"}`;
    default:
      return JSON.stringify(text);
  }
}
