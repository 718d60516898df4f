// Setting a channel account from the command line, over the platform’s own HTTP interface.
import assert from "node:assert/strict";
import { test } from "node:test";
import { coffeeShop, testAccount, testMerchants } from "@huiyin/server/modules/merchants/fixtures.ts";
import { merchantRoutes } from "@huiyin/server/modules/merchants/routes.ts";
import { createMerchant } from "@huiyin/server/modules/merchants/service.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { askJson, operator, testHttp } from "@huiyin/server/platform/http/fixtures.ts";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import type { Client } from "../client.ts";
import { setAccount } from "./channels.ts";

test("what the channel refuses is not stored, what it accepts is in force, and disabled asks nobody", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "test"));
  await using server = await testHttp(
    (app) => merchantRoutes(app, { ...deps, terminalStanding: async () => null }),
    { authenticators: [async () => operator] },
  );
  const send =
    (method: string) =>
    async <T>(path: string, body?: unknown): Promise<T> => {
      const headers = { "content-type": "application/json" };
      const answer = await askJson(server.url, `/v1${path}`, { method, headers, body: JSON.stringify(body) });
      assert.equal(answer.status, 200);
      return answer.json as T;
    };
  const client: Pick<Client, "post" | "put"> = { post: send("POST"), put: send("PUT") };
  const place = { merchantId, code: "alipay" };
  const wanted = { fields: testAccount, reason: "命令行配置" };

  const words = { zh: "私钥不对", en: "Wrong private key" };
  const finding = { code: "privateKeyWrong", field: "privateKey", title: words, next: words };
  probing.outcome = { kind: "refused", finding, words: null };
  const refused = await setAccount(client, place, wanted);
  assert.deepEqual([refused.probe?.finding, refused.account], [finding, null]);
  assert.equal(await deps.directory.channelAccountEvenIfDisabled(merchantId, "alipay"), null);

  const disabled = await setAccount(client, place, { ...wanted, disabled: true });
  assert.deepEqual([disabled.probe, disabled.account?.state], [null, "disabled"]);

  probing.outcome = { kind: "ready", warnings: [] };
  const ready = await setAccount(client, place, wanted);
  assert.deepEqual([ready.probe?.outcome, ready.account?.state], ["ready", "active"]);
  assert.deepEqual(await deps.directory.channelAccount(merchantId, "alipay"), testAccount);
});
