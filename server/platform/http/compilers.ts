// Schemas become code when the first request or answer needs them: to compile all of them is half a second of every
// start, and most routes are never called on most machines.
import Fastify, { type FastifyServerOptions } from "fastify";
import { assert } from "../../kernel/assert.ts";
import type { HttpApp } from "./typeProvider.ts";

/** Compiles at once what is otherwise compiled when it is needed. Throws where a schema cannot be compiled. */
export type CompileSchemas = () => void;

/** Has `app` compile each schema with Fastify’s own compilers, at its first use. Call it before the first route. */
export async function compileWhenNeeded(
  app: HttpApp,
  options: Pick<FastifyServerOptions, "ajv">,
): Promise<CompileSchemas> {
  const { validatorOf, serializerOf } = await compilersOf(options);
  const pending = new Set<() => unknown>();

  app.setValidatorCompiler((part) => {
    const validator = once(pending, () => validatorOf(part));
    const validate: ReturnType<typeof validatorOf> = (value: unknown) => {
      const compiled = validator();
      const result: ReturnType<typeof compiled> = compiled(value);
      validate.errors = compiled.errors ?? null;
      return result;
    };
    return validate;
  });
  app.setSerializerCompiler((part) => {
    const serializer = once(pending, () => serializerOf(part));
    return (data: unknown) => serializer()(data);
  });
  return () => {
    for (const compile of pending) compile();
  };
}

/** Calls `make` at the first call only; it is pending until then. */
function once<T>(pending: Set<() => unknown>, make: () => T): () => T {
  let made: { value: T } | null = null;
  const get = (): T => {
    if (made === null) {
      made = { value: make() };
      pending.delete(get);
    }
    return made.value;
  };
  pending.add(get);
  return get;
}

/** Fastify shows its compilers only where a route has needed them. */
async function compilersOf(options: Pick<FastifyServerOptions, "ajv">): Promise<{
  validatorOf: NonNullable<HttpApp["validatorCompiler"]>;
  serializerOf: NonNullable<HttpApp["serializerCompiler"]>;
}> {
  const other = Fastify(options);
  const schema = { querystring: { type: "object" }, response: { 200: { type: "object" } } };
  other.get("/", { schema }, () => ({}));
  await other.ready();
  const { validatorCompiler: validatorOf, serializerCompiler: serializerOf } = other;
  assert(validatorOf !== undefined && serializerOf !== undefined, "Fastify has no compilers");
  return { validatorOf, serializerOf };
}
