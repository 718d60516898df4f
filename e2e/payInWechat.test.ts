// A payer in WeChat, with one phone: the wallet page opens a printed code, and the payer types and pays right there.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import pino from "pino";
import type { Browser } from "playwright-core";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { testSandbox, type TestSandbox } from "@huiyin/sandbox/fixtures.ts";
import { setUpDemo, type Demo } from "../cli/demoWorld.ts";
import { askJson } from "@huiyin/server/platform/http/fixtures.ts";
import { testDb, type TestDb } from "@huiyin/server/platform/pg/testing.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { bridgePage } from "@huiyin/server/modules/storeCodes/page.ts";
import { startPlatform, type Platform } from "@huiyin/server/start.ts";
import { openBrowser } from "./support/browser.ts";

let db: TestDb;
let outside: TestSandbox;
let platform: Platform;
let demo: Demo;
let browser: Browser;

before(async () => {
  db = await testDb();
  outside = await testSandbox();
  const { clock, sandbox, dataDirectory } = outside;
  platform = await startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      ...{ masterKey: { bytes: randomBytes(32), kind: "development" }, roles: ["http", "jobs"] },
    },
    ...{ databaseUrl: db.url, clock, world: createWorld(clock), log: pino({ level: "silent" }) },
  });
  demo = await setUpDemo({ platform, sandbox, dataDirectory });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await platform?.stop();
  await outside?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});

const words = {
  "zh-CN": {
    ...{
      scan: "扫一扫",
      text: "收款码的内容",
      go: "识别并付款",
      amount: "付款金额（元）",
      pay: "用微信支付付款",
    },
    ...{
      cancel: "取消",
      cancelled: "您取消了付款；微信说这笔款还没有付。",
      again: "付款",
      password: "支付密码",
    },
    ...{ confirm: "确认付款", paid: "付款成功" },
  },
  "en-GB": {
    ...{ amount: "Amount (yuan)" },
    ...{
      pay: "Pay with WeChat Pay",
      cancel: "Cancel",
      cancelled: "You cancelled. WeChat says that this has not been paid.",
    },
    ...{ again: "Pay", password: "Password", confirm: "Pay", paid: "Paid" },
  },
} as const;

