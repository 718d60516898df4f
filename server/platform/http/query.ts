// Query strings carry text only. Where the schema of a route asks for a number or a boolean, text that is exactly one
// becomes it; everything else stays text, so that the strict validator refuses it.

const numberPattern = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;

type PropertySchema = Readonly<{ type?: unknown }>;

/** A copy of the query in which scalars have the type that the schema asks for. */
export function typedQuery(
  query: Readonly<Record<string, unknown>>,
  schema: unknown,
): Record<string, unknown> {
  const byName = propertiesOf(schema);
  const typed = Object.entries(query).map(
    ([name, value]) => [name, typedScalar(value, byName.get(name)?.type)] as const,
  );
  return Object.fromEntries(typed);
}

type Properties = ReadonlyMap<string, PropertySchema>;
const propertiesBySchema = new WeakMap<object, Properties>();
const noProperties: Properties = new Map();

/** Of a schema, by their names; made once for each schema. */
function propertiesOf(schema: unknown): Properties {
  if (typeof schema !== "object" || schema === null) return noProperties;
  const known = propertiesBySchema.get(schema);
  if (known !== undefined) return known;
  const { properties = {} } = schema as { properties?: Record<string, PropertySchema> };
  const made = new Map(Object.entries(properties));
  propertiesBySchema.set(schema, made);
  return made;
}

function typedScalar(value: unknown, type: unknown): unknown {
  if (typeof value !== "string") return value;
  if ((type === "integer" || type === "number") && numberPattern.test(value)) return Number(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (type === "array") return [value];
  return value;
}
