// Writes what the client package knows of the contract, from the OpenAPI document and the table of errors. A generator of
// our own, because the document is ours: its schemas are inline and use a dozen keywords, every call is one line of a
// table that the client also reads at run time, and no generator of that kind installs beside this TypeScript.
import { errors } from "@huiyin/contract/errors/index.ts";

type Schema = Readonly<{
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  patternProperties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  description?: string;
}>;
type Content = Readonly<{ content?: Readonly<Record<string, Readonly<{ schema?: Schema }>>> }>;
type Operation = Readonly<{
  operationId: string;
  summary?: string;
  parameters?: ReadonlyArray<Readonly<{ in: string; name: string; required?: boolean; schema: Schema }>>;
  requestBody?: Content & Readonly<{ required?: boolean }>;
  responses: Readonly<Record<string, Content>>;
}>;
export type OpenApi = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>;

const head =
  "// Written by `npm run generate` from the contract of the platform. Not to be changed by hand.\n";

/** The types of every call, and the table that the client reads to make it. */
export function clientOperations(document: OpenApi): string {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  const types = found.map(({ operation }) => operationType(operation));
  const table = found.map(
    ({ path, method, operation }) =>
      `  ${operation.operationId}: { method: ${JSON.stringify(method.toUpperCase())}, path: ${JSON.stringify(path)}, repeat: ${JSON.stringify(repeatOf(method, operation))} },`,
  );
  return [
    head,
    "/** What each call takes and gives, by the name that the OpenAPI document has for it. */",
    `export type Operations = {\n${types.join("\n")}\n};\n`,
    "/** How a call is made, and what makes sending it again harmless: its nature, a key, or nothing. */",
    `export const operations = {\n${table.join("\n")}\n} as const satisfies Record<keyof Operations, OperationInfo>;\n`,
    'export type OperationInfo = Readonly<{ method: string; path: string; repeat: "nature" | "key" | "no" }>;\n',
    "/** Every refusal that the platform declares. */",
    `export type ErrorCode = ${Object.keys(errors)
      .map((code) => JSON.stringify(code))
      .join(" | ")};`,
  ].join("\n");
}

/** What terminals sign requests with, as the contract has it: one source, carried along, as the package stands alone. */
export function clientSignature(sources: Readonly<{ signature: string; sha256: string }>): string {
  const withoutImports = (text: string): string => text.replaceAll(/^import .*;\n/gm, "");
  const localized = "type Localized = Readonly<{ zh: string; en: string }>;\n";
  return [head, localized, withoutImports(sources.sha256), withoutImports(sources.signature)].join("\n");
}

function repeatOf(method: string, { summary = "" }: Operation): "nature" | "key" | "no" {
  if (summary.includes("Idempotency-Key is required")) return "key";
  return ["get", "put", "delete"].includes(method) ? "nature" : "no";
}

function operationType({ operationId, summary, parameters = [], requestBody, responses }: Operation): string {
  const group = (place: string): string => {
    const own = parameters.filter((one) => one.in === place);
    if (own.length === 0) return "undefined";
    return `{ ${own.map(({ name, required, schema }) => `${JSON.stringify(name)}${required ? "" : "?"}: ${typeOf(schema)}`).join("; ")} }`;
  };
  const body = requestBody?.content?.["application/json"]?.schema;
  const answers = Object.entries(responses)
    .filter(([status]) => /^2\d\d$/.test(status))
    .map(([, { content }]) => content?.["application/json"]?.schema)
    .map((schema) => (schema === undefined ? "undefined" : typeOf(schema)));
  return `
  /** ${summary ?? operationId} */
  ${operationId}: {
    path: ${group("path")};
    query: ${group("query")};
    body: ${body === undefined ? "undefined" : typeOf(body)};
    response: ${answers.length === 0 ? "unknown" : [...new Set(answers)].join(" | ")};
  };`;
}

/** A schema as a type. What it says beyond types (lengths, patterns) the platform checks. */
function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => `(${typeOf(one)})`).join(" | ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `Array<${schema.items === undefined ? "unknown" : typeOf(schema.items)}>`;
    case "object":
      return objectType(schema);
    default:
      return "unknown";
  }
}

function objectType({
  properties = {},
  patternProperties,
  required = [],
  additionalProperties,
}: Schema): string {
  const own = Object.entries(properties).map(
    ([name, schema]) => `${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)}`,
  );
  const more = Object.values(patternProperties ?? {}).map((schema) => typeOf(schema));
  if (typeof additionalProperties === "object") more.push(typeOf(additionalProperties));
  if (own.length === 0)
    return more.length === 0 ? "Record<string, unknown>" : `Record<string, ${more.join(" | ")}>`;
  return `{ ${own.join("; ")} }`;
}
