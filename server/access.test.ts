// Every route of the OpenAPI document against every role: generated, so that a new route is met without being named here.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import pino from "pino";
import { unwrap } from "./kernel/result.ts";
import { composeModules } from "./modules.ts";
import { diagnosePayment } from "./modules/diagnosis/index.ts";
import { diagnosisBench } from "./modules/diagnosis/testing.ts";
import { coffeeShop } from "./modules/merchants/fixtures.ts";
import { createMerchant } from "./modules/merchants/index.ts";
import { createTerminalIdentity } from "./modules/terminals/index.ts";
import { createClock } from "./platform/clock.ts";
import { createHttp } from "./platform/http/app.ts";
import { openApiDocument } from "./platform/http/documentation.ts";
import { askJson } from "./platform/http/fixtures.ts";
import { createJobs } from "./platform/jobs.ts";
import { createLoops } from "./platform/loops.ts";
import { createMetrics } from "./platform/metrics.ts";
import { createBroker } from "./platform/mqtt/broker.ts";
import type { Principal } from "./platform/principal.ts";
import { createVault } from "./platform/secrets.ts";

test("no route answers nobody unless it is public, and none shows an object to whom it does not belong", async () => {
  await using bench = await diagnosisBench();
  const { merchantId, terminalId, world, db } = bench;
  const payment = await bench.pay("balance");
  const { refundId } = unwrap(
    await bench.payments.refunds.create({
      ...{
        principal: { role: "merchant", merchantId, credentialId: "key_merchant" },
        idempotencyKey: "refund",
      },
      ...{ paymentId: payment.id, amount: 1, reason: null, merchantRefundNo: null, managerCode: null },
      waitSeconds: 5,
    }),
  );
  const diagnosed = unwrap(await diagnosePayment(bench.diagnosis, merchantId, payment.id, "test"));
  const stranger = unwrap(await createMerchant(bench.merchants, coffeeShop, "test"));
  const principals = new Map<string, Principal>([
    ["merchant", { role: "merchant", merchantId, credentialId: "key_merchant" }],
    ["stranger", { role: "merchant", merchantId: stranger.id, credentialId: "key_stranger" }],
    ["neighbour", { role: "terminal", merchantId, terminalId: world.newId("trm") }],
  ]);
  const [log, metrics, clock] = [pino({ level: "silent" }), createMetrics(), createClock()];
  const identity = createTerminalIdentity({ pg: db.pg, world });
  const options = { url: null, host: "127.0.0.1", port: 0 };
  const http = await createHttp({
    ...{ log, metrics, version: "0.0.0", pages: [], trustedProxies: [] },
    authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null],
  });
  const around = {
    ...{ pg: db.pg, world, clock, log, metrics, identity, randomBytes, processId: "test" },
    loops: createLoops({ clock, log }),
    jobs: createJobs({ url: db.url, log, metrics }),
    broker: createBroker({ ...identity.broker, log, now: world.now }, options),
    ...{ vault: createVault([randomBytes(32)]), masterKey: randomBytes(32), publicUrl: () => "" },
  };
  await composeModules(around, http.app);
  // Also after a refused assertion: an open server would keep the process.
  await using _ = { [Symbol.asyncDispose]: () => http.drain() };
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  // Every one of them: otherwise a schema that does not compile is found by whoever needs it first.
  http.compileSchemas();
  const endpoint = await askJson(url, "/v1/webhook-endpoints", {
    method: "POST",
    headers: { authorization: "merchant", "content-type": "application/json" },
    body: JSON.stringify({ url: "https://shop.example/hook" }),
  });
  assert.equal(endpoint.status, 201);
  const [store] = (await bench.merchants.directory.merchantProfile(merchantId))?.stores ?? [];
  const idOfPath = (path: string): string => {
    if (path.startsWith("/v1/webhook-endpoints/")) return String(endpoint.json["id"]);
    if (path.startsWith("/v1/payments/")) return payment.id;
    if (path.startsWith("/v1/refunds/")) return refundId ?? "";
    if (path.startsWith("/v1/terminals/")) return terminalId;
    return path.startsWith("/v1/diagnoses/") ? diagnosed.diagnosis.id : merchantId;
  };
  let [refused, hidden] = [0, 0];
  for (const [template, operations] of Object.entries(openApiDocument(http.app).paths)) {
    const path = template
      .replace("{id}", idOfPath(template))
      .replace("{storeId}", store?.id ?? "")
      .replace("{channel}", "alipay")
      .replace("{product}", "huabei")
      .replaceAll(/\{\w+\}/g, "x");
    for (const [method, { security, parameters = [] }] of Object.entries(operations)) {
      if (security === undefined) continue;
      const nobody = await askJson(url, path, { method: method.toUpperCase() });
      assert.equal(nobody.status, 401, `${method} ${path}`);
      refused += 1;
      if (method !== "get" || !/\{(id|storeId)\}/.test(template)) continue;
      const foreign = template.startsWith("/v1/merchants/") ? ["stranger"] : ["stranger", "neighbour"];
      for (const who of foreign) {
        const answer = await askJson(url, path + queryOf(parameters), { headers: { authorization: who } });
        assert.ok([403, 404].includes(answer.status), `${who} ${path}: ${answer.status}`);
        hidden += 1;
      }
    }
  }
  assert.ok(refused > 20 && hidden > 10, `${refused} routes, ${hidden} foreign objects`);
});

/** What the question cannot do without, by the examples of its schema: without it nobody gets as far as the object. */
function queryOf(parameters: readonly Parameter[]): string {
  const required = parameters.filter((one) => one.in === "query" && one.required);
  const pairs = required.map(({ name, example }): [string, string] => {
    assert.ok(typeof example === "string", `${name} is required: its schema needs an example`);
    return [name, example];
  });
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

type Parameter = Readonly<{ in: string; name: string; required?: boolean; example?: unknown }>;
