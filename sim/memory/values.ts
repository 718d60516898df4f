// Values as the stores see them: text and uuid are strings, integers numbers, bigint a bigint, timestamptz a Date,
// bytea a Buffer, jsonb what JSON.parse gives, arrays arrays, SQL's null is null.

export type Values = readonly unknown[];

/** -1, 0 or 1. Neither may be null. */
export function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  // What statements compare most.
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : 1;
  if (left instanceof Date && right instanceof Date) return Math.sign(left.getTime() - right.getTime());
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right);
  if (typeof left === "object" || typeof right === "object") {
    const [one, other] = [canonical(left), canonical(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const [one, other] = [left as string, right as string];
  return one < other ? -1 : one > other ? 1 : 0;
}

function compareArrays(left: readonly unknown[], right: readonly unknown[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = compareNulls(left[index], right[index]);
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}

/** Whether two values are the same one; null is the same as null. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
}

/** As `order by` sees it: null is greater than everything. */
export function compareNulls(left: unknown, right: unknown): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  return compare(left, right);
}

/** JSON with sorted names: equal where jsonb is equal. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : typeof inner === "bigint"
        ? inner.toString()
        : inner,
  );
}

/** A text that is equal exactly where the value is; it names a value in an index. */
export function keyText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return value.toString();
    default:
      if (value === null) return "\u0000";
      if (value instanceof Date) return value.getTime().toString();
      if (value instanceof Uint8Array)
        return Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
      return canonical(value);
  }
}

type Converter = (value: unknown) => unknown;

/** The value as one of this type; what is null stays null. Throws where it cannot be one. */
export function convert(value: unknown, type: string): unknown {
  return value === null || value === undefined ? null : converterOf(type)(value);
}

/** What makes a value of this type of one that is not null. Throws where there is no such type. */
export function converterOf(type: string): Converter {
  const known = converters.get(type);
  if (known !== undefined) return known;
  if (!type.endsWith("[]")) throw new Error(`the store in memory does not know the type ${type}`);
  const item = converterOf(type.slice(0, -2));
  const made: Converter = (value) => {
    if (!Array.isArray(value)) throw new Error(`no array for ${type}: ${String(value)}`);
    return value.map((one: unknown) => (one === null || one === undefined ? null : item(one)));
  };
  converters.set(type, made);
  return made;
}

const asText = (value: unknown): unknown =>
  typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
const asNumber = (value: unknown): unknown => {
  const made = typeof value === "number" ? value : Number(value);
  if (!Number.isFinite(made)) throw new Error(`no number: ${String(value)}`);
  return made;
};
const asBigint = (value: unknown): unknown =>
  typeof value === "bigint"
    ? value
    : typeof value === "number"
      ? BigInt(Math.round(value))
      : BigInt(value as string);

const converters = new Map<string, Converter>([
  ["text", asText],
  ["uuid", (value) => (typeof value === "string" ? value.toLowerCase() : value)],
  ["integer", asNumber],
  ["int", asNumber],
  ["smallint", asNumber],
  ["numeric", (value) => value],
  ["bigint", asBigint],
  ["boolean", (value) => asBoolean(value)],
  ["timestamptz", (value) => asMoment(value)],
  ["bytea", (value) => asBytes(value)],
  ["jsonb", (value) => (typeof value === "string" ? (JSON.parse(value) as unknown) : value)],
]);

function asBoolean(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`no boolean: ${String(value)}`);
}

/** A text without its zone would be read in that of this machine, not in that of the database. */
function asMoment(value: unknown): Date {
  if (value instanceof Date) return value;
  const made = new Date(value as string);
  if (typeof value !== "string" || Number.isNaN(made.getTime()) || !/(Z|[+-]\d\d(:?\d\d)?)$/.test(value))
    throw new Error(`no moment with its zone: ${String(value)}`);
  return made;
}

function asBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "string" && value.startsWith("\\x")) return Buffer.from(value.slice(2), "hex");
  throw new Error(`no bytea: ${String(value)}`);
}

/** What reads a column of a record set from JSON: a jsonb column keeps what it is. */
export function fromJson(type: string): Converter {
  return type === "jsonb" ? (value) => value : converterOf(type);
}
