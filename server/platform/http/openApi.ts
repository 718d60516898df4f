// The shape of the OpenAPI document, as far as the product reads it itself.

/** As much of an OpenAPI document as our own page and tools read. */
export type OpenApiDocument = Readonly<{
  openapi: string;
  info: Readonly<{ title: string; version: string; description?: string }>;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}>;

export type Operation = Readonly<{
  operationId: string;
  summary?: string;
  description?: string;
  tags?: readonly string[];
  security?: readonly Readonly<Record<string, unknown>>[];
  parameters?: readonly Readonly<{
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: unknown;
  }>[];
  requestBody?: Readonly<{ content: Readonly<Record<string, Readonly<{ schema: unknown }>>> }>;
  responses: Readonly<Record<string, unknown>>;
}>;
