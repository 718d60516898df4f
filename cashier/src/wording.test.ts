import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Attempt, Processing, Unpaid } from "./flowModel.ts";
import { creditText, methodText, processingSentence, unpaidSentence, type Wait } from "./wording.ts";
import { createWords } from "./words/index.ts";

const { t } = createWords("zh");
const payment = (rest: Partial<Payment>): Payment =>
  ({ channel: "alipay", fundingSource: null, retry: null, ...rest }) as Payment;
const unpaid = (rest: Partial<Unpaid>): Unpaid => ({
  screen: "unpaid",
  amountFen: 1n,
  credit: null,
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

test("what the diagnosis says to try comes before the channel's general advice, and nothing is advised before it is known", () => {
  // Huabei is not open at the merchant: the channel says "fresh code", which can never help.
  const notOpen = unpaid({ payment: payment({ state: "failed", retry: "newPayerCode" }) });
  assert.equal(
    unpaidSentence(notOpen, t, { kind: "known", tryNow: "请顾客改用余额或银行卡付款。" }),
    "没有扣款。请顾客改用余额或银行卡付款。",
  );
  assert.equal(unpaidSentence(notOpen, t, { kind: "known", tryNow: null }), t("unpaid.advice.newPayerCode"));
  assert.equal(unpaidSentence(notOpen, t, { kind: "awaited" }), t("unpaid.looking"));
  assert.match(t("unpaid.looking"), /^没有扣款。/);
  const reversed = unpaid({ payment: payment({ state: "reversed" }) });
  assert.equal(unpaidSentence(reversed, t, { kind: "awaited" }), t("unpaid.reversed"));
});

test("what was paid and went back completely says so", () => {
  const back = unpaid({ payment: payment({ state: "succeeded", amount: 100, refundedAmount: 100 }) });
  assert.equal(unpaidSentence(back, t), t("unpaid.givenBack"));
});

test("instalments are named with who bears their fee", () => {
  const words = { t, language: "zh" } as const;
  assert.equal(creditText(payment({ credit: null }), words), null);
  const credit = { instalments: 12, feeBearer: "payer" } as const;
  assert.equal(creditText(payment({ credit }), words), "分 12 期 · 顾客承担手续费");
  // Asked for, and the payer chose to pay from the balance after all.
  assert.equal(creditText(payment({ credit, fundingSource: "balance" }), words), null);
  assert.notEqual(creditText(payment({ credit, fundingSource: "huabeiInstalment" }), words), null);
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
