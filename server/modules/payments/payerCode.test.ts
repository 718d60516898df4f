import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanScan, maskPayerCode, recognise, type Recogniser } from "./payerCode.ts";

const alipay: Recogniser = { code: "alipay", recognises: (code) => /^(2[5-9]|30)[0-9]{14,22}$/.test(code) };
const code = "287654321098765456";

// scanned, method -> channel or refusal
const rows = [
  [code, "auto", "alipay"],
  [code, "alipay", "alipay"],
  [`${code}\r\n`, "auto", "alipay"],
  [`\t 2876 5432 1098 7654 56 \n`, "auto", "alipay"],
  [`\ufeff${code}\u200b`, "auto", "alipay"],
  ["2512345678901234", "auto", "alipay"],
  ["300123456789012345678901", "auto", "alipay"],
  [code, "wechat", "payer_code_unrecognised"],
  ["134567890123456789", "auto", "channel_not_available"],
  ["6212345678901234567", "auto", "channel_not_available"],
  ["134567890123456789", "alipay", "payer_code_unrecognised"],
  ["https://qr.alipay.com/bax01234567890", "auto", "payer_code_is_collecting_code"],
  ["HTTPS://QR.ALIPAY.COM/FKX0123", "auto", "payer_code_is_collecting_code"],
  ["weixin://wxpay/bizpayurl?pr=abc", "auto", "payer_code_is_collecting_code"],
  ["wxp://f2f0abc", "auto", "payer_code_is_collecting_code"],
  ["https://qr.95516.com/00010000/1", "auto", "payer_code_is_collecting_code"],
  ["00020101021226580016", "auto", "payer_code_is_collecting_code"],
  ["6901234567892", "auto", "payer_code_unrecognised"],
  ["9".repeat(10_000), "auto", "payer_code_unrecognised"],
  ["", "auto", "payer_code_unrecognised"],
  ["2876543210987654x6", "auto", "payer_code_unrecognised"],
  ["２８７６５４３２１０９８７６５４５６", "auto", "payer_code_unrecognised"],
  ["251234567890123", "auto", "payer_code_unrecognised"],
  ["3012345678901234567890123", "auto", "payer_code_unrecognised"],
  ["24345678901234567", "auto", "payer_code_unrecognised"],
] as const;

test("a scan is recognised by length and prefix alone, or refused by name", () => {
  for (const [scanned, method, expected] of rows) {
    const result = recognise(scanned, method, [alipay]);
    assert.equal(result.ok ? result.value.channel : result.refusal.code, expected, JSON.stringify(scanned));
  }
});

test("cleaning takes away white space and nothing else", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(cleanScan(text).replace(/\S/g, ""), "")));
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-zA-Z:/?=&.]*$/), (text) =>
      assert.equal(cleanScan(`\r${text}\n`), text),
    ),
  );
});

test("a masked code shows four digits, whatever its length", () => {
  assert.equal(maskPayerCode(code), "28**************56");
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{16,24}$/), (digits) => {
      assert.equal(maskPayerCode(digits).replaceAll("*", "").length, 4);
    }),
  );
});
