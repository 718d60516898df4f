// The demo shop over restarts: whatever somebody made of it meanwhile, the platform starts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipay } from "../../channels/alipay/client.ts";
import { unwrap } from "../../kernel/result.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { putChannelAccount } from "./account/service.ts";
import { ensureDemoMerchant } from "./demo.ts";
import { testMerchants } from "./fixtures.ts";

const pem = (what: string): string => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----`;
const credentials = {
  appId: "2021000000000001",
  sellerId: "2088000000000001",
  privateKeyPem: pem("PRIVATE KEY"),
  alipayPublicKeyPem: pem("PUBLIC KEY"),
  gatewayUrl: "http://127.0.0.1:8090/gateway.do",
};
const certificates = {
  alipayPublicKeyPem: "",
  appCertPem: pem("CERTIFICATE"),
  alipayCertPem: pem("CERTIFICATE"),
  alipayRootCertPem: pem("CERTIFICATE"),
};

test("the demo shop starts again as it was, follows a moved gateway, and keeps certificates that somebody gave it", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg, alipay.manifest);
  const { merchant } = await ensureDemoMerchant(deps, { credentials });
  const stored = () => deps.directory.channelAccount(merchant.id, "alipay");
  assert.deepEqual(await stored(), credentials);
  const asked = probing.probed.length;
  await ensureDemoMerchant(deps, { credentials });
  assert.equal(probing.probed.length, asked, "nothing changed, so nobody is asked");

  const update = { channel: "alipay", state: null, actor: "key_operator", reason: "改用证书" } as const;
  unwrap(await putChannelAccount(deps, merchant.id, { ...update, config: certificates }));
  const moved = { ...credentials, gatewayUrl: "http://127.0.0.1:9090/gateway.do" };
  await ensureDemoMerchant(deps, { credentials: moved });
  const { alipayPublicKeyPem: _, ...common } = moved;
  const { alipayPublicKeyPem: __, ...files } = certificates;
  assert.deepEqual(await stored(), { ...common, ...files });

  const fresh = { ...moved, privateKeyPem: pem("RSA PRIVATE KEY") };
  await ensureDemoMerchant(deps, { credentials: fresh });
  assert.deepEqual(
    await stored(),
    fresh,
    "a new world has new keys, and the old certificates are worth nothing",
  );
});

test("a channel that is out of order does not keep the platform from starting", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg, alipay.manifest);
  const { merchant } = await ensureDemoMerchant(deps, { credentials });
  const words = { zh: "维护中", en: "Under maintenance" };
  const finding = { code: "channelBusy", field: null, title: words, next: words };
  probing.outcome = { kind: "refused", finding, words: null };
  const moved = { ...credentials, gatewayUrl: "http://127.0.0.1:9090/gateway.do" };
  await ensureDemoMerchant(deps, { credentials: moved });
  assert.deepEqual(await deps.directory.channelAccount(merchant.id, "alipay"), credentials);
});
