import assert from "node:assert/strict";
import { test } from "node:test";
import { causeOf, causes } from "./causes.ts";
import { diagnose } from "./engine.ts";
import { askedFile, declinedFile, exampleFile, noInstrument, otherPayment, refusedFile } from "./example.ts";
import type { CaseFile, Finding } from "./model.ts";
import { questions } from "./questions.ts";
import { restsOn, surenessOf } from "./sureness.ts";
import { tryNowOf } from "./advice.ts";

const deps = { causes, questions };
const said = (optionId: string) => [
  { questionId: "phoneMessage", optionId, at: "2026-11-22T04:00:29.500Z", actor: "trm_1" },
];
const first = (finding: Finding) => {
  const [cause] = finding.causes;
  assert.ok(cause);
  return cause;
};

// what is known -> how sure of the first cause, whose word it rests on first
const rows: ReadonlyArray<readonly [string, CaseFile, string, RegExp]> = [
  [
    "the channel says it in documented words",
    declinedFile("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
    "certain",
    /^依据：渠道对这笔收款的答复/,
  ],
  [
    "our own record says it",
    exampleFile({ payment: { ...exampleFile().payment!, refundedFen: 1_250 } }),
    "certain",
    /^依据：平台自己的记录/,
  ],
  [
    "only the customer's phone says it: a person's word is never certain",
    declinedFile(...noInstrument, { answers: said("creditShort") }),
    "veryLikely",
    /^依据：相关人员的回答/,
  ],
  [
    "only what others did says it: a comparison is never certain",
    declinedFile(...noInstrument, {
      around: [otherPayment(50, { fundingSource: "huabei", amountFen: 600 })],
    }),
    "veryLikely",
    /^依据：与其他收款的对比/,
  ],
  ["a code without a reason names nobody", declinedFile(...noInstrument), "likely", /渠道对这笔收款的答复/],
];

test("how sure an answer is depends on who stands behind it, not on its probability alone", () => {
  for (const [name, file, sureness, zh] of rows) {
    const cause = first(diagnose(deps, file));
    assert.equal(cause.sureness, sureness, `${name}: ${cause.id} ${cause.probability}`);
    assert.match(restsOn(cause.because).zh, zh, name);
    assert.match(restsOn(cause.because).en, /^Rests on [a-z].*\.$/, name);
  }
});

test("without any fact it says so, and what the evidence rules out is called ruled out", () => {
  assert.match(restsOn([]).zh, /没有哪一条记录/);
  const finding = diagnose(deps, declinedFile(...noInstrument));
  const merchant = finding.causes.find(({ id }) => id === "C-MCH-01");
  assert.equal(merchant?.sureness, "ruledOut");
  assert.equal(surenessOf(causeOf("C-MCH-01"), { probability: 0.99, because: [] }), "veryLikely");
});

test("the advice for the counter is that of the cause, and while none is named only what all suspects agree on", () => {
  const advice: ReadonlyArray<readonly [CaseFile, RegExp | null]> = [
    [declinedFile("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"), /刷新付款码/],
    [refusedFile("payer_code_is_collecting_code"), /点“付款”/],
    [askedFile("awaitingPayer"), /输入密码/],
    [askedFile("closed"), /重新收款/],
    // Whoever of them it is, balance or a card helps: the question need not be answered first.
    [declinedFile(...noInstrument), /余额或银行卡/],
    [exampleFile(), null],
    [declinedFile("ACQ.EXIST_FORBIDDEN_WORD", "订单信息中包含违禁词"), null],
  ];
  for (const [file, expected] of advice) {
    const told = tryNowOf(diagnose(deps, file), file);
    if (expected === null) assert.equal(told, null);
    else assert.match(told?.zh ?? "", expected);
  }
});
