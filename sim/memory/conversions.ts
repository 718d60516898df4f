// What makes a value of a type, and refuses what is none with PostgreSQL’s own SQLSTATE. Two ways lead there: from another
// value, which is rounded where it has to be, and from text, as parameters and JSON come, which has to be written as one.
import { databaseError } from "./errors.ts";

type Converter = (value: unknown) => unknown;

/** The value as one of this type; what is null stays null. Throws where it cannot be one. */
export function convert(value: unknown, type: string): unknown {
  return value === null || value === undefined ? null : converterOf(type)(value);
}

/** What makes a value of this type of one that is not null. Throws where there is no such type. */
export function converterOf(type: string): Converter {
  return known(converters, type);
}

/** The same of what comes as text: a parameter, or an item of JSON. */
export function readerOf(type: string): Converter {
  return known(readers, type);
}

/** What reads a column of a record set from JSON: a jsonb column keeps what it is. */
export function fromJson(type: string): Converter {
  return type === "jsonb" ? (value) => value : readerOf(type);
}

/** Throws where the text of a parameter, or of an item of one, holds a NUL: no text of the database does. */
export function refuseNul(parameters: readonly unknown[]): void {
  for (const value of parameters) {
    if (typeof value === "string") {
      if (value.includes("\u0000"))
        throw databaseError("22021", 'invalid byte sequence for encoding "UTF8": 0x00');
    } else if (Array.isArray(value)) refuseNul(value);
  }
}

function known(of: Map<string, Converter>, type: string): Converter {
  const found = of.get(type);
  if (found !== undefined) return found;
  if (!type.endsWith("[]")) throw new Error(`the store in memory does not know the type ${type}`);
  const item = known(of, type.slice(0, -2));
  const made: Converter = (value) => {
    if (value === "{}") return [];
    if (!Array.isArray(value)) throw new Error(`no array for ${type}: ${String(value)}`);
    return value.map((one: unknown) => (one === null || one === undefined ? null : item(one)));
  };
  of.set(type, made);
  return made;
}

/** What is written as no value of this type. */
function malformed(type: string, value: unknown): Error {
  return databaseError("22P02", `invalid input syntax for type ${type}: ${JSON.stringify(String(value))}`);
}

/** Throws where a result is no bigint of the database. */
export function heldBigint(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw databaseError("22003", "bigint out of range");
}

const writtenUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const otherUuid = /^(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/i;
const digits = /^\s*[+-]?[0-9]+\s*$/;
/** Ways of writing a number that PostgreSQL takes as well, and nobody here uses. */
const strangeDigits = /^\s*[+-]?(?:0[xob])?[0-9a-f]+(?:_[0-9a-f]+)*\s*$/i;

function asUuid(value: unknown): string {
  if (typeof value !== "string") throw malformed("uuid", value);
  if (writtenUuid.test(value)) return value;
  const bare = value.startsWith("{") && value.endsWith("}") ? value.slice(1, -1) : value;
  if (!otherUuid.test(bare)) throw malformed("uuid", value);
  return bare
    .toLowerCase()
    .replaceAll("-", "")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function asText(value: unknown): string {
  return typeof value === "string"
    ? value
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

/** Throws for what is no whole number as a text writes it. */
function checkDigits(type: string, value: string): void {
  if (digits.test(value)) return;
  if (/\d/.test(value) && strangeDigits.test(value) && /[_xob]/i.test(value))
    throw new Error(`the store in memory does not know the number ${value}`);
  throw malformed(type, value);
}

/** Whole numbers of up to this many bits. Between values, a fraction is rounded away from zero. */
function integers(type: string, bits: 16 | 32, from: "value" | "text"): Converter {
  const most = 2 ** (bits - 1) - 1;
  return (value) => {
    let made: number;
    if (typeof value === "number") made = value;
    else {
      if (typeof value === "string") checkDigits(type, value);
      else if (typeof value !== "bigint") throw malformed(type, value);
      made = Number(value);
    }
    if (!Number.isInteger(made)) {
      if (from === "text") throw malformed(type, value);
      made = Math.sign(made) * Math.round(Math.abs(made));
    }
    if (made > most || made < -most - 1 || Number.isNaN(made))
      throw databaseError("22003", `value ${JSON.stringify(String(value))} is out of range for type ${type}`);
    return made;
  };
}

function bigints(from: "value" | "text"): Converter {
  return (value) => {
    if (typeof value === "bigint") return heldBigint(value);
    if (typeof value === "string") {
      checkDigits("bigint", value);
      // The sign that BigInt does not take.
      return heldBigint(BigInt(value.trim().replace(/^\+/, "")));
    }
    if (typeof value !== "number") throw malformed("bigint", value);
    if (from === "text" && !Number.isInteger(value)) throw malformed("bigint", value);
    if (!Number.isFinite(value)) throw databaseError("22003", "bigint out of range");
    return heldBigint(BigInt(Math.round(value)));
  };
}

const writtenNumeric = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)\s*$/i;

function asNumeric(value: unknown): unknown {
  if (typeof value !== "string" || writtenNumeric.test(value)) return value;
  if (strangeDigits.test(value) && /\d/.test(value) && /[_xob]/i.test(value))
    throw new Error(`the store in memory does not know the number ${value}`);
  throw malformed("numeric", value);
}

/** What is one in another way of writing is refused by name: nobody here writes so. */
const strangeBoolean = /^\s*(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\s*$/i;

function asBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  if (strangeBoolean.test(String(value))) throw new Error(`no boolean: ${String(value)}`);
  throw malformed("boolean", value);
}

/** A text without its zone would be read in that of this machine, not in that of the database. */
function asMoment(value: unknown): Date {
  const made = value instanceof Date ? value : typeof value === "string" ? new Date(value) : null;
  if (made === null) throw new Error(`no moment: ${String(value)}`);
  if (value instanceof Date && !Number.isNaN(made.getTime())) return value;
  const shaped = /^\s*\d{4}-\d\d-\d\d/.exec(String(value));
  if (Number.isNaN(made.getTime()))
    throw databaseError(shaped === null ? "22007" : "22008", `no moment: ${String(value)}`);
  if (!/(Z|[+-]\d\d(:?\d\d)?)$/.test(String(value))) {
    if (shaped === null) throw databaseError("22007", `no moment: ${String(value)}`);
    throw new Error(`no moment with its zone: ${String(value)}`);
  }
  return made;
}

function asBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value !== "string" || !value.startsWith("\\x")) throw new Error(`no bytea: ${String(value)}`);
  const made = Buffer.from(value.slice(2), "hex");
  // What is no hexadecimal digit ends the reading.
  if (made.length * 2 !== value.length - 2) throw databaseError("22023", "invalid hexadecimal digit");
  return made;
}

function asJson(value: unknown): unknown {
  if (typeof value !== "string") return typeof value === "bigint" ? Number(value) : value;
  let made: unknown;
  try {
    made = JSON.parse(value);
  } catch {
    throw databaseError("22P02", "invalid input syntax for type json");
  }
  // Rarely met; only then it is worth a look at every text.
  if (value.includes("\\u")) refuseUnstorable(made);
  return made;
}

/** JSON may write what no text of the database can hold. */
function refuseUnstorable(value: unknown): void {
  if (typeof value === "string") {
    if (value.includes("\u0000")) throw databaseError("22P05", "unsupported Unicode escape sequence");
    if (!value.isWellFormed()) throw databaseError("22P02", "invalid input syntax for type json");
  } else if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) {
      refuseUnstorable(name);
      refuseUnstorable(inner);
    }
  }
}

const ofBothWays: ReadonlyArray<readonly [string, Converter]> = [
  ["text", asText],
  ["uuid", asUuid],
  ["numeric", asNumeric],
  ["boolean", asBoolean],
  ["timestamptz", asMoment],
  ["bytea", asBytes],
  ["jsonb", asJson],
];

function numbersFrom(from: "value" | "text"): ReadonlyArray<readonly [string, Converter]> {
  const integer = integers("integer", 32, from);
  return [
    ["integer", integer],
    ["int", integer],
    ["smallint", integers("smallint", 16, from)],
    ["bigint", bigints(from)],
  ];
}

const converters = new Map<string, Converter>([...ofBothWays, ...numbersFrom("value")]);
const readers = new Map<string, Converter>([...ofBothWays, ...numbersFrom("text")]);
