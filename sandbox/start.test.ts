// The sandbox over HTTP: the platform’s own channel against it, the controls, and a restart in the middle of things.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import type { ChannelAccount, ChannelIo, ChargeRequest } from "@huiyin/server/channels/port.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { addSeconds } from "@huiyin/server/kernel/time.ts";
import { callbackSite, testSandbox, type TestSandbox } from "./fixtures.ts";

let made: TestSandbox;
before(async () => void (made = await testSandbox()));
after(() => made[Symbol.asyncDispose]());

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

async function newPayer(body: Json = {}): Promise<Json> {
  const answer = await made.control("POST", "/control/wallets", { name: "测试", balance: 10_000, ...body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}
const codeOf = async (walletId: string): Promise<string> =>
  (await made.control("POST", `/control/wallets/${walletId}/payer-code`)).body.code;

const io = (): ChannelIo => ({
  now: () => made.clock.now(),
  transport: async ({ url, headers, body, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
    return { status: answer.status, headers: {}, body: Buffer.from(await answer.text()) };
  },
});
const charge = (channelOrderNo: string, payerCode: string, more: Partial<ChargeRequest> = {}) =>
  alipay.charge(io(), made.merchant as ChannelAccount, {
    channelOrderNo,
    orderedAt: made.clock.now(),
    amount: fen(1_250),
    payerCode,
    subject: "回音咖啡",
    expiresAt: addSeconds(made.clock.now(), 120),
    storeNo: null,
    terminalNo: null,
    callbackUrl: "http://127.0.0.1:9/callback",
    ...more,
  });
const orderOf = (channelOrderNo: string) => ({
  channelOrderNo,
  orderedAt: made.clock.now(),
  amount: fen(1_250),
});
const query = (channelOrderNo: string) =>
  alipay.query(io(), made.merchant as ChannelAccount, orderOf(channelOrderNo));
const cancel = (channelOrderNo: string) =>
  alipay.cancel(io(), made.merchant as ChannelAccount, orderOf(channelOrderNo));

test("the platform’s own channel pays with Huabei, queries and cancels", async () => {
  const payer = await newPayer({ huabei: { limit: 10_000 }, funding: "huabei" });
  const { outcome } = await charge("start1", await codeOf(payer["id"]));
  assert.ok(outcome.kind === "succeeded", outcome.kind);
  assert.deepEqual([outcome.fundingSource, outcome.amount.minor], ["huabei", 1_250n]);
  assert.equal((await query("start1")).outcome.kind, "succeeded");
  assert.deepEqual((await cancel("start1")).outcome.kind, "cancelled");
  const after = (await query("start1")).outcome;
  assert.ok(after.kind === "closed" && after.everPaid === "yes");
});

test("a password is typed on the wallet page, wrongly first", async () => {
  const payer = await newPayer({ passwordAbove: 0 });
  const path = `/control/wallets/${payer["id"]}`;
  assert.equal((await charge("start2", await codeOf(payer["id"]))).outcome.kind, "pending");
  const waiting = (await made.control("GET", path)).body.waiting;
  assert.deepEqual(
    waiting.map(({ outTradeNo, amount }: Json) => [outTradeNo, amount]),
    [["start2", 1_250]],
  );
  const wrong = await made.control("POST", `${path}/approvals`, { password: "000000" });
  assert.deepEqual([wrong.status, wrong.body.code], [422, "sandbox_password_wrong"]);
  const right = await made.control("POST", `${path}/approvals`, { password: "123456" });
  assert.deepEqual([right.status, right.body.status], [200, "TRADE_SUCCESS"]);
  assert.equal((await query("start2")).outcome.kind, "succeeded");
  assert.equal((await made.control("POST", `${path}/approvals`, { password: "123456" })).status, 409);
  assert.equal((await made.control("GET", `${path}/payments`)).body.items[0].outTradeNo, "start2");
});

test("a broken connection and a 502 reach the platform as unknown, and the query tells the truth", async () => {
  const payer = await newPayer();
  for (const [fault, order] of [
    ["reply-lost-after-effect", "start3"],
    ["server-error", "start4"],
    ["wrong-signature", "start5"],
  ] as const) {
    const scope = { nextRequests: 1, walletId: payer["id"] };
    assert.equal((await made.control("PUT", `/control/faults/${fault}`, scope)).body.state, "on");
    assert.equal((await charge(order, await codeOf(payer["id"]))).outcome.kind, "unknown");
    assert.equal((await query(order)).outcome.kind, "succeeded");
  }
});

test("the clock moves expiries and notifications", async () => {
  let answer = "fail";
  await using site = await callbackSite(() => answer);
  const payer = await newPayer({ passwordAbove: 0 });
  await charge("start6", await codeOf(payer["id"]));
  const before = (await made.control("GET", "/control/clock")).body.now;
  const moved = (await made.control("POST", "/control/clock", { advanceSeconds: 120 })).body.now;
  assert.ok(Date.parse(moved) - Date.parse(before) >= 120_000);
  const after = (await query("start6")).outcome;
  assert.ok(after.kind === "closed" && after.everPaid === "no");

  const rich = await newPayer();
  await charge("start7", await codeOf(rich["id"]), { callbackUrl: site.url });
  const waiting = () => made.sandbox.world.pendingNotifications().filter(({ url }) => url === site.url);
  // Its second attempt is due four minutes after the first has failed: only from then on may the clock be moved.
  await until(() => waiting()[0]?.attempts === 1);
  answer = "success";
  made.clock.advance(239_000);
  assert.equal(site.received.length, 1);
  made.clock.advance(2_000);
  await until(() => site.received.length === 2);
  assert.equal(site.received[0]?.get("notify_id"), site.received[1]?.get("notify_id"));
  await until(() => waiting().length === 0);
});

test("the books tell the true reason that the wire keeps to itself", async () => {
  const payer = await newPayer({ huabei: { limit: 10_000 }, funding: "huabei" });
  await made.control("PUT", "/control/faults/C-MCH-01", { appId: made.merchant.appId });
  const { outcome } = await charge("start8", await codeOf(payer["id"]));
  assert.ok(outcome.kind === "declined" && outcome.words.code.includes("NO_PAYMENT_INSTRUMENTS_AVAILABLE"));
  const { body } = await made.control("GET", "/control/books/alipay?outTradeNo=start8");
  assert.deepEqual(
    [body.state, body.problems, body.refusals.map(({ reason }: Json) => reason)],
    ["sound", [], ["huabeiClosedAtMerchant"]],
  );
  const opened = await made.control(
    "POST",
    `/huiyin/merchants/${made.merchant.appId}/products/huabei/open`,
    {},
  );
  assert.deepEqual(opened.body.products, { facePay: "open", huabei: "open", huabeiInstalment: "open" });
  assert.equal((await charge("start9", await codeOf(payer["id"]))).outcome.kind, "succeeded");
});

test("the platform’s own channel refunds in parts, and a merchant without money is told so until it tops up", async () => {
  const payer = await newPayer();
  const account = made.merchant as ChannelAccount;
  const refund = (channelRefundNo: string, amount: number, sendHistory: "first" | "afterUnclear" = "first") =>
    alipay.refund(io(), account, {
      order: orderOf("refund1"),
      channelRefundNo,
      requestedAt: made.clock.now(),
      amount: fen(amount),
      reason: "尺码不合",
      sendHistory,
      callbackUrl: "",
    });
  await charge("refund1", await codeOf(payer["id"]));
  const first = (await refund("refund1r1", 250)).outcome;
  assert.ok(first.kind === "refunded" && first.refundedTotal?.minor === 250n, first.kind);
  const again = (await refund("refund1r1", 250, "afterUnclear")).outcome;
  assert.ok(again.kind === "refunded" && again.refundedTotal?.minor === 250n, again.kind);
  const path = `/control/merchants/${account["appId"]}`;
  const before = (await made.control("GET", "/control/merchants")).body.items[0].available;
  assert.equal((await made.control("PATCH", path, { balance: 999 })).body.available, 999);
  assert.equal((await refund("refund1r2", 1_000)).outcome.kind, "balanceShort");
  await made.control("PATCH", path, { balance: before });
  const rest = (await refund("refund1r2", 1_000)).outcome;
  assert.ok(rest.kind === "refunded" && rest.refundedTotal?.minor === 1_250n, rest.kind);
  const found = (
    await alipay.refundQuery(io(), account, {
      order: orderOf("refund1"),
      channelRefundNo: "refund1r2",
      requestedAt: made.clock.now(),
    })
  ).outcome;
  assert.ok(found.kind === "refunded" && found.amount.minor === 1_000n);
  const { body } = await made.control("GET", "/control/books/alipay?outTradeNo=refund1");
  assert.deepEqual(
    body.trades[0].refunds.map(({ requestNo, amount, reason }: Json) => [requestNo, amount, reason]),
    [
      ["refund1r1", 250, "尺码不合"],
      ["refund1r2", 1_000, "尺码不合"],
    ],
  );
  assert.deepEqual([body.state, body.trades[0].refunded], ["sound", 1_250]);
});

test("the platform’s own channel draws a code, the payer’s phone scans it, and the password pays", async () => {
  const payer = await newPayer();
  const { outcome } = await alipay.precreate(io(), made.merchant as ChannelAccount, {
    channelOrderNo: "code1",
    orderedAt: made.clock.now(),
    amount: fen(800),
    subject: "回音咖啡",
    expiresAt: addSeconds(made.clock.now(), 120),
    storeNo: null,
    terminalNo: null,
    callbackUrl: "",
  });
  assert.ok(outcome.kind === "created", outcome.kind);
  const { codeUrl } = outcome;
  const listed = (await made.control("GET", "/control/offers")).body.items;
  assert.deepEqual([listed[0].codeUrl, listed[0].amount], [codeUrl, 800]);
  assert.equal((await query("code1")).outcome.kind, "notFound");
  const path = `/control/wallets/${payer["id"]}`;
  const scanned = await made.control("POST", `${path}/scans`, { codeUrl: ` ${codeUrl} ` });
  assert.deepEqual(
    [scanned.status, scanned.body.status, scanned.body.shownBy],
    [201, "WAIT_BUYER_PAY", "merchant"],
  );
  assert.equal((await made.control("GET", "/control/offers")).body.items.length, 0);
  await made.control("POST", `${path}/approvals`, { password: "123456" });
  assert.equal((await query("code1")).outcome.kind, "succeeded");
  const strange = await made.control("POST", `${path}/scans`, { codeUrl: "https://qr.alipay.com/bax0" });
  assert.deepEqual([strange.status, strange.body.code], [404, "sandbox_scan_unknown"]);
});

test("bad input to the controls is refused with the field and what to do", async () => {
  const payer = await newPayer();
  const path = `/control/wallets/${payer["id"]}`;
  for (const [method, where, body, status, code] of [
    ["POST", "/control/wallets", { name: "" }, 400, "request_invalid"],
    ["POST", "/control/wallets", { name: "x", balance: 1.5 }, 400, "request_invalid"],
    ["POST", "/control/wallets", { name: "x", balance: "5" }, 400, "request_invalid"],
    ["POST", "/control/wallets", { name: "x", colour: 1 }, 400, "request_invalid"],
    ["POST", "/control/wallets", { name: "x", funding: "card:1" }, 404, "not_found"],
    ["PATCH", path, {}, 400, "request_invalid"],
    ["PATCH", path, { state: "rich" }, 400, "request_invalid"],
    ["PATCH", "/control/wallets/wal_9999", { name: "x" }, 404, "not_found"],
    ["POST", `${path}/scans`, {}, 400, "request_invalid"],
    ["PATCH", "/control/merchants/2021000000000099", { balance: 1 }, 404, "not_found"],
    ["PATCH", `/control/merchants/${made.merchant.appId}`, { balance: -1 }, 400, "request_invalid"],
    ["PATCH", `/control/merchants/${made.merchant.appId}`, {}, 400, "request_invalid"],
    ["POST", `${path}/payer-code`, { colour: 1 }, 400, "request_invalid"],
    ["POST", `${path}/approvals`, { password: "123456" }, 409, "sandbox_nothing_to_approve"],
    ["PUT", "/control/faults/C-XYZ-99", {}, 404, "not_found"],
    ["PUT", "/control/faults/slow", { nextRequests: 0 }, 400, "request_invalid"],
    ["POST", "/control/clock", { advanceSeconds: -1 }, 400, "request_invalid"],
    ["GET", "/control/books/visa", undefined, 400, "request_invalid"],
    ["GET", "/control/credentials/alipay?appId=2021000000000099", undefined, 404, "not_found"],
  ] as const) {
    const answer = await made.control(method, where, body);
    assert.deepEqual(
      [answer.status, answer.body.code],
      [status, code],
      `${method} ${where} ${JSON.stringify(body)}`,
    );
    assert.ok(answer.body.detail.length > 0);
  }
});

test("a restart keeps wallets, trades, faults, keys and notifications that nobody has taken yet", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "huiyin-restart-"));
  try {
    let appId = "";
    await using site = await callbackSite(() => "success");
    {
      await using first = await testSandbox({ dataDirectory });
      appId = first.merchant.appId;
      await first.control("PUT", "/control/faults/C-X-03", {});
      const { code } = (await first.control("POST", "/control/wallets/wal_0001/payer-code")).body;
      const { merchant, clock } = first;
      const own = { ...io(), now: () => clock.now() };
      await alipay.charge(own, merchant, {
        ...chargeOf("restart1", code, clock.now()),
        callbackUrl: site.url,
      });
      await until(() => first.sandbox.world.pendingNotifications()[0]?.attempts === 1);
    }
    await using second = await testSandbox({ dataDirectory });
    assert.equal(second.merchant.appId, appId);
    const { faults, book } = second.sandbox.world;
    assert.equal(faults.list().find(({ id }) => id === "C-X-03")?.state, "on");
    assert.equal([...book.trades.values()][0]?.status, "TRADE_SUCCESS");
    await second.control("DELETE", "/control/faults/C-X-03");
    assert.equal(site.received.length, 0);
    second.clock.advance(241_000);
    await until(() => site.received.length === 1);
    assert.equal(site.received[0]?.get("out_trade_no"), "restart1");
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});

function chargeOf(channelOrderNo: string, payerCode: string, now: Date): ChargeRequest {
  return {
    channelOrderNo,
    orderedAt: now,
    amount: fen(100),
    payerCode,
    subject: "回音咖啡",
    expiresAt: addSeconds(now, 120),
    storeNo: null,
    terminalNo: null,
    callbackUrl: "",
  };
}

/** Waits for something another part of the sandbox is doing; the test runner’s own limit ends it otherwise. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}
