// The counter in a real browser, against a real platform: a code in front of the camera pays, a receipt in front of it
// finds its payment again, and money goes back with the manager's code and never twice.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Arrival } from "@huiyin/contract/api/arrivals.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { apiOf, ok, until, type Api } from "../../e2e/support/api.ts";
import { openWindow, type Window } from "../../e2e/support/browser.ts";
import { layCable } from "../../e2e/support/cable.ts";
import { earScripts, listenTo } from "../../e2e/support/ear.ts";
import { cashierAt, type Cashier } from "../../e2e/support/people.ts";
import { temporaryPlace, type TemporaryPlace } from "../../e2e/support/place.ts";
import { freePorts, type StartedPlatform } from "../../e2e/support/process.ts";
import { platformAndBrowser } from "../../e2e/support/stage.ts";
import { zh } from "../src/words/zh.ts";
import { cameraArguments, hasCamera, lendCamera, openFilm, type Film } from "./film.ts";

let place: TemporaryPlace;
let platform: StartedPlatform;
let browser: Browser;
let api: Api;
let film: Film;
let ownCamera: boolean;

before(async () => {
  place = temporaryPlace();
  const file = join(place.directory, "film.y4m");
  film = openFilm(file);
  [platform, browser] = await platformAndBrowser(freePorts(place.data), cameraArguments(file));
  api = apiOf(platform.addresses, place.data);
  ownCamera = await hasCamera(browser, `${platform.addresses.platform}/cashier/`);
});
after(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

/** The channel's own book. */
type BankBooks = Readonly<{ trades: ReadonlyArray<Readonly<{ tradeNo: string; refunded: number }>> }>;

type Counter = Window & Readonly<{ till: Cashier }>;

/** A fresh till; the one before it loses its key, as a device that was exchanged. */
async function openCounter(camera: "allowed" | "refused"): Promise<Counter> {
  const window = await openTill(platform.addresses.platform);
  if (!ownCamera) await lendCamera(window.context, camera === "allowed" ? film : "refused");
  else if (camera === "allowed") await window.context.grantPermissions(["camera"]);
  else await refuseCamera(window.context, window.page);
  return { ...window, till: await beginAt(window.page, platform.addresses.platform) };
}

const openTill = (url: string): Promise<Window> =>
  openWindow(browser, { screen: "phone", language: "zh", origins: [url] });

async function beginAt(page: Page, url: string): Promise<Cashier> {
  const { items } = ok(await api.operator<{ items: { id: string }[] }>("GET", "/v1/terminals"));
  const path = `/v1/terminals/${items[0]?.id}/activation-codes`;
  const { activationCode } = ok(await api.operator<{ activationCode: string }>("POST", path, { body: {} }));
  // A busy machine compiles the code reader for a while.
  page.setDefaultTimeout(45_000);
  const till = cashierAt(page, "zh");
  await till.begin(`${url}/cashier/#code=${activationCode}`);
  return till;
}

async function refuseCamera(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const permission = { name: "camera" };
  await session.send("Browser.setPermission", { permission, setting: "denied" });
}

const button = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true }).locator("visible=true");

async function keyIn(page: Page, amount: string): Promise<void> {
  for (const key of amount) await button(page, key).click();
  await button(page, zh.entering.submit).click();
}

async function typeCode(page: Page, code: string): Promise<void> {
  for (const digit of code)
    await page.locator(".keypad-code").getByRole("button", { name: digit, exact: true }).click();
}

const newest = async (): Promise<Payment | undefined> => (await api.payments())[0];

test("a payer's code in front of the camera pays, and nobody but our own server was asked", async () => {
  const { page, till, complaints, context } = await openCounter("allowed");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await keyIn(page, "18");
  assert.ok(!asked.some((path) => /zxing|reader/.test(path)), "the reader came before anybody wanted it");
  film.show(await api.payerCode("wal_0001"));
  await button(page, zh.camera.open).click();
  assert.equal(await till.sees("paid"), "18.00");
  assert.equal((await newest())?.amount, 1_800);
  assert.ok(asked.some((path) => /\/cashier\/assets\/zxing_reader-.*\.wasm$/.test(path)));
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a camera that the browser refuses is explained, and the digits can still be typed", async () => {
  const { page, till, context } = await openCounter("refused");
  await keyIn(page, "7");
  await button(page, zh.camera.open).click();
  await page.locator('[data-camera="denied"]').getByText(zh.camera.denied).waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel(zh.scanning.code, { exact: true }).fill(await api.payerCode("wal_0001"));
  await button(page, zh.scanning.submit).last().click();
  assert.equal(await till.sees("paid"), "7.00");
  await context.close();
});

