import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tokenBytes, tokenOf, tokenPattern, typedYuan, walletOf } from "./model.ts";

const android =
  "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0";

const agents: ReadonlyArray<readonly [agent: string, wallet: string | null]> = [
  [
    `${android} Mobile Safari/537.36 AlipayChannelId/5136 NebulaSDK/1.8 AlipayDefined(nt:WIFI) AliApp(AP/10.5.80) AlipayClient/10.5.80`,
    "alipay",
  ],
  [
    `${android} Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F36) WeChat/arm64`,
    "wechat",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 UnionPay/1.0 CloudPay",
    "unionpay",
  ],
  ["Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 UnionPay/1.0 ICBC", "unionpay"],
  [`${android} Mobile Safari/537.36`, null],
  ["", null],
  ["NotMicroMessengerAtAll", null],
];

test("the page knows the wallet that opened it, and takes no ordinary browser for one", () => {
  for (const [agent, wallet] of agents) assert.equal(walletOf(agent), wallet, agent);
});

const typed: ReadonlyArray<readonly [text: string, fen: bigint | null]> = [
  ["12.8", 1_280n],
  [" ¥12.80 ", 1_280n],
  ["￥ 3", 300n],
  ["１２．８０", 1_280n],
  ["12。8", 1_280n],
  ["12.345", null],
  ["1,280", null],
  ["1.2.3", null],
  ["１２元", null],
  ["", null],
];

test("an amount is read as a Chinese keyboard writes it, and nothing is guessed", () => {
  for (const [text, minor] of typed) assert.equal(typedYuan(text)?.minor ?? null, minor, text);
});

test("law: a token has the one form that addresses are checked for, whatever chance gives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: tokenBytes, maxLength: tokenBytes }), (bytes) => {
      assert.match(tokenOf(bytes), tokenPattern);
    }),
  );
});
