// Takes the pictures of the README: node e2e/screenshots.ts [FOLDER]. Real pages of a real platform that lives for the
// occasion; look at each picture before committing it.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { en, zh } from "../console/src/texts.ts";
import { ok, apiOf, type Api } from "./support/api.ts";
import { openBrowser, openWindow, type Language, type Screen } from "./support/browser.ts";
import { cashierAt, payerAt, wordsOf, type Cashier, type Payer } from "./support/people.ts";
import { temporaryPlace } from "./support/place.ts";
import { freePorts, interrupt, root, startPlatformProcess } from "./support/process.ts";

const folder = process.argv[2] ?? join(root, "docs", "images");
const bytesMax = 200_000;

type Studio = Readonly<{
  browser: Browser;
  api: Api;
  platformUrl: string;
  walletUrl: string;
  language: Language;
}>;

async function takePictures(studio: Studio): Promise<void> {
  const { language, api } = studio;
  const t = wordsOf(language);
  const phone = await open(studio, "phone");
  const till = await open(studio, "phone");
  const payer = payerAt(phone, language);
  const cashier = cashierAt(till, language);
  await payer.begin(studio.walletUrl);
  await cashier.begin(await cashierLink(studio));
  await fewPayments(cashier, payer);
  // The phone says what became of the last payment, and is tapped away.
  await phone.waitForTimeout(2_500);
  await payer.shows("huabei");
  await save(phone, `wallet-${language}`);
  await cashier.charge("12.5", await payer.shows("huabei"), "fingers");
  await cashier.sees("paid");
  await save(till, `cashier-${language}`);
  await cashier.next();
  await payer.closesHuabei();
  await cashier.charge("19.9", await payer.shows("huabei"), "fingers");
  await cashier.sees("unpaid");

  const desk = await open(studio, "desktop");
  await desk.goto(ok(await api.operator<{ url: string }>("POST", "/v1/sign-in-links", { body: {} })).url);
  const why = desk
    .getByRole("row")
    .filter({ hasText: "19.90" })
    .getByRole("link", { name: t.why, exact: true });
  await why.first().waitFor();
  await save(desk, `console-${language}`);
  await why.first().click();
  await desk.getByRole("button", { name: t.carryOut }).waitFor();
  await desk.setViewportSize({ width: 1280, height: 1120 });
  await save(desk, `payment-why-${language}`);
  await desk.getByRole("button", { name: t.carryOut }).click();
  await desk.getByText(t.verified).waitFor();
  await refundAtTheDesk(desk, language);
}

/** A payment found by its amount, and the moment before money is given back. */
async function refundAtTheDesk(desk: Page, language: Language): Promise<void> {
  const words = language === "zh" ? zh : en;
  await desk.setViewportSize({ width: 1280, height: 800 });
  await desk.getByRole("link", { name: words.payments, exact: true }).click();
  await desk
    .getByRole("textbox", { name: words.searchLabel })
    .fill(language === "zh" ? "今天 46" : "today 46");
  await desk.keyboard.press("Enter");
  await desk.getByText(words.understood).waitFor();
  await desk.getByRole("row").filter({ hasText: "46.00" }).getByRole("link").first().click();
  await desk.getByRole("button", { name: words.refundStart, exact: true }).click();
  await desk.getByLabel(words.refundAmount).fill("12.5");
  await desk.keyboard.press("Enter");
  await desk.getByRole("button", { name: words.cancel, exact: true }).waitFor({ state: "detached" });
  await save(desk, `console-refund-${language}`);
}

/** A morning at the counter, so that lists have something to show. */
async function fewPayments(cashier: Cashier, payer: Payer): Promise<void> {
  const sales = [
    ["18", "balance"],
    ["32.5", "huabei"],
    ["9.9", "balance"],
    ["46", "huabei"],
  ] as const;
  for (const [amount, funding] of sales) {
    await cashier.charge(amount, await payer.shows(funding), "fingers");
    await cashier.sees("paid");
    await cashier.next();
  }
}

async function open({ browser, language, platformUrl, walletUrl }: Studio, screen: Screen): Promise<Page> {
  const origins = [platformUrl, new URL(walletUrl).origin];
  return (await openWindow(browser, { screen, language, origins })).page;
}

async function cashierLink({ api, platformUrl }: Studio): Promise<string> {
  const { items } = ok(await api.operator<{ items: { id: string }[] }>("GET", "/v1/terminals"));
  const path = `/v1/terminals/${items[0]?.id}/activation-codes`;
  const { activationCode } = ok(await api.operator<{ activationCode: string }>("POST", path, { body: {} }));
  return `${platformUrl}/cashier/#code=${activationCode}`;
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // What has just been tapped keeps no shade, and what slides in has arrived.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(800);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  const { size } = statSync(path);
  console.log(`${path} ${(size / 1_000).toFixed(0)} kB`);
  if (size > bytesMax) throw new Error(`${name} has ${size} bytes, more than ${bytesMax}`);
}

mkdirSync(folder, { recursive: true });
await using place = temporaryPlace();
await using platform = await startPlatformProcess(freePorts(place.data));
const browser = await openBrowser();
try {
  const { platform: platformUrl, sandbox } = platform.addresses;
  const api = apiOf(platform.addresses, place.data);
  for (const language of ["zh", "en"] as const)
    await takePictures({ browser, api, platformUrl, walletUrl: sandbox?.wallet ?? "", language });
} finally {
  await browser.close();
  await interrupt(platform);
}
