import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Attempt, Processing, Unpaid } from "./flowModel.ts";
import { methodText, processingSentence, unpaidSentence, type Wait } from "./wording.ts";
import { createWords } from "./words/index.ts";

const { t } = createWords("zh");
const payment = (rest: Partial<Payment>): Payment =>
  ({ channel: "alipay", fundingSource: null, retry: null, ...rest }) as Payment;
const unpaid = (rest: Partial<Unpaid>): Unpaid => ({
  screen: "unpaid",
  amountFen: 1n,
  payment: null,
  refusal: null,
  ...rest,
});
const processing = (rest: Partial<Processing>): Processing => {
  return {
    screen: "processing",
    attempt: {} as Attempt,
    payment: null,
    trouble: null,
    unclearSends: 0,
    ...rest,
  };
};

test("how it was paid names the wallet and, where it is known, the source", () => {
  assert.equal(methodText(payment({ fundingSource: "huabei" }), "zh"), "支付宝 · 花呗");
  assert.equal(methodText(payment({ fundingSource: "unknown" }), "en"), "Alipay");
});

test("every advice of a channel has its sentence, and each says that nothing was charged", () => {
  for (const retry of ["queryFirst", "sameRequest", "newOrder", "newPayerCode", "never", "later", "afterFix"])
    assert.match(
      unpaidSentence(unpaid({ payment: payment({ state: "failed", retry }) }), t),
      /^没有扣款。/,
      retry,
    );
  assert.match(
    unpaidSentence(unpaid({ payment: payment({ state: "failed", retry: "a newer word" }) }), t),
    /^没有扣款。/,
  );
});

test("a refusal is told in the platform's own words", () => {
  const refusal = {
    status: 422,
    code: "c",
    retry: "newPayerCode",
    title: "扫到的是收款码",
    detail: "请出示付款码。",
  };
  assert.equal(unpaidSentence(unpaid({ refusal }), t), "扫到的是收款码。请出示付款码。");
});

const open = payment({ state: "processing" });
// what is known                              how the wait goes   what is said
const waits: ReadonlyArray<readonly [Processing, Wait, RegExp]> = [
  [processing({}), "usual", /提交/],
  [processing({ payment: open }), "usual", /支付宝.*3 秒/],
  [processing({ payment: open }), "slow", /没有及时回复/],
  [processing({ payment: open }), "overdue", /已超过付款时限/],
  [processing({ payment: payment({ state: "awaitingPayer" }) }), "slow", /支付密码/],
  [processing({ payment: open, trouble: "network" }), "usual", /网络已断开/],
  [processing({ trouble: "platform" }), "usual", /平台暂时没有回应/],
];

test("waiting says what is waited for", () => {
  for (const [state, wait, sentence] of waits)
    assert.match(processingSentence(state, wait, { t, language: "zh" }), sentence);
});
