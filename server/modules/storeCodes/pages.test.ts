// A payer in WeChat pays in the page of a printed code, on one phone: the whole platform over HTTP, and the sandbox’s WeChat
// with its web authorization, its bridge and its books. What the books hold decides.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { testSandbox, type TestSandbox } from "@huiyin/sandbox/fixtures.ts";
import { wechatAgent } from "@huiyin/sandbox/wechat/browser.ts";
import { setUpDemo, type Demo } from "../../../cli/demoWorld.ts";
import { askJson } from "../../platform/http/fixtures.ts";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { createWorld } from "../../platform/world.ts";
import { startPlatform, type Platform } from "../../start.ts";
import { announceWindow, putChannelAccount } from "../merchants/index.ts";

const password = "123456";
const nothingTaken = /没有扣款|Nothing was taken/;

let db: TestDb;
let outside: TestSandbox;
let platform: Platform;
let demo: Demo;
const lines: string[] = [];

before(async () => {
  db = await testDb();
  outside = await testSandbox();
  const { clock, sandbox, dataDirectory } = outside;
  platform = await startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      ...{ masterKey: { bytes: randomBytes(32), kind: "development" }, roles: ["http", "jobs"] },
    },
    ...{ databaseUrl: db.url, clock, world: createWorld(clock) },
    log: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
  });
  demo = await setUpDemo({ platform, sandbox, dataDirectory });
});
after(async () => {
  await platform?.stop();
  await outside?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const fault of ["C-X-03", "reply-lost-after-effect", "reply-lost-before-effect"])
    await outside.control("DELETE", `/control/faults/${fault}`);
});

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await askJson(platform.url, path, {
    method,
    headers: {
      authorization: `Bearer ${demo.merchantKey}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
  return answer.json as T;
}

type Page = Readonly<{ status: number; text: string; url: string }>;

/** A phone with a browser inside its WeChat: it keeps cookies and follows redirects. */
type Phone = Readonly<{
  openid: string;
  walletId: string;
  /** The page of the code, at the sandbox’s address. */
  path: string;
  get(path: string): Promise<Page>;
  form(path: string, fields: Record<string, string>): Promise<Page>;
  post(path: string, body: unknown): Promise<Readonly<{ status: number; json: Record<string, string> }>>;
  cookies: Map<string, string>;
}>;

async function phoneAt(codeUrl: string, language = "zh-CN"): Promise<Phone> {
  const wish = { channel: "wechat", name: "测试", balance: 1_000_000, password };
  const { id } = (await outside.control("POST", "/control/wallets", wish)).body as { id: string };
  const wallet = outside.sandbox.worlds
    .find(({ network }) => network === "wechat")
    ?.world.book.wallets.get(id);
  const cookies = new Map<string, string>();
  const send = async (address: string, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(address, {
      ...init,
      headers: { "accept-language": language, cookie, ...(init.headers as Record<string, string>) },
      redirect: "manual",
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      assert.match(line, /HttpOnly/);
      cookies.set(name, value);
    }
    return answer;
  };
  const followed = async (address: string, init: RequestInit = {}): Promise<Page> => {
    const answer = await send(address, init);
    const location = answer.headers.get("location");
    if (location !== null) return followed(new URL(location, address).toString());
    return { status: answer.status, text: await answer.text(), url: address };
  };
  const { url } = outside.sandbox;
  const opening = await send(`${url}/control/wallets/${id}/pages`, {
    method: "POST",
    headers: { authorization: "Bearer test-control-token", "content-type": "application/json" },
    body: JSON.stringify({ url: codeUrl }),
  });
  assert.equal(opening.status, 201);
  return {
    openid: wallet?.buyerUserId ?? "",
    walletId: id,
    path: new URL(codeUrl).pathname,
    cookies,
    get: (path) => followed(new URL(path, url).toString()),
    form: (path, fields) => followed(`${url}${path}`, { method: "POST", body: new URLSearchParams(fields) }),
    post: async (path, body) => {
      const headers = { "content-type": "application/json", "x-huiyin-bridge": "1" };
      const answer = await send(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: answer.status, json: (await answer.json()) as Record<string, string> };
    },
  };
}

async function printed(): Promise<string> {
  const path = `/v1/stores/${demo.storeId}/codes`;
  return (await ask<{ url: string }>("POST", path, { label: "1 号桌" })).url;
}

type InPage = Readonly<{ state: string; call: Record<string, string> | null }>;
const inPage = async (phone: Phone, query = ""): Promise<InPage> =>
  JSON.parse((await phone.get(`${phone.path}/payment${query}`)).text) as InPage;

/** Types an amount on the page and sends it. */
async function begun(phone: Phone, amount = "12.80"): Promise<Page> {
  const asking = await phone.get(phone.path);
  assert.equal(asking.status, 200, asking.text);
  assert.match(asking.url, /\/c\/[0-9a-z]{26}$/, "neither code nor openid stays in the address");
  const attempt = /name="attempt" value="([0-9a-f]{32})"/.exec(asking.text)?.[1] ?? "";
  return phone.form(phone.path, { amount, attempt });
}

async function becomes(phone: Phone, state: string): Promise<void> {
  for (let look = 0; look < 250; look += 1) {
    if ((await inPage(phone)).state === state) return;
    await pause(20);
    outside.clock.advance(1_000);
  }
  assert.fail(`never ${state}: ${JSON.stringify(await inPage(phone))}`);
}

async function paysIn(phone: Phone): Promise<void> {
  const { call } = await inPage(phone, "?call=1");
  const trade = await phone.post("/wechat/bridge/payment", call);
  assert.deepEqual([trade.status, trade.json["amountText"]], [200, "12.80"], JSON.stringify(trade.json));
  const { tradeNo } = trade.json;
  assert.equal((await phone.post("/wechat/bridge/confirmation", { tradeNo, password })).status, 200);
}

async function lastPayment(): Promise<Payment> {
  const { items } = await ask<{ items: Payment[] }>("GET", "/v1/payments?channel=wechat&limit=1");
  const [payment] = items;
  assert.ok(payment !== undefined);
  return payment;
}

test("a payer in WeChat opens the code, types, pays on that phone, and the page, the shop and WeChat’s books say the same", async () => {
  const phone = await phoneAt(await printed());
  const asking = await phone.get(phone.path);
  assert.match(asking.text, /用微信支付付款/);
  assert.doesNotMatch(asking.text, /另一部手机/);
  const paying = await begun(phone);
  assert.match(paying.text, /<script src="\/c\/pay\.js" defer>/);
  assert.match(paying.text, /¥12\.80/);
  assert.doesNotMatch(paying.text, /<img/, "no code to be scanned by anybody");
  assert.equal((await inPage(phone)).call, null, "signed only where it is asked for");
  const waiting = await lastPayment();
  assert.deepEqual([waiting.state, waiting.code, waiting.storeId], ["awaitingPayer", null, demo.storeId]);
  await paysIn(phone);
  await becomes(phone, "paid");
  const payment = await lastPayment();
  assert.deepEqual([payment.id, payment.state, payment.amount], [waiting.id, "succeeded", 1_280]);
  const { body } = await outside.control("GET", `/control/books/wechat?outTradeNo=${payment.channelOrderNo}`);
  const { trades } = body as { trades: ReadonlyArray<{ status: string; amount: number }> };
  assert.deepEqual(
    trades.map(({ status, amount }) => [status, amount]),
    [["TRADE_SUCCESS", 1_280]],
  );
  assert.ok(!lines.some((line) => line.includes(phone.openid)), "no log names the payer");
});

test("whoever cancels in the cashier tries again: the same order, signed anew, paid once", async () => {
  const phone = await phoneAt(await printed());
  await begun(phone);
  const first = (await inPage(phone, "?call=1")).call;
  assert.equal((await phone.post("/wechat/bridge/payment", first)).status, 200);
  outside.clock.advance(2_000);
  const second = (await inPage(phone, "?call=1")).call;
  assert.equal(second?.["package"], first?.["package"]);
  assert.notEqual(second?.["paySign"], first?.["paySign"]);
  await paysIn(phone);
  await becomes(phone, "paid");
  assert.equal((await inPage(phone, "?call=1")).call, null, "what is paid is not paid again");
});

test("a wrong password and an empty purse pay nothing, and the wallet asks for no password of an order in a page", async () => {
  const phone = await phoneAt(await printed());
  await begun(phone);
  const { call } = await inPage(phone, "?call=1");
  const { tradeNo } = (await phone.post("/wechat/bridge/payment", call)).json;
  const types = (typed: string) => phone.post("/wechat/bridge/confirmation", { tradeNo, password: typed });
  const wallet = async () =>
    (await outside.control("GET", `/control/wallets/${phone.walletId}`)).body as { waiting: unknown[] };
  assert.deepEqual((await wallet()).waiting, []);
  const wrong = await types("000000");
  assert.deepEqual([wrong.status, wrong.json["code"]], [422, "sandbox_password_wrong"]);
  await outside.control("PATCH", `/control/wallets/${phone.walletId}`, { balance: 5 });
  const poor = await types(password);
  assert.deepEqual([poor.status, poor.json["code"]], [422, "sandbox_payer_cannot_pay"]);
  assert.equal((await inPage(phone)).state, "waiting");
  await outside.control("PATCH", `/control/wallets/${phone.walletId}`, { balance: 1_000_000 });
  assert.equal((await types(password)).status, 200);
  await becomes(phone, "paid");
});

test("whatever the bridge says, the page tells what WeChat said when it was asked", async () => {
  await outside.control("PUT", "/control/faults/C-X-03", { channel: "wechat" });
  const phone = await phoneAt(await printed());
  await begun(phone);
  assert.equal((await inPage(phone, "?asked=1")).state, "unpaid");
  const lost = { channel: "wechat", operations: ["query"] };
  await outside.control("PUT", "/control/faults/reply-lost-before-effect", lost);
  assert.equal((await inPage(phone, "?asked=1")).state, "waiting", "nothing is known without an answer");
  await outside.control("DELETE", "/control/faults/reply-lost-before-effect");
  // The bridge may say “cancelled” of what the payer has just paid, and no notice comes.
  await paysIn(phone);
  assert.equal((await inPage(phone, "?asked=1")).state, "paid");
  assert.equal((await lastPayment()).state, "succeeded");
});

test("a wrong app secret is named on the page, with what WeChat said, and nothing is begun", async () => {
  const world = outside.sandbox.worlds.find(({ network }) => network === "wechat")?.world;
  const account = await platform.modules.merchants.directory.channelAccount(demo.merchantId, "wechat");
  const appId = account?.["appId"] ?? "";
  const keys = world?.book.merchants.get(appId)?.keys ?? {};
  world?.changeMerchant(appId, { keys: { ...keys, appSecret: "0123456789abcdef0123456789abcdef" } });
  const before = await lastPayment();
  const phone = await phoneAt(await printed());
  const refused = await phone.get(phone.path);
  assert.match(refused.text, /公众号设置有误[\s\S]*AppSecret[\s\S]*40125/);
  assert.equal((await lastPayment()).id, before.id);
  world?.changeMerchant(appId, { keys });
  assert.match((await phone.get(phone.path)).text, /用微信支付付款/);
});

test("an account that was disabled while the payer typed takes nothing, and the page says so in words", async () => {
  const phone = await phoneAt(await printed());
  const asking = await phone.get(phone.path);
  const attempt = /name="attempt" value="([0-9a-f]{32})"/.exec(asking.text)?.[1] ?? "";
  const turn = (state: "active" | "disabled") =>
    putChannelAccount(platform.modules.merchants, demo.merchantId, {
      ...{ channel: "wechat", state, config: {}, actor: "key_test", reason: "停用一会儿" },
    });
  const before = await lastPayment();
  assert.ok((await turn("disabled")).ok);
  const refused = await phone.form(phone.path, { amount: "12.80", attempt });
  assert.ok(refused.status >= 400 && refused.status < 500, refused.text);
  assert.match(refused.text, /role="alert"/);
  assert.doesNotMatch(refused.text, /pay\.js/);
  assert.equal((await lastPayment()).id, before.id, "nothing is begun");
  assert.ok((await turn("active")).ok);
  assert.match((await begun(phone)).text, /pay\.js/);
});

test("the same form sent twice is one payment, and a notice that is lost is made up for by a query", async () => {
  await outside.control("PUT", "/control/faults/C-X-03", { channel: "wechat" });
  const phone = await phoneAt(await printed());
  const asking = await phone.get(phone.path);
  const attempt = /name="attempt" value="([0-9a-f]{32})"/.exec(asking.text)?.[1] ?? "";
  await phone.form(phone.path, { amount: "12.80", attempt });
  const first = await lastPayment();
  assert.match((await phone.form(phone.path, { amount: "12.80", attempt })).text, /pay\.js/);
  assert.equal((await lastPayment()).id, first.id);
  await paysIn(phone);
  await becomes(phone, "paid");
});

test("an order whose answer was lost is asked for again, and is one order", async () => {
  const phone = await phoneAt(await printed());
  const fault = { channel: "wechat", operations: ["precreate"], nextRequests: 1 };
  const on = await outside.control("PUT", "/control/faults/reply-lost-after-effect", fault);
  assert.equal(on.status, 200, JSON.stringify(on.body));
  assert.match((await begun(phone)).text, /pay\.js/);
  await paysIn(phone);
  await becomes(phone, "paid");
});

test("an order is paid by the phone it was made for, and by no other", async () => {
  const url = await printed();
  const [phone, stranger] = [await phoneAt(url), await phoneAt(url)];
  await begun(phone);
  const { call } = await inPage(phone, "?call=1");
  const refused = await stranger.post("/wechat/bridge/payment", call);
  assert.equal(refused.status, 404, JSON.stringify(refused.json));
  assert.equal((await stranger.get(`${stranger.path}/payment`)).status, 409, "nor is it shown there");
});

const strange: ReadonlyArray<readonly [language: string, says: RegExp]> = [
  ["zh-CN", /这不是从本页开始的付款[\s\S]*先看微信账单/],
  ["en", /This did not begin on our page[\s\S]*look at your WeChat bill first/],
];
for (const [language, says] of strange)
  test(`a code that another browser brought is refused in words (${language})`, async () => {
    const url = await printed();
    const victim = await phoneAt(url, language);
    const { origin, pathname } = new URL(url);
    for (const query of ["code=stolen&state=made-up", "code=stolen", ""]) {
      const answer = await victim.get(`${pathname}/wallet?${query}`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, says);
      assert.doesNotMatch(answer.text, nothingTaken, "nothing was looked up");
    }
    const headers = { "user-agent": wechatAgent, "accept-language": language };
    assert.equal((await fetch(`${origin}${pathname}/wallet?code=1&state=2`, { headers })).status, 400);
  });

/** The return from web authorization, held back: where it leads, and what the browser has by then. */
async function heldBack(url: string, language: string): Promise<Readonly<{ back: URL; cookie: string }>> {
  const phone = await phoneAt(url, language);
  const headers = { "user-agent": wechatAgent, "accept-language": language };
  const away = await fetch(url, { headers, redirect: "manual" });
  assert.equal(away.status, 303);
  const cookie = /^[^;]+/.exec(away.headers.getSetCookie()[0] ?? "")?.[0] ?? "";
  assert.match(away.headers.getSetCookie()[0] ?? "", /HttpOnly; SameSite=Lax/);
  const phones = [...phone.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const sent = await fetch(away.headers.get("location") ?? "", {
    headers: { cookie: phones },
    redirect: "manual",
  });
  return { back: new URL(sent.headers.get("location") ?? "", url), cookie };
}

const spent: ReadonlyArray<readonly [language: string, says: RegExp]> = [
  ["zh-CN", /登录凭证已用过或已过期[\s\S]*重新扫描收款码/],
  ["en", /was used before or has expired[\s\S]*scan the code again/],
];
for (const [language, says] of spent)
  test(`a code of WeChat that was used, has expired or is none says to scan again (${language})`, async () => {
    const url = await printed();
    const { back, cookie } = await heldBack(url, language);
    const headers = { "user-agent": wechatAgent, "accept-language": language, cookie };
    const use = (address: URL) => fetch(address, { headers, redirect: "manual" });
    assert.equal((await use(back)).status, 303, "the first use is good");
    const none = new URL(back);
    none.searchParams.set("code", "none");
    for (const address of [back, none]) {
      const answer = await use(address);
      assert.deepEqual([answer.status, says.test(await answer.text())], [409, true]);
    }
    const late = await heldBack(url, language);
    outside.clock.advance(5 * 60_000);
    const answer = await fetch(late.back, {
      headers: { ...headers, cookie: late.cookie },
      redirect: "manual",
    });
    assert.equal(answer.status, 409);
  });

test("the amount of a printed code is bounded on this phone too, and after a quarter of an hour the payer scans again", async () => {
  const phone = await phoneAt(await printed());
  const over = await begun(phone, "500.01");
  assert.equal(over.status, 422);
  assert.match(over.text, /固定收款码一次最多付 500\.00 元/);
  outside.clock.advance(901_000);
  const late = await phone.form(phone.path, { amount: "1" });
  assert.equal(late.status, 409);
  assert.match(late.text, /付款页已过期[\s\S]*先看微信账单，不要重复付款/);
  assert.doesNotMatch(late.text, nothingTaken, "nothing was looked up");
  assert.match((await phone.get(phone.path)).text, /用微信支付付款/, "and is known at once");
});

/** A form as the page gave it, which a browser may send again whenever it likes. */
async function formOf(phone: Phone): Promise<Readonly<{ amount: string; attempt: string }>> {
  const asking = await phone.get(phone.path);
  return { amount: "12.80", attempt: attemptIn(asking) };
}

function attemptIn({ text }: Page): string {
  return /name="attempt" value="([0-9a-f]{32})"/.exec(text)?.[1] ?? "";
}

const reloaded: ReadonlyArray<readonly [language: string, paid: RegExp, open: RegExp]> = [
  ["zh-CN", /付款成功/, /微信支付说这笔款还没有付/],
  ["en", /Paid/, /WeChat Pay says that this has not been paid/],
];
for (const [language, paid, open] of reloaded)
  test(`a form sent again when its session is over tells what became of its payment (${language})`, async () => {
    const phone = await phoneAt(await printed(), language);
    const form = await formOf(phone);
    await phone.form(phone.path, form);
    const { id } = await lastPayment();
    const other = await phone.form(phone.path, { ...form, amount: "13.80" });
    assert.deepEqual([other.status, /¥12\.80/.test(other.text), open.test(other.text)], [200, true, true]);
    assert.doesNotMatch(
      other.text,
      /13\.80|pay\.js/,
      "the payment there is, and nothing else begins by itself",
    );
    const session = phone.cookies.get("huiyin_page") ?? "";
    phone.cookies.delete("huiyin_page");
    assert.match((await phone.form(phone.path, form)).text, open, "the channel is asked");
    phone.cookies.set("huiyin_page", session);
    await paysIn(phone);
    await becomes(phone, "paid");
    outside.clock.advance(901_000);
    const late = await phone.form(phone.path, form);
    assert.deepEqual([late.status, paid.test(late.text), /¥12\.80/.test(late.text)], [200, true, true]);
    assert.doesNotMatch(late.text, nothingTaken);
    const payment = await lastPayment();
    assert.deepEqual([payment.id, payment.state], [id, "succeeded"], "one payment, whatever was sent again");
  });

test("a code that is put out of use after a payment still tells whoever paid that it is paid", async () => {
  const url = await printed();
  const phone = await phoneAt(url);
  const form = await formOf(phone);
  await phone.form(phone.path, form);
  await paysIn(phone);
  await becomes(phone, "paid");
  const { items } = await ask<{ items: Array<{ id: string; url: string }> }>(
    "GET",
    `/v1/stores/${demo.storeId}/codes`,
  );
  const code = items.find((one) => one.url === url);
  await ask("PATCH", `/v1/store-codes/${code?.id}`, { state: "disabled" });
  assert.match((await phone.form(phone.path, form)).text, /付款成功/);
  assert.equal((await phone.form(phone.path, { amount: "1", attempt: "0".repeat(32) })).status, 410);
});

test("two taps at once are one order, and both answers lead to it, in no words of the API", async () => {
  const phone = await phoneAt(await printed());
  const form = await formOf(phone);
  const before = await lastPayment();
  const taps = await Promise.all([phone.form(phone.path, form), phone.form(phone.path, form)]);
  for (const { status, text } of taps) {
    assert.deepEqual([status, /pay\.js/.test(text)], [200, true], text);
    assert.doesNotMatch(text, /幂等/);
  }
  const { items } = await ask<{ items: Payment[] }>("GET", "/v1/payments?channel=wechat&limit=2");
  assert.equal(items[1]?.id, before.id);
  await paysIn(phone);
  await becomes(phone, "paid");
});

test("one return from WeChat is one question to it, however many codes are made up for it", async () => {
  const asked = () => lines.filter((line) => line.includes("payer_asked")).length;
  const url = await printed();
  const before = asked();
  const { back, cookie } = await heldBack(url, "zh-CN");
  const use = async (made: string, session: string) => {
    const address = new URL(back);
    if (made !== "") address.searchParams.set("code", made);
    const headers = { "user-agent": wechatAgent, cookie: session };
    return fetch(address, { headers, redirect: "manual" });
  };
  assert.equal((await use("made-up-0", cookie)).status, 409);
  for (let time = 1; time < 40; time += 1) assert.equal((await use(`made-up-${time}`, cookie)).status, 409);
  assert.equal(asked() - before, 1);
  // Whoever begins anew each time meets the bound of the code.
  const statuses = new Set<number>();
  for (let time = 0; time < 40; time += 1) {
    const away = await fetch(url, { headers: { "user-agent": wechatAgent }, redirect: "manual" });
    const session = /^[^;]+/.exec(away.headers.getSetCookie()[0] ?? "")?.[0] ?? "";
    const state = new URL(away.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const address = new URL(back);
    address.search = new URLSearchParams({ code: `none-${time}`, state }).toString();
    const headers = { "user-agent": wechatAgent, cookie: session };
    statuses.add((await fetch(address, { headers, redirect: "manual" })).status);
  }
  assert.equal(asked() - before, 30);
  assert.deepEqual([...statuses], [409, 429]);
  outside.clock.advance(60_000);
  assert.match((await begun(await phoneAt(url))).text, /pay\.js/);
});

/** A second account of the merchant, with which a payer is known by another name. */
async function secondAccount(): Promise<void> {
  const config = await outside.sandbox.ensureMerchantAt("wechat", { name: "第二个账户" });
  const put = await putChannelAccount(platform.modules.merchants, demo.merchantId, {
    ...{ channel: "wechat", route: "second", state: "active", config: config ?? {} },
    ...{ actor: "key_test", reason: "两个账户" },
  });
  assert.ok(put.ok, JSON.stringify(put));
}

test("whoever is known to an account that is shut meanwhile is asked by the other one, and pays through it", async () => {
  await secondAccount();
  const url = await printed();
  const [waiting, typing] = [await phoneAt(url), await phoneAt(url)];
  await waiting.get(waiting.path);
  const form = await formOf(typing);
  const now = outside.clock.now();
  const planned = {
    plannedFrom: new Date(now.getTime() - 1_000),
    plannedTo: new Date(now.getTime() + 60_000),
  };
  const texts = { zh: "维护", en: "Maintenance" };
  const announced = await announceWindow(
    platform.modules.merchants,
    { scope: "wechat", route: "main", ...planned, texts },
    "key_test",
  );
  assert.ok(announced.ok, JSON.stringify(announced));
  outside.clock.advance(5_000);
  const refused = await typing.form(typing.path, form);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /重新扫描/);
  for (const phone of [typing, waiting]) {
    assert.match((await begun(phone)).text, /pay\.js/, "a rescan goes on through the other account");
    await paysIn(phone);
    await becomes(phone, "paid");
  }
  outside.clock.advance(60_000);
});
