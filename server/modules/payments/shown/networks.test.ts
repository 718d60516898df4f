// Codes that are shown, through WeChat Pay and UnionPay as they are simulated: the whole platform over HTTP, its own clock
// and the world’s moved together. What the payer does happens at the moments that matter; what the channel holds decides.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import pino from "pino";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { testSandbox, type TestSandbox } from "@huiyin/sandbox/fixtures.ts";
import { compareBooks } from "../../../../cli/demo/books.ts";
import { setUpDemo, type Demo } from "../../../../cli/demoWorld.ts";
import { operatorKeyOf } from "../../../../cli/keys.ts";
import { channels } from "../../../channels/registry.ts";
import type { Channel } from "../../../channels/port.ts";
import { askJson } from "../../../platform/http/fixtures.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { createWorld } from "../../../platform/world.ts";
import { startPlatform, type Platform } from "../../../start.ts";

const networks = ["wechat", "unionpay"] as const;
type Network = (typeof networks)[number];

const notificationLost = "C-X-03";
const password = "123456";

let db: TestDb;
let outside: TestSandbox;
let platform: Platform;
let demo: Demo;
let operatorKey: string;
/** What the payer does while the platform’s close, or the answer to its query, is on its way. */
let meanwhile: (() => Promise<"done" | "tooSoon">) | null = null;

/** The very channels, with the moment between two parties held open. */
function watched(channel: Channel): Channel {
  const payerActs = async (): Promise<void> => {
    if (meanwhile !== null && (await meanwhile()) === "done") meanwhile = null;
  };
  return {
    ...channel,
    close: async (io, account, order) => {
      await payerActs();
      return channel.close(io, account, order);
    },
    query: async (io, account, order) => {
      const reply = await channel.query(io, account, order);
      if (channel.manifest.offers.close === "no") await payerActs();
      return reply;
    },
  };
}

before(async () => {
  db = await testDb();
  outside = await testSandbox();
  const { clock, sandbox, dataDirectory } = outside;
  platform = await startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      ...{ masterKey: { bytes: randomBytes(32), kind: "development" }, roles: ["http", "jobs"] },
      eCnyCodes: "yes",
    },
    ...{ databaseUrl: db.url, clock, world: createWorld(clock), log: pino({ level: "silent" }) },
    channels: new Map([...channels].map(([code, channel]) => [code, watched(channel)])),
  });
  demo = await setUpDemo({ platform, sandbox, dataDirectory });
  operatorKey = await operatorKeyOf(platform, dataDirectory);
});
after(async () => {
  await platform?.stop();
  await outside?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  assert.equal(meanwhile, null, "the payer never got to act");
  await outside.control("DELETE", `/control/faults/${notificationLost}`);
});

