import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { paymentErrors } from "@huiyin/contract/errors/payments.ts";
import { channelWords, type ChannelCode } from "@huiyin/contract/words.ts";
import { channels } from "../../channels/registry.ts";
import { cleanScan, codeRules, maskPayerCode, recognise, walletOf } from "./payerCode.ts";

const onlyAlipay = new Set<ChannelCode>(["alipay"]);
const all = new Set<ChannelCode>(["alipay", "wechat", "unionpay"]);
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
  [code, "wechat", "payer_code_of_other_wallet"],
  ["134567890123456789", "auto", "channel_not_available"],
  ["6212345678901234567", "auto", "channel_not_available"],
  ["134567890123456789", "alipay", "payer_code_of_other_wallet"],
  // What scanners put around it: the symbology’s AIM identifier, start and end of text, Tab.
  [`]Q1${code}\r`, "auto", "alipay"],
  [`]C0${code}`, "auto", "alipay"],
  [`\u0002]z3${code}\u0003`, "auto", "alipay"],
  [`]28${code}`, "auto", "payer_code_unrecognised"],
  ["fp" + "a".repeat(35), "auto", "payer_code_unrecognised"],
  ["0112345678901234567", "auto", "payer_code_unrecognised"],
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
  // A scanner types through whatever input method is on: full-width figures are the same figures, other signs are none.
  ["２８７６５４３２１０９８７６５４５６", "auto", "alipay"],
  [`\u3000２８７６５４３２１０９８７６５４５６\u3000`, "auto", "alipay"],
  ["②⑧⑦⑥⑤④③②①⓪⑨⑧⑦⑥⑤④⑤⑥", "auto", "payer_code_unrecognised"],
  ["٢٨٧٦٥٤٣٢١٠٩٨٧٦٥٤٥٦", "auto", "payer_code_unrecognised"],
  // Between two lines there were two scans: they are never joined into a code that nobody showed.
  ["1012345678901\r\n12345", "auto", "payer_code_unrecognised"],
  [`${code}\n${code}`, "auto", "payer_code_unrecognised"],
  ["2876543210\n98765456", "auto", "payer_code_unrecognised"],
  [`\r\n\r\n${code}\r\n\t`, "auto", "alipay"],
  [`${code}\u001d\u0004`, "auto", "alipay"],
  // One digit less or more than each wallet has.
  ["13456789012345678", "auto", "payer_code_unrecognised"],
  ["1345678901234567890", "auto", "payer_code_unrecognised"],
  ["621234567890123456", "auto", "payer_code_unrecognised"],
  ["62123456789012345678", "auto", "payer_code_unrecognised"],
  ["161234567890123456", "auto", "payer_code_unrecognised"],
  ["091234567890123456", "auto", "payer_code_unrecognised"],
  ["311234567890123456", "auto", "payer_code_unrecognised"],
  ["251234567890123", "auto", "payer_code_unrecognised"],
  ["3012345678901234567890123", "auto", "payer_code_unrecognised"],
  ["24345678901234567", "auto", "payer_code_unrecognised"],
] as const;

test("a scan is recognised by length and prefix alone, or refused by name", () => {
  for (const [scanned, method, expected] of rows) {
    const result = recognise(scanned, method, onlyAlipay);
    assert.equal(result.ok ? result.value.channel : result.refusal.code, expected, JSON.stringify(scanned));
  }
});

const byWallet = [
  ["100000000000000000", "wechat"],
  ["159999999999999999", "wechat"],
  ["6200000000000000000", "unionpay"],
  ["2500000000000000", "alipay"],
] as const;

test("with every channel installed, each wallet’s code goes to its channel", () => {
  for (const [scanned, expected] of byWallet) {
    const result = recognise(scanned, "auto", all);
    assert.equal(result.ok && result.value.channel, expected, scanned);
  }
});

test("digital yuan is named only where its switch is on, and has no channel", () => {
  const scanned = "0112345678901234567";
  const off = recognise(scanned, "auto", all);
  const on = recognise(scanned, "auto", all, { eCny: "yes" });
  assert.ok(!off.ok && !on.ok);
  assert.equal(off.refusal.code, "payer_code_unrecognised");
  assert.deepEqual([on.refusal.code, on.refusal.facts["channelZh"]], ["channel_not_available", "数字人民币"]);
});

