import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import { payerProblem } from "./payerWords.ts";

const facts = { until: "03-01 12:00", message: "余额不足", minYuan: "0.01", maxYuan: "100.00", what: "x" };
const channel = { channelZh: "微信支付", channelEn: "WeChat Pay", insteadZh: "支付宝", insteadEn: "Alipay" };

/** Refusals that a payer can meet, with what each says; everything else says the last of them. */
const rows: ReadonlyArray<readonly [code: ErrorCode, status: number, zh: RegExp, en: RegExp]> = [
  ["channel_not_available", 422, /暂时不能用微信支付付款.*没有扣款/, /no WeChat Pay.*Nothing was taken/],
  ["channel_in_maintenance", 503, /微信支付正在维护，预计 03-01 12:00/, /WeChat Pay is under maintenance/],
  [
    "platform_in_maintenance",
    503,
    /收款平台正在维护，预计 03-01 12:00.*没有扣款/,
    /Another wallet will not work/,
  ],
  ["channel_unstable", 503, /换一种钱包/, /another wallet/],
  ["shown_code_refused", 422, /微信支付没有受理：余额不足/, /did not take it: 余额不足/],
  ["shown_code_not_made", 502, /付款没有开始/, /no payment began/],
  ["amount_outside_channel_limits", 422, /0\.01 到 100\.00 元/, /from 0\.01 to 100\.00 yuan/],
  ["idempotency_key_in_use", 409, /正在处理.*不会重复付款/, /you will not pay twice/],
  ["idempotency_key_reused", 422, /正在处理/, /being made/],
  ["overloaded", 503, /按几次都是同一笔付款/, /it is one payment/],
  ["unavailable", 503, /按几次都是同一笔付款/, /it is one payment/],
  ["not_found", 404, /没有这个收款码/, /no such code/],
  ["store_code_disabled", 410, /已停用/, /out of use/],
  ["payer_page_over", 409, /先看微信账单，不要重复付款/, /do not pay twice/],
  ["merchant_not_named", 400, /让店员扫您的付款码/, /let the staff scan yours/],
];
for (const [code, status, zh, en] of rows)
  test(`a payer reads of ${code} what to do, in no words of the API`, () => {
    for (const [locale, says] of [
      ["zh", zh],
      ["en", en],
    ] as const) {
      const told = { locale, wallet: "wechat" as const, traceId: "t" };
      const problem = payerProblem({ code, facts: { ...facts, ...channel } }, told);
      const text = `${problem.title} ${problem.detail}`;
      assert.match(text, says);
      assert.doesNotMatch(text, /幂等|顾客|终端|idempotency|Ask for|payer’s|…|\{/i);
      assert.equal(problem.status, status);
    }
  });

const waits: ReadonlyArray<readonly [code: ErrorCode, facts: object, retryAfterSeconds: number | null]> = [
  ["overloaded", { retryAfterSeconds: 7 }, 7],
  ["channel_in_maintenance", {}, 2],
  ["not_found", {}, null],
];
for (const [code, more, expected] of waits)
  test(`a page that refuses with ${code} says as the API does when to come again`, () => {
    const told = { locale: "zh", wallet: "wechat", traceId: "t" } as const;
    const { retryAfterSeconds } = payerProblem({ code, facts: { ...facts, ...channel, ...more } }, told);
    assert.equal(retryAfterSeconds, expected);
  });
