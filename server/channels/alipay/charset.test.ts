// GBK on the wire: what is signed is what is sent, and answers are verified over the bytes as they came.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import iconv from "iconv-lite";
import { fen } from "../../kernel/money.ts";
import { alipay } from "./client.ts";
import { bytesOfText, charsetOf, encodableJson, percentEncoded } from "./charset.ts";
import { answerBody, notificationSignText, readRequest, requestSignText, responseNodeName } from "./codec.ts";
import { account, alipayKeys, appKeys, chargeRequest, ioWith, noon } from "./fixtures.ts";
import { notificationFields } from "./notification.ts";
import { signBytes, verifyBytes } from "./signing.ts";
import { slicedAnswer } from "./slices.ts";

const gbkAccount = { ...account, charset: "gbk" };

test("GBK text is sent as its own bytes behind percent signs, never as those of UTF-8", () => {
  assert.equal(percentEncoded([["subject", "回音 咖啡"]], "gbk"), "subject=%BB%D8%D2%F4+%BF%A7%B7%C8");
  assert.equal(
    percentEncoded([["subject", "回音 咖啡"]], "utf-8"),
    "subject=%E5%9B%9E%E9%9F%B3+%E5%92%96%E5%95%A1",
  );
  assert.equal(percentEncoded([["a&b", "c=d~e*f-g_h.i"]], "gbk"), "a%26b=c%3Dd%7Ee*f-g_h.i");
});

test("law: whatever stands in a JSON text survives GBK, letters it lacks as escapes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = encodableJson(JSON.stringify({ text }), "gbk");
      const decoded = new TextDecoder("gbk").decode(bytesOfText(json, "gbk"));
      // JSON.stringify itself escapes lone surrogates, so the text comes back as it was.
      assert.deepEqual(JSON.parse(decoded), { text });
    }),
  );
});

test("law: the gateway half reads a GBK request as it was meant", () => {
  const texts = fc.stringMatching(/^[一-龥a-z0-9&=%+ ]{0,20}$/);
  fc.assert(
    fc.property(texts, texts, (subject, body) => {
      const query = percentEncoded(
        [
          ["charset", "GBK"],
          ["method", "m"],
        ],
        "gbk",
      );
      const form = percentEncoded(
        [
          ["subject", subject],
          ["body", body],
        ],
        "gbk",
      );
      const reading = readRequest(query, form);
      assert.ok(reading.kind === "request");
      assert.deepEqual([reading.parameters.get("subject"), reading.parameters.get("body")], [subject, body]);
    }),
  );
});

test("a charset that nobody knows is that of the documents: utf-8", () => {
  assert.deepEqual(["gbk", "GBK", "utf-8", "UTF-8", "", undefined, "constructor"].map(charsetOf), [
    "gbk",
    "gbk",
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-8",
  ]);
});

test("a request in GBK is signed over its GBK bytes and says so in parameter and header", async () => {
  const sent: Array<{ url: string; body: string; type: string }> = [];
  const transport = async ({ url, body, headers }: { url: string; body: string; headers: object }) => {
    sent.push({ url, body, type: new Map(Object.entries(headers)).get("content-type") as string });
    throw new Error("only what is sent is looked at");
  };
  await alipay.charge(ioWith(transport as never), gbkAccount, { ...chargeRequest, subject: "回音咖啡☕" });
  const [request] = sent;
  assert.ok(request !== undefined);
  assert.equal(request.type, "application/x-www-form-urlencoded;charset=gbk");
  assert.ok(request.body.includes("%BB%D8%D2%F4%BF%A7%B7%C8"), request.body);
  const reading = readRequest(new URL(request.url).search.slice(1), request.body);
  assert.ok(reading.kind === "request");
  const { parameters } = reading;
  assert.equal(parameters.get("charset"), "gbk");
  const content = JSON.parse(parameters.get("biz_content") ?? "") as { subject: string };
  assert.equal(content.subject, "回音咖啡☕");
  const text = requestSignText(parameters);
  const sign = parameters.get("sign") ?? "";
  assert.equal(await verifyBytes(iconv.encode(text, "gbk"), sign, appKeys.publicKeyPem), true);
  assert.equal(await verifyBytes(Buffer.from(text), sign, appKeys.publicKeyPem), false);
});

