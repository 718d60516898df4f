// Printed codes over HTTP: made by a merchant, opened by payers in their wallets, on a real database.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { readMerchantCode } from "@huiyin/contract/emvco.ts";
import { RefusalError, refuse, success } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { Principal } from "../../platform/principal.ts";
import { askJson, operator, testHttp, type TestHttp } from "../../platform/http/fixtures.ts";
import { createVault } from "../../platform/secrets.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { coffeeShop, testMerchants, type TestWorld } from "../merchants/fixtures.ts";
import { addStore, createMerchant } from "../merchants/index.ts";
import { storeCodeRoutes } from "./routes.ts";
import { createStoreCodes, type StoreCodeDeps, type WantedPayment } from "./service.ts";

const agents = {
  alipay: "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 AliApp(AP/10.5.80) AlipayClient/10.5.80",
  wechat: "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.47",
  browser: "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0",
} as const;

type Street = AsyncDisposable &
  Readonly<{
    db: TestDb;
    server: TestHttp;
    world: TestWorld;
    merchantId: string;
    storeId: string;
    /** What was asked of the payments module. */
    wanted: WantedPayment[];
    as: (who: string, method: string, path: string, body?: unknown) => ReturnType<typeof askJson>;
    page: (token: string, wish?: PageWish) => Promise<Page>;
  }>;
type Page = Readonly<{ status: number; html: string; retryAfter: string | null }>;
type PageWish = Readonly<{ agent?: keyof typeof agents; language?: string; form?: Record<string, string> }>;

