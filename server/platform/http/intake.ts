// What happens to a request before its route: the body is kept raw, the caller is identified, and only then is
// anything parsed, so that strangers cannot make us work.
import type { FastifyRequest } from "fastify";
import { assert } from "../../kernel/assert.ts";
import { RefusalError, unwrap } from "../../kernel/result.ts";
import { authenticate, type Authenticator } from "./authentication.ts";
import { charsetOf, mediaTypeOf, parseForm, parseJson, unstorableField } from "./body.ts";
import { localeOf } from "./language.ts";
import { typedQuery } from "./query.ts";
import type { HttpApp } from "./typeProvider.ts";
import { invalidField } from "./validation.ts";

const noBody = Buffer.alloc(0);
const noFields: ReadonlyMap<string, string> = new Map();

/** Registers the parsers and hooks; every route registered afterwards must declare its roles. */
export function registerIntake(app: HttpApp, deps: { authenticators: readonly Authenticator[] }): void {
  app.decorateRequest("principal", null);
  app.decorateRequest("rawBody");
  app.decorateRequest("form");
  app.removeAllContentTypeParsers();
  // By name first: a type that is found only by “*” is taken apart again for each request.
  for (const type of ["application/json", "*"])
    app.addContentTypeParser(type, { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  app.addHook("onRoute", (route) => {
    const roles = route.config?.roles;
    const declared = roles === "public" || (Array.isArray(roles) && roles.length > 0);
    assert(declared, `${String(route.method)} ${route.url}: declare config.roles, or "public"`);
  });

  app.addHook("preValidation", async (request) => {
    const raw = Buffer.isBuffer(request.body) ? request.body : noBody;
    request.rawBody = raw;
    request.form = noFields;
    const { config } = request.routeOptions;
    // The answer to an unknown address is the same for everybody.
    if (request.is404 || config.roles === undefined) return;
    if (config.roles !== "public") {
      const { method, url, headers, ip } = request;
      request.principal = await authenticate(
        deps.authenticators,
        { method, url, headers, rawBody: raw, ip },
        config.roles,
      );
    }
    request.body = bodyOf(request, raw);
    request.query = typedQuery(
      request.query as Record<string, unknown>,
      request.routeOptions.schema?.querystring,
    );
    refuseUnstorable(request);
  });
}

function bodyOf(request: FastifyRequest, raw: Buffer): unknown {
  const { config, schema } = request.routeOptions;
  const contentType = request.headers["content-type"];
  if (config.body === "form") {
    if (mediaTypeOf(contentType) !== "application/x-www-form-urlencoded") refuseContentType();
    request.form = unwrap(parseForm(raw, charsetOf(contentType)));
    return undefined;
  }
  if (config.body === "raw") return undefined;
  if (raw.length === 0) return schema?.body === undefined ? undefined : null;
  if (mediaTypeOf(contentType) !== "application/json" || charsetOf(contentType) !== "utf-8")
    refuseContentType();
  return unwrap(parseJson(raw));
}

function refuseContentType(): never {
  throw new RefusalError({ code: "content_type_unsupported", facts: {} });
}

function refuseUnstorable(request: FastifyRequest): void {
  const parts: [string, unknown][] = [
    ["", request.body],
    ["query", request.query],
    ["path", request.params],
  ];
  for (const [prefix, part] of parts) {
    const field = unstorableField(part, prefix);
    if (field === null) continue;
    const words = {
      zh: "含有无法保存的字符，或嵌套过深。",
      en: "holds characters that cannot be stored, or is nested too deeply.",
    };
    throw new RefusalError(invalidField(field, words, localeOf(request.headers["accept-language"])));
  }
}
