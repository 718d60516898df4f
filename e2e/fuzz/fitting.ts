// Values that fit a schema of the OpenAPI document, as far as a schema can say, with ids that mean something.
import type { Chance } from "../../sim/random.ts";
import { raw, strangeNames, type Node } from "./values.ts";
import type { Ids } from "./world.ts";

export type Schema = Readonly<{
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}>;

/** A value that the schema takes, as far as a schema can say. */
export function fitting(chance: Chance, schema: Schema, ids: Ids): Node {
  if (schema.const !== undefined) return raw(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return raw(JSON.stringify(chance.pick(schema.enum)));
  if (schema.anyOf !== undefined) return fitting(chance, chance.pick(schema.anyOf), ids);
  switch (schema.type) {
    case "integer":
    case "number":
      return raw(String(fittingNumber(chance, schema)));
    case "boolean":
      return raw(chance.pick(["true", "false"]));
    case "null":
      return raw("null");
    case "array":
      return {
        kind: "array",
        items: Array.from({ length: chance.integer(0, Math.min(3, schema.maxItems ?? 3)) }, () =>
          fitting(chance, schema.items ?? {}, ids),
        ),
      };
    case "object":
      return { kind: "object", members: fittingMembers(chance, schema, ids) };
    case "string":
      return raw(JSON.stringify(fittingText(chance, schema, ids)));
    default:
      return raw(JSON.stringify("anything"));
  }
}

function fittingMembers(chance: Chance, schema: Schema, ids: Ids): Array<[string, Node]> {
  const known = Object.entries(schema.properties ?? {})
    .filter(([name]) => schema.required?.includes(name) === true || chance.happens(0.4))
    .map(([name, value]): [string, Node] => [name, fitting(chance, value, ids)]);
  const { additionalProperties: more } = schema;
  if (typeof more !== "object") return known;
  return [
    ...known,
    ["appId", fitting(chance, more, ids)],
    [chance.pick(strangeNames), fitting(chance, more, ids)],
  ];
}

function fittingNumber(chance: Chance, { minimum = 0, maximum = 1_000_000 }: Schema): number {
  return chance.weighted({ least: 1, most: 1, small: 3 }) === "small"
    ? Math.min(maximum, minimum + chance.integer(0, 2_000))
    : chance.pick([minimum, maximum]);
}

/** Texts for the patterns of the contract; others get letters. */
const patterned: ReadonlyArray<readonly [start: string, make: (chance: Chance) => string]> = [
  ["^([01][0-9]", (chance) => chance.pick(["00:00", "09:30", "23:59"])],
  ["^[0-9A-HJKMNP", (chance) => chance.pick(["0000-0000", "ABCD-EFGH", "ZZZZZZZZ"])],
  ["^[0-9]{4}$", (chance) => String(chance.integer(1_000, 9_999))],
  ["^[0-9]{6}$", (chance) => String(chance.integer(100_000, 999_999))],
  ["^[0-9]{8}$", (chance) => String(chance.integer(20_000_000, 99_999_999))],
  ["^[0-9]{1,18}$", (chance) => chance.pick(["0", "1", "12", "9".repeat(18)])],
  ["^[A-Za-z0-9_-]{43}$", (chance) => Buffer.from(chance.bytes(32)).toString("base64url")],
  [
    "^(?!000[01])[0-2]",
    (chance) =>
      chance.pick([
        "2026-11-22T07:00:00Z",
        "2027-01-01T00:00:00+08:00",
        "2999-12-31T23:59:59-23:59",
        "0002-01-01T00:00:00+23:59",
      ]),
  ],
  [
    "^https?:",
    (chance) =>
      chance.pick([
        "https://fuzz.invalid/a",
        "https://1.2.3.4/",
        "https://xn--fiqs8s/",
        "http://127.0.0.1:1/",
      ]),
  ],
];

function fittingText(chance: Chance, schema: Schema, ids: Ids): string {
  const prefix = /^\^([a-z]{3})_\[0-9a-f\]\{32\}\$$/.exec(schema.pattern ?? "")?.[1];
  if (prefix !== undefined) return idOf(chance, prefix, ids);
  const made = patterned.find(([start]) => schema.pattern?.startsWith(start))?.[1];
  if (made !== undefined) return made(chance);
  const length = Math.max(schema.minLength ?? 1, chance.pick([1, 4, 8, 16, 32]));
  const letters = schema.pattern === undefined && chance.happens(0.3) ? "中文 text，é👍" : "abcdefgh01234567";
  return letters
    .repeat(Math.ceil(length / letters.length))
    .slice(0, Math.min(length, schema.maxLength ?? length))
    .toWellFormed();
}

/** Mostly one’s own, sometimes another merchant’s, sometimes nobody’s. */
export function idOf(chance: Chance, prefix: string, { own, foreign }: Ids): string {
  const whose = chance.weighted({ own: 6, foreign: 2, nobody: 2 });
  const known = whose === "nobody" ? undefined : (whose === "own" ? own : foreign).get(prefix);
  if (known === undefined || known.length === 0)
    return `${prefix}_${Buffer.from(chance.bytes(16)).toString("hex")}`;
  return chance.pick(known);
}
