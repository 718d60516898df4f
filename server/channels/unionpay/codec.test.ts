// The wire format alone: what comes out is what went in, and what can be read in two ways is read in one.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readForm } from "../../kernel/form.ts";
import { limits } from "../../platform/limits.ts";
import { answerBody, formBody, readAnswer, signText } from "./codec.ts";

const read = (body: string): Readonly<Record<string, string>> | string => {
  const reading = readAnswer(body);
  return reading.kind === "malformed" ? reading.problem : Object.fromEntries(reading.fields);
};

const pem = "-----BEGIN CERTIFICATE-----\r\nMIIE+a/b==\r\nAA=\r\n-----END CERTIFICATE-----";

// body → fields, or the problem
for (const [name, body, expected] of [
  ["plain pairs", "respCode=00&orderId=1", { respCode: "00", orderId: "1" }],
  ["an empty value", "respCode=&orderId=1", { respCode: "", orderId: "1" }],
  ["an empty last value", "orderId=1&respMsg=", { orderId: "1", respMsg: "" }],
  ["signs of base64 in a value", "signature=a+b/c==&x=1", { signature: "a+b/c==", x: "1" }],
  ["a certificate with its line breaks", `signPubKeyCert=${pem}&x=1`, { signPubKeyCert: pem, x: "1" }],
  ["a certificate at the end", `x=1&signPubKeyCert=${pem}\r\n`, { signPubKeyCert: pem, x: "1" }],
  ["a structure", "t={a=1&b=2}&x=1", { t: "{a=1&b=2}", x: "1" }],
  ["a structure within another", "t={a={c=3&d=4}&b=[e=5&f]}&x=1", { t: "{a={c=3&d=4}&b=[e=5&f]}", x: "1" }],
  ["a message in brackets", "respMsg=成功[0000000]&x=1", { respMsg: "成功[0000000]", x: "1" }],
  ["a bracket that nobody closes", "respMsg=失败[x&x=1", { respMsg: "失败[x", x: "1" }],
  ["an & before what is no field", "respMsg=A&B 公司&x=1", { respMsg: "A&B 公司", x: "1" }],
  ["a percent sign, which stays", "respMsg=100%25&x=1", { respMsg: "100%25", x: "1" }],
  ["a name twice", "x=1&x=2", "x appears twice"],
  ["a web page", "<!doctype html><title>x</title>", "the answer is no list of fields"],
  ["nothing", "", "the answer is empty"],
] as const) {
  test(`an answer with ${name} is read as it was meant`, () => {
    assert.deepEqual(read(body), expected);
  });
}

// The longest answer that is let in: from every opener anew it would keep the whole platform waiting for half a minute.
test(
  "an answer is read in time that grows with its length alone, whatever it opens and never closes",
  { timeout: 10_000 },
  () => {
    const value = "{[".repeat(limits.channelReplyBytesMax / 2 - 1);
    assert.deepEqual(read(`a=${value}&b=1`), { a: value, b: "1" });
  },
);

const names = fc.stringMatching(/^[a-z][A-Za-z]{0,11}$/);
const values = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9+/]{0,40}={0,2}$/),
  fc.constantFrom(
    pem,
    "{token=6235&trId=1&tokenType=01}",
    "成功[0000000]",
    "https://qr.95516.com/00010000/62",
  ),
  fc.stringMatching(/^[^&{}[\]\s]{0,20}$/),
);
const messages = fc.dictionary(names, values, { minKeys: 1, noNullPrototype: true });

test("law: what a gateway answers is what a merchant reads, and the same text is signed on both sides", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const fields = new Map(Object.entries(message));
      const reading = readAnswer(answerBody(fields));
      assert.ok(reading.kind === "fields");
      assert.deepEqual(Object.fromEntries(reading.fields), message);
      assert.equal(signText(reading.fields), signText(fields));
    }),
  );
});

test("law: a form that is sent comes out as it went in", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const fields = new Map(Object.entries(message));
      const read = readForm(Buffer.from(formBody(fields)), "utf-8", 100);
      assert.deepEqual(Object.fromEntries(read), message);
    }),
  );
});

test("law: no text makes the reader throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      readAnswer(text);
      readAnswer(`a=${text}`);
    }),
  );
});

test("what is signed leaves out the signature and empty fields, and is ordered by name", () => {
  const fields = new Map([
    ["txnTime", "20260301120000"],
    ["signature", "x"],
    ["accType", ""],
    ["Zone", "1"],
    ["orderId", "a=b&c"],
  ]);
  assert.equal(signText(fields), "Zone=1&orderId=a=b&c&txnTime=20260301120000");
});
