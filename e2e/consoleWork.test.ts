// A day's work at the console, by hand in a real browser, in both languages, on a desk and on a phone: finding payments
// by whatever is known of them, giving money back, deciding, closing a case, setting up a channel, routing around one.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import {
  caseKindWords,
  paymentStateWords,
  refundStateWords,
  refundWaitWords,
} from "@huiyin/contract/words.ts";
import { en, zh } from "../console/src/texts.ts";
import { accessibilityProblems } from "./support/accessibility.ts";
import { apiOf, ok, until, type Api } from "./support/api.ts";
import { openWindow, type Language, type Screen, type Window } from "./support/browser.ts";
import { cashierAt } from "./support/people.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import { freePorts, type StartedPlatform } from "./support/process.ts";
import { platformAndBrowser } from "./support/stage.ts";

let place: TemporaryPlace;
let platform: StartedPlatform;
let browser: Browser;
let api: Api;
let terminalId: string;
let walletId: string;

before(async () => {
  place = temporaryPlace();
  [platform, browser] = await platformAndBrowser(freePorts(place.data));
  api = apiOf(platform.addresses, place.data);
  walletId = await api.newWallet(10_000_000);
  const { items } = ok(await api.operator<{ items: { id: string }[] }>("GET", "/v1/terminals"));
  terminalId = items[0]?.id ?? "";
  await activateTerminal();
});
after(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

/** A terminal takes payments once some browser has become it; afterwards it may be closed. */
async function activateTerminal(): Promise<void> {
  const path = `/v1/terminals/${terminalId}/activation-codes`;
  const { activationCode } = ok(await api.operator<{ activationCode: string }>("POST", path, { body: {} }));
  const till = await openWindow(browser, { screen: "phone", language: "zh", origins: [url()] });
  await cashierAt(till.page, "zh").begin(`${url()}/cashier/#code=${activationCode}`);
  await till.context.close();
}

const url = (): string => platform.addresses.platform;
let keys = 0;
const freshKey = (): string => `console-work-${(keys += 1)}`;

async function take(amount: number, own: Record<string, unknown> = {}): Promise<Payment> {
  const body = { amount, payerCode: await api.payerCode(walletId), terminalId, ...own };
  return ok(await api.merchant<Payment>("POST", "/v1/payments?wait=1", { body, idempotencyKey: freshKey() }));
}

const read = async (id: string): Promise<Payment> =>
  ok(await api.operator<Payment>("GET", `/v1/payments/${id}`));
/** While the channel has this fault. It is off again whatever happens: other stories follow. */
async function during(faultId: string, work: () => Promise<void>): Promise<void> {
  await api.control("PUT", `/control/faults/${faultId}`, {});
  try {
    await work();
  } finally {
    await api.control("DELETE", `/control/faults/${faultId}`);
  }
}

type Desk = Window & Readonly<{ t: typeof zh; language: Language }>;

async function signIn(language: Language, screen: Screen): Promise<Desk> {
  const window = await openWindow(browser, { screen, language, origins: [url()] });
  const link = ok(await api.operator<{ url: string }>("POST", "/v1/sign-in-links", { body: {} })).url;
  await window.page.goto(link);
  const t = (language === "zh" ? zh : en) as typeof zh;
  await window.page.getByRole("heading", { name: t.payments, exact: true }).waitFor();
  return { ...window, t, language };
}

async function isInOrder({ page, complaints }: Desk): Promise<void> {
  assert.deepEqual(await accessibilityProblems(page), [], page.url());
  assert.deepEqual(complaints, []);
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const menu = (page: Page, name: string) =>
  page.getByRole("navigation").getByRole("link", { name, exact: true });
const said = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));

async function find({ page, t }: Desk, typed: string): Promise<void> {
  await page.getByRole("textbox", { name: t.searchLabel }).fill(typed);
  await page.keyboard.press("Enter");
}

