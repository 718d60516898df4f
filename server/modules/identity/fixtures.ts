// A platform of identity alone: real HTTP, real database, a clock that can be moved.
import { Type } from "typebox";
import type { Localized } from "@huiyin/contract/words.ts";
import { unwrap } from "../../kernel/result.ts";
import { createClock, elapsedMs, type Clock } from "../../platform/clock.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { Authenticator } from "../../platform/http/authentication.ts";
import { testHttp, type TestHttp } from "../../platform/http/fixtures.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { createWorld } from "../../platform/world.ts";
import pino from "pino";
import {
  createAttempts,
  createCredential,
  identityRoutes,
  keyAuthenticator,
  openKeyRing,
  sessionAuthenticator,
  type IdentityDeps,
} from "./index.ts";

export const merchantA = "mer_019a0000000070008000000000000001";
export const merchantB = "mer_019a0000000070008000000000000002";
const merchants = new Map<string, Localized>([
  [merchantA, { zh: "回音咖啡", en: "Echo Coffee" }],
  [merchantB, { zh: "山谷书店", en: "Valley Books" }],
]);

export type TestIdentity = AsyncDisposable &
  Readonly<{
    db: TestDb;
    deps: IdentityDeps;
    clock: Clock;
    server: TestHttp;
    operatorKey: string;
    keyA: string;
    keyB: string;
  }>;

/** Starts with one operator key and one key for each of two merchants. */
export async function testIdentity(): Promise<TestIdentity> {
  const db = await testDb();
  const clock = createClock();
  const around = { pg: db.pg, world: createWorld(clock) };
  const deps: IdentityDeps = {
    ...around,
    keys: openKeyRing({ ...around, elapsedMs }),
    log: pino({ level: "silent" }),
    merchantNames: async (id) => merchants.get(id) ?? null,
    publicUrl: () => "http://platform.test",
  };
  const more = { ...deps, metrics: createMetrics(), attempts: createAttempts(deps) };
  const authenticators: Authenticator[] = [keyAuthenticator(more), sessionAuthenticator(more)];
  const server = await testHttp(
    (app) => {
      identityRoutes(app, more);
      const schema = { body: Type.Object({}, { additionalProperties: false }) };
      app.post("/v1/write", { schema, config: { roles: ["operator", "merchant"] } }, async (request) =>
        principalOf(request),
      );
    },
    { authenticators },
  );
  const make = async (merchantId: string | null): Promise<string> =>
    unwrap(await createCredential(deps, { merchantId, name: "test" }, "test")).key;
  const [operatorKey, keyA, keyB] = [await make(null), await make(merchantA), await make(merchantB)];
  const dispose = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  };
  return { db, deps, clock, server, operatorKey, keyA, keyB, [Symbol.asyncDispose]: dispose };
}
