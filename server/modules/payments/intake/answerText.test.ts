import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fen } from "../../../kernel/money.ts";
import { at, payment, shownCode } from "../fixtures.ts";
import type { Payment } from "../model.ts";
import { answerOf } from "../view.ts";
import { bodyOf, storedTextOf } from "./answerText.ts";

const text = fc.string({ unit: "binary", maxLength: 30 });
const anyPayment: fc.Arbitrary<Payment> = fc
  .record({
    subject: text,
    merchantOrderNo: fc.option(text),
    words: fc.option(fc.record({ code: text, message: text })),
    payerAccount: fc.option(text),
    amount: fc.bigInt({ min: 1n, max: 10_000_000_000n }).map(fen),
    review: fc.option(
      fc.constant({ since: at(5), reason: "timetableExhausted", owner: "operator" } as const),
    ),
    credit: fc.option(fc.constant({ instalments: 6, feeBearer: "payer" } as const)),
    shown: fc.boolean(),
  })
  .map(({ shown, ...own }) => (shown ? { ...shownCode(own), codeUrl: "https://a.example/" } : payment(own)));

test("what is stored of an answer gives the answer back to the byte, with half of its characters", () => {
  fc.assert(
    fc.property(anyPayment, (one) => {
      const { body } = answerOf(one);
      const stored = storedTextOf(body);
      assert.equal(bodyOf(stored), body);
      assert.ok(stored.length < body.length - 300, `${stored.length} of ${body.length}`);
    }),
  );
});

test("an answer with other fields is stored as it is, and so is one with the same in another order", () => {
  const answer = JSON.parse(answerOf(payment()).body) as Record<string, unknown>;
  const [first = "", ...names] = Object.keys(answer);
  const moved = Object.fromEntries([...names, first].map((name) => [name, answer[name]]));
  for (const other of [{ ...answer, more: 1 }, moved, { id: "ref_1" }, {}]) {
    const body = JSON.stringify(other);
    assert.equal(storedTextOf(body), body);
    assert.equal(bodyOf(body), body);
  }
});

// Written down by the first release that stored answers like this: it is read for ever.
const kept =
  '[0,"pay_1","mer_1",null,null,"A-1","HY1",100,"CNY",1,0,"茶","payerCode",null,"succeeded",null,false,"alipay",' +
  '"T1","10000","Success","balance",null,null,null,"a","b","c","d"]';

test("an answer that was stored once is read as it was given, whatever answers look like by now", () => {
  assert.equal(
    bodyOf(kept),
    '{"id":"pay_1","merchantId":"mer_1","storeId":null,"terminalId":null,"merchantOrderNo":"A-1","channelOrderNo":"HY1",' +
      '"amount":100,"currency":"CNY","feeAmount":1,"refundedAmount":0,"subject":"茶","mode":"payerCode","code":null,' +
      '"state":"succeeded","review":null,"lateSuccess":false,"channel":"alipay","channelTradeNo":"T1","channelCode":"10000",' +
      '"channelMessage":"Success","fundingSource":"balance","credit":null,"payerAccount":null,"retry":null,"createdAt":"a",' +
      '"expiresAt":"b","finishedAt":"c","paidAt":"d"}',
  );
  assert.throws(() => bodyOf('[9,"pay_1"]'), { name: "AssertionError" });
});