/** Waits until the list holds exactly this payment. */
async function findsOnly({ page }: Desk, payment: Payment): Promise<void> {
  await page.waitForFunction((path) => {
    const links = [...document.querySelectorAll("table.rows tbody tr a.row-link")];
    return links.length === 1 && links[0]?.getAttribute("href")?.endsWith(path);
  }, `/payments/${payment.id}`);
}

for (const [language, screen] of [
  ["zh", "desktop"],
  ["en", "phone"],
] as const) {
  test(`a payment is found by whatever is known of it, ${language} on a ${screen}`, async () => {
    const own = language === "zh" ? 1 : 2;
    const wanted = await take(12_340 + own, { merchantOrderNo: `2026112200${own}` });
    const refundNo = `back-${language}-77`;
    const body = { amount: 100, merchantRefundNo: refundNo };
    const path = `/v1/payments/${wanted.id}/refunds?wait=5`;
    const refund = ok(await api.operator<Refund>("POST", path, { body, idempotencyKey: freshKey() }));
    await take(5_555);
    const desk = await signIn(language, screen);
    const { page, t } = desk;
    const typed: ReadonlyArray<readonly [what: string, text: string]> = [
      ["a bare merchant order number", `2026112200${own}`],
      ["the channel’s order number", wanted.channelOrderNo],
      ["the end of the channel’s order number in capitals", wanted.channelOrderNo.slice(-8).toUpperCase()],
      ["the channel’s trade number", wanted.channelTradeNo ?? ""],
      [
        "the end of the trade number and the amount",
        `${wanted.channelTradeNo?.slice(-6)} ${(12_340 + own) / 100}`,
      ],
      ["the refund’s id", refund.id],
      ["the refund’s number", refundNo],
      ["the amount", `¥123.4${own}`],
      ["the state and the amount", `${language === "zh" ? "已退款" : "refunded"} 123.4${own}`],
      ["the source of the money and the amount", `${language === "zh" ? "余额" : "balance"} 123.4${own}`],
      ["a range of amounts", `123.4${own}-123.4${own}`],
      ["terminal and amount", `T0001 123.4${own}`],
      ["today and the amount", `${language === "zh" ? "今天" : "today"} 123.4${own}`],
    ];
    for (const [what, text] of typed) {
      await find(desk, text);
      await findsOnly(desk, wanted).catch((error: unknown) => {
        throw new Error(`${what}: ${text} at ${page.url()}`, { cause: error });
      });
    }
    // What is typed while the last answer is on its way stays.
    await page.evaluate((typed) => {
      const box = document.querySelector<HTMLInputElement>("form[role=search] input");
      if (box === null) throw new Error("no box to search in");
      const type = (text: string): void => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(box, text);
        box.dispatchEvent(new Event("input", { bubbles: true }));
      };
      type(typed);
      box.form?.requestSubmit();
      type("typed on");
    }, wanted.channelOrderNo);
    await page.waitForURL(/search=/);
    await findsOnly(desk, wanted);
    assert.equal(await page.getByRole("textbox", { name: t.searchLabel }).inputValue(), "typed on");
    await find(desk, `${language === "zh" ? "今天" : "today"} 123.4${own}`);
    // A day is written down as a date; the one before it found the same payment.
    await page.waitForURL(/createdFrom=20\d\d-/);
    await isInOrder(desk);

    // The address is the question: reloaded and gone back to, it is asked again.
    await page.reload();
    await findsOnly(desk, wanted);
    await find(desk, wanted.id);
    await page.getByRole("heading", { name: t.refundTitle, exact: true }).waitFor();
    await isInOrder(desk);
    await page.getByRole("link", { name: `← ${t.back}` }).click();
    await findsOnly(desk, wanted);
    await button(page, t.reset).click();
    await find(desk, "no-such-thing");
    await page.getByText(t.noMatch).waitFor();
    await isInOrder(desk);
    await desk.context.close();
  });

  test(`money is given back in words, refused in words, and waits in words, ${language} on a ${screen}`, async () => {
    const paid = await take(2_000);
    const desk = await signIn(language, screen);
    const { page, t } = desk;
    await page.goto(`${url()}/console/payments/${paid.id}`);
    await button(page, t.refundStart).click();
    const amount = page.getByLabel(t.refundAmount);
    assert.equal(await amount.inputValue(), "20.00");
    await amount.fill("20.01");
    await page.getByText(said(t.refundAmountWrong, { amount: "20.00" })).waitFor();
    assert.equal(await button(page, t.refundNext).isDisabled(), true);
    await amount.fill("12.5");
    await page.getByLabel(t.refundReason).fill("商品退回");
    await page.keyboard.press("Enter");
    const words = language === "zh" ? "壹拾贰元伍角整" : "twelve yuan and fifty fen";
    await page.getByText(words).waitFor();
    await isInOrder(desk);
    // Clicked twice in a moment, before anything is drawn in between.
    await button(page, said(t.refundSend, { amount: "12.50" })).evaluate((send) => {
      for (let click = 0; click < 2; click += 1) (send as HTMLElement).click();
    });
    await page.getByText(said(t.refundOk, { amount: "12.50", fee: "0.05" })).waitFor();
    await button(page, t.confirm).click();
    await page.getByText(said(t.refundable, { amount: "7.50" })).waitFor();
    await page.getByText(refundStateWords.succeeded[language]).first().waitFor();
    assert.equal((await read(paid.id)).refundedAmount, 1_250);

    // Somebody else was quicker: the refusal says what is left.
    await button(page, t.refundStart).click();
    await button(page, t.refundNext).click();
    const path = `/v1/payments/${paid.id}/refunds?wait=5`;
    ok(await api.operator("POST", path, { body: { amount: 700 }, idempotencyKey: freshKey() }));
    desk.mayLog(/422/);
    await button(page, said(t.refundSend, { amount: "7.50" })).click();
    await page.getByRole("alert").getByText(/0\.50/).waitFor();
    desk.mayLog(null);
    await button(page, t.back2).click();
    assert.equal((await read(paid.id)).refundedAmount, 1_950);

    // The answer is lost after the money went: the page asks again with the same key, and nobody refunds twice.
    const unanswered = await take(900);
    await page.goto(`${url()}/console/payments/${unanswered.id}`);
    await page.route(
      `**/payments/${unanswered.id}/refunds?wait=5`,
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    desk.mayLog(/ERR_FAILED/);
    await button(page, t.refundStart).click();
    await page.getByLabel(t.refundAmount).fill("4.00");
    await button(page, t.refundNext).click();
    await button(page, said(t.refundSend, { amount: "4.00" })).dblclick();
    await page.getByText(t.refundInFlight).waitFor();
    assert.equal(await button(page, t.back2).isDisabled(), true, "no fresh key while the outcome is unknown");
    await page.getByText(said(t.refundOk, { amount: "4.00", fee: "0.01" })).waitFor();
    desk.mayLog(null);
    assert.equal((await read(unanswered.id)).refundedAmount, 400);

    // While the customer is still thinking, it can be undone.
    const waiting = await take(200_000 + paid.amount);
    assert.equal(waiting.state, "awaitingPayer");
    await page.goto(`${url()}/console/payments/${waiting.id}`);
    await button(page, t.reverse).click();
    await button(page, t.reverseSend).click();
    await page.getByText(t.reverseDone).waitFor();
    assert.equal((await read(waiting.id)).refundedAmount, 0);
    await isInOrder(desk);

    // The merchant's balance is short: it says so, here and in the list.
    await during("C-ACC-03", async () => {
      const other = await take(3_300);
      await page.goto(`${url()}/console/payments/${other.id}`);
      await button(page, t.refundStart).click();
      await button(page, t.refundNext).click();
      await button(page, said(t.refundSend, { amount: "33.00" })).click();
      const waits = refundWaitWords.merchantBalance[language];
      await page.getByText(waits).first().waitFor();
      await menu(page, t.refunds).click();
      await page.getByRole("radio", { name: t.refundsOpen }).locator("..").click();
      await page.getByRole("row").filter({ hasText: "33.00" }).getByText(waits).first().waitFor();
      await isInOrder(desk);
    });
    await desk.context.close();
  });

  test(`what stayed unclear is decided, and what nobody heard is closed, ${language} on a ${screen}`, async () => {
    // Amounts of this story alone: the other language tells it on the same platform.
    const [unheardFen, unclearFen] = language === "zh" ? [4_400, 6_600] : [4_500, 6_700];
    const unheard = await take(unheardFen);
    const desk = await signIn(language, screen);
    const { page, t } = desk;
    await during("reply-lost-before-effect", async () => {
      const { id } = await take(unclearFen);
      await until(
        "it waits for a person",
        async () => {
          await api.moveClock(30);
          return (await read(id)).review !== null;
        },
        60_000,
      );
      await menu(page, t.reviews).click();
      const work = page.getByRole("article").filter({ hasText: `¥${unclearFen / 100}.00` });
      await work.getByText(t.whyWaiting).waitFor();
      await isInOrder(desk);
      const decide = work.getByRole("button", { name: t.decideClosed, exact: true });
      assert.equal(await decide.isDisabled(), true, "nobody decides without a reason");
      await work.getByLabel(t.decideReason).fill("商家平台没有这笔交易");
      await decide.click();
      await page.getByRole("dialog").getByRole("button", { name: t.confirm, exact: true }).click();
      await work.waitFor({ state: "detached" });
      assert.equal((await read(id)).state, "closed");
      await page.goto(`${url()}/console/payments/${id}`);
      await page.getByText("商家平台没有这笔交易").first().waitFor();
      await page.getByText(paymentStateWords.closed[language]).first().waitFor();
    });

    await menu(page, t.cases).click();
    const card = page.getByRole("article").filter({ hasText: `¥${unheardFen / 100}.00` });
    await card.getByRole("heading", { name: caseKindWords.silentArrival[language] }).waitFor();
    await isInOrder(desk);
    const note = `已电话通知门店 ${language}`;
    await card.getByRole("textbox", { name: t.resolutionLabel }).fill(note);
    await card.getByRole("button", { name: t.closeCase, exact: true }).click();
    await card.waitFor({ state: "detached" });
    await page.getByRole("radio", { name: t.casesClosed }).locator("..").click();
    await page.getByText(note).waitFor();
    assert.equal((await read(unheard.id)).state, "succeeded");
    await isInOrder(desk);
    await desk.context.close();
  });

  test(`whose money a terminal speaks is chosen on its card, ${language} on a ${screen}`, async () => {
    const desk = await signIn(language, screen);
    const { page, t } = desk;
    await page.goto(`${url()}/console/terminals#${terminalId}`);
    const choice = page.getByRole("combobox", { name: t.announce, exact: true });
    const rule = async (): Promise<string> =>
      ok(await api.operator<Terminal>("GET", `/v1/terminals/${terminalId}`)).announce;
    for (const [words, hint, stored] of [
      [t.announceStore, t.announceStoreHint, "store"],
      [t.announceNone, t.announceNoneHint, "none"],
      [t.announceOwn, t.announceOwnHint, "own"],
    ] as const) {
      await choice.click();
      await page.getByTitle(words, { exact: true }).last().click();
      await page.getByText(hint, { exact: true }).waitFor();
      await until("the rule is stored", async () => (await rule()) === stored);
    }
    await isInOrder(desk);
    await desk.context.close();
  });

  test(`a channel is set up: a wrong key is named, the right one enables it, ${language} on a ${screen}`, async () => {
    const names = { zh: `新商户 ${language}`, en: `New shop ${language}` };
    const body = { names, mcc: "5812", region: "310000", fees: { alipay: 38 } };
    ok(await api.operator("POST", "/v1/merchants", { body }));
    const right = await api.control<Record<string, string>>("GET", "/control/credentials/alipay");
    const wrong = generateKeyPairSync("rsa", {
      modulusLength: 2_048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const { fields } = ok(
      await api.operator<{
        items: Array<{ fields: Array<{ key: string; label: Record<Language, string> }> }>;
      }>("GET", "/v1/channels"),
    ).items[0] ?? { fields: [] };
    const label = (key: string): string => fields.find((field) => field.key === key)?.label[language] ?? key;
    const desk = await signIn(language, screen);
    const { page, t } = desk;
    await menu(page, t.merchants).click();
    await page.getByRole("link", { name: names[language], exact: true }).click();
    // Of the channels, Alipay comes first.
    await page.getByRole("link", { name: t.channelSetUp, exact: true }).first().click();
    for (const key of ["appId", "alipayPublicKeyPem", "sellerId", "gatewayUrl"])
      await page.getByRole("textbox", { name: label(key), exact: true }).fill(right[key] ?? "");
    const secret = page.getByRole("textbox", { name: label("privateKeyPem"), exact: true });
    // From a file, as it comes from the key tool.
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "app_private_key.pem",
        mimeType: "text/plain",
        buffer: Buffer.from(wrong.privateKey),
      });
    await page.getByText(said(t.fieldRead, { name: "app_private_key.pem" })).waitFor();
    await page.getByLabel(t.changeReason).fill("首次接入");
    assert.equal(await button(page, t.channelEnable).isDisabled(), true, "nothing is enabled unchecked");
    await button(page, t.channelProbe).click();
    await page.getByRole("alert").getByText(t.channelRefused).waitFor();
    await isInOrder(desk);
    assert.equal(await button(page, t.channelEnable).isDisabled(), true, "a wrong key is not enabled");
    await secret.fill(right["privateKeyPem"] ?? "");
    await page.getByText(t.channelChanged).waitFor();
    await button(page, t.channelProbe).click();
    await page.getByText(t.channelReady).waitFor();
    await button(page, t.channelEnable).click();
    await page.getByText(t.channelActive, { exact: true }).first().waitFor();
    await page.getByText("首次接入").waitFor();
    await page.reload();
    await secret.waitFor();
    assert.equal(await secret.inputValue(), "", "a secret is shown again");
    assert.ok(!(await page.content()).includes("PRIVATE KEY"));
    await isInOrder(desk);
    await desk.context.close();
  });
}

