// Every route and method of the OpenAPI document.
import { readFileSync } from "node:fs";
import type { Schema } from "../fitting.ts";

export type Parameter = Readonly<{
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}>;
export type Operation = Readonly<{
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: Schema | null;
}>;

const document = new URL("../../../docs/reference/openapi.json", import.meta.url);

type Document = Readonly<{
  paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          Readonly<{
            parameters?: readonly Parameter[];
            requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema: Schema }>>> }>;
          }>
        >
      >
    >
  >;
}>;

/** Every route of the document with each of its methods. */
export function operations(): readonly Operation[] {
  const { paths } = JSON.parse(readFileSync(document, "utf8")) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      ...{ method: method.toUpperCase(), path, parameters },
      body: requestBody?.content["application/json"]?.schema ?? null,
    })),
  );
}
