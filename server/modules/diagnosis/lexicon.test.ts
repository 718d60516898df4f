import assert from "node:assert/strict";
import { test } from "node:test";
import { readComplaint } from "./lexicon.ts";

// what somebody writes -> the symptoms it speaks of
const rows: ReadonlyArray<readonly [string, readonly string[]]> = [
  ["为什么我的店不能用花呗", ["huabeiFails", "paymentFails"]],
  ["顾客的花呗付不了", ["huabeiFails", "paymentFails"]],
  ["POS机不能扫花贝", ["huabeiFails"]],
  ["Huabei payments are refused here", ["huabeiFails", "paymentFails"]],
  ["hua bei 不支持", ["huabeiFails"]],
  ["顾客付了钱，没听到播报", ["arrivalUnheard"]],
  ["扫码到账无信息", ["arrivalUnheard"]],
  ["机器不响", ["arrivalUnheard"]],
  ["The customer paid but I did not hear the announcement", ["arrivalUnheard"]],
  ["the soundbox is silent", ["arrivalUnheard"]],
  ["pos机显示无网络是咋回事", ["terminalOffline"]],
  ["the terminal is offline", ["terminalOffline"]],
  ["支付宝是不是在维护", ["channelDown"]],
  ["Is Alipay down?", ["channelDown"]],
  ["Alipay is down", ["channelDown"]],
  ["收款失败怎么办", ["paymentFails"]],
  ["the payment was declined", ["paymentFails"]],
  ["用ka卡收不了", ["paymentFails"]],
  ["钱去哪了", ["moneyGone"]],
  ["这笔是不是退款了", ["moneyGone"]],
  ["Where did the money go?", ["moneyGone"]],
  ["was it refunded", ["moneyGone"]],
  ["今天天气不错", []],
  ["hello", []],
];

test("a sentence is understood by what it speaks of", () => {
  for (const [text, expected] of rows) assert.deepEqual(readComplaint(text, null).symptoms, expected, text);
});

test("the language is that of the letters unless somebody says otherwise", () => {
  assert.equal(readComplaint("花呗", null).locale, "zh");
  assert.equal(readComplaint("silent", null).locale, "en");
  assert.equal(readComplaint("huabei fails", null).locale, "en");
  assert.equal(readComplaint("huabei", "zh").locale, "zh");
});
