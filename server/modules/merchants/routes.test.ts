// Who may change what of a merchant, over HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Principal } from "../../platform/principal.ts";
import { askJson, operator, testHttp } from "../../platform/http/fixtures.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { coffeeShop, testAccount, testMerchants } from "./fixtures.ts";
import { merchantRoutes } from "./routes.ts";
import { createMerchant } from "./service.ts";

test("a channel account says who vouches for money: a merchant reads its own, and only an operator writes it", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const created = await createMerchant(deps, coffeeShop, "test");
  assert(created.ok);
  const { id: merchantId } = created.value;
  const callers = new Map<string, Principal>([
    ["operator", operator],
    ["merchant", { role: "merchant", merchantId, credentialId: "key_019a0000000070008000000000000002" }],
  ]);
  await using server = await testHttp(
    (app) => merchantRoutes(app, { ...deps, terminalStanding: async () => null }),
    { authenticators: [async ({ headers }) => callers.get(String(headers["authorization"])) ?? null] },
  );
  const path = `/v1/merchants/${merchantId}/channel-accounts/alipay`;
  const ask = async (authorization: string, method: "PUT" | "GET"): Promise<number> => {
    const body = method === "GET" ? null : JSON.stringify({ config: testAccount, reason: "初次配置" });
    const headers = { authorization, "content-type": "application/json" };
    return (await askJson(server.url, path, { method, headers, body })).status;
  };
  // Whoever sets the gateway and its key decides which payments count as paid, and where the platform sends requests.
  assert.equal(await ask("merchant", "PUT"), 403);
  assert.equal(await ask("operator", "PUT"), 200);
  assert.equal(await ask("merchant", "GET"), 200);
});
