import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import pino from "pino";
import { askJson, testHttp, type Answer } from "../../platform/http/fixtures.ts";
import { createClock } from "../../platform/clock.ts";
import { createMetrics } from "../../platform/metrics.ts";
import type { Principal } from "../../platform/principal.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { createVault } from "../../platform/secrets.ts";
import { createWorld } from "../../platform/world.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import { createDeliverer } from "./delivering/service.ts";
import { webhookRoutes } from "./routes.ts";
import { receiver } from "./testing.ts";

const [own, foreign] = [fixtureId("mer", 1), fixtureId("mer", 2)];
const principals = new Map<string, Principal>([
  ["operator", { role: "operator", credentialId: fixtureId("key", 1) }],
  ["merchant", { role: "merchant", merchantId: own, credentialId: fixtureId("key", 2) }],
  ["stranger", { role: "merchant", merchantId: foreign, credentialId: fixtureId("key", 3) }],
  ["terminal", { role: "terminal", merchantId: own, terminalId: fixtureId("trm", 1) }],
]);

async function bench() {
  const db = await testDb();
  const shop = await receiver();
  const deps = {
    ...{ pg: db.pg, world: createWorld(createClock()), log: pino({ level: "silent" }) },
    ...{ metrics: createMetrics(), vault: createVault([randomBytes(32)]), randomBytes },
    allowedHosts: [`127.0.0.1:${shop.port}`],
    merchants: {
      merchantProfile: async (id: string) => (id === own || id === foreign ? ({ id } as never) : null),
    },
  };
  const deliverer = createDeliverer(deps);
  const http = await testHttp((app) => webhookRoutes(app, deps), {
    authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null],
  });
  const ask = (who: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    askJson(http.url, `/v1/webhook-endpoints${path}`, {
      method,
      headers: { authorization: who, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    ...{ ask, deliverer, shop, http },
    [Symbol.asyncDispose]: async () => {
      await deliverer.idle();
      await http[Symbol.asyncDispose]();
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

test("a secret is answered when it is made and never again", async () => {
  await using one = await bench();
  const made = await one.ask("merchant", "POST", "", { url: `${one.shop.url}/hook`, description: "门店一" });
  assert.equal(made.status, 201);
  assert.match(String(made.json["secret"]), /^whsec_/);
  const id = String(made.json["id"]);
  for (const path of ["", `/${id}`, `/${id}/deliveries`])
    assert.ok(!JSON.stringify((await one.ask("operator", "GET", path)).json).includes("whsec_"));
  const rotated = await one.ask("merchant", "POST", `/${id}/secrets`);
  assert.match(String(rotated.json["secret"]), /^whsec_/);
  assert.notEqual(rotated.json["secret"], made.json["secret"]);
  assert.ok(rotated.json["previousSecretValidUntil"]);
  assert.ok(!one.http.logLines.some((line) => JSON.stringify(line).includes("whsec_")));
});

test("a test message is sent, its attempt shown, and it is sent again when asked", async () => {
  await using one = await bench();
  const { json } = await one.ask("merchant", "POST", "", { url: `${one.shop.url}/hook` });
  const sent = await one.ask("merchant", "POST", `/${String(json["id"])}/tests`);
  assert.equal(sent.status, 202);
  await one.deliverer.deliverDue();
  const log = await one.ask("merchant", "GET", `/${String(json["id"])}/deliveries`);
  const [delivery] = log.json["items"] as Array<Record<string, unknown>>;
  assert.deepEqual(
    [delivery?.["state"], delivery?.["type"], delivery?.["eventId"]],
    ["delivered", "webhook.test", sent.json["eventId"]],
  );
  assert.equal(delivery?.["body"], one.shop.received[0]?.body);
  const resent = await one.ask("merchant", "POST", `/${String(json["id"])}/resends`, {
    eventId: sent.json["eventId"],
  });
  assert.equal(resent.status, 202);
  await one.deliverer.deliverDue();
  assert.deepEqual(
    one.shop.received.map(({ headers }) => headers["webhook-id"]),
    [sent.json["eventId"], sent.json["eventId"]],
  );
  const replayed = await one.ask("merchant", "POST", `/${String(json["id"])}/replays`, {
    since: "2026-01-01T00:00:00Z",
  });
  assert.deepEqual([replayed.status, replayed.json], [202, { queued: 0, nextSince: null }]);
});

test("nobody sees or changes the endpoint of another merchant, and terminals have none", async () => {
  await using one = await bench();
  const { json } = await one.ask("merchant", "POST", "", { url: `${one.shop.url}/hook` });
  const path = `/${String(json["id"])}`;
  const sent = await one.ask("merchant", "POST", `${path}/tests`);
  const tries: ReadonlyArray<readonly [string, string, unknown?]> = [
    ["GET", path],
    ["PATCH", path, { description: "mine" }],
    ["DELETE", path],
    ["GET", `${path}/deliveries`],
    ["POST", `${path}/secrets`],
    ["POST", `${path}/tests`],
    ["POST", `${path}/resends`, { eventId: sent.json["eventId"] }],
    ["POST", `${path}/replays`, { since: "2026-01-01T00:00:00Z" }],
  ];
  for (const [method, at, body] of tries) {
    assert.equal((await one.ask("stranger", method, at, body)).status, 404, `${method} ${at}`);
    assert.equal((await one.ask("terminal", method, at, body)).status, 403, `${method} ${at}`);
  }
  assert.deepEqual((await one.ask("stranger", "GET", "")).json["items"], []);
  assert.equal(
    (await one.ask("stranger", "POST", "", { merchantId: own, url: "https://shop.example/" })).status,
    404,
  );
  const mine = await one.ask("stranger", "POST", "", { url: `${one.shop.url}/other` });
  const other = `/${String(mine.json["id"])}/resends`;
  const stolen = await one.ask("stranger", "POST", other, { eventId: sent.json["eventId"] });
  assert.equal(stolen.status, 404, "the event of another merchant is sent nowhere");
  assert.equal(
    ((await one.ask("operator", "GET", `?merchantId=${own}`)).json["items"] as unknown[]).length,
    1,
  );
  assert.equal((await one.ask("operator", "POST", "", { url: "https://shop.example/" })).status, 400);
  assert.equal(
    (await one.ask("operator", "POST", "", { merchantId: fixtureId("mer", 9), url: "https://shop.example/" }))
      .status,
    404,
  );
});

test("an endpoint is changed, disabled, enabled and deleted", async () => {
  await using one = await bench();
  const { json } = await one.ask("merchant", "POST", "", { url: `${one.shop.url}/hook` });
  const path = `/${String(json["id"])}`;
  const disabled = await one.ask("merchant", "PATCH", path, {
    state: "disabled",
    eventTypes: ["refund.failed"],
  });
  assert.deepEqual(
    [disabled.json["state"], disabled.json["disabledReason"], disabled.json["eventTypes"]],
    ["disabled", "person", ["refund.failed"]],
  );
  assert.equal(
    (await one.ask("merchant", "POST", `${path}/tests`)).json["code"],
    "webhook_endpoint_disabled",
  );
  const enabled = await one.ask("merchant", "PATCH", path, { state: "enabled" });
  assert.deepEqual([enabled.json["state"], enabled.json["disabledReason"]], ["enabled", null]);
  const refused = await one.ask("merchant", "PATCH", path, { url: "https://10.0.0.1/" });
  assert.deepEqual([refused.status, refused.json["code"]], [422, "webhook_url_refused"]);
  assert.equal((await one.ask("merchant", "DELETE", path)).status, 204);
  assert.equal((await one.ask("merchant", "GET", path)).status, 404);
});
