import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { paymentErrors } from "@huiyin/contract/errors/payments.ts";
import type { Attempt, Processing, ProcessingCode, Unpaid } from "./flowModel.ts";
import {
  codeSentence,
  creditText,
  methodText,
  minutesText,
  paymentStateText,
  processingSentence,
  unpaidSentence,
  unpaidTitle,
  type Wait,
} from "./wording.ts";
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
  cancel: "none",
  ...rest,
});
const processing = (rest: Partial<Processing>): Processing => {
  return {
    screen: "processing",
    attempt: {} as Attempt,
    payment: null,
    trouble: null,
    unclearSends: 0,
    cancel: "none",
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

test("what the diagnosis says is not said twice", () => {
  const failed = unpaid({ payment: payment({ state: "failed" }) });
  const next = {
    zh: "请顾客出示新的付款码，重新收款。",
    en: "Ask for a fresh payment code and charge again.",
  };
  const tryNow = { zh: `没有收到钱。${next.zh}`, en: `No money was received. ${next.en}` };
  for (const language of ["zh", "en"] as const) {
    const words = createWords(language).t;
    const said = unpaidSentence(failed, words, { kind: "known", tryNow: tryNow[language] });
    assert.equal(said, `${words("unpaid.nothingCharged")}${next[language]}`);
  }
});

// what became of it                                        title
const titles: ReadonlyArray<readonly [Partial<Unpaid>, string]> = [
  [{}, "未收款"],
  [{ payment: payment({ state: "failed" }) }, "未收款"],
  [{ payment: payment({ state: "closed" }) }, "未收款"],
  [{ payment: payment({ state: "closed" }), cancel: "sent" }, "已撤销"],
  [{ payment: payment({ state: "reversed" }) }, "已撤销"],
  [{ payment: payment({ state: "succeeded", amount: 1, refundedAmount: 1 }) }, "已撤销"],
];

test("what was cancelled on purpose is called so, and nothing is advised about charging again", () => {
  for (const [what, title] of titles) {
    assert.equal(unpaidTitle(unpaid(what), t), title);
    if (title !== "已撤销") continue;
    const advised = { kind: "known", tryNow: "请顾客出示新的付款码，重新收款。" } as const;
    assert.doesNotMatch(unpaidSentence(unpaid(what), t, advised), /重新|再扫|再收|时限/);
  }
  const english = createWords("en").t;
  const reversed = unpaid({ payment: payment({ state: "reversed" }) });
  assert.equal(unpaidTitle(reversed, english), "Cancelled, money returned");
});

test("what was paid and went back completely says so", () => {
  const back = unpaid({ payment: payment({ state: "succeeded", amount: 100, refundedAmount: 100 }) });
  assert.equal(unpaidSentence(back, t), t("unpaid.givenBack"));
});

test("instalments are named with who bears their fee", () => {
  const words = { t, language: "zh" } as const;
  assert.equal(creditText(payment({ credit: null }), words), null);
  const credit = { instalments: 12, feeBearer: "payer" } as const;
  const paidBy = (fundingSource: Payment["fundingSource"]): string | null =>
    creditText(payment({ credit, fundingSource }), words);
  assert.equal(paidBy("huabeiInstalment"), "分 12 期 · 顾客承担手续费");
  // Asked for, and the payer chose to pay at once after all.
  assert.equal(paidBy("balance"), "顾客用余额付清，没有分期");
  assert.equal(paidBy("huabei"), "顾客用花呗付清，没有分期");
  // How it was paid is not known: neither is said.
  for (const unknown of [null, "unknown", "mixed"] as const) assert.equal(paidBy(unknown), null);
  const english = { t: createWords("en").t, language: "en" } as const;
  const atOnce = creditText(payment({ credit, fundingSource: "balance" }), english);
  assert.equal(atOnce, "Paid at once, not in instalments (Balance)");
});

test("a payment that went back is no longer called paid", () => {
  const words = { t, language: "zh" } as const;
  const paid = (refundedAmount: number): Payment =>
    payment({ state: "succeeded", amount: 880, refundedAmount });
  assert.equal(paymentStateText(paid(0), words), "已收款");
  assert.equal(paymentStateText(paid(100), words), "已部分退款");
  assert.equal(paymentStateText(paid(880), words), "已全额退款");
  assert.equal(paymentStateText(payment({ state: "closed" }), words), "已关闭");
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

test("a used code is explained without an id that no cashier can read", () => {
  const { title, next } = paymentErrors.payer_code_used;
  const detail = next.zh.replace("{paymentId}", "pay_01a2028ac479730d8f1e2d3c4b5a6978");
  const refusal = { status: 409, code: "payer_code_used", retry: "newPayerCode", title: title.zh, detail };
  const sentence = unpaidSentence(unpaid({ refusal }), t);
  assert.doesNotMatch(sentence, /pay_/);
  assert.match(sentence, /今日列表/);
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
  [processing({ payment: open, cancel: "sent" }), "usual", /^已提交撤销，正在等支付宝确认。$/],
  [processing({ payment: open, cancel: "sent" }), "overdue", /^已提交撤销/],
  [processing({ payment: payment({ state: "awaitingPayer" }), cancel: "sent" }), "slow", /^已提交撤销/],
  [processing({ payment: open, cancel: "sent", trouble: "network" }), "usual", /网络已断开/],
];

test("waiting says what is waited for", () => {
  for (const [state, wait, sentence] of waits)
    assert.match(processingSentence(state, wait, { t, language: "zh" }), sentence);
});

test("of a payment that was undone without a word about money, none is promised back", () => {
  const undone = unpaid({ payment: payment({ state: "reversed", paidAt: null }) });
  assert.equal(unpaidSentence(undone, t), "已撤销。若顾客已扣款，会自动原路退回。");
  assert.equal(unpaidTitle(undone, createWords("en").t), "Cancelled");
  const known = unpaid({ payment: payment({ state: "reversed", paidAt: "2026-11-22T10:00:00+08:00" }) });
  assert.equal(unpaidSentence(known, t), t("unpaid.reversed"));
});

test("a shown code says what became of it: expired, or withdrawn", () => {
  const closed = payment({ state: "closed", mode: "shownCode" });
  assert.equal(unpaidSentence(unpaid({ payment: closed }), t), t("code.expired"));
  assert.equal(unpaidSentence(unpaid({ payment: closed, cancel: "sent" }), t), t("code.withdrawn"));
});

test("below a shown code stands what to do, or what is being found out", () => {
  const wallet = "支付宝";
  const code = { url: "https://qr.alipay.com/bax1", expiresAt: "2026-11-22T10:05:00+08:00" };
  const shown = (rest: Partial<Processing>): ProcessingCode => ({
    ...processing(rest),
    attempt: { shown: "alipay" } as ProcessingCode["attempt"],
  });
  const live = payment({ state: "awaitingPayer", code });
  const table = [
    [shown({}), "live", t("code.making", { wallet })],
    [shown({ payment: live }), "live", t("code.lead", { wallet })],
    [shown({ payment: live, trouble: "network" }), "live", t("code.unseen")],
    [shown({ payment: live }), "overdue", t("code.confirming", { wallet })],
    [shown({ payment: { ...live, code: null } }), "live", t("code.confirming", { wallet })],
    [shown({ payment: live, cancel: "sent" }), "live", t("code.withdrawing", { wallet })],
  ] as const;
  for (const [state, time, sentence] of table)
    assert.equal(codeSentence(state, time, { t, language: "zh" }), sentence);
  assert.deepEqual([305, 60, 9, 0].map(minutesText), ["5:05", "1:00", "0:09", "0:00"]);
});
