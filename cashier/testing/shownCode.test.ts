// A code shown at the counter, in a real browser against a real platform and the sandbox: scanned and paid, withdrawn,
// expired. HUIYIN_PICTURES=FOLDER keeps pictures of the screens.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { channelWords } from "@huiyin/contract/words.ts";
import { apiOf, ok, until, type Api } from "../../e2e/support/api.ts";
import { openBrowser, openWindow, type Language, type Screen } from "../../e2e/support/browser.ts";
import { layCable, type Cable } from "../../e2e/support/cable.ts";
import { earScripts, listenTo, type Ear } from "../../e2e/support/ear.ts";
import { cashierAt, type Cashier } from "../../e2e/support/people.ts";
import { temporaryPlace, type TemporaryPlace } from "../../e2e/support/place.ts";
import { freePorts, startPlatformProcess, type StartedPlatform } from "../../e2e/support/process.ts";
import { en } from "../src/words/en.ts";
import { zh } from "../src/words/zh.ts";

let place: TemporaryPlace;
let platform: StartedPlatform;
let browser: Browser;
let api: Api;
let cable: Cable;

before(async () => {
  place = temporaryPlace();
  platform = await startPlatformProcess(freePorts(place.data));
  api = apiOf(platform.addresses, place.data);
  cable = await layCable(platform.addresses.platform, earScripts);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await cable?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

type Counter = Readonly<{
  page: Page;
  till: Cashier;
  ear: Ear;
  complaints: readonly string[];
  words: typeof zh | typeof en;
}>;

/** A fresh till; the one before it loses its key, as a device that was exchanged. */
async function openCounter(screen: Screen, language: Language): Promise<Counter> {
  const origins = [cable.url];
  const { page, complaints } = await openWindow(browser, { screen, language, origins });
  const { items } = ok(await api.operator<{ items: { id: string }[] }>("GET", "/v1/terminals"));
  const path = `/v1/terminals/${items[0]?.id}/activation-codes`;
  const { activationCode } = ok(await api.operator<{ activationCode: string }>("POST", path, { body: {} }));
  page.setDefaultTimeout(45_000);
  const ear = await listenTo(page);
  const till = cashierAt(page, language);
  await till.begin(`${origins[0]}/cashier/#code=${activationCode}`);
  await ear.listens();
  return { page, till, ear, complaints, words: language === "zh" ? zh : en };
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["HUIYIN_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Keys in the amount and has a code of Alipay shown; answers the payment behind it. */
async function show({ page, words }: Counter, amount: string, language: Language): Promise<Payment> {
  await page.keyboard.type(amount, { delay: 120 });
  await page.keyboard.press("Enter");
  const wallets = page.getByRole("group", { name: words.code.show });
  await picture(page, `choosing-${language}`);
  await wallets.getByRole("button", { name: channelWords.alipay[language], exact: true }).click();
  await page.locator(".shown-code-qr").waitFor();
  const payment = (await api.payments())[0];
  assert.ok(payment?.code, JSON.stringify(payment));
  assert.deepEqual([payment.mode, payment.state], ["shownCode", "awaitingPayer"]);
  return payment;
}

/** The payer scans the code, and types the password. */
async function pay(payment: Payment): Promise<void> {
  const wallet = await api.newWallet(100_000);
  const codeUrl = payment.code?.url;
  const { tradeNo } = await api.control<{ tradeNo: string }>("POST", `/control/wallets/${wallet}/scans`, {
    codeUrl,
  });
  await api.control("POST", `/control/wallets/${wallet}/approvals`, { tradeNo, password: "123456" });
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await api.payments()).find((payment) => payment.id === id)?.state;

test("a code on a phone’s screen is asked to be scanned aloud, and paid: the same result and the same arrival", async () => {
  const counter = await openCounter("phone", "zh");
  const payment = await show(counter, "12.5", "zh");
  await picture(counter.page, "code-phone-zh");
  // Money would cut it short.
  const asked = async (): Promise<boolean> => (await counter.ear.clips()).includes("scan-to-pay");
  await until("the payer is asked to scan", asked);
  await pay(payment);
  assert.equal(await counter.till.sees("paid"), "12.50");
  await picture(counter.page, "paid-phone-zh");
  assert.equal(await stateOf(payment.id), "succeeded");
  assert.deepEqual(counter.complaints, []);
  await counter.page.context().close();
});

test("a code is withdrawn by the keyboard, after a plain yes, and cannot be paid any more", async () => {
  const counter = await openCounter("desktop", "en");
  const payment = await show(counter, "8", "en");
  await picture(counter.page, "code-desktop-en");
  // A reload shows the very same code again.
  await counter.page.reload();
  await counter.page.locator(".shown-code-qr").waitFor();
  await counter.page.keyboard.press("Escape");
  await counter.page.getByRole("button", { name: en.refund.confirmReversal, exact: true }).click();
  await until("the code is closed", async () => (await stateOf(payment.id)) === "closed");
  await counter.page.locator("[data-result=unpaid]").waitFor();
  await picture(counter.page, "withdrawn-desktop-en");
  await counter.page.context().close();
});

test("a code that nobody scans expires, and the till says what to do", async () => {
  const counter = await openCounter("phone", "en");
  const payment = await show(counter, "3", "en");
  await picture(counter.page, "code-phone-en");
  await api.moveClock(320);
  await until("the code is closed", async () => (await stateOf(payment.id)) === "closed", 30_000);
  await counter.page.getByText(en.code.expired).waitFor();
  await picture(counter.page, "expired-phone-en");
  await counter.page.context().close();
});
