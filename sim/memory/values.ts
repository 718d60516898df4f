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
