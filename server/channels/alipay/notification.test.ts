// Notifications, built by the gateway half and read by the client half.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { fen, type Money } from "../../kernel/money.ts";
import type { CallbackReading } from "../port.ts";
import { alipay } from "./client.ts";
import { notificationBody, notificationSignText } from "./codec.ts";
import { account, alipayKeys, appKeys, noon } from "./fixtures.ts";
import { notificationFields, type TradeNotification } from "./notification.ts";
import { signText } from "./signing.ts";
import { formCallback } from "../testing/callbacks.ts";

const trade: TradeNotification = {
  notifyId: "2026030100222120001035130000000001",
  notifiedAt: new Date(noon.getTime() + 2_000),
  appId: account["appId"] ?? "",
  sellerId: account["sellerId"] ?? "",
  tradeNo: "2026030122001435131000000001",
  outTradeNo: "00000001order1",
  tradeStatus: "TRADE_SUCCESS",
  subject: "回音咖啡",
  totalAmount: fen(1250),
  createdAt: noon,
  paidAt: new Date(noon.getTime() + 1_000),
  buyerId: "2088102146225135",
  buyerLogonId: "138****8000",
  fundBills: [{ channel: "PCREDIT", amount: fen(1250), fundType: null }],
  refund: null,
};

test("a notification is built as written down", () => {
  const golden = readFileSync(new URL("golden/notification.form.txt", import.meta.url), "utf8").trimEnd();
  assert.equal(notificationBody(notificationFields(trade)), golden);
});

test("a genuine success is proof of payment, with purse and trade number", async () => {
  const reading = await read(trade);
  assert.ok(reading.kind === "accepted");
  assert.equal(reading.channelOrderNo, "00000001order1");
  assert.equal(reading.notificationId, trade.notifyId);
  assert.deepEqual(reading.news, {
    kind: "succeeded",
    channelTradeNo: trade.tradeNo,
    amount: fen(1250),
    paidAt: trade.paidAt,
    fundingSource: "huabei",
    payerAccount: "138****8000",
    words: { code: "TRADE_SUCCESS", message: "TRADE_SUCCESS" },
  });
  const kept = JSON.stringify(reading.redacted);
  assert.equal(kept.includes(trade.buyerId), false);
  assert.ok(kept.length < 2_000);
});

// what the notification says → news
for (const [what, change, edit] of [
  ["a refund", { refund: { refundedAt: noon, refundedAmount: fen(50), outRequestNo: "r1" } }, []],
  ["a finished trade", { tradeStatus: "TRADE_FINISHED" }, []],
  ["a closed trade", { tradeStatus: "TRADE_CLOSED", paidAt: null }, []],
  ["a waiting trade", { tradeStatus: "WAIT_BUYER_PAY", paidAt: null }, []],
  ["a success without moment of payment", { paidAt: null }, []],
  ["a success without a readable amount", {}, [["total_amount", "a lot"]]],
  ["a success without trade number", {}, [["trade_no", ""]]],
  ["a status nobody documented", {}, [["trade_status", "TRADE_PONDERING"]]],
] as ReadonlyArray<readonly [string, Partial<TradeNotification>, ReadonlyArray<readonly [string, string]>]>) {
  test(`${what} only means that the state may have changed`, async () => {
    const reading = await read({ ...trade, ...change }, edit);
    assert.ok(reading.kind === "accepted");
    assert.equal(reading.news.kind, "stateMayHaveChanged");
  });
}

test("what only says that something changed still names its amount, so that it can be held against the order", async () => {
  const refund = { refundedAt: noon, refundedAmount: fen(50), outRequestNo: "r1" };
  for (const [edit, amount] of [
    [[], trade.totalAmount],
    [[["total_amount", "a lot"]], null],
    [[["total_amount", ""]], null],
  ] as ReadonlyArray<readonly [ReadonlyArray<readonly [string, string]>, Money | null]>) {
    const reading = await read({ ...trade, refund }, edit);
    assert.ok(reading.kind === "accepted" && reading.news.kind === "stateMayHaveChanged");
    assert.deepEqual(reading.news.amount, amount);
  }
});