const headersOf = (language: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${demo.merchantKey}`,
  "content-type": "application/json",
  "accept-language": language,
});

async function printed(): Promise<string> {
  const path = `/v1/stores/${demo.storeId}/codes`;
  const body = JSON.stringify({ label: "1 号桌" });
  const made = await askJson(platform.url, path, { method: "POST", headers: headersOf("zh-CN"), body });
  return String(made.json["url"]);
}

// The English page is opened where somebody wants to look at it: its words are the only difference.
const locales =
  process.env["HUIYIN_PICTURES"] === undefined ? (["zh-CN"] as const) : (["zh-CN", "en-GB"] as const);

for (const locale of locales)
  test(`a payer opens a printed code in WeChat, cancels once, pays on that phone and reads it there (${locale})`, async () => {
    const said = words[locale];
    const url = await printed();
    const context = await browser.newContext({ locale, viewport: { width: 390, height: 780 } });
    const problems: string[] = [];
    context.on("weberror", (error) => void problems.push(error.error().message));
    context.on("console", (line) => {
      const asked = line.location().url;
      // A tab of its own asks for an icon, which neither program has at its root.
      if (line.type() === "error" && !asked.endsWith("/favicon.ico"))
        problems.push(`${line.text()} ${asked}`);
    });
    const wallet = await context.newPage();
    await wallet.goto(outside.sandbox.walletUrl);
    await wallet.evaluate(() => localStorage.setItem("huiyin.wallet", "wechat"));
    await wallet.reload();
    await wallet.getByRole("navigation").getByRole("button").nth(1).click();
    const opening = context.waitForEvent("page");
    await wallet.locator("#scan-text").fill(url);
    await wallet.locator("#scan-text").press("Enter");
    const phone = await opening;
    await phone.getByLabel(said.amount).fill("12.80");
    await phone.getByRole("button", { name: said.pay }).click();
    await phone.getByRole("dialog").getByRole("button", { name: said.cancel }).click();
    await phone.getByText(said.cancelled).waitFor();
    if (process.env["HUIYIN_PICTURES"] !== undefined)
      await phone.screenshot({ path: `${process.env["HUIYIN_PICTURES"]}/cancelled-${locale}.png` });
    await phone.getByRole("button", { name: said.again, exact: true }).click();
    const cashier = phone.getByRole("dialog");
    await cashier.getByLabel(said.password).fill("123456");
    if (process.env["HUIYIN_PICTURES"] !== undefined)
      await phone.screenshot({ path: `${process.env["HUIYIN_PICTURES"]}/cashier-${locale}.png` });
    await cashier.getByRole("button", { name: said.confirm, exact: true }).click();
    await phone.getByText(said.paid, { exact: true }).waitFor();
    if (process.env["HUIYIN_PICTURES"] !== undefined)
      await phone.screenshot({ path: `${process.env["HUIYIN_PICTURES"]}/paid-${locale}.png` });
    const path = "/v1/payments?channel=wechat&limit=1";
    const { json } = await askJson(platform.url, path, { headers: headersOf(locale) });
    const [payment] = json["items"] as Payment[];
    assert.deepEqual([payment?.state, payment?.amount, payment?.storeId], ["succeeded", 1_280, demo.storeId]);
    assert.deepEqual(problems, []);
    await context.close();
  });

/** What the server answers the script with, the last one for ever. */
type Answer = Readonly<{ status: number; body: string }> | "nothing";
const view = (state: string, call: Readonly<Record<string, string>> | null = null): Answer => ({
  status: 200,
  body: JSON.stringify({ state, call }),
});
const signed = view("waiting", { package: "prepay_id=1" });
const refused = (status: number): Answer => ({ status, body: JSON.stringify({ code: "payer_page_over" }) });
type Bridge = "ok" | "cancel" | "missing";
const branches: ReadonlyArray<
  readonly [when: string, bridge: Bridge, answers: readonly Answer[], says: RegExp, again: "offered" | "none"]
> = [
  ["there is no bridge", "missing", [signed], /不是微信的浏览器/, "none"],
  ["the payment has expired", "ok", [view("unclear")], /结果还在确认，请勿重复付款/, "none"],
  ["an expired payment turns out paid", "ok", [view("unclear"), view("paid")], /^付款成功$/, "none"],
  ["it is being closed", "ok", [view("waiting")], /结果还在确认/, "none"],
  ["the session is gone", "ok", [refused(409)], /付款页已失效.*先看微信账单.*重新扫描/, "none"],
  ["the code is out of use", "ok", [refused(410)], /付款页已失效/, "none"],
  ["the session ends while it is confirmed", "ok", [signed, refused(409)], /付款页已失效/, "none"],
  ["the session ends before a cancelling", "cancel", [signed, refused(409)], /付款页已失效/, "none"],
  ["nothing comes back", "ok", ["nothing"], /没有得到应答/, "offered"],
  ["the server fails", "ok", [{ status: 503, body: "<html>" }], /没有得到应答/, "offered"],
  ["nobody knows after a cancelling", "cancel", [signed, view("waiting")], /以微信账单为准/, "offered"],
  ["it is over", "ok", [view("over")], /已结束/, "none"],
];
for (const [when, bridge, answers, says, again] of branches)
  test(`the page in WeChat says what is so where ${when}`, async () => {
    const context = await browser.newContext({ locale: "zh-CN" });
    const phone = await context.newPage();
    const token = "0".repeat(26);
    const names = { zh: "回音咖啡", en: "Echo Coffee" };
    const shop = { merchantNames: names, storeNames: names };
    const shown = { shop, wallet: "wechat", amount: fen(1_280), expiresText: "12:00" } as const;
    const body = bridgePage({ ...shown, locale: "zh", token });
    await phone.clock.install();
    const html = { contentType: "text/html; charset=utf-8", body };
    await context.route(`${platform.url}/c/${token}`, (route) => route.fulfill(html));
    let asked = 0;
    await context.route(`${platform.url}/c/${token}/payment*`, (route) => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? "nothing";
      asked += 1;
      return answer === "nothing" ? route.abort() : route.fulfill(answer);
    });
    if (bridge !== "missing")
      await phone.addInitScript(`window.WeixinJSBridge = { invoke: function (name, call, answered) {
        answered({ err_msg: "get_brand_wcpay_request:${bridge}" });
      } };`);
    await phone.goto(`${platform.url}/c/${token}`);
    await phone.clock.runFor(5_000);
    const status = phone.getByRole("status");
    await status.filter({ hasText: says }).waitFor({ timeout: 20_000 });
    assert.equal((await phone.locator("#again").isVisible()) ? "offered" : "none", again);
    assert.equal(asked > 0, bridge !== "missing");
    await context.close();
  });
