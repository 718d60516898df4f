// What is recorded about each request: one log line, a counter and a duration. No bodies, no query strings.
import type { BaseLogger } from "pino";
import type { Metrics } from "../metrics.ts";
import type { HttpApp } from "./typeProvider.ts";

const quietRoutes = new Set(["/livez", "/readyz", "/metrics"]);

/** Adds the hooks that log and measure, and hands the trace id back to the caller. */
export function observeRequests(app: HttpApp, deps: { log: BaseLogger; metrics: Metrics }): void {
  const labels = ["method", "route", "status"] as const;
  const requests = deps.metrics.counter({
    name: "huiyin_http_requests_total",
    help: "Requests answered",
    labels,
  });
  const durations = deps.metrics.histogram({
    name: "huiyin_http_request_duration_seconds",
    help: "From the first byte of a request to the last of its answer",
    labels,
  });

  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const method = request.method;
    const seconds = reply.elapsedTime / 1_000;
    requests.inc({ method, route, status: reply.statusCode });
    durations.observe({ method, route, status: reply.statusCode }, seconds);
    const line = {
      event: "http_request",
      method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      role: request.principal?.role,
    };
    if (quietRoutes.has(route)) request.log.debug(line, "request");
    else request.log.info(line, "request");
    done();
  });
}