async function street(own: Partial<StoreCodeDeps> = {}): Promise<Street> {
  const db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const merchant = await createMerchant(deps, coffeeShop, "test");
  assert.ok(merchant.ok);
  const merchantId = merchant.value.id;
  const names = { zh: "南京西路店", en: "Nanjing West Road" };
  const store = await addStore(deps, merchantId, { no: "S1", names, address: "南京西路 1266 号" });
  assert.ok(store.ok);
  const storeId = store.value.id;
  const other = await createMerchant(deps, coffeeShop, "test");
  assert.ok(other.ok);
  const wanted: WantedPayment[] = [];
  const codeDeps: StoreCodeDeps = {
    pg: db.pg,
    world,
    randomBytes,
    publicUrl: () => "https://pay.example.com",
    vault: createVault([randomBytes(32)]),
    shopOf: async (key) =>
      key.merchantId === merchantId && key.storeId === storeId
        ? { merchantNames: coffeeShop.names, storeNames: names }
        : null,
    walletsOf: async () => ["alipay", "wechat"],
    createPayment: async (one) => {
      wanted.push(one);
      const url =
        one.channel === "wechat"
          ? "weixin://wxpay/bizpayurl?pr=1&x=<b>"
          : "https://qr.alipay.com/bax1?a=1&b=2";
      return success({ paymentId: "pay_1", url, expiresAt: addSeconds(world.now(), 300) });
    },
    earlierPayment: async () => null,
    ...own,
  };
  const callers = new Map<string, Principal>([
    ["operator", operator],
    ["merchant", { role: "merchant", merchantId, credentialId: "key_019a0000000070008000000000000002" }],
    [
      "stranger",
      { role: "merchant", merchantId: other.value.id, credentialId: "key_019a0000000070008000000000000003" },
    ],
  ]);
  const server = await testHttp((app) => storeCodeRoutes(app, codeDeps, createStoreCodes(codeDeps)), {
    authenticators: [async ({ headers }) => callers.get(String(headers["authorization"])) ?? null],
  });
  return {
    ...{ db, server, world, merchantId, storeId, wanted },
    as: (authorization, method, path, body) =>
      askJson(server.url, path, {
        method,
        headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    page: async (token, { agent = "alipay", language = "zh-CN", form } = {}) => {
      const answer = await fetch(`${server.url}/c/${token}`, {
        method: form === undefined ? "GET" : "POST",
        headers: { "user-agent": agents[agent], "accept-language": language },
        ...(form !== undefined && { body: new URLSearchParams(form) }),
        redirect: "manual",
      });
      assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      const { status, headers } = answer;
      return { status, html: await answer.text(), retryAfter: headers.get("retry-after") };
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

async function printed(shop: Street): Promise<Readonly<{ id: string; token: string; merchantCode: string }>> {
  const made = await shop.as("merchant", "POST", `/v1/stores/${shop.storeId}/codes`, { label: " 1 号桌 " });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  const { id, url, merchantCode, label } = made.json as Record<string, string>;
  assert.equal(label, "1 号桌");
  assert.match(url ?? "", /^https:\/\/pay\.example\.com\/c\/[0-9a-z]{26}$/);
  return { id: id ?? "", token: url?.split("/").at(-1) ?? "", merchantCode: merchantCode ?? "" };
}

test("a merchant makes a code for its store, lists it, and nobody else sees or makes any there", async () => {
  await using shop = await street();
  const { id, merchantCode, token } = await printed(shop);
  const path = `/v1/stores/${shop.storeId}/codes`;
  const listed = await shop.as("merchant", "GET", path);
  assert.deepEqual(
    (listed.json["items"] as Array<{ id: string }>).map((code) => code.id),
    [id],
  );
  const read = readMerchantCode(merchantCode);
  assert.ok(read.kind === "code");
  assert.deepEqual(read.code.accounts, [
    { kind: "template", id: "26", network: "com.example.pay", fields: [{ id: "01", value: token }] },
  ]);
  assert.equal(read.code.local?.name, coffeeShop.names.zh);
  assert.equal((await shop.as("stranger", "GET", path)).status, 404);
  assert.equal((await shop.as("stranger", "POST", path, { label: "别人的桌" })).status, 404);
  assert.equal(
    (await shop.as("stranger", "PATCH", `/v1/store-codes/${id}`, { state: "disabled" })).status,
    404,
  );
  assert.equal((await shop.as("operator", "GET", path)).status, 400, "an operator names the merchant");
  assert.equal((await shop.as("operator", "GET", `${path}?merchantId=${shop.merchantId}`)).status, 200);
  assert.equal((await shop.as("merchant", "POST", path, { label: "  " })).status, 400);
});

test("the page asks for the amount in the payer’s wallet and language, and an ordinary browser for a wallet", async () => {
  await using shop = await street();
  const { token } = await printed(shop);
  const zh = await shop.page(token);
  assert.match(zh.html, /用支付宝付款/);
  assert.match(zh.html, /南京西路店/);
  assert.match((await shop.page(token, { agent: "wechat", language: "en" })).html, /Pay with WeChat Pay/);
  const browser = await shop.page(token, { agent: "browser" });
  assert.match(browser.html, /请用支付宝、微信支付的“扫一扫”/);
  assert.doesNotMatch(browser.html, /<form/);
});

test("an amount becomes one payment of the store through that wallet, however often the form is sent", async () => {
  await using shop = await street();
  const { token } = await printed(shop);
  const attempt = /name="attempt" value="([0-9a-f]{32})"/.exec((await shop.page(token)).html)?.[1] ?? "";
  for (let time = 0; time < 2; time += 1) {
    const paid = await shop.page(token, { form: { amount: " 12.5 ", attempt } });
    assert.equal(paid.status, 200);
    assert.match(paid.html, /¥12\.50/);
    assert.match(paid.html, /content="0;url=https:\/\/qr\.alipay\.com\/bax1\?a=1&amp;b=2"/);
    assert.match(paid.html, /src="data:image\/svg\+xml;base64,/);
  }
  const [first, second] = shop.wanted;
  assert.deepEqual(first, second, "the same key for the same form");
  assert.deepEqual(
    [first?.merchantId, first?.storeId, first?.amount.minor, first?.channel],
    [shop.merchantId, shop.storeId, 1_250n, "alipay"],
  );
});

test("in WeChat the page says before anything is typed that another phone has to scan, elsewhere it does not", async () => {
  await using shop = await street();
  const { token } = await printed(shop);
  const hint = /另一部手机/;
  assert.match((await shop.page(token, { agent: "wechat" })).html, hint);
  assert.doesNotMatch((await shop.page(token)).html, hint);
});

test("in WeChat the code is shown to be scanned, and nothing of a foreign scheme is opened or slips into the page", async () => {
  await using shop = await street();
  const { token } = await printed(shop);
  const { html } = await shop.page(token, { agent: "wechat", form: { amount: "1" } });
  // Long-pressing such a code on the same phone pays nothing.
  assert.match(html, /另一部手机扫描，或让店员扫您的付款码/);
  assert.doesNotMatch(html, /长按/);
  assert.doesNotMatch(html, /http-equiv|href=|<b>/);
});

const refused: ReadonlyArray<readonly [amount: string, status: number, says: RegExp]> = [
  ["", 400, /0\.01 元到 500\.00 元/],
  ["0", 400, /金额不正确/],
  ["-1", 400, /金额不正确/],
  ["1.234", 400, /金额不正确/],
  ["一百", 400, /金额不正确/],
  ['"><script>alert(1)</script>', 400, /value="&quot;&gt;&lt;script/],
  ["500.01", 422, /固定收款码一次最多付 500\.00 元[\s\S]*动态收款码/],
];
for (const [amount, status, says] of refused) {
  test(`the amount “${amount}” is refused on the page, which keeps what was typed`, async () => {
    await using shop = await street();
    const { token } = await printed(shop);
    const answer = await shop.page(token, { form: { amount } });
    assert.equal(answer.status, status);
    assert.match(answer.html, says);
    assert.match(answer.html, /role="alert"/);
    assert.match(answer.html, /<form method="post">/);
    assert.deepEqual(shop.wanted, []);
  });
}

test("five hundred yuan is the most that a printed code takes", async () => {
  await using shop = await street();
  const { token } = await printed(shop);
  assert.equal((await shop.page(token, { form: { amount: "500" } })).status, 200);
  assert.equal(shop.wanted[0]?.amount.minor, 50_000n);
});

test("a code out of use, unknown or made up says so, and takes nothing; in use again it pays", async () => {
  await using shop = await street();
  const { id, token } = await printed(shop);
  const change = (state: string) => shop.as("merchant", "PATCH", `/v1/store-codes/${id}`, { state });
  assert.equal((await change("disabled")).json["state"], "disabled");
  for (const form of [undefined, { amount: "1" }]) {
    const answer = await shop.page(token, form === undefined ? {} : { form });
    assert.equal(answer.status, 410);
    assert.match(answer.html, /这个收款码已停用/);
  }
  for (const unknown of ["0".repeat(26), "x", "..%2f", "<script>"])
    assert.equal((await shop.page(encodeURIComponent(unknown))).status, 404, unknown);
  assert.deepEqual(shop.wanted, []);
  await change("enabled");
  assert.equal((await shop.page(token, { form: { amount: "1" } })).status, 200);
});

test("whoever opens a code while the database is away reads a page that says when to come again", async () => {
  const away: StoreCodeDeps["walletsOf"] = () =>
    Promise.reject(new RefusalError({ code: "unavailable", facts: {} }));
  await using shop = await street({ walletsOf: away });
  const { token } = await printed(shop);
  const { status, html, retryAfter } = await shop.page(token);
  assert.equal(status, 503);
  assert.equal(retryAfter, "2");
  assert.match(html, /请稍后重新扫码/);
});

test("what the channel refuses is said on the page", async () => {
  await using shop = await street({
    createPayment: async () => refuse("channel_not_available", { channelZh: "支付宝", channelEn: "Alipay" }),
  });
  const { token } = await printed(shop);
  const answer = await shop.page(token, { form: { amount: "1" } });
  assert.match(answer.html, /role="alert"[\s\S]*支付宝/);
});

test("a flood of one code is stopped before it reaches the channel, other codes are not, and a minute later it goes on", async () => {
  await using shop = await street();
  const [one, other] = [await printed(shop), await printed(shop)];
  for (let time = 0; time < 30; time += 1) await shop.page(one.token, { form: { amount: "1" } });
  const flooded = await shop.page(one.token, { form: { amount: "1" } });
  assert.equal(flooded.status, 429);
  assert.equal(shop.wanted.length, 30);
  assert.equal((await shop.page(other.token, { form: { amount: "1" } })).status, 200);
  shop.world.moveSeconds(60);
  assert.equal((await shop.page(one.token, { form: { amount: "1" } })).status, 200);
});
