// The whole story by hand in a real browser: pay, hear, break, read why, repair, pay again; on a desk and on a phone,
// in Chinese and in English. What is heard is read back out of the sound that left the page.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Browser } from "playwright-core";
import type { Arrival } from "@huiyin/contract/api/arrivals.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { accessibilityProblems } from "./support/accessibility.ts";
import { apiOf, ok, until, type Api } from "./support/api.ts";
import { openWindow, type Language, type Screen, type Window } from "./support/browser.ts";
import { layCable } from "./support/cable.ts";
import { earScripts, listenTo, type Ear } from "./support/ear.ts";
import { cashierAt, payerAt, wordsOf, type Hand } from "./support/people.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import { freePorts, interrupt, type StartedPlatform } from "./support/process.ts";
import { platformAndBrowser } from "./support/stage.ts";

let place: TemporaryPlace;
let platform: StartedPlatform;
let browser: Browser;
let api: Api;

before(async () => {
  place = temporaryPlace();
  [platform, browser] = await platformAndBrowser(freePorts(place.data));
  api = apiOf(platform.addresses, place.data);
});
after(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

const sandboxOf = () => {
  const { sandbox } = platform.addresses;
  assert.ok(sandbox);
  return sandbox;
};

/** A link that makes a browser the terminal of the demo shop; each works once. */
async function cashierLink(platformUrl: string): Promise<string> {
  const path = `/v1/terminals/${await terminalId()}/activation-codes`;
  const { activationCode } = ok(await api.operator<{ activationCode: string }>("POST", path, { body: {} }));
  return `${platformUrl}/cashier/#code=${activationCode}`;
}

async function terminalId(): Promise<string> {
  const { items } = ok(await api.operator<{ items: { id: string }[] }>("GET", "/v1/terminals"));
  const [only] = items;
  assert.ok(only);
  return only.id;
}

async function newestPayment(): Promise<Payment> {
  const [newest] = await api.payments();
  assert.ok(newest);
  return newest;
}

const arrivalsOf = async (payment: Payment): Promise<Arrival[]> =>
  ok(await api.operator<{ items: Arrival[] }>("GET", `/v1/payments/${payment.id}/arrivals`)).items;

/** Waits until exactly these announcements have been heard, and no other. */
async function hears(
  ear: Ear,
  wanted: ReadonlyArray<readonly [wallet: string, amountFen: number]>,
  withinMs = 15_000,
): Promise<void> {
  const found = async (): Promise<unknown[]> =>
    (await ear.announcements()).map(({ wallet, amountFen }) => [wallet, amountFen]);
  const deadlineMs = performance.now() + withinMs;
  while (!isDeepStrictEqual(await found(), wanted) && performance.now() < deadlineMs) await sleep(300);
  const heard = await found();
  if (isDeepStrictEqual(heard, wanted)) return;
  // What was recorded, and what the terminal told the platform, say on which side it went wrong.
  const told = (await arrivalsOf(await newestPayment())).map(({ stage, silenceReason }) => [
    stage,
    silenceReason,
  ]);
  const facts = { heard, wanted, clips: await ear.clips(), told };
  assert.fail(`not what was to be heard: ${JSON.stringify(facts)}`);
}

async function isAccessible(...windows: readonly Window[]): Promise<void> {
  for (const { page } of windows) assert.deepEqual(await accessibilityProblems(page), [], page.url());
}

type Telling = Readonly<{
  language: Language;
  screen: Screen;
  hand: Hand;
  consoleLink: () => Promise<string>;
}>;

async function tellTheStory(
  context: TestContext,
  { language, screen, hand, consoleLink }: Telling,
): Promise<void> {
  const t = wordsOf(language);
  const startedMs = performance.now();
  const chapter = (name: string): void =>
    context.diagnostic(`${((performance.now() - startedMs) / 1_000).toFixed(1)} s  ${name}`);
  await using cable = await layCable(platform.addresses.platform, earScripts);
  const walletUrl = new URL(sandboxOf().wallet).origin;
  const [till, phone, desk] = await Promise.all([
    openWindow(browser, { screen, language, origins: [cable.url] }),
    openWindow(browser, { screen, language, origins: [walletUrl] }),
    openWindow(browser, { screen, language, origins: [platform.addresses.platform] }),
  ]);
  const ear = await listenTo(till.page);
  const cashier = cashierAt(till.page, language);
  const payer = payerAt(phone.page, language);

  // Pay from the balance, and hear it.
  chapter("Pay from the balance");
  await Promise.all([payer.begin(sandboxOf().wallet), cashier.begin(await cashierLink(cable.url))]);
  await ear.listens();
  await isAccessible(till, phone);
  await cashier.charge("12.5", await payer.shows("balance"), hand);
  assert.equal(await cashier.sees("paid"), "12.50");
  await hears(ear, [["alipay", 1_250]]);
  await isAccessible(till);
  await cashier.next();

  // Pay with Huabei.
  chapter("Pay with Huabei");
  await cashier.charge("8.8", await payer.shows("huabei"), hand);
  assert.equal(await cashier.sees("paid"), "8.80");
  await hears(ear, [
    ["alipay", 1_250],
    ["huabei", 880],
  ]);
  assert.equal((await newestPayment()).fundingSource, "huabei");
  await cashier.next();

  // Huabei is switched off at the merchant, and the next payment fails without a reason.
  chapter("Huabei is switched off at the merchant");
  await payer.closesHuabei();
  await cashier.charge("19.9", await payer.shows("huabei"), hand);
  assert.equal(await cashier.sees("unpaid"), "19.90");
  await isAccessible(till, phone);
  assert.equal((await newestPayment()).channelCode, "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE");

  // The console names the cause, repairs it with one click, and has verified it.
  chapter("The console names the cause");
  const { page } = desk;
  await page.goto(await consoleLink());
  await page
    .getByRole("row")
    .filter({ hasText: "19.90" })
    .getByRole("link", { name: t.why, exact: true })
    .first()
    .click();
  await page.getByRole("heading", { name: t.cause }).waitFor();
  await page.getByText("C-MCH-01").first().waitFor();
  await isAccessible(desk);
  await page.getByRole("button", { name: t.carryOut }).click();
  await page.getByText(t.verified).waitFor();

  // Pay again.
  chapter("Pay again");
  await cashier.again(await payer.shows("huabei"));
  assert.equal(await cashier.sees("paid"), "19.90");
  await hears(ear, [
    ["alipay", 1_250],
    ["huabei", 880],
    ["huabei", 1_990],
  ]);
  await cashier.next();

  // The reply is lost, the page is reloaded in the middle: no second scan, and the outcome is found.
  chapter("The reply is lost");
  await payer.switchesOn("reply-lost-after-effect");
  await payer.switchesOn("C-X-03");
  await cashier.charge("3.3", await payer.shows("balance"), hand);
  assert.equal(await cashier.sees("processing"), "3.30");
  assert.equal(await cashier.mayScan(), false);
  await isAccessible(till);
  // Asked again under the same key while the first request is still running, the platform answers 409.
  till.mayLog(/409 \(Conflict\).*\/v1\/payments/);
  await till.page.reload();
  assert.equal(await cashier.sees("processing"), "3.30");
  assert.equal(await cashier.mayScan(), false);
  assert.equal(await cashier.sees("paid"), "3.30");
  await cashier.next();
  await ear.listens();
  await cashier.startsSpeech();
  await hears(ear, [
    ["alipay", 1_250],
    ["huabei", 880],
    ["huabei", 1_990],
    ["alipay", 330],
  ]);
  assert.equal((await newestPayment()).amount, 330);

  // The cable is pulled: money arrives and nobody hears it, until the cable is back; then once.
  chapter("The cable is pulled");
  till.mayLog(/ERR_|WebSocket/);
  cable.pull();
  await till.page.getByText(t.offline).first().waitFor();
  const body = { amount: 660, payerCode: await payer.shows("balance"), terminalId: await terminalId() };
  const idempotencyKey = `outage-${language}`;
  const unheard = ok(await api.merchant<Payment>("POST", "/v1/payments", { body, idempotencyKey }));
  assert.equal(unheard.state, "succeeded");
  await payer.movesClockByAMinute();
  await page.getByRole("link", { name: t.cases, exact: true }).click();
  await page.getByText(t.unheard).first().waitFor();
  await isAccessible(desk);
  cable.plugIn();
  await till.page.getByText(t.online, { exact: true }).first().waitFor();
  till.mayLog(null);
  await hears(ear, [
    ["alipay", 1_250],
    ["huabei", 880],
    ["huabei", 1_990],
    ["alipay", 330],
    ["alipay", 660],
  ]);
  await until("it is recorded as spoken", async () => (await arrivalsOf(unheard))[0]?.stage === "spoken");
  const [arrival] = await arrivalsOf(unheard);
  assert.ok(arrival?.unheardAt, "nobody noticed that it was not heard");
  chapter("The end");
  assert.deepEqual([...till.complaints, ...phone.complaints, ...desk.complaints], []);
  await Promise.all([till, phone, desk].map(({ context }) => context.close()));
}

/** Of the link that the platform printed at its start, and of one made later. */
const printedLink = (): Promise<string> => Promise.resolve(platform.addresses.console);
const freshLink = async (): Promise<string> =>
  ok(await api.operator<{ url: string }>("POST", "/v1/sign-in-links", { body: {} })).url;

test("the story on a desk, in Chinese, with the fingers", (context) =>
  tellTheStory(context, { language: "zh", screen: "desktop", hand: "fingers", consoleLink: printedLink }));

test("the story on a phone, in English, with a keyboard", (context) =>
  tellTheStory(context, { language: "en", screen: "phone", hand: "keyboard", consoleLink: freshLink }));

test("a voice pack without sound does not pass for speech: the ear hears nothing, and the terminal says so", async () => {
  await using cable = await layCable(platform.addresses.platform, earScripts);
  const { url } = cable;
  const till = await openWindow(browser, { screen: "desktop", language: "zh", origins: [url] });
  const ear = await listenTo(till.page);
  await till.context.route("**/speech/sprite.wav", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: silenced(await answer.body()) });
  });
  const cashier = cashierAt(till.page, "zh");
  await cashier.begin(await cashierLink(url));
  await ear.listens();
  await cashier.charge("1", await api.payerCode(await api.newWallet(1_000)), "fingers");
  await cashier.sees("paid");
  const payment = await newestPayment();
  await until("the terminal reports", async () => (await arrivalsOf(payment))[0]?.stage === "interrupted");
  assert.equal((await arrivalsOf(payment))[0]?.silenceReason, "audioFailed");
  assert.deepEqual(await ear.clips(), []);
  await assert.rejects(hears(ear, [["alipay", 100]], 500), assert.AssertionError);
  await till.context.close();
});

/** The same recording with every sample at zero: the data of a WAV file follow its last header. */
function silenced(recording: Buffer): Buffer {
  const data = recording.indexOf("data") + 8;
  return Buffer.concat([recording.subarray(0, data), Buffer.alloc(recording.length - data)]);
}

test("at the end both books agree, and Ctrl-C ends everything cleanly", async () => {
  assert.deepEqual((await api.compareBooks()).differences, []);
  assert.deepEqual(await interrupt(platform), { code: 0, signal: null });
});
