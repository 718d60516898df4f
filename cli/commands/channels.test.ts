// Setting a channel account from the command line, over the platform’s own HTTP interface.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelList } from "@huiyin/contract/api/channels.ts";
import type { ChannelManifest } from "@huiyin/server/channels/port.ts";
import {
  coffeeShop,
  testAccount,
  testManifest,
  testMerchants,
} from "@huiyin/server/modules/merchants/fixtures.ts";
import { merchantRoutes } from "@huiyin/server/modules/merchants/routes.ts";
import { createMerchant } from "@huiyin/server/modules/merchants/service.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { askJson, operator, testHttp } from "@huiyin/server/platform/http/fixtures.ts";
import { testDb, type TestDb } from "@huiyin/server/platform/pg/testing.ts";
import type { Client } from "../client.ts";
import { setAccount } from "./channels.ts";

const words = { zh: "", en: "" };
const field = { label: words, help: words, pattern: "^.{3,}$" };

/** With two ways of connecting, one by a secret key, one by two certificates. */
const manifest: ChannelManifest = {
  ...testManifest,
  configFields: [
    ...testManifest.configFields,
    { ...field, key: "apiKey", secret: "yes" },
    { ...field, key: "certificate", secret: "no" },
    { ...field, key: "rootCertificate", secret: "no" },
  ],
  configModes: [
    { code: "key", label: words, help: words, fields: ["apiKey"] },
    { code: "certificate", label: words, help: words, fields: ["certificate", "rootCertificate"] },
  ],
};

/** A merchant at a platform whose channel has these ways, and the client of a command. */
async function openShop(db: TestDb) {
  const { deps: usual, probing } = testMerchants(db.pg);
  const deps = { ...usual, manifests: new Map([["alipay" as const, manifest]]) };
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "test"));
  const server = await testHttp(
    (app) => merchantRoutes(app, { ...deps, terminalStanding: async () => null }),
    { authenticators: [async () => operator] },
  );
  const send =
    (method: string) =>
    async <T>(path: string, body?: unknown): Promise<T> => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await askJson(server.url, `/v1${path}`, { method, headers, ...sent });
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
      return answer.json as T;
    };
  const client: Pick<Client, "get" | "post" | "put"> = {
    ...{ get: send("GET"), post: send("POST"), put: send("PUT") },
  };
  const [channel] = (await client.get<ChannelList>("/channels")).items;
  assert.ok(channel);
  return { ...{ deps, probing, server, client }, place: { merchantId, channel } };
}

const byKey = { ...testAccount, apiKey: "key-1" };
const byCertificate = { certificate: "certificate-1", rootCertificate: "root-1" };

test("what the channel refuses is not stored, what it accepts is in force, and disabled asks nobody", async () => {
  await using db = await testDb();
  const { deps, probing, server, client, place } = await openShop(db);
  await using _ = server;
  const { merchantId } = place;
  const wanted = { fields: byKey, mode: null, reason: "命令行配置" };

  const said = { zh: "私钥不对", en: "Wrong private key" };
  const finding = { code: "privateKeyWrong", field: "privateKey", title: said, next: said };
  probing.outcome = { kind: "refused", finding, words: null };
  const refused = await setAccount(client, place, wanted);
  assert.deepEqual([refused.probe?.finding, refused.account], [finding, null]);
  assert.equal(await deps.directory.channelAccountEvenIfDisabled(merchantId, "alipay"), null);

  const disabled = await setAccount(client, place, { ...wanted, disabled: true });
  assert.deepEqual([disabled.probe, disabled.account?.state], [null, "disabled"]);

  probing.outcome = { kind: "ready", warnings: [] };
  const ready = await setAccount(client, place, wanted);
  assert.deepEqual([ready.probe?.outcome, ready.account?.state, ready.cleared], ["ready", "active", []]);
  assert.deepEqual(await deps.directory.channelAccount(merchantId, "alipay"), byKey);
});

test("a change of the way of connecting empties the fields of the old one, whoever names them", async () => {
  await using db = await testDb();
  const { deps, probing, server, client, place } = await openShop(db);
  await using _ = server;
  probing.outcome = { kind: "ready", warnings: [] };
  const stored = () => deps.directory.channelAccountEvenIfDisabled(place.merchantId, "alipay");
  await setAccount(client, place, { fields: byKey, mode: null, reason: "首次接入" });

  const toCertificate = { fields: byCertificate, mode: null, reason: "改用证书" };
  const changed = await setAccount(client, place, toCertificate);
  assert.deepEqual([changed.cleared, changed.account?.state], [["apiKey"], "active"]);
  assert.deepEqual(await stored(), { ...testAccount, ...byCertificate });

  // A person chose the mode, and gives only what it wants; switched off, nobody is asked.
  const back = { fields: { apiKey: "key-2" }, mode: "key", reason: "改回密钥", disabled: true };
  const changedBack = await setAccount(client, place, back);
  assert.deepEqual(changedBack.cleared, ["certificate", "rootCertificate"]);
  assert.deepEqual(await stored(), { ...testAccount, apiKey: "key-2" });
});