test("law: a notification with any one field altered, added or removed after signing is never accepted", async () => {
  const signed = await signedFields(trade, []);
  const names = [...signed.keys()].filter((name) => name !== "sign_type");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.string({ minLength: 1 }), async (name, value) => {
      const altered = new Map(signed).set(name, value);
      if (signed.get(name) !== value)
        assert.notEqual((await alipay.readCallback(account, formCallback(altered))).kind, "accepted");
      const removed = new Map(signed);
      removed.delete(name);
      assert.notEqual((await alipay.readCallback(account, formCallback(removed))).kind, "accepted");
      const added = new Map(signed).set(`x${name}`, value);
      assert.equal((await alipay.readCallback(account, formCallback(added))).kind, "forged");
    }),
    { numRuns: 60 },
  );
});

test("a notification for another app or seller is forged, signed by a stranger too", async () => {
  for (const other of [{ appId: "2021000000000002" }, { sellerId: "2088000000000002" }]) {
    const reading = await read({ ...trade, ...other });
    assert.equal(reading.kind, "forged");
  }
  const byStranger = await signedFields(trade, [], appKeys.privateKeyPem);
  assert.deepEqual(withoutRedacted(await alipay.readCallback(account, formCallback(byStranger))), {
    kind: "forged",
    problem: "bad signature",
  });
});

test("what is not a trade notification at all is malformed, with a reason", async () => {
  for (const [fields, problem] of [
    [new Map(), "sign is missing"],
    [new Map([["sign", "x"]]), "sign_type is not RSA2"],
    [
      new Map([
        ["sign", "x"],
        ["sign_type", "RSA"],
      ]),
      "sign_type is not RSA2",
    ],
    [await signedFields(trade, [["out_trade_no", ""]]), "out_trade_no is missing or malformed"],
    [await signedFields(trade, [["out_trade_no", "a b"]]), "out_trade_no is missing or malformed"],
    [await signedFields(trade, [["notify_id", ""]]), "notify_id is missing"],
  ] as ReadonlyArray<readonly [ReadonlyMap<string, string>, string]>) {
    assert.deepEqual(await alipay.readCallback(account, formCallback(fields)), {
      kind: "malformed",
      problem,
    });
  }
  const reading = await alipay.readCallback(
    { ...account, alipayPublicKeyPem: "" },
    formCallback(await signedFields(trade, [])),
  );
  assert.ok(reading.kind === "malformed");
  assert.match(reading.problem, /^signature could not be checked/);
});

test("the answer that ends the repetitions is exactly seven characters", () => {
  assert.deepEqual(alipay.answerCallback("processed", formCallback([])), {
    status: 200,
    contentType: "text/plain",
    body: "success",
  });
  assert.notEqual(alipay.answerCallback("tryAgain", formCallback([])).body, "success");
});

async function read(
  notification: TradeNotification,
  edits: ReadonlyArray<readonly [string, string]> = [],
): Promise<CallbackReading> {
  const fields = await signedFields(notification, edits);
  // Through the wire and back, as a server would hand it in.
  return alipay.readCallback(account, formCallback(new URLSearchParams(notificationBody(fields))));
}

async function signedFields(
  notification: TradeNotification,
  edits: ReadonlyArray<readonly [string, string]>,
  privateKeyPem = alipayKeys.privateKeyPem,
): Promise<Map<string, string>> {
  const fields = notificationFields(notification);
  for (const [name, value] of edits) fields.set(name, value);
  fields.set("sign", await signText(notificationSignText(fields, "dropped"), privateKeyPem));
  return fields;
}

function withoutRedacted(reading: CallbackReading): object {
  return Object.fromEntries(Object.entries(reading).filter(([key]) => key !== "redacted"));
}
