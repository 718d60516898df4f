// The published vectors: real signatures of Alipay. They stay outside the repository; without them this file says so and skips.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import { alipay } from "./client.ts";
import { answerBody, notificationSignText, responseNodeName, sliceAnswer } from "./codec.ts";
import { account } from "./fixtures.ts";
import { fundingSourceOf } from "./funding.ts";
import { parsedObject } from "./json.ts";
import { verifyText } from "./signing.ts";
import { formCallback } from "../testing/callbacks.ts";

const vectors = new URL("../../../../shared/vectors/alipay/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

test("published: the real upload answer verifies over its raw node", { skip }, async () => {
  const slice = sliceAnswer(vector("response-file-upload.raw.json"), "alipay.open.file.upload");
  assert.ok(slice.kind === "answer" && slice.signature !== null);
  assert.equal(slice.node, "own");
  const publicKey = vector("response-file-upload.public-key.pem");
  assert.equal(await verifyText(slice.text, slice.signature, publicKey), true);
  assert.equal(await verifyText(`${slice.text} `, slice.signature, publicKey), false);
});

test("published: slices keep white space, escapes and a nested sign", { skip }, () => {
  const cases = JSON.parse(vector("response-slice-cases.json")) as ReadonlyArray<Record<string, string>>;
  assert.equal(cases.length, 3);
  for (const { responseNode = "", raw = "", expectedSignedSlice } of cases) {
    const slice = sliceAnswer(raw, responseNode.replace(/_response$/, "").replaceAll("_", "."));
    assert.ok(slice.kind === "answer");
    assert.equal(slice.text, expectedSignedSlice);
    assert.match(slice.signature ?? "", /^P8xrBWqZCUv11UrE/);
  }
});

test("published: a real notification verifies without sign_type, and not with it", { skip }, async () => {
  const { fields, sign, publicKey } = publishedNotification("notify-trade-success.json");
  assert.equal(await verifyText(notificationSignText(fields, "dropped"), sign, publicKey), true);
  assert.equal(await verifyText(notificationSignText(fields, "kept"), sign, publicKey), false);
});

test(
  "published: a real notification is read as paid, and as forged for another app or seller",
  { skip },
  async () => {
    const { fields, publicKey } = publishedNotification("notify-trade-success.json");
    const own = {
      ...account,
      alipayPublicKeyPem: publicKey,
      appId: "2019073166072302",
      sellerId: "2088531891668739",
    };
    const reading = await alipay.readCallback(own, formCallback(fields));
    assert.ok(reading.kind === "accepted" && reading.news.kind === "succeeded", reading.kind);
    assert.deepEqual(reading.news.amount, fen(10));
    assert.equal(reading.news.fundingSource, "balance");
    assert.equal(reading.news.channelTradeNo, "2019081522001468450512505578");
    assert.equal(reading.notificationId, "2019081500222155624068450559358070");
    assert.equal(
      (await alipay.readCallback({ ...own, appId: "2019073166072303" }, formCallback(fields))).kind,
      "forged",
    );
    assert.equal(
      (await alipay.readCallback({ ...own, sellerId: "2088531891668730" }, formCallback(fields))).kind,
      "forged",
    );
  },
);

test("published: the notification with a bad signature fails in both variants", { skip }, async () => {
  const { fields, sign, publicKey } = publishedNotification(
    "notify-trade-success-pcredit.bad-signature.json",
  );
  assert.equal(await verifyText(notificationSignText(fields, "dropped"), sign, publicKey), false);
  assert.equal(await verifyText(notificationSignText(fields, "kept"), sign, publicKey), false);
  const own = {
    ...account,
    alipayPublicKeyPem: publicKey,
    appId: "2018121762595097",
    sellerId: "2088331578818800",
  };
  assert.equal((await alipay.readCallback(own, formCallback(fields))).kind, "forged");
});

test("published: the real Huabei answer verifies and names its purse", { skip }, async () => {
  const { signContent, sign } = JSON.parse(vector("response-trade-pcredit.json")) as Record<string, string>;
  assert.ok(signContent !== undefined && sign !== undefined);
  const slice = sliceAnswer(
    answerBody(responseNodeName("alipay.trade.query"), signContent, sign),
    "alipay.trade.query",
  );
  assert.ok(slice.kind === "answer" && slice.signature !== null);
  assert.equal(
    await verifyText(slice.text, slice.signature, vector("response-trade-pcredit.public-key.pem")),
    true,
  );
  assert.equal(fundingSourceOf(parsedObject(slice.text)?.get("fund_bill_list")), "huabei");
});

function publishedNotification(file: string) {
  const fields = new Map(Object.entries(JSON.parse(vector(file)) as Record<string, string>));
  const publicKey = vector("notify-trade-success.public-key.pem");
  return { fields, sign: fields.get("sign") ?? "", publicKey };
}
