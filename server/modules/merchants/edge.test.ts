// Merchants, products, the menu and maintenance windows over HTTP, as callers of every role meet them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "../../kernel/result.ts";
import { askJson, testHttp, type Answer, type TestHttp } from "../../platform/http/fixtures.ts";
import type { Principal } from "../../platform/principal.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { coffeeShop, testAccount, testMerchants, type SimulatedOffice } from "./fixtures.ts";
import { merchantRoutes } from "./routes.ts";
import { putChannelAccount } from "./account/service.ts";
import { createMerchant } from "./service.ts";

const terminalId = "trm_019a0000000070008000000000000001";

type Served = AsyncDisposable &
  Readonly<{ http: TestHttp; office: SimulatedOffice; merchantId: string; strangerId: string }>;

/** Two shops with Alipay accounts, one terminal of the first, and `Authorization: as …` for everybody. */
async function serve(): Promise<Served> {
  const db = await testDb();
  const { deps, office } = testMerchants(db.pg);
  const mine = unwrap(await createMerchant(deps, coffeeShop, "test"));
  const other = unwrap(await createMerchant(deps, coffeeShop, "test"));
  const account = {
    channel: "alipay",
    state: null,
    config: testAccount,
    actor: "test",
    reason: "测试",
  } as const;
  for (const { id } of [mine, other]) unwrap(await putChannelAccount(deps, id, account));
  const principals = new Map<string, Principal>([
    ["as operator", { role: "operator", credentialId: "key_operator" }],
    ["as merchant", { role: "merchant", merchantId: mine.id, credentialId: "key_merchant" }],
    ["as terminal", { role: "terminal", merchantId: mine.id, terminalId }],
    ["as stranger", { role: "merchant", merchantId: other.id, credentialId: "key_stranger" }],
  ]);
  const terminalStanding = async (id: string) =>
    id === terminalId ? ({ merchantId: mine.id, state: "active" } as const) : null;
  const http = await testHttp((app) => merchantRoutes(app, { ...deps, terminalStanding }), {
    authenticators: [async ({ headers }) => principals.get(String(headers.authorization)) ?? null],
  });
  const dispose = async (): Promise<void> => {
    await http[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  };
  return { http, office, merchantId: mine.id, strangerId: other.id, [Symbol.asyncDispose]: dispose };
}

const as = (who: string, method = "GET", body?: unknown): RequestInit => ({
  method,
  headers: {
    authorization: `as ${who}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

const itemsOf = ({ json }: Answer): Array<Record<string, unknown>> =>
  json["items"] as Array<Record<string, unknown>>;

test("an operator creates a merchant, and it is found by name, by number and by id", async () => {
  await using made = await serve();
  const { url } = made.http;
  const names = { zh: "晨光面包", en: "Dawn Bakery" };
  const body = { names, mcc: "5462", region: "310101", fees: { alipay: 38, huabei: 60 } };
  const created = await askJson(url, "/v1/merchants", as("operator", "POST", body));
  assert.deepEqual([created.status, created.json["number"]], [201, "10000003"]);
  for (const search of ["晨光", "dawn", "10000003"]) {
    const found = await askJson(url, `/v1/merchants?search=${encodeURIComponent(search)}`, as("operator"));
    assert.deepEqual(
      itemsOf(found).map((item) => item["id"]),
      [created.json["id"]],
      search,
    );
  }
  const detail = await askJson(url, `/v1/merchants/${String(created.json["id"])}`, as("operator"));
  const fees = detail.json["fees"] as Array<Record<string, unknown>>;
  assert.deepEqual(
    fees.map((fee) => [fee["product"], fee["rateBasisPoints"]]),
    [
      ["alipay", 38],
      ["huabei", 60],
    ],
  );
});

test("pages of merchants hold each one once", async () => {
  await using made = await serve();
  const first = await askJson(made.http.url, "/v1/merchants?limit=1", as("operator"));
  const newest = itemsOf(first)[0]?.["id"];
  const second = await askJson(
    made.http.url,
    `/v1/merchants?limit=1&after=${String(newest)}`,
    as("operator"),
  );
  assert.deepEqual([newest, itemsOf(second)[0]?.["id"]], [made.strangerId, made.merchantId]);
  assert.deepEqual([first.json["hasMore"], second.json["hasMore"]], [true, false]);
});

test("secrets go in and never come out, into no answer and no log line", async () => {
  await using made = await serve();
  const { url, logLines } = made.http;
  const path = `/v1/merchants/${made.merchantId}/channel-accounts/alipay`;
  const secret = "brand-new-secret";
  const put = await askJson(
    url,
    path,
    as("operator", "PUT", { config: { privateKey: secret }, reason: "轮换密钥" }),
  );
  assert.deepEqual(
    [put.status, put.json["version"], put.json["secretsSet"], put.json["config"]],
    [200, 2, ["privateKey"], { appId: testAccount.appId }],
  );
  const read = [
    put,
    await askJson(url, path, as("merchant")),
    await askJson(url, `/v1/merchants/${made.merchantId}`, as("operator")),
  ];
  for (const text of [
    ...read.map(({ json }) => JSON.stringify(json)),
    ...logLines.map((line) => JSON.stringify(line)),
  ]) {
    assert.ok(!text.includes(secret) && !text.includes(testAccount.privateKey));
  }
});

test("a product is opened and stopped, and the menu of the terminal follows", async () => {
  await using made = await serve();
  const { url } = made.http;
  const menu = async (): Promise<unknown> => {
    const answer = await askJson(url, `/v1/terminals/${terminalId}/methods`, as("terminal"));
    return itemsOf(answer).map((item) => [item["method"], item["available"], item["causeId"]]);
  };
  const act = (product: string, body: unknown): Promise<Answer> =>
    askJson(url, `/v1/merchants/${made.merchantId}/capabilities/${product}`, as("merchant", "POST", body));
  assert.deepEqual(await menu(), [
    ["alipay", false, "C-MCH-05"],
    ["huabei", false, "C-MCH-05"],
  ]);
  assert.equal((await act("alipay", { action: "open" })).json["state"], "enabled");
  assert.deepEqual(await menu(), [
    ["alipay", true, null],
    ["huabei", false, "C-MCH-01"],
  ]);
  assert.equal((await act("huabei", { action: "open" })).json["state"], "enabled");
  assert.deepEqual(await menu(), [
    ["alipay", true, null],
    ["huabei", true, null],
  ]);
  const withoutReason = await act("huabei", { action: "suspend" });
  assert.deepEqual([withoutReason.status, withoutReason.json["code"]], [400, "request_invalid"]);
  assert.equal((await act("huabei", { action: "suspend", reason: "店休" })).json["state"], "suspended");
  assert.deepEqual(await menu(), [
    ["alipay", true, null],
    ["huabei", false, "C-MCH-08"],
  ]);
});

test("a maintenance window shuts the menu while it lasts, and no longer than it really did", async () => {
  await using made = await serve();
  const { url } = made.http;
  const causes = async (): Promise<unknown> =>
    itemsOf(await askJson(url, `/v1/terminals/${terminalId}/methods`, as("terminal"))).map(
      (item) => item["causeId"],
    );
  const body = {
    scope: "alipay",
    plannedFrom: "2026-11-22T11:00:00+08:00",
    plannedTo: "2026-11-22T13:00:00+08:00",
    texts: { zh: "支付宝系统升级", en: "Alipay upgrade" },
  };
  const announced = await askJson(url, "/v1/maintenance-windows", as("operator", "POST", body));
  assert.equal(announced.status, 201);
  assert.deepEqual(await causes(), ["C-CHN-01", "C-CHN-01"]);
  const actual = { actualFrom: "2026-11-22T11:00:00+08:00", actualTo: "2026-11-22T11:30:00+08:00" };
  await askJson(
    url,
    `/v1/maintenance-windows/${String(announced.json["id"])}`,
    as("operator", "PATCH", actual),
  );
  assert.deepEqual(await causes(), ["C-MCH-05", "C-MCH-05"]);
  assert.equal(itemsOf(await askJson(url, "/v1/maintenance-windows", as("merchant"))).length, 1);
});

test("the latest and the earliest moments that a window may have are written back, and it can be ended", async () => {
  await using made = await serve();
  const body = {
    ...{ scope: "unionpay", texts: { zh: "维护", en: "Maintenance" } },
    ...{ plannedFrom: "0002-01-01T00:00:00+23:59", plannedTo: "2999-12-31T23:59:59-23:59" },
  };
  const path = "/v1/maintenance-windows";
  const { status, json } = await askJson(made.http.url, path, as("operator", "POST", body));
  assert.equal(status, 201);
  assert.equal(json["plannedTo"], "3000-01-02T07:58:59.000+08:00");
  const steps = `${path}/${String(json["id"])}/steps`;
  const ended = await askJson(made.http.url, steps, as("operator", "POST", { step: "end" }));
  assert.equal(ended.status, 200);
  assert.equal(ended.json["actualFrom"], "0001-12-31T08:01:00.000+08:00");
});

test("another merchant's shop does not exist, and what only an operator may do is refused", async () => {
  await using made = await serve();
  const mine = `/v1/merchants/${made.merchantId}`;
  const store = { no: "S9", names: { zh: "店", en: "Shop" }, address: "路" };
  const fee = { product: "alipay", rateBasisPoints: 0, validFrom: "2027-01-01T00:00:00+08:00" };
  const rows: ReadonlyArray<readonly [string, RequestInit, number]> = [
    [mine, as("stranger"), 404],
    [`${mine}/stores`, as("stranger"), 404],
    [`${mine}/stores`, as("stranger", "POST", store), 404],
    [`${mine}/channel-accounts/alipay`, as("stranger"), 404],
    [`${mine}/capabilities`, as("stranger"), 404],
    [`${mine}/capabilities/huabei`, as("stranger", "POST", { action: "open" }), 404],
    [`/v1/terminals/${terminalId}/methods`, as("stranger"), 404],
    ["/v1/merchants", as("merchant"), 403],
    [`${mine}/fees`, as("merchant", "POST", fee), 403],
    [`${mine}/capabilities/huabei`, as("terminal", "POST", { action: "open" }), 403],
    ["/v1/maintenance-windows", as("merchant", "POST", {}), 403],
    [mine, as("nobody"), 401],
  ];
  for (const [path, init, status] of rows) {
    assert.equal((await askJson(made.http.url, path, init)).status, status, `${init.method} ${path}`);
  }
  assert.equal(made.office.calls.open, 0);
});

test("bad input is refused in the declared form", async () => {
  await using made = await serve();
  const mine = `/v1/merchants/${made.merchantId}`;
  const merchant = { names: { zh: "店", en: "Shop" }, mcc: "5814", region: "310106", fees: { alipay: 38 } };
  const fee = { product: "alipay", rateBasisPoints: 1 };
  const put = { config: {}, reason: "试试" };
  const rows: ReadonlyArray<readonly [string, RequestInit, number, string]> = [
    ["/v1/merchants", as("operator", "POST", { ...merchant, mcc: "12" }), 400, "request_invalid"],
    ["/v1/merchants", as("operator", "POST", { ...merchant, fees: {} }), 400, "request_invalid"],
    ["/v1/merchants", as("operator", "POST", { ...merchant, colour: 1 }), 400, "request_invalid"],
    [
      "/v1/merchants",
      as("operator", "POST", { ...merchant, number: "10000001" }),
      409,
      "merchant_number_used",
    ],
    ["/v1/merchants?after=nonsense", as("operator"), 200, ""],
    [
      `${mine}/channel-accounts/alipay`,
      as("operator", "PUT", { ...put, config: { appId: "x" } }),
      422,
      "channel_account_invalid",
    ],
    [`${mine}/channel-accounts/wechat`, as("operator", "PUT", put), 404, "not_found"],
    [`${mine}/capabilities/gold`, as("merchant", "POST", { action: "open" }), 400, "request_invalid"],
    [
      `${mine}/fees`,
      as("operator", "POST", { ...fee, validFrom: "2020-01-01T00:00:00+08:00" }),
      422,
      "fee_valid_from_too_early",
    ],
    [
      `${mine}/fees`,
      as("operator", "POST", { ...fee, validFrom: "2027-02-30T00:00:00+08:00" }),
      400,
      "request_invalid",
    ],
    [`/v1/merchants/mer_${"0".repeat(32)}`, as("operator"), 404, "not_found"],
  ];
  for (const [path, init, status, code] of rows) {
    const answer = await askJson(made.http.url, path, init);
    assert.deepEqual([answer.status, answer.json["code"] ?? ""], [status, code], `${init.method} ${path}`);
  }
});

test("what is wrong with an account or a stop is told in the language of the caller", async () => {
  await using made = await serve();
  const mine = `/v1/merchants/${made.merchantId}`;
  const ask = async (path: string, init: RequestInit, language: string): Promise<unknown> => {
    const headers = { ...(init.headers as Record<string, string>), "accept-language": language };
    return (await askJson(made.http.url, path, { ...init, headers })).json["errors"];
  };
  const account = as("operator", "PUT", { config: { appId: "x", colour: "red" }, reason: "试试" });
  const accountPath = `${mine}/channel-accounts/alipay`;
  assert.deepEqual(await ask(accountPath, account, "zh"), [
    { field: "config.colour", problem: "不是该渠道的字段。" },
    { field: "config.appId", problem: "格式不对。" },
  ]);
  assert.deepEqual(await ask(accountPath, account, "en"), [
    { field: "config.colour", problem: "is not a field of this channel." },
    { field: "config.appId", problem: "does not have the expected form." },
  ]);
  const stop = as("merchant", "POST", { action: "suspend" });
  const stopPath = `${mine}/capabilities/huabei`;
  assert.deepEqual(await ask(stopPath, stop, "zh"), [
    { field: "reason", problem: "停用或关闭时必须说明原因。" },
  ]);
  assert.deepEqual(await ask(stopPath, stop, "en"), [
    { field: "reason", problem: "is required for suspend and close." },
  ]);
});
