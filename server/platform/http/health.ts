// /livez: the process answers. /readyz: what it depends on answers too. /metrics: for Prometheus.
import type { BaseLogger } from "pino";
import { Type } from "typebox";
import { limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import type { HttpApp } from "./typeProvider.ts";

/** Resolves when the thing is usable, rejects when it is not; gives up when the signal aborts. */
export type ReadinessCheck = (signal: AbortSignal) => Promise<void>;

export type Health = Readonly<{
  /** Adds a check under a short name, for example "database". */
  addCheck(name: string, check: ReadinessCheck): void;
  /** From now on /readyz answers that we are going: load balancers look away before we stop. */
  leave(): void;
  register(app: HttpApp, metrics: Metrics): void;
}>;

type CheckResult = Readonly<{ name: string; state: "ok" | "failed"; durationMs: number }>;

const Readiness = Type.Object(
  {
    status: Type.String({ description: "ready, notReady or leaving" }),
    checks: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String(), state: Type.String(), durationMs: Type.Integer() },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

/** Holds the checks; `register` adds the three routes. */
export function createHealth(deps: { log: BaseLogger }): Health {
  const checks = new Map<string, ReadinessCheck>();
  let leaving = false;

  return {
    addCheck: (name, check) => void checks.set(name, check),
    leave: () => void (leaving = true),
    register: (app, metrics) => {
      const schema = {
        tags: ["platform"],
        summary: "Whether the process is alive",
        response: { 200: Type.Object({ status: Type.String() }) },
      };
      app.get("/livez", { schema, config: { roles: "public" } }, async () => ({ status: "alive" }));

      const readySchema = {
        tags: ["platform"],
        summary: "Whether the platform can do its work",
        querystring: Type.Object(
          { verbose: Type.Optional(Type.String({ maxLength: 5 })) },
          { additionalProperties: false },
        ),
        response: { 200: Readiness, 503: Readiness },
      };
      app.get("/readyz", { schema: readySchema, config: { roles: "public" } }, async (request, reply) => {
        const results = await Promise.all(
          [...checks].map(([name, check]) => runCheck(deps.log, name, check)),
        );
        const ready = !leaving && results.every((result) => result.state === "ok");
        const status = leaving ? "leaving" : ready ? "ready" : "notReady";
        return reply
          .code(ready ? 200 : 503)
          .header("cache-control", "no-store")
          .send({ status, ...(request.query.verbose !== undefined && { checks: results }) });
      });

      app.get("/metrics", { schema: { hide: true }, config: { roles: "public" } }, async (_request, reply) =>
        reply.header("content-type", metrics.contentType).send(await metrics.text()),
      );
    },
  };
}

async function runCheck(log: BaseLogger, name: string, check: ReadinessCheck): Promise<CheckResult> {
  const startedMs = performance.now();
  const signal = AbortSignal.timeout(limits.readinessCheckMsMax);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("no answer in time")), { once: true });
  });
  const passed = await Promise.race([check(signal), tooLate]).then(
    () => true,
    (error: unknown) => {
      log.warn({ event: "check_failed", check: name, error: String(error) }, "a readiness check failed");
      return false;
    },
  );
  return { name, state: passed ? "ok" : "failed", durationMs: Math.round(performance.now() - startedMs) };
}
