// The HTTP edge: strict schemas in, declared errors out, one log line a request.
import Fastify, { LogController, type FastifyBaseLogger, type FastifyReply } from "fastify";
import cookie from "@fastify/cookie";
import type { Logger } from "pino";
import { errors } from "@huiyin/contract/errors/index.ts";
import type { Admission } from "../admission.ts";
import { limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import { registerAdmission } from "./admission.ts";
import type { Authenticator } from "./authentication.ts";
import { compileWhenNeeded, type CompileSchemas } from "./compilers.ts";
import { registerDeadline } from "./deadline.ts";
import { registerDocumentation } from "./documentation.ts";
import { answerClientError, answerFailure, registerErrorHandling } from "./failures.ts";
import { createHealth, type Health } from "./health.ts";
import { registerIntake } from "./intake.ts";
import { observeRequests } from "./observation.ts";
import { registerPages, type PageFolder } from "./pages.ts";
import { createDrain, type Drain } from "./drain.ts";
import { addSecurityHeaders } from "./securityHeaders.ts";
import { newTraceId } from "./trace.ts";
import type { HttpApp } from "./typeProvider.ts";
import { registerWire, wireOptions } from "./wire.ts";

export type HttpDeps = Readonly<{
  log: Logger;
  metrics: Metrics;
  /** Asked in this order. A list that may still grow until the server listens. */
  authenticators: readonly Authenticator[];
  /** Of routes that say `admission: "bounded"`; absent, all of them are let in. */
  admission?: Admission;
  /** Version of the product, for the OpenAPI document. */
  version: string;
  /** Folders of built screens; an empty list serves none. */
  pages: readonly PageFolder[];
  /** Connections that are served; `limits.connectionsMax` where absent. */
  connectionsMax?: number;
  /** Addresses of proxies whose X-Forwarded-For is believed; an empty list believes nobody. */
  trustedProxies: readonly string[];
}>;

export type Http = Readonly<{
  /** Modules register their routes here, before `listen`. */
  app: HttpApp;
  /** Checks behind /readyz. */
  health: Health;
  /** Compiles every schema now instead of at its first use; throws where one cannot be compiled. For a test of all routes. */
  compileSchemas: CompileSchemas;
  /** Starts listening and resolves with the URL, with the real port where 0 was asked for. */
  listen(address: Readonly<{ host: string; port: number }>): Promise<string>;
  /** Stops accepting, waits at most seven seconds for requests in flight, then closes what is left. */
  drain(): Promise<void>;
}>;

/** Builds the application with everything but the modules' routes. */
export async function createHttp(deps: HttpDeps): Promise<Http> {
  const ajv = {
    customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: true },
  } as const;
  const app: HttpApp = Fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "traceId" }),
    genReqId: newTraceId,
    bodyLimit: limits.requestBodyBytesMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    http: { headersTimeout: limits.requestHeadersMsMax, ...wireOptions },
    ajv,
    clientErrorHandler: (error, socket) => answerClientError({ errors }, error, socket),
    frameworkErrors: (error, request, reply) =>
      void answerFailure({ errors }, error, request, reply as FastifyReply),
  });
  const health = createHealth({ log: deps.log });
  const drain: Drain = createDrain(app);

  const compileSchemas = await compileWhenNeeded(app, { ajv });
  registerDeadline(app);
  await app.register(cookie);
  observeRequests(app, deps);
  addSecurityHeaders(app);
  registerWire(app, { connectionsMax: deps.connectionsMax ?? limits.connectionsMax });
  registerErrorHandling(app, { errors });
  if (deps.admission) registerAdmission(app, deps.admission);
  registerIntake(app, deps);
  await registerDocumentation(app, { errors, version: deps.version });
  health.register(app, deps.metrics);
  await registerPages(app, deps.pages);

  return {
    app,
    health,
    compileSchemas,
    listen: ({ host, port }) => app.listen({ host, port }),
    drain: drain.run,
  };
}
