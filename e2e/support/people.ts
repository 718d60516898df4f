// What people do at the three pages, in the words that the pages show them.
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { caseKindWords } from "@huiyin/contract/words.ts";
import { en as enTill } from "../../cashier/src/words/en.ts";
import { zh as zhTill } from "../../cashier/src/words/zh.ts";
import { en as enDesk, zh as zhDesk } from "../../console/src/texts.ts";
import { words as phoneWords } from "../../sandbox/wallet/src/words.ts";
import type { Language } from "./browser.ts";

/** The pages' own words: what they say is theirs, what they do is tested here. */
const tables = {
  zh: {
    till: zhTill,
    desk: zhDesk,
    phone: phoneWords.zh,
    cause: "商户未开通花呗收款功能",
    switchLanguage: "中文",
  },
  en: {
    till: enTill,
    desk: enDesk,
    phone: phoneWords.en,
    cause: "Huabei is not open at the merchant",
    switchLanguage: "English",
  },
} as const;

/** The words of one language. */
export function wordsOf(language: Language) {
  const { till, desk, phone, cause, switchLanguage } = tables[language];
  return {
    startSpeech: till.shift.start,
    point: till.entering.point,
    charge: till.entering.submit,
    payerCode: till.scanning.code,
    submit: till.scanning.submit,
    paid: till.paid.title,
    unpaid: till.unpaid.title,
    processing: till.processing.title,
    next: till.paid.next,
    again: till.unpaid.again,
    offline: till.top.offline,
    online: till.top.online,
    why: desk.why,
    carryOut: desk.carryOut,
    verified: desk.remedyVerified,
    cases: desk.cases,
    unheard: caseKindWords.silentArrival[language],
    fundings: { balance: phone["funding.balance"], huabei: phone["funding.huabei"] },
    huabeiSwitch: phone["merchants.huabei"],
    openWorld: phone["page.worldShort"],
    closeWorld: phone["page.closeWorld"],
    minute: phone["clock.advance"].replace("{span}", phone["clock.minute"]),
    newCode: phone["code.refresh"],
    ...{ cause, switchLanguage },
  };
}

export type Result = "paid" | "unpaid" | "processing" | "person";
/** fingers: on the keypad of the screen. keyboard: as a till with a keyboard, or a scanner, is used. */
export type Hand = "fingers" | "keyboard";

/** The cashier at the till. */
export type Cashier = Readonly<{
  page: Page;
  /** Opens the link of the terminal and lets it speak. */
  begin(link: string): Promise<void>;
  /** The browser wants one tap before it lets a page be heard: after each opening and each reload. */
  startsSpeech(): Promise<void>;
  /** Keys in an amount such as "12.5", and takes the code as the customer shows it. */
  charge(amount: string, code: string, hand: Hand): Promise<void>;
  /** Waits for one of the four results and answers the amount on the screen. */
  sees(result: Result): Promise<string>;
  /** Whether anything on the screen would take another scan now. */
  mayScan(): Promise<boolean>;
  next(): Promise<void>;
  /** Back from a refusal to the scan of another code. */
  again(code: string): Promise<void>;
}>;

export function cashierAt(page: Page, language: Language): Cashier {
  const t = wordsOf(language);
  const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
  const takeCode = async (code: string, hand: Hand): Promise<void> => {
    const field = page.getByLabel(t.payerCode, { exact: true });
    await field.waitFor();
    if (hand === "keyboard") {
      assert.ok(
        await field.evaluate((element) => element === document.activeElement),
        "the code field has no focus",
      );
      await page.keyboard.type(code, { delay: 40 });
      return page.keyboard.press("Enter");
    }
    await field.fill(code);
    await button(t.submit).last().click();
  };
  return {
    page,
    startsSpeech: () => button(t.startSpeech).click(),
    async begin(link) {
      await page.goto(link);
      await button(t.startSpeech).click();
      await page.getByText(t.online, { exact: true }).first().waitFor();
    },
    async charge(amount, code, hand) {
      if (hand === "keyboard") {
        await button("1").waitFor();
        await page.keyboard.type(amount, { delay: 80 });
        await page.keyboard.press("Enter");
      } else {
        for (const key of amount) await button(key === "." ? t.point : key).click();
        await button(t.charge).click();
      }
      await takeCode(code, hand);
    },
    async sees(result) {
      const shown = page.locator(`[data-result="${result}"]`);
      await shown.waitFor();
      if (result !== "person") assert.equal(await shown.getByRole("heading").first().innerText(), t[result]);
      return /[\d,]+\.\d\d/.exec(await shown.innerText())?.[0] ?? "";
    },
    mayScan: async () =>
      (await page.getByLabel(t.payerCode, { exact: true }).isVisible()) ||
      (await button("1").isVisible()) ||
      (await button(t.again).isVisible()),
    next: () => button(t.next).click(),
    async again(code) {
      await button(t.again).click();
      await takeCode(code, "fingers");
    },
  };
}