/** The address of Alipay’s page of the demo shop, and its names of fields. */
async function alipayPage(language: Language) {
  type Channels = { items: Array<{ fields: Array<{ key: string; label: Record<Language, string> }> }> };
  const channels = ok(await api.operator<Channels>("GET", "/v1/channels"));
  const labels = new Map(channels.items[0]?.fields.map(({ key, label }) => [key, label[language]]));
  return { address: `${url()}/console/merchants/${await api.merchantId()}/channels/alipay`, labels };
}

const alipayNow = async (): Promise<Methods["items"][number] | undefined> =>
  ok(await api.operator<Methods>("GET", `/v1/terminals/${terminalId}/methods`)).items.find(
    ({ method }) => method === "alipay",
  );

test("a second account takes its share by a rule, and stands in while the first one is shut, en on a phone", async () => {
  const desk = await signIn("en", "phone");
  const { page, t } = desk;
  const { address, labels } = await alipayPage("en");
  await page.goto(address);
  await page.getByText(t.rulesOneAccountHint).waitFor();

  // The account: a name that is taken is said beside the field, and a key that the channel refuses stores nothing.
  await button(page, t.accountAdd).click();
  const right = await api.control<Record<string, string>>("GET", "/control/credentials/alipay");
  const form = page.locator("form").filter({ has: page.getByLabel(t.accountName) });
  await form.getByLabel(t.accountName).fill("main");
  await form.getByText(t.accountNameTaken).waitFor();
  await form.getByLabel(t.accountName).fill("second");
  const fill = (key: string, value: string) =>
    form.getByRole("textbox", { name: labels.get(key) ?? key, exact: true }).fill(value);
  for (const key of ["appId", "alipayPublicKeyPem", "sellerId", "gatewayUrl"])
    await fill(key, right[key] ?? "");
  const wrong = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  await fill("privateKeyPem", wrong.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  await form.getByLabel(t.changeReason).fill("a second till");
  desk.mayLog(/422/);
  await form.getByRole("button", { name: t.accountCheck }).click();
  await form.getByRole("alert").waitFor();
  desk.mayLog(null);
  await isInOrder(desk);
  assert.equal(await form.getByLabel(t.accountName).inputValue(), "second", "what was typed is kept");
  await fill("privateKeyPem", right["privateKeyPem"] ?? "");
  await form.getByRole("button", { name: t.accountCheck }).click();
  const account = page.getByRole("article", { name: "second" });
  await account.getByText(t.channelActive, { exact: true }).waitFor();

  // What is in use is not switched off by the way: that has a button of its own.
  await account.getByRole("button", { name: `${t.accountChange} second` }).click();
  await form.getByRole("button", { name: t.channelDisable, exact: true }).waitFor();
  assert.equal(await form.getByRole("button", { name: t.channelSaveDisabled }).count(), 0);
  await form.getByRole("button", { name: t.cancel }).click();

  // The rule: nothing is in force before it is put in force.
  await button(page, t.ruleAdd).click();
  await page.getByLabel(t.ruleName).fill("all by the second");
  await button(page, t.ruleTake).click();
  await page.getByText(t.ruleNoTarget).waitFor();
  await page.getByLabel(said(t.ruleWeight, { route: "second" })).fill("1");
  await page.keyboard.press("Enter");
  await page.getByText(t.rulesChanged).waitFor();
  const putting = page.locator("form").filter({ has: button(page, t.rulesPut) });
  await putting.getByLabel(t.changeReason).fill("trying the second");
  await page.keyboard.press("Enter");
  await page.getByText(t.rulesPutDone).waitFor();
  await page.getByText("second 100%").waitFor();
  await isInOrder(desk);
  await rulesAreNotLost(desk);
  const ruled = await take(7_001);
  await page.goto(`${url()}/console/payments/${ruled.id}`);
  await page.getByText(/The rule “all by the second” fits/).waitFor();

  // The second one is shut: the first stands in, and the payment says why.
  await planWindow(desk, "second");
  const line = page.getByRole("article", { name: "Trying" });
  await line.getByRole("button", { name: t.windowBegin }).click();
  await page.getByRole("dialog").getByRole("button", { name: t.confirm, exact: true }).click();
  await line.getByText(t.windowOpen, { exact: true }).waitFor();
  await isInOrder(desk);
  let through = "";
  await until("routing knows", async () => {
    ({ id: through } = await take(7_002));
    const path = `/v1/payments/${through}/timeline`;
    const { items } = ok(await api.operator<{ items: unknown[] }>("GET", path));
    return JSON.stringify(items[0]).includes("routeInMaintenance");
  });
  await page.goto(`${url()}/console/payments/${through}`);
  await page
    .getByText(/The account “second” is under maintenance until .*; The account “main” stands in/)
    .waitFor();
  assert.equal((await alipayNow())?.available, true, "the first account serves");
  await menu(page, t.channelHealth).click();
  await line.getByRole("button", { name: t.windowEnd }).click();
  await page.getByRole("dialog").getByRole("button", { name: t.confirm, exact: true }).click();
  await line.getByText(t.windowOver, { exact: true }).waitFor();

  // Alipay as a whole: the menu of the terminal says so, and says when it is back.
  await planWindow(desk, "");
  const whole = page.getByRole("article", { name: "Trying" }).first();
  await whole.getByRole("button", { name: t.windowBegin }).click();
  await page.getByRole("dialog").getByRole("button", { name: t.confirm, exact: true }).click();
  await until("the menu knows", async () => (await alipayNow())?.available === false);
  assert.equal((await alipayNow())?.text.en.includes("Trying"), true);
  await whole.getByRole("button", { name: t.windowEnd }).click();
  await page.getByRole("dialog").getByRole("button", { name: t.confirm, exact: true }).click();
  await until("it is back", async () => (await alipayNow())?.available === true);
  await desk.context.close();
});

/** Somebody else is faster while a rule is typed: nothing is put over theirs, and nothing that was typed is lost. */
async function rulesAreNotLost(desk: Desk): Promise<void> {
  const { page, t } = desk;
  const path = `/v1/merchants/${await api.merchantId()}/routing/alipay`;
  const own = { name: "all by the second", when: {}, targets: [{ route: "second", weight: 1 }] };
  const remove = button(page, said(t.ruleOf, { action: t.ruleRemove, name: own.name }));
  await button(page, t.ruleAdd).click();
  assert.equal(await remove.isDisabled(), true, "the list stays as it is while a rule is typed");
  await page.getByLabel(t.ruleName).fill(own.name);
  await page.getByText(t.ruleNameTaken).waitFor();
  await page.getByLabel(t.ruleName).fill("at night");
  await page.getByLabel(said(t.ruleWeight, { route: "main" })).fill("1");
  for (const field of [t.ruleFrom, t.ruleTo]) await page.getByLabel(field).fill("08:00");
  await page.getByText(t.ruleNoTime).waitFor();
  await page.getByLabel(t.ruleTo).fill("07:00");
  const faster = { rules: [{ ...own, name: "by somebody else" }], expectedVersion: 1, reason: "faster" };
  ok(await api.operator("PUT", path, { body: faster }));
  await button(page, t.ruleTake).click();
  const putting = page.locator("form").filter({ has: button(page, t.rulesPut) });
  await putting.getByLabel(t.changeReason).fill("nights by the first");
  desk.mayLog(/409/);
  // Told by the platform when it is put, or by what was read meanwhile.
  if (await button(page, t.rulesPut).isEnabled()) await page.keyboard.press("Enter");
  const goOn = button(page, said(t.rulesGoOn, { version: 2 }));
  await goOn.waitFor();
  desk.mayLog(null);
  await page.getByText("by somebody else").waitFor();
  await page.getByText("at night").waitFor();
  assert.equal(await button(page, t.rulesPut).isDisabled(), true, "compared first");
  await isInOrder(desk);
  await goOn.click();
  await button(page, t.rulesPut).click();
  await page
    .getByText(said(t.rulesVersion, { version: 3, at: "", reason: "" }).split(" · ")[0] ?? "")
    .waitFor();
  const { rules } = ok(await api.operator<{ rules: Array<{ name: string }> }>("GET", path));
  assert.deepEqual(
    rules.map(({ name }) => name),
    [own.name, "at night"],
  );
}

/** Plans a window of Alipay for a day to come, after a mistake; of one account, or of all where it has no name. */
async function planWindow({ page, t }: Desk, route: string): Promise<void> {
  await menu(page, t.channelHealth).click();
  await button(page, t.windowAdd).click();
  await page.getByLabel(t.windowRouteOnly).fill(route);
  await page.getByLabel(t.windowFrom).fill("2099-01-02T03:00");
  await page.getByLabel(t.windowTo).fill("2099-01-02T02:00");
  await page.getByLabel(t.windowTextZh).fill("试用");
  await page.getByLabel(t.windowTextEn).fill("Trying");
  await button(page, t.windowAdd).click();
  await page.getByText(t.windowEndsTooEarly).waitFor();
  await page.getByLabel(t.windowTo).fill("2099-01-02T04:00");
  await button(page, t.windowAdd).click();
  await page.getByRole("heading", { name: t.windows }).waitFor();
  await page.getByRole("button", { name: t.windowCallOff }).first().waitFor();
}