async function ask<T>(method: string, path: string, body?: unknown, key = demo.merchantKey): Promise<T> {
  const answer = await askJson(platform.url, path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(method === "POST" && { "idempotency-key": randomBytes(8).toString("hex") }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
  return answer.json as T;
}

async function shown(method: Network, validitySeconds = 60): Promise<Payment> {
  const body = { amount: 1_280, method, validitySeconds };
  const payment = await ask<Payment>("POST", "/v1/payments/codes", body);
  assert.deepEqual([payment.mode, payment.state, payment.channel], ["shownCode", "awaitingPayer", method]);
  return payment;
}

const read = (payment: Payment): Promise<Payment> => ask("GET", `/v1/payments/${payment.id}`);

async function kindsOf(payment: Payment): Promise<readonly string[]> {
  const path = `/v1/payments/${payment.id}/timeline`;
  const { items } = await ask<{ items: ReadonlyArray<{ kind: string }> }>(
    "GET",
    path,
    undefined,
    operatorKey,
  );
  return items.map(({ kind }) => kind);
}

/** Looks until it is so; between two looks so many seconds pass for both programs, and hardly any time for us. */
async function until(payment: Payment, state: Payment["state"], lookSeconds = 1): Promise<Payment> {
  for (let look = 0; look < 500; look += 1) {
    const present = await read(payment);
    if (present.state === state) return present;
    await pause(20);
    pass(lookSeconds);
  }
  throw new Error(`${payment.id} never became ${state}: ${JSON.stringify(await read(payment))}`);
}

const pass = (seconds: number): void => outside.clock.advance(seconds * 1_000);

type Payer = Readonly<{
  scan(payment: Payment): Promise<number>;
  confirm(): Promise<void>;
  pays(payment: Payment): Promise<void>;
}>;

/** Somebody with a wallet of this network, who scans what is on the screen. */
async function payerOf(channel: Network): Promise<Payer> {
  const wish = { channel, name: "测试", balance: 1_000_000, password };
  const { id } = (await outside.control("POST", "/control/wallets", wish)).body as { id: string };
  const scan = async ({ code }: Payment): Promise<number> =>
    (await outside.control("POST", `/control/wallets/${id}/scans`, { codeUrl: code?.url })).status;
  const confirm = async (): Promise<void> => {
    assert.equal(
      (await outside.control("POST", `/control/wallets/${id}/approvals`, { password })).status,
      200,
    );
  };
  return {
    ...{ scan, confirm },
    pays: async (payment) => {
      assert.equal(await scan(payment), 201);
      await confirm();
    },
  };
}

const loseNotices = (channel: Network) =>
  outside.control("PUT", `/control/faults/${notificationLost}`, { channel });

/** The only trade that the network has of this payment. */
async function tradeOf({ channel, channelOrderNo }: Payment): Promise<{ status: string; amount: number }> {
  const { body } = await outside.control("GET", `/control/books/${channel}?outTradeNo=${channelOrderNo}`);
  const { trades } = body as { trades: ReadonlyArray<{ status: string; amount: number }> };
  assert.equal(trades.length, 1);
  return trades[0] ?? { status: "", amount: 0 };
}

/** Withdrawn over HTTP; the payment as the answer has it. */
async function withdraw({ id }: Payment): Promise<Payment> {
  return (await ask<{ payment: Payment }>("POST", `/v1/payments/${id}/reversal`, {})).payment;
}

const agent = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 UnionPay/1.0 CloudPay";

const addresses: Readonly<Record<Network, RegExp>> = {
  wechat: /^weixin:\/\/wxpay\/bizpayurl\?pr=/,
  unionpay: /^https:\/\/qr\.95516\.com\//,
};

for (const network of networks) {
  test(`${network}: a code is scanned and paid, and the network’s notice says so`, async () => {
    const payment = await shown(network);
    assert.match(payment.code?.url ?? "", addresses[network]);
    const payer = await payerOf(network);
    await payer.pays(payment);
    // Time stands still: no query is due.
    const paid = await until(payment, "succeeded", 0);
    assert.deepEqual([paid.code, paid.lateSuccess, (await tradeOf(paid)).amount], [null, false, 1_280]);
    assert.ok((await kindsOf(paid)).includes("callbackReceived"));
    assert.notEqual(await (await payerOf(network)).scan(payment), 201, "nobody pays it a second time");
  });

  test(`${network}: a notice that is lost is made up for by a query`, async () => {
    await loseNotices(network);
    const payment = await shown(network);
    await (await payerOf(network)).pays(payment);
    pass(6);
    const kinds = await kindsOf(await until(payment, "succeeded"));
    assert.deepEqual([kinds.includes("callbackReceived"), kinds.includes("queryAnswered")], [false, true]);
  });

  test(`${network}: a code that nobody scans expires, is closed, and can be scanned no more`, async () => {
    const payment = await shown(network);
    pass(61);
    assert.equal((await read(payment)).code, null, "hidden at its expiry");
    pass(30);
    const closed = await until(payment, "closed");
    assert.equal(closed.review, null);
    assert.notEqual(await (await payerOf(network)).scan(payment), 201);
  });

  test(`${network}: whoever confirms in the last second has paid, though no notice comes`, async () => {
    await loseNotices(network);
    const payment = await shown(network);
    const payer = await payerOf(network);
    assert.equal(await payer.scan(payment), 201);
    const left = Date.parse(payment.expiresAt) - outside.clock.now().getTime();
    outside.clock.advance(left - 1_000);
    await payer.confirm();
    pass(60);
    const paid = await until(payment, "succeeded");
    assert.deepEqual([paid.lateSuccess, paid.review], [false, null]);
  });

  test(`${network}: a code that is paid while it is being withdrawn is paid, on both sides`, async () => {
    await loseNotices(network);
    const payment = await shown(network);
    const payer = await payerOf(network);
    assert.equal(await payer.scan(payment), 201);
    meanwhile = async () => {
      // A query that was due anyway says nothing of the withdrawal.
      if ((await read(payment)).code !== null) return "tooSoon";
      await payer.confirm();
      return "done";
    };
    const answered = await withdraw(payment);
    // UnionPay closes nothing: the code was over for the shop when the payer paid, and that becomes a case.
    const late = network === "unionpay";
    assert.deepEqual([answered.state, answered.code], [late ? "closed" : "succeeded", null]);
    pass(6);
    const paid = await until(payment, "succeeded");
    assert.equal(paid.lateSuccess, late);
    assert.equal((await tradeOf(paid)).status, "TRADE_SUCCESS");
  });
}

// WeChat pays in the page itself: server/modules/storeCodes/pages.test.ts.
test("unionpay: the page behind a printed code makes one code for the wallet that opened it, and that is paid", async () => {
  const path = `/v1/stores/${demo.storeId}/codes`;
  const { url } = await ask<{ url: string }>("POST", path, { label: "1 号桌" });
  const headers = { "user-agent": agent, "accept-language": "zh-CN" };
  const page = await (await fetch(url, { headers })).text();
  const attempt = /name="attempt" value="([0-9a-f]{32})"/.exec(page)?.[1] ?? "";
  const body = new URLSearchParams({ amount: "12.80", attempt });
  for (const time of ["first", "again"]) {
    const answer = await fetch(url, { method: "POST", headers, body });
    assert.deepEqual([answer.status, (await answer.text()).includes("¥12.80")], [200, true], time);
  }
  const { items } = await ask<{ items: Payment[] }>("GET", `/v1/payments?state=awaitingPayer`);
  const [payment, ...others] = items;
  assert.ok(payment !== undefined && others.length === 0, `${items.length} payments by one form`);
  assert.deepEqual([payment.channel, payment.storeId, payment.terminalId], ["unionpay", demo.storeId, null]);
  await (await payerOf("unionpay")).pays(payment);
  assert.equal((await until(payment, "succeeded")).lateSuccess, false);
});

test("wechat: a code that the shop withdraws is closed at once, and nobody can scan it any more", async () => {
  const payment = await shown("wechat");
  const payer = await payerOf("wechat");
  const closed = await withdraw(payment);
  assert.deepEqual(
    [closed.state, closed.code, (await tradeOf(payment)).status],
    ["closed", null, "TRADE_CLOSED"],
  );
  assert.notEqual(await payer.scan(payment), 201);
});

test("unionpay: a withdrawn code is over for the shop, and ends at the network by its expiry", async () => {
  const payment = await shown("unionpay");
  const closed = await withdraw(payment);
  assert.deepEqual([closed.state, closed.code], ["closed", null]);
  pass(95);
  assert.notEqual(await (await payerOf("unionpay")).scan(payment), 201);
  assert.equal((await until(payment, "closed")).lateSuccess, false);
});

test("digital yuan is told by its code where the configuration says so, and refused by its name", async () => {
  const { status, json } = await askJson(platform.url, "/v1/payments", {
    method: "POST",
    headers: {
      authorization: `Bearer ${demo.merchantKey}`,
      "content-type": "application/json",
      "accept-language": "zh-CN",
      "idempotency-key": "digital-yuan",
    },
    body: JSON.stringify({ amount: 1_280, payerCode: "0112345678901234567" }),
  });
  assert.deepEqual([status, json["code"]], [422, "channel_not_available"]);
  assert.match(JSON.stringify(json), /数字人民币/);
});

test("afterwards the books of both networks agree with ours to the fen", async () => {
  const reader = {
    platform: <T>(path: string): Promise<T> => ask<T>("GET", path, undefined, operatorKey),
    control: async <T>(path: string): Promise<T> => (await outside.control("GET", path)).body as T,
  };
  const { differences, paid, paidFen } = await compareBooks(reader, demo.merchantId);
  assert.deepEqual(differences, []);
  assert.deepEqual([paid, paidFen], [9, 9 * 1_280]);
});
