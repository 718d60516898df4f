// The OpenAPI document, generated from the schemas that also validate, and a page to read it.
import swagger from "@fastify/swagger";
import type { FastifySchema } from "fastify";
import { Problem } from "@huiyin/contract/api/common.ts";
import { assert } from "../../kernel/assert.ts";
import type { RouteRoles } from "./authentication.ts";
import { documentationPage } from "./documentationPage.ts";
import { localeOf } from "./language.ts";
import type { OpenApiDocument } from "./openApi.ts";
import type { ErrorTable } from "./problem.ts";
import type { HttpApp } from "./typeProvider.ts";

const securitySchemes = {
  apiKey: { type: "http", scheme: "bearer", description: "sk_… of a merchant or ok_… of the operator" },
  session: { type: "apiKey", in: "cookie", name: "huiyin_session", description: "A signed-in browser" },
  device: {
    type: "apiKey",
    in: "header",
    name: "signature",
    description: "HTTP message signature (RFC 9421) with the terminal's Ed25519 key",
  },
} as const;

/** Registers the generator (before the routes it describes), /openapi.json and /docs. */
export async function registerDocumentation(
  app: HttpApp,
  deps: { errors: ErrorTable; version: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Huiyin 回音",
        version: deps.version,
        description:
          "Amounts are integer fen. Times are RFC 3339 with offset. Errors are application/problem+json with code, retry and traceId.",
      },
      components: { securitySchemes },
    },
    transform: ({ schema, url, route }) => ({ url, schema: describe(schema, route) }),
  });

  app.get("/openapi.json", { schema: { hide: true }, config: { roles: "public" } }, async () =>
    openApiDocument(app),
  );
  app.get("/docs", { schema: { hide: true }, config: { roles: "public" } }, async (request, reply) => {
    const locale = localeOf(request.headers["accept-language"]);
    return reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-language", locale)
      .send(documentationPage(openApiDocument(app), deps.errors, locale));
  });
}

/** The document of every route registered so far, but those hidden. The application must be ready. */
export function openApiDocument(app: HttpApp): OpenApiDocument {
  return app.swagger() as unknown as OpenApiDocument;
}

type DescribedRoute = Readonly<{
  method: string | readonly string[];
  url: string;
  config?: { roles?: RouteRoles; body?: string };
}>;

/** Adds to a schema what every route has: an id, who may call it, and how it fails. */
function describe(schema: FastifySchema | undefined, route: DescribedRoute): FastifySchema {
  const roles = route.config?.roles;
  assert(roles !== undefined, `${route.url} has no roles`);
  const problem = {
    description: "Problem details",
    content: { "application/problem+json": { schema: Problem } },
  };
  return {
    operationId: operationIdOf(route),
    ...schema,
    ...(roles !== "public" && { security: securityOf(roles) }),
    ...(route.config?.body === "form" && { consumes: ["application/x-www-form-urlencoded"] }),
    response: { ...(schema?.response as object | undefined), default: problem },
  };
}

function securityOf(roles: Exclude<RouteRoles, "public">): Record<string, string[]>[] {
  const person = roles.some((role) => role !== "terminal") ? [{ apiKey: [] }, { session: [] }] : [];
  return roles.includes("terminal") ? [...person, { device: [] }] : person;
}

/** GET /v1/payments/:id/timeline → getPaymentsIdTimeline. */
function operationIdOf(route: DescribedRoute): string {
  const method = (Array.isArray(route.method) ? route.method[0] : route.method) as string;
  const words = route.url
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
}
