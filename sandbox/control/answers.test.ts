// Ordering answers over HTTP: what the calls accept, show and refuse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testSandbox, type TestSandbox } from "../fixtures.ts";

let made: TestSandbox;
before(async () => void (made = await testSandbox()));
after(() => made[Symbol.asyncDispose]());

const path = "/control/answers/alipay.trade.refund";

test("an answer is ordered, shown with its documented text, and withdrawn", async () => {
  const subCode = "ACQ.SELLER_BALANCE_NOT_ENOUGH";
  const ordered = await made.control("PUT", path, { subCode, times: 3, outTradeNos: ["a1"] });
  assert.equal(ordered.status, 200);
  assert.deepEqual(ordered.body.ordered, {
    code: "40004",
    subCode,
    message: "卖家余额不足",
    times: 3,
    outTradeNos: ["a1"],
    appId: null,
    effect: "none",
  });
  const { items } = (await made.control("GET", "/control/answers")).body;
  assert.deepEqual(
    items.map(({ method, ordered: now }: { method: string; ordered: object | null }) => [
      method,
      now !== null,
    ]),
    [
      ["alipay.trade.pay", false],
      ["alipay.trade.query", false],
      ["alipay.trade.cancel", false],
      ["alipay.trade.refund", true],
      ["alipay.trade.fastpay.refund.query", false],
      ["alipay.trade.precreate", false],
      ["alipay.trade.close", false],
    ],
  );
  assert.equal((await made.control("DELETE", path)).body.ordered, null);
});

//  method               body                                        status  code
const refused: ReadonlyArray<readonly [string, object, number, string]> = [
  [path, {}, 400, "request_invalid"],
  [path, { subCode: "ACQ.SYSTEM_ERROR", times: 0 }, 400, "request_invalid"],
  [path, { subCode: "ACQ.SYSTEM_ERROR", colour: 1 }, 400, "request_invalid"],
  [path, { subCode: "ACQ.NO_SUCH_THING" }, 422, "sandbox_answer_unknown"],
  [
    path,
    { subCode: "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", effect: "carriedOut" },
    422,
    "sandbox_answer_has_no_effect",
  ],
  ["/control/answers/alipay.trade.page.pay", { subCode: "ACQ.SYSTEM_ERROR" }, 404, "not_found"],
  ["/control/answers/refund", { subCode: "ACQ.SYSTEM_ERROR" }, 400, "request_invalid"],
];
for (const [where, body, status, code] of refused) {
  test(`PUT ${where} ${JSON.stringify(body)} is refused with ${code}`, async () => {
    const answer = await made.control("PUT", where, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
    if (code === "sandbox_answer_unknown") assert.match(answer.body.detail, /ACQ\.DISCORDANT_REPEAT_REQUEST/);
  });
}