test("a receipt finds its payment; a part goes back with the right code, once, and shows in the day's list", async () => {
  const { page, till, complaints, mayLog, context } = await openCounter("allowed");
  mayLog(/status of 403/);
  const [found] = await api.payments().then((all) => all.filter(({ amount }) => amount === 1_800));
  assert.ok(found);
  await button(page, zh.top.today).or(page.locator(".today-bar")).first().click();
  await button(page, zh.refund.find).click();
  film.show(found.id);
  await button(page, zh.camera.open).click();
  await page.getByRole("heading", { name: zh.sheet.title }).waitFor();
  await button(page, zh.refund.open).click();
  await page.locator("dialog .keypad").getByRole("button", { name: "5", exact: true }).click();
  await button(page, zh.refund.next).click();
  await typeCode(page, "135790");
  await button(page, zh.refund.confirm).click();
  await page.getByText("店长码不正确").waitFor();
  await page.keyboard.type(platform.addresses.sandbox?.managerCode ?? "", { delay: 30 });
  // Two impatient taps: the second finds nothing to press.
  await button(page, zh.refund.confirm).dblclick();
  await page.locator('[data-refund="paid"]').waitFor();
  await page.keyboard.press("Escape");
  assert.ok(
    !(await page.locator(".entering-amount").innerText()).includes("246"),
    "the code shows on the till",
  );
  await until("the refund is booked", async () => (await refundedOf(found.id)) === 500);
  await page.locator(".today-bar").click();
  await page.locator('dialog [data-refund-row="succeeded"]').getByText("5.00").waitFor();
  assert.deepEqual(complaints, []);
  await page.keyboard.press("Escape");
  await till.charge("3", await api.payerCode("wal_0001"), "fingers");
  await till.sees("paid");
  await context.close();
});

const refundedOf = async (id: string): Promise<number | undefined> =>
  (await api.payments()).find((payment) => payment.id === id)?.refundedAmount;

test("an answer that gets lost gives the money back once: the till asks again with the same key", async () => {
  const { page, till, mayLog, context } = await openCounter("allowed");
  mayLog(/ERR_FAILED/);
  await till.charge("9", await api.payerCode("wal_0001"), "fingers");
  await till.sees("paid");
  const payment = await newest();
  let sends = 0;
  await page.route("**/reversal?*", async (route) => {
    sends += 1;
    if (sends > 1) return route.continue();
    // It arrives, and its answer does not.
    await route.fetch();
    await route.abort();
  });
  await button(page, zh.refund.reverse).click();
  await typeCode(page, platform.addresses.sandbox?.managerCode ?? "");
  await button(page, zh.refund.confirmReversal).click();
  await page.locator('[data-refund="paid"]').waitFor();
  await until("it is booked once", async () => (await refundedOf(payment?.id ?? "")) === 900);
  const { body } = await api.merchant<{ items: unknown[] }>("GET", `/v1/payments/${payment?.id}/refunds`);
  assert.equal(body.items.length, 1);
  assert.ok(sends > 1);
  const { trades } = await api.control<BankBooks>("GET", "/control/books/alipay");
  assert.equal(trades.find(({ tradeNo }) => tradeNo === payment?.channelTradeNo)?.refunded, 900);
  await context.close();
});

test("a page that stands still for four seconds while it speaks has spoken, once, and the sound is not blamed", async () => {
  await using cable = await layCable(platform.addresses.platform, earScripts);
  const { page, context, complaints } = await openTill(cable.url);
  const ear = await listenTo(page);
  const till = await beginAt(page, cable.url);
  await ear.listens();
  // What the tills before this one did not finish is spoken here first.
  await until("nothing is left to speak", async () => (await unspoken()).length === 0, 30_000);
  const spokenBefore = (await ear.announcements()).length;
  await page.evaluate(standStillWhileSpeaking, { clipsMin: 3, afterMs: 300, forMs: 4_000 });
  await till.charge("7", await api.payerCode("wal_0001"), "fingers");
  assert.equal(await till.sees("paid"), "7.00");
  const arrival = async (): Promise<Arrival | undefined> => (await arrivalsOf((await newest())?.id ?? ""))[0];
  await until("the terminal reports", async () => /spoken|interrupted/.test((await arrival())?.stage ?? ""));
  assert.equal(await page.evaluate("globalThis.huiyinStoodStill"), "yes");
  assert.equal((await arrival())?.stage, "spoken");
  assert.equal((await arrival())?.silenceReason, null);
  const announcements = await ear.announcements();
  assert.deepEqual(announcements.slice(spokenBefore), [{ wallet: "alipay", amountFen: 700 }]);
  assert.deepEqual(complaints, []);
  await context.close();
});

const arrivalsOf = async (id: string): Promise<readonly Arrival[]> =>
  ok(await api.operator<{ items: Arrival[] }>("GET", `/v1/payments/${id}/arrivals`)).items;

/** The announcements that a till may still speak. */
async function unspoken(): Promise<readonly Arrival[]> {
  const payments = await api.payments();
  const arrivals = await Promise.all(payments.map(({ id }) => arrivalsOf(id)));
  return arrivals.flat().filter(({ stage }) => ["accepted", "delivered", "speaking"].includes(stage));
}

/** In the page: its thread is busy for a while as soon as it speaks a sentence of several clips. */
function standStillWhileSpeaking(wish: { clipsMin: number; afterMs: number; forMs: number }): void {
  const source = AudioBufferSourceNode.prototype;
  const start = source.start as (this: AudioBufferSourceNode, ...when: number[]) => void;
  let clips = 0;
  const standStill = (): void => {
    const untilMs = performance.now() + wish.forMs;
    while (performance.now() < untilMs);
    Object.assign(globalThis, { huiyinStoodStill: "yes" });
  };
  source.start = function (this: AudioBufferSourceNode, ...when: number[]): void {
    clips += 1;
    if (clips === wish.clipsMin) setTimeout(standStill, wish.afterMs);
    // A sentence is scheduled in one go.
    queueMicrotask(() => (clips = 0));
    start.apply(this, when);
  };
}
