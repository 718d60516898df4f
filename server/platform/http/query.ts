// Query strings carry text only. Where the schema of a route asks for a number or a boolean, text that is exactly one
// becomes it; everything else stays text, so that the strict validator refuses it.

const numberPattern = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;

type PropertySchema = Readonly<{ type?: unknown }>;

/** A copy of the query in which scalars have the type that the schema asks for. */
export function typedQuery(
  query: Readonly<Record<string, unknown>>,
  schema: unknown,
): Record<string, unknown> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, PropertySchema> };
  const byName = new Map(Object.entries(properties));
  const typed = Object.entries(query).map(
    ([name, value]) => [name, typedScalar(value, byName.get(name)?.type)] as const,
  );
  return Object.fromEntries(typed);
}

function typedScalar(value: unknown, type: unknown): unknown {
  if (typeof value !== "string") return value;
  if ((type === "integer" || type === "number") && numberPattern.test(value)) return Number(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (type === "array") return [value];
  return value;
}
