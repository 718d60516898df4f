// Channels over HTTP: what a form is drawn from, trying a configuration out, and who may do so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipay } from "../../../channels/alipay/client.ts";
import type { ConfigFinding } from "../../../channels/port.ts";
import { unwrap } from "../../../kernel/result.ts";
import { askJson, operator, testHttp } from "../../../platform/http/fixtures.ts";
import type { Principal } from "../../../platform/principal.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { coffeeShop, testAccount, testMerchants } from "../fixtures.ts";
import { merchantRoutes } from "../routes.ts";
import { createMerchant } from "../service.ts";

type Item = Readonly<Record<string, unknown>>;
const finding: ConfigFinding = {
  code: "privateKeyWrong",
  field: "privateKey",
  title: { zh: "私钥不对", en: "Wrong private key" },
  next: { zh: "请更换。", en: "Change it." },
};

async function serve(manifest?: Parameters<typeof testMerchants>[1]) {
  const db = await testDb();
  const { deps, probing } = testMerchants(db.pg, manifest);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "test"));
  const callers = new Map<string, Principal>([
    ["operator", operator],
    ["merchant", { role: "merchant", merchantId, credentialId: "key_merchant" }],
  ]);
  const server = await testHttp(
    (app) => merchantRoutes(app, { ...deps, terminalStanding: async () => null }),
    { authenticators: [async ({ headers }) => callers.get(String(headers["authorization"])) ?? null] },
  );
  const ask = (who: string, method: string, path: string, body?: unknown) =>
    askJson(server.url, path, {
      method,
      headers: { authorization: who, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const dispose = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  };
  const account = `/v1/merchants/${merchantId}/channel-accounts/alipay`;
  return { ask, probing, account, logLines: server.logLines, [Symbol.asyncDispose]: dispose };
}

test("a form can be drawn from the list of channels: labels, helps, patterns, modes", async () => {
  await using made = await serve(alipay.manifest);
  const { status, json } = await made.ask("merchant", "GET", "/v1/channels");
  assert.equal(status, 200);
  const [channel] = json["items"] as Item[];
  assert.equal(channel?.["code"], "alipay");
  const fields = channel?.["fields"] as Item[];
  const seen = fields.map(
    ({ key, secret, presence }) => `${String(key)} ${String(secret)} ${String(presence)}`,
  );
  assert.deepEqual(seen, [
    "appId false required",
    "privateKeyPem true required",
    "alipayPublicKeyPem false mode",
    "appCertPem false mode",
    "alipayCertPem false mode",
    "alipayRootCertPem false mode",
    "sellerId false required",
    "gatewayUrl false required",
    "appAuthToken true optional",
    "aesKey true optional",
    "encryptedAnswerSigning false optional",
    "charset false optional",
    "productOfficeUrl false optional",
    "productOfficeToken true optional",
  ]);
  const modes = channel?.["modes"] as Item[];
  assert.deepEqual(
    modes.map(({ code, fields: keys }) => [code, keys]),
    [
      ["publicKey", ["alipayPublicKeyPem"]],
      ["certificate", ["appCertPem", "alipayCertPem", "alipayRootCertPem"]],
    ],
  );
});

test("a probe over HTTP names what is wrong and what will be, in both languages, and only to an operator", async () => {
  await using made = await serve();
  const path = `${made.account}/probe`;
  made.probing.outcome = {
    kind: "refused",
    finding,
    words: { code: "isv.invalid-signature", message: "无效签名" },
  };
  const refused = await made.ask("operator", "POST", path, { config: testAccount });
  assert.deepEqual(
    [refused.status, refused.json],
    [
      200,
      {
        outcome: "refused",
        finding,
        channelCode: "isv.invalid-signature",
        channelMessage: "无效签名",
        warnings: [],
      },
    ],
  );
  made.probing.outcome = { kind: "ready", warnings: [finding] };
  const ready = await made.ask("operator", "POST", path, { config: testAccount });
  assert.deepEqual(ready.json, {
    outcome: "ready",
    finding: null,
    channelCode: null,
    channelMessage: null,
    warnings: [finding],
  });
  assert.equal((await made.ask("merchant", "POST", path, { config: testAccount })).status, 403);
  assert.equal((await made.ask("nobody", "POST", path, { config: testAccount })).status, 401);
  assert.equal((await made.ask("nobody", "GET", "/v1/channels")).status, 401);
  const incomplete = await made.ask("operator", "POST", path, { config: { appId: "x" } });
  assert.deepEqual([incomplete.status, incomplete.json["code"]], [422, "channel_account_invalid"]);
  assert.equal((await made.ask("operator", "GET", made.account)).status, 404, "nothing was stored");
  assert.ok(!JSON.stringify(made.logLines).includes(testAccount.privateKey));
});

test("putting an account in force is refused with the probe’s words, in the language of the caller", async () => {
  await using made = await serve();
  made.probing.outcome = { kind: "refused", finding, words: null };
  const body = { state: "active", config: testAccount, reason: "启用" };
  const { status, json } = await made.ask("operator", "PUT", made.account, body);
  assert.deepEqual([status, json["code"]], [422, "channel_probe_refused"]);
  assert.deepEqual(json["errors"], [{ field: "config.privateKey", problem: "私钥不对。请更换。" }]);
  made.probing.outcome = { kind: "ready", warnings: [] };
  const put = await made.ask("operator", "PUT", made.account, body);
  assert.deepEqual([put.status, put.json["state"], put.json["version"]], [200, "active", 1]);
});

test("a further account shows its plain fields, of its secrets only that they are set, and who changed it", async () => {
  await using made = await serve();
  const body = { state: "active", config: testAccount, reason: "首次配置" };
  const second = `${made.account}/routes/second`;
  const another = { appId: "2021000000000007", privateKey: "another-key" };
  assert.equal((await made.ask("operator", "GET", second)).status, 404, "there is none yet");
  await made.ask("operator", "PUT", made.account, body);
  assert.equal((await made.ask("operator", "GET", second)).status, 404, "the first one is not the second");
  await made.ask("operator", "PUT", second, { ...body, config: another, reason: "增加账户" });
  await made.ask("operator", "PUT", second, { ...body, config: { privateKey: "newer-key" }, reason: "换钥" });
  for (const who of ["operator", "merchant"]) {
    const { status, json } = await made.ask(who, "GET", second);
    assert.equal(status, 200);
    assert.deepEqual(
      [json["route"], json["state"], json["version"], json["config"], json["secretsSet"]],
      ["second", "active", 2, { appId: another.appId }, ["privateKey"]],
    );
    const history = json["history"] as Item[];
    assert.deepEqual(
      history.map(({ version, changedKeys, reason }) => [version, changedKeys, reason]),
      [
        [2, ["privateKey"], "换钥"],
        [1, ["appId", "privateKey"], "增加账户"],
      ],
    );
    assert.ok(!JSON.stringify(json).includes("-key"));
  }
  const main = await made.ask("operator", "GET", `${made.account}/routes/main`);
  assert.deepEqual([main.json["route"], main.json["config"]], ["main", { appId: testAccount.appId }]);
  assert.equal((await made.ask("nobody", "GET", second)).status, 401);
});

test("a further account is tried out under the name it will have, and only by an operator; nothing is stored", async () => {
  await using made = await serve();
  const second = `${made.account}/routes/second`;
  const config = { appId: "2021000000000007", privateKey: "another-key" };
  const early = await made.ask("operator", "POST", `${second}/probe`, { config });
  assert.deepEqual([early.status, early.json["code"]], [422, "account_route_invalid"]);
  await made.ask("operator", "PUT", made.account, { config: testAccount, reason: "首次配置" });
  made.probing.outcome = { kind: "refused", finding, words: null };
  const refused = await made.ask("operator", "POST", `${second}/probe`, { config });
  assert.deepEqual(
    [refused.status, refused.json["outcome"], refused.json["finding"]],
    [200, "refused", finding],
  );
  assert.deepEqual(made.probing.probed.at(-1), config);
  assert.equal((await made.ask("operator", "GET", second)).status, 404);
  assert.equal((await made.ask("merchant", "POST", `${second}/probe`, { config })).status, 403);
  assert.equal(
    (await made.ask("operator", "POST", `${made.account}/routes/Second/probe`, { config })).status,
    400,
  );
  made.probing.outcome = { kind: "ready", warnings: [] };
  const first = await made.ask("operator", "POST", `${made.account}/routes/main/probe`, { config: {} });
  assert.equal(first.json["outcome"], "ready");
  assert.deepEqual(made.probing.probed.at(-1), testAccount, "the first one has a name as well");
});
