// What a scanner may deliver, and what it is taken for.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { channels, readScannedCode } from "./registry.ts";

// scanned → taken for
for (const [scanned, kind] of [
  ["284712345678901234", "alipay"],
  ["2847 1234 5678 9012 34\r\n", "alipay"],
  ["134712345678901234", "wechat"],
  ["6212345678901234567", "unionpay"],
  ["0112345678901234567", "ecny"],
  ["https://qr.alipay.com/fkx12345", "collectingCode"],
  ["HTTPS://QR.ALIPAY.COM/FKX12345", "collectingCode"],
  ["wxp://f2f0abcdef", "collectingCode"],
  ["https://qr.95516.com/00010000/1", "collectingCode"],
  ["00020101021126", "collectingCode"],
  ["6901234567892", "unrecognised"],
  ["", "unrecognised"],
  ["28471234567890123x", "unrecognised"],
  ["9".repeat(10_000), "unrecognised"],
] as const) {
  test(`${JSON.stringify(scanned.slice(0, 40))} is taken for ${kind}`, () => {
    const read = readScannedCode(scanned);
    if (read.kind === "payerCode") assert.equal(read.channel.manifest.code, kind);
    else if (read.kind === "otherWallet") assert.equal(read.wallet, kind);
    else assert.equal(read.kind, kind);
  });
}

test("a payer code comes back without the white space of its scanner", () => {
  const read = readScannedCode(" 2847 1234 5678 9012 34\t\n");
  assert.ok(read.kind === "payerCode");
  assert.equal(read.payerCode, "284712345678901234");
});

test("law: no text is taken for the code of two wallets, and none makes the reader throw", () => {
  const digits = fc.stringMatching(/^[0-3][0-9]{14,24}$/);
  fc.assert(
    fc.property(fc.oneof(digits, fc.string({ unit: "binary" })), (scanned) => {
      const owners = [...channels.values()].filter((channel) => channel.recognises(scanned));
      assert.ok(owners.length <= 1);
      readScannedCode(scanned);
    }),
  );
});

test("every channel is registered under its own code", () => {
  for (const [code, channel] of channels) assert.equal(channel.manifest.code, code);
});
