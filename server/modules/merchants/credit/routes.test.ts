// The switch for credit over HTTP: who may turn it, and what the menu of a terminal says then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "../../../kernel/result.ts";
import { askJson, operator, testHttp } from "../../../platform/http/fixtures.ts";
import type { Principal } from "../../../platform/principal.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { openProduct } from "../capability/service.ts";
import { coffeeShop, testAccount, testMerchants } from "../fixtures.ts";
import { merchantRoutes } from "../routes.ts";
import { putChannelAccount } from "../account/service.ts";
import { createMerchant } from "../service.ts";

const terminalId = "trm_019a0000000070008000000000000001";
type Item = Readonly<Record<string, unknown>>;

test("a merchant or an operator turns the switch, a terminal and strangers do not, and the menu says why", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const feesBasisPoints = { ...coffeeShop.feesBasisPoints, huabeiInstalment3: 180n };
  const { id: merchantId } = unwrap(await createMerchant(deps, { ...coffeeShop, feesBasisPoints }, "test"));
  const account = {
    channel: "alipay",
    state: null,
    config: testAccount,
    actor: "test",
    reason: "x",
  } as const;
  unwrap(await putChannelAccount(deps, merchantId, account));
  for (const product of ["alipay", "huabei", "huabeiInstalment"] as const)
    unwrap(await openProduct(deps, { merchantId, product }, { source: "operator", actor: "test" }));
  const stranger = `mer_${"1".repeat(32)}`;
  const callers = new Map<string, Principal>([
    ["operator", operator],
    ["merchant", { role: "merchant", merchantId, credentialId: "key_merchant" }],
    ["stranger", { role: "merchant", merchantId: stranger, credentialId: "key_stranger" }],
    ["terminal", { role: "terminal", merchantId, terminalId }],
  ]);
  const standing = { merchantId, state: "active" } as const;
  await using server = await testHttp(
    (app) => merchantRoutes(app, { ...deps, terminalStanding: async () => standing }),
    { authenticators: [async ({ headers }) => callers.get(String(headers["authorization"])) ?? null] },
  );
  const ask = (who: string, method: string, path: string, body?: unknown) =>
    askJson(server.url, path, {
      method,
      headers: { authorization: who, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const path = `/v1/merchants/${merchantId}/credit-acceptance`;
  const menu = async (): Promise<string> => {
    const { json } = await ask("terminal", "GET", `/v1/terminals/${terminalId}/methods`);
    const huabei = (json["items"] as Item[]).find(({ method }) => method === "huabei");
    const offered = (json["instalments"] as Item[]).filter(({ available }) => available === true);
    const terms = offered.map(({ instalments, feeBearer }) => `${String(instalments)} ${String(feeBearer)}`);
    return [huabei?.["causeId"] ?? "ok", ...terms].join(", ");
  };

  assert.equal(await menu(), "ok, 3 payer, 3 merchant, 6 payer, 12 payer");
  const off = { creditAcceptance: "refused", reason: "手续费太高" };
  assert.equal((await ask("terminal", "PUT", path, off)).status, 403);
  assert.equal((await ask("stranger", "PUT", path, off)).status, 404);
  assert.equal((await ask("stranger", "GET", path)).status, 404);
  assert.equal((await ask("merchant", "PUT", path, { ...off, reason: "" })).status, 400);
  assert.equal(await menu(), "ok, 3 payer, 3 merchant, 6 payer, 12 payer");

  const turned = await ask("merchant", "PUT", path, off);
  assert.deepEqual([turned.status, turned.json["creditAcceptance"]], [200, "refused"]);
  const [line] = turned.json["history"] as Item[];
  assert.deepEqual(
    [line?.["actor"], line?.["reason"], line?.["creditAcceptance"]],
    ["key_merchant", "手续费太高", "refused"],
  );
  assert.equal(await menu(), "C-MCH-08");
  const detail = await ask("operator", "GET", `/v1/merchants/${merchantId}`);
  assert.equal(detail.json["creditAcceptance"], "refused");
  const back = { creditAcceptance: "accepted", reason: "恢复" };
  assert.equal((await ask("operator", "PUT", path, back)).status, 200);
  assert.equal(await menu(), "ok, 3 payer, 3 merchant, 6 payer, 12 payer");
});
