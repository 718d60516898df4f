import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { paymentIn, refundIn } from "../fixtures.ts";
import { createWords } from "../words/index.ts";
import type { RefundAttempt, Sending, Settled, Waiting } from "./model.ts";
import { refundShown, type RefundTone } from "./wording.ts";

const attempt: RefundAttempt = {
  ...{ key: "k", merchantRefundNo: "R1", kind: "refund", paymentId: "pay_1" },
  ...{ amountFen: 500n, reason: "returned", startedAtMs: 0 },
};
const reversal: RefundAttempt = { ...attempt, kind: "reversal" };
const sending = (rest: Partial<Sending> = {}): Sending => ({
  ...{ stage: "sending", attempt, payment: null, managerCode: null, trouble: null, unclearSends: 0 },
  ...rest,
});
const waiting = (rest: Partial<Waiting> = {}): Waiting => ({
  ...{ stage: "waiting", attempt, payment: null, refund: refundIn("processing"), trouble: null },
  ...rest,
});
const settled = (
  outcome: Settled["outcome"],
  of = attempt,
  paid: Partial<Payment> | null = null,
): Settled => ({
  ...{ stage: "settled", attempt: of, outcome },
  payment: paid === null ? null : paymentIn("succeeded", paid),
});
const refusal = { status: 422, code: "c", retry: "never", title: "可退金额不足", detail: "请改小金额。" };

// state, tone, what is said
const rows: ReadonlyArray<readonly [Sending | Waiting | Settled, RefundTone, RegExp]> = [
  [sending(), "processing", /提交退款/],
  [sending({ trouble: "network" }), "processing", /网络已断开.*不会重复退/],
  [sending({ trouble: "platform" }), "processing", /平台暂时没有回应.*不会重复退/],
  [sending({ attempt: reversal }), "processing", /提交撤销/],
  [waiting(), "processing", /等待渠道答复。.*今日/],
  [
    waiting({ refund: refundIn("processing", { waitingFor: "merchantBalance" }) }),
    "processing",
    /余额不足.*充值/,
  ],
  [waiting({ refund: refundIn("processing", { waitingFor: "person" }) }), "person", /人工核对/],
  [waiting({ refund: refundIn("processing", { waitingFor: "stuck" }) }), "person", /退不回.*商户平台/],
  [
    waiting({ attempt: reversal, refund: refundIn("processing", { way: "void", waitingFor: "arrival" }) }),
    "processing",
    /^渠道已受理当日撤销，等待渠道完成/,
  ],
  [waiting({ attempt: reversal, refund: null }), "processing", /确认顾客有没有付款/],
  [settled({ kind: "refunded", refund: refundIn("succeeded") }), "paid", /^5\.00 元已原路退回。$/],
  [
    settled({ kind: "refunded", refund: refundIn("succeeded") }, attempt, {
      fundingSource: "huabei",
    }),
    "paid",
    /^5\.00 元已退回顾客的花呗。$/,
  ],
  [
    settled({ kind: "refunded", refund: refundIn("succeeded") }, attempt, { fundingSource: "balance" }),
    "paid",
    /^5\.00 元已原路退回。$/,
  ],
  [
    settled({ kind: "failed", refund: refundIn("failed", { channelMessage: "交易已关闭" }) }),
    "unpaid",
    /没有退款。.*“交易已关闭”/,
  ],
  [settled({ kind: "failed", refund: refundIn("failed", { retry: "later" }) }), "unpaid", /稍后/],
  [settled({ kind: "refused", refusal }), "unpaid", /^可退金额不足。请改小金额。$/],
  [settled({ kind: "neverArrived" }), "unpaid", /没有送到平台/],
  [settled({ kind: "reversed", payment: paymentIn("reversed") }, reversal), "unpaid", /退回/],
  [settled({ kind: "paid", payment: paymentIn("succeeded") }, reversal), "unpaid", /已经付款.*款项已到账/],
  [settled({ kind: "reversed", payment: paymentIn("closed") }, reversal), "unpaid", /没有被扣款/],
];

test("every stage says what is known, what is waited for, and what to do", () => {
  const { t } = createWords("zh");
  for (const [state, tone, sentence] of rows) {
    const shown = refundShown(state, { t, language: "zh" });
    assert.equal(shown.tone, tone, shown.sentence);
    assert.match(shown.sentence, sentence);
    assert.match(shown.sentence, /。$/);
    assert.doesNotMatch(shown.sentence, /。。/);
  }
});

test("English sentences end once and are divided", () => {
  const { t } = createWords("en");
  for (const [state] of rows) {
    const { sentence } = refundShown(state, { t, language: "en" });
    assert.doesNotMatch(sentence, /\.\.|\.[A-Z]|\s{2}/, sentence);
  }
});