test("a collecting code is named with its wallet", () => {
  const table = [
    ["https://qr.alipay.com/bax012", "支付宝"],
    ["https://render.alipay.com/p/s/i?x=1", "支付宝"],
    ["alipays://platformapi/startapp", "支付宝"],
    ["wxp://f2f0abc", "微信支付"],
    ["weixin://wxpay/bizpayurl?pr=abc", "微信支付"],
    ["https://payapp.weixin.qq.com/qr/abc", "微信支付"],
    ["https://qr.95516.com/00010000/1", "云闪付"],
    ["00020101021226580016", "银联标准（EMVCo）"],
    ["0002010102110216400000000000", "银联标准（EMVCo）"],
    ["000201 0102 1126", "银联标准（EMVCo）"],
    ["qr.alipay.com/fkx0123", "支付宝"],
    ["alipayqr://platformapi/startapp?saId=10000007", "支付宝"],
    ["ｈｔｔｐｓ：／／ｑｒ．ａｌｉｐａｙ．ｃｏｍ／ｆｋｘ０１２３", "支付宝"],
    ["]Q1https://qr.alipay.com/fkx0123\r", "支付宝"],
    ["WXP://F2F0ABC", "微信支付"],
    ["https://wx.tenpay.com/cgi-bin/x", "微信支付"],
    ["http://weixin.qq.com/r/abc", "微信支付"],
    ["HTTPS://QR.95516.COM/00010000/1", "云闪付"],
    ["qr.95516.com/00010000/1", "云闪付"],
    ["https://qr.unionpay.com/1", "云闪付"],
    ["uppaywallet://x", "云闪付"],
    ["https://example.com/alipay.com", "其他"],
    ["https://qr.alipay.com.example.com/", "其他"],
    ["https://notalipay.com/", "其他"],
  ] as const;
  for (const [scanned, wallet] of table) {
    const result = recognise(scanned, "auto", all);
    assert.ok(!result.ok);
    assert.deepEqual(
      [result.refusal.code, result.refusal.facts["walletZh"]],
      ["payer_code_is_collecting_code", wallet],
      scanned,
    );
  }
});

test("a code that is not recognised says what was read instead, in both languages", () => {
  const table = [
    ["", /没有读到/, /nothing/],
    ["6901234567892", /13 位.*商品条码/, /13 digits.*article/],
    ["28765432109876", /14 位.*支付宝.*16 至 24/, /14 digits.*Alipay has 16 to 24/],
    ["13456789012345678", /17 位.*微信支付.*18 位/, /17 digits.*WeChat Pay has 18/],
    ["99887766554433221100", /不是任何钱包/, /no wallet/],
    ["2876543210987654x6", /不全是数字/, /not all digits/],
    [`${code}\n${code}`, /多行/, /several lines/],
    ["62123456789012345678", /20 位.*云闪付.*19 位/, /20 digits.*UnionPay has 19/],
    ["fp" + "a".repeat(35), /刷脸/, /face/],
  ] as const;
  for (const [scanned, zh, en] of table) {
    const result = recognise(scanned, "auto", all);
    assert.ok(!result.ok);
    assert.match(String(result.refusal.facts["readZh"]), zh);
    assert.match(String(result.refusal.facts["readEn"]), en);
  }
  for (const channel of Object.values(channelWords))
    assert.ok(
      Object.values(paymentErrors.payer_code_unrecognised.next).every((text) =>
        [channel.zh.slice(0, 2), channel.en].some((name) => text.includes(name)),
      ),
    );
});

test("the rules do not overlap, and every installed channel recognises exactly what the table gives it", () => {
  const digits = fc.oneof(
    fc.stringMatching(/^[0-9]{1,30}$/),
    fc
      .tuple(
        fc.constantFrom(...codeRules.flatMap(({ prefixes }) => prefixes)),
        fc.integer({ min: 10, max: 26 }),
      )
      .map(([prefix, length]) => prefix.padEnd(length, "7")),
  );
  assert.ok(channels.size > 0);
  fc.assert(
    fc.property(digits, (payerCode) => {
      const matching = codeRules.filter(
        ({ prefixes, digitsMin, digitsMax }) =>
          prefixes.includes(payerCode.slice(0, 2)) &&
          payerCode.length >= digitsMin &&
          payerCode.length <= digitsMax,
      );
      assert.ok(matching.length <= 1, payerCode);
      for (const [channelCode, channel] of channels)
        assert.equal(channel.recognises(payerCode), walletOf(payerCode) === channelCode, payerCode);
    }),
    { numRuns: 3_000 },
  );
});

test("cleaning takes away white space and control characters, and never a digit", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(cleanScan(text).replace(/\S/g, ""), "")));
  const noise = fc.string({
    unit: fc.constantFrom("\r", "\n", "\t", " ", "\u0002", "\u0003", "\u001d"),
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{0,30}$/), noise, noise, (text, before, after) =>
      assert.equal(cleanScan(before + text + after), text),
    ),
  );
  // Nothing but what an input method makes of the keys of a scanner is written otherwise.
  const fullWidth = (text: string): string =>
    text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-zA-Z:/?=&.]*$/), (text) =>
      assert.equal(cleanScan(fullWidth(text)), text),
    ),
  );
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