/** 頫 and 馻 have trail bytes that look like a backslash or a brace; 回 does not. */
const nodeText = (orderNo: string): string =>
  `{"code":"10000","msg":"成功頫馻誠","trade_status":"TRADE_SUCCESS","out_trade_no":"${orderNo}","trade_no":"t1","total_amount":"12.50","send_pay_date":"2026-03-01 12:00:00","store_name":"回音咖啡誠[{"}`;

async function gbkAnswer(charset: string): Promise<Uint8Array> {
  const text = nodeText(chargeRequest.channelOrderNo);
  const signature = await signBytes(iconv.encode(text, charset), alipayKeys.privateKeyPem);
  return iconv.encode(answerBody(responseNodeName("alipay.trade.query"), text, signature), charset);
}

test("an answer in GBK is verified over its bytes, whatever they look like to who reads them one by one", async () => {
  const body = await gbkAnswer("gbk");
  const headers = { "content-type": "text/html;charset=GBK" };
  const io = ioWith(async () => ({ status: 200, headers, body }));
  const { outcome } = await alipay.query(io, gbkAccount, chargeRequest);
  assert.ok(
    outcome.kind === "succeeded",
    JSON.stringify(outcome, (_, value) => String(value)),
  );
  assert.equal(outcome.words.message, "成功頫馻誠");
  assert.deepEqual(outcome.amount, fen(1250));
  const altered = Buffer.from(body).map((byte, index) => (index === 60 ? byte ^ 1 : byte));
  const other = ioWith(async () => ({ status: 200, headers, body: altered }));
  assert.equal((await alipay.query(other, gbkAccount, chargeRequest)).outcome.kind, "unknown");
});

test("an answer names no charset: it is read in that of the request", async () => {
  const body = await gbkAnswer("gbk");
  const io = ioWith(async () => ({ status: 200, headers: { "content-type": "text/html" }, body }));
  assert.equal((await alipay.query(io, gbkAccount, chargeRequest)).outcome.kind, "succeeded");
});

test("the node is cut out by bytes and read as text", () => {
  const text = '{"code":"10000","msg":"誠\\"}"}';
  const body = iconv.encode(`{"m_response": ${text} ,"sign":"c2lnbg=="}`, "gbk");
  const slice = slicedAnswer(body, "gbk", "m");
  assert.ok(slice.kind === "answer");
  assert.deepEqual([slice.text, slice.signature], [text, "c2lnbg=="]);
  assert.deepEqual(Buffer.from(slice.bytes), iconv.encode(text, "gbk"));
});

test("a notification in GBK is verified over GBK bytes, whether its header or its own field names the charset", async () => {
  const fields = notificationFields({
    ...{
      notifyId: "n1",
      notifiedAt: noon,
      appId: account["appId"] ?? "",
      sellerId: account["sellerId"] ?? "",
    },
    ...{ tradeNo: "t1", outTradeNo: "00000001order1", tradeStatus: "TRADE_SUCCESS", subject: "回音咖啡誠" },
    ...{ totalAmount: fen(1250), createdAt: noon, paidAt: noon, buyerId: "2088102146225135" },
    ...{ buyerLogonId: "138****8000", fundBills: [], refund: null },
  }).set("charset", "GBK");
  const text = notificationSignText(fields, "dropped");
  fields.set("sign", await signBytes(iconv.encode(text, "gbk"), alipayKeys.privateKeyPem));
  const body = Buffer.from(percentEncoded([...fields], "gbk"));
  for (const type of [
    "application/x-www-form-urlencoded; charset=GBK",
    "application/x-www-form-urlencoded",
  ]) {
    const headers = new Map([["content-type", type]]);
    const reading = await alipay.readCallback(account, { headers, body, receivedAt: noon });
    assert.ok(reading.kind === "accepted", `${type}: ${reading.kind}`);
    assert.equal(reading.redacted["subject"], "回音咖啡誠");
    const forged = Buffer.from(body.toString().replace("%BB%D8", "%BB%D9"));
    assert.equal(
      (await alipay.readCallback(account, { headers, body: forged, receivedAt: noon })).kind,
      "forged",
    );
  }
});
