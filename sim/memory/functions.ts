// The functions and aggregates that statements of the product use. Others are refused when a statement is compiled.
import { convert, heldBigint } from "./conversions.ts";
import { databaseError } from "./errors.ts";
import { compare, compareNulls } from "./values.ts";

type Called = (given: readonly unknown[]) => unknown;

/** Null where any of the given is null. */
const strict =
  (called: Called): Called =>
  (given) =>
    given.includes(null) ? null : called(given);

const text = (value: unknown): string => value as string;

/** By name. Given values are already evaluated. */
export const functions: ReadonlyMap<string, Called> = new Map<string, Called>([
  ["coalesce", (given) => given.find((one) => one !== null) ?? null],
  ["least", (given) => extreme(given, -1)],
  ["greatest", (given) => extreme(given, 1)],
  ["nullif", ([one, other]) => (one !== null && other !== null && compare(one, other) === 0 ? null : one)],
  ["is_true", ([one]) => one === true],
  ["length", strict(([one]) => (typeof one === "string" ? [...one].length : (one as Uint8Array).length))],
  ["octet_length", strict(([one]) => Buffer.byteLength(one as Uint8Array | string))],
  ["cardinality", strict(([one]) => (one as unknown[]).length)],
  ["array_lower", strict(([one]) => ((one as unknown[]).length === 0 ? null : 1))],
  ["array_length", strict(([one]) => (one as unknown[]).length || null)],
  ["array_position", ([array, one]) => positionIn(array, one)],
  ["jsonb_typeof", strict(([one]) => (Array.isArray(one) ? "array" : typeof one))],
  ["jsonb_array_length", strict(([one]) => (one as unknown[]).length)],
  ["encode", strict(([bytes, format]) => Buffer.from(bytes as Uint8Array).toString(format as "hex"))],
  ["decode", strict(([digits, format]) => Buffer.from(text(digits), format as "hex"))],
  ["right", strict(([one, count]) => text(one).slice(-Number(count)))],
  ["left", strict(([one, count]) => text(one).slice(0, Number(count)))],
  ["lower", strict(([one]) => text(one).toLowerCase())],
  ["upper", strict(([one]) => text(one).toUpperCase())],
  ["epoch", strict(([one]) => (one as Date).getTime() / 1_000)],
  ["sums_to_zero", ([amounts]) => sumsToZero(amounts)],
  // Of texts and of arrays of texts: there it is the same as JSON here.
  ["to_json", strict(([one]) => JSON.stringify(one))],
  ["jsonb_build_object", (given) => objectOf(given)],
  // Nobody listens: there is one process.
  ["pg_notify", () => ""],
]);

function extreme(given: readonly unknown[], sign: number): unknown {
  return given
    .filter((one) => one !== null)
    .reduce<unknown>((best, one) => (best === null || compare(one, best) * sign > 0 ? one : best), null);
}

function positionIn(array: unknown, one: unknown): number | null {
  if (array === null) return null;
  const at = (array as unknown[]).findIndex((each) => compareNulls(each, one) === 0);
  return at === -1 ? null : at + 1;
}

function sumsToZero(amounts: unknown): boolean {
  if (!Array.isArray(amounts) || amounts.includes(null)) return false;
  return (amounts as bigint[]).reduce((sum, amount) => sum + amount, 0n) === 0n;
}

function objectOf(given: readonly unknown[]): unknown {
  const entries: Array<[string, unknown]> = [];
  for (let index = 0; index < given.length; index += 2)
    entries.push([String(given[index]), given[index + 1]]);
  return Object.fromEntries(entries);
}

/** By name, of the values of a group; null is left out by all but count(*). */
export const aggregates: ReadonlyMap<string, (values: readonly unknown[]) => unknown> = new Map([
  ["count", (values: readonly unknown[]) => BigInt(values.length)],
  ["sum", (values) => (values.length === 0 ? null : values.reduce<unknown>(add, 0))],
  ["min", (values) => extreme(values, -1)],
  ["max", (values) => extreme(values, 1)],
  ["array_agg", (values) => (values.length === 0 ? null : values)],
  ["jsonb_agg", (values) => (values.length === 0 ? null : values)],
  ["bool_or", (values) => (values.length === 0 ? null : values.includes(true))],
  ["bool_and", (values) => (values.length === 0 ? null : !values.includes(false))],
]);

/** A sum of bigints is a numeric: on the way it may be more than a bigint holds. */
function add(left: unknown, right: unknown): unknown {
  const whole = (value: unknown): bigint =>
    typeof value === "bigint" ? value : (convert(value, "bigint") as bigint);
  return typeof left === "bigint" || typeof right === "bigint"
    ? whole(left) + whole(right)
    : arithmetic("+", left, right);
}

/** With a bigint on either side the result is one, or is refused. */
export function arithmetic(operator: string, left: unknown, right: unknown): unknown {
  if ((operator === "/" || operator === "%") && (right === 0 || right === 0n))
    throw databaseError("22012", "division by zero");
  if (typeof left === "bigint" || typeof right === "bigint") {
    const [one, other] = [convert(left, "bigint") as bigint, convert(right, "bigint") as bigint];
    if (operator === "+") return heldBigint(one + other);
    if (operator === "-") return heldBigint(one - other);
    if (operator === "*") return heldBigint(one * other);
    return operator === "/" ? heldBigint(one / other) : one % other;
  }
  const [one, other] = [left as number, right as number];
  if (operator === "+") return one + other;
  if (operator === "-") return one - other;
  if (operator === "*") return one * other;
  return operator === "/" ? Math.trunc(one / other) : one % other;
}