/** The payer with the phone, who also rules the world behind it. */
export type Payer = Readonly<{
  page: Page;
  begin(link: string): Promise<void>;
  /** Chooses how to pay and reads out the digits of the code. */
  shows(funding: "balance" | "huabei"): Promise<string>;
  /** Switches Huabei at the merchant off. */
  closesHuabei(): Promise<void>;
  /** Switches a fault on for the next time. */
  switchesOn(faultId: string): Promise<void>;
  movesClockByAMinute(): Promise<void>;
}>;

export function payerAt(page: Page, language: Language): Payer {
  const t = wordsOf(language);
  /** On a phone the world lies behind a button. */
  const inWorld = async (act: () => Promise<void>): Promise<void> => {
    const open = page.getByRole("button", { name: t.openWorld, exact: true });
    const narrow = await open.isVisible();
    if (narrow) await open.click();
    await act();
    if (narrow) await page.locator(".panel").getByRole("button", { name: t.closeWorld, exact: true }).click();
  };
  const digits = page.getByTestId("payer-code");
  return {
    page,
    async begin(link) {
      // The phone says what became of a payment until somebody taps it away.
      await page.addLocatorHandler(page.locator(".result-done"), (done) =>
        // On a phone the sandbox's panel may lie above the result: it is put aside all the same.
        done.dispatchEvent("click").catch(() => undefined),
      );
      await page.goto(link);
      const other = page.getByRole("button", { name: t.switchLanguage, exact: true });
      await digits.waitFor();
      if (await other.isVisible()) await other.click();
    },
    async shows(funding) {
      const choice = page.getByRole("radio", { name: new RegExp(`^${t.fundings[funding]}`) });
      await choice.click();
      await page.waitForFunction(
        (element) => element instanceof HTMLInputElement && element.checked,
        await choice.elementHandle(),
      );
      // The one shown so far may have been used already.
      const before = await digits.getAttribute("data-code");
      await page.getByRole("button", { name: t.newCode, exact: true }).click();
      await page.waitForFunction((old) => {
        const code = document.querySelector("[data-testid=payer-code]")?.getAttribute("data-code") ?? "";
        return code !== "" && code !== old;
      }, before);
      return (await digits.innerText()).replaceAll(/\D/g, "");
    },
    closesHuabei: () =>
      inWorld(async () => {
        const lever = page.getByRole("switch", { name: new RegExp(`${t.huabeiSwitch}$`) });
        await lever.click();
        await isSwitched(page, lever, "false");
      }),
    switchesOn: (faultId) => inWorld(() => switchOn(page, faultId)),
    movesClockByAMinute: () =>
      inWorld(async () => {
        const moved = page.waitForResponse(
          (response) => response.url().endsWith("/control/clock") && response.request().method() === "POST",
        );
        await page.getByRole("button", { name: t.minute, exact: true }).click();
        await moved;
      }),
  };
}

async function switchOn(page: Page, faultId: string): Promise<void> {
  const code = page.locator("code", { hasText: new RegExp(`^${faultId}$`) });
  const row = page.locator(".row").filter({ has: code });
  const lever = row.getByRole("switch");
  const group = page.locator("details").filter({ has: row });
  if (!(await lever.isVisible())) await group.locator("summary").click();
  await lever.click();
  await isSwitched(page, lever, "true");
}

async function isSwitched(page: Page, lever: Locator, checked: "true" | "false"): Promise<void> {
  const handle = await lever.elementHandle();
  await page.waitForFunction(([element, wanted]) => element?.getAttribute("aria-checked") === wanted, [
    handle,
    checked,
  ] as const);
}
