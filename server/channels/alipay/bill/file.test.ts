// The bill file of Alipay: written as the gateway writes it, read back, and doubted wherever it contradicts itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fen } from "../../../kernel/money.ts";
import { billText, readBillText, type BillFacts, type BillRow } from "./file.ts";

const day = "2026-03-01";
const sellerId = "2088000000000001";

const payment: BillRow = {
  kind: "payment",
  tradeNo: "2026030122001400000000000001",
  outTradeNo: "10000001order1",
  subject: "拿铁",
  createdAt: new Date("2026-03-01T04:00:00Z"),
  finishedAt: new Date("2026-03-01T04:00:05Z"),
  amount: fen(1250),
  received: fen(1250),
  requestNo: "",
  fee: fen(5),
  payer: "*林(138****8000)",
  remark: "",
};
const refund: BillRow = {
  ...{ ...payment, kind: "refund", amount: fen(500), received: fen(500), requestNo: "refund1", fee: fen(-2) },
  finishedAt: new Date("2026-03-01T05:00:00Z"),
};
const facts = (rows: readonly BillRow[]): BillFacts => ({
  day,
  sellerId,
  madeAt: new Date("2026-03-02T01:00:00Z"),
  rows,
});
const text = billText(facts([payment, refund]));
const read = (changed: string) => readBillText(changed, { day, sellerId });

test("a bill is read line by line: amounts without sign, fees as the channel took or gave them back", () => {
  const reading = read(text);
  assert.ok(reading.kind === "lines", reading.kind);
  assert.deepEqual(reading.lines, [
    {
      ...{ kind: "payment", channelTradeNo: payment.tradeNo, channelOrderNo: "10000001order1" },
      ...{
        channelRefundNo: null,
        amount: fen(1250),
        feeMilliFen: 5_000n,
        at: payment.finishedAt,
        state: "交易",
      },
    },
    {
      ...{ kind: "refund", channelTradeNo: payment.tradeNo, channelOrderNo: "10000001order1" },
      ...{
        channelRefundNo: "refund1",
        amount: fen(500),
        feeMilliFen: -2_000n,
        at: refund.finishedAt,
        state: "退款",
      },
    },
  ]);
});

test("ids end in a tab, amounts of refunds are negative, totals stand below the rows", () => {
  const lines = text.split("\r\n");
  assert.equal(lines[0], "#支付宝业务明细查询");
  assert.equal(lines[1], "#账号：[20880000000000010156]");
  assert.ok(
    lines.some((line) =>
      line.startsWith(`${payment.tradeNo}\t,10000001order1\t,交易,拿铁,2026-03-01 12:00:00,`),
    ),
  );
  assert.ok(lines.some((line) => line.includes(",-5.00,-5.00,") && line.includes(",refund1\t,")));
  assert.ok(lines.includes("#交易合计：1笔，商家实收共12.50元，商家优惠共0.00元"));
  assert.ok(lines.includes("#退款合计：1笔，商家实收退款共-5.00元，商家优惠退款共0.00元"));
});

test("law: commas in the subject, in the remark or in both shift nothing", () => {
  const words = fc.stringMatching(/^[拿铁,a-z0-9 .-]{0,16}$/);
  fc.assert(
    fc.property(words, words, (subject, remark) => {
      const reading = read(billText(facts([{ ...payment, subject, remark }, refund])));
      assert.ok(reading.kind === "lines", reading.kind);
      assert.deepEqual(
        reading.lines.map(({ amount }) => amount),
        [fen(1250), fen(500)],
      );
      assert.equal(reading.lines[1]?.channelRefundNo, "refund1");
    }),
  );
});

const doubts: ReadonlyArray<readonly [string, (given: string) => string, RegExp]> = [
  [
    "the total of payments differs",
    (given) => given.replace("商家实收共12.50元", "商家实收共12.51元"),
    /totals/,
  ],
  ["the count of payments differs", (given) => given.replace("#交易合计：1笔", "#交易合计：2笔"), /totals/],
  ["the total of refunds differs", (given) => given.replace("共-5.00元", "共-4.00元"), /totals/],
  ["a row is missing", (given) => given.replace(/\r\n2026[^\r]*交易[^\r]*/, ""), /totals/],
  ["a row comes twice", (given) => given.replace(/(\r\n2026[^\r]*交易[^\r]*)/, "$1$1"), /totals/],
  ["the totals are missing", (given) => given.replace(/#交易合计[^\r]*\r\n/, ""), /totals/],
  ["a column is missing", (given) => given.replace(",交易,", ","), /row/],
  ["the kind is a new one", (given) => given.replace(",退款,", ",冲正,"), /row/],
  ["an amount is no amount", (given) => given.replace(",12.50,", ",12.5x,"), /row/],
  ["a column has another name", (given) => given.replace("订单金额（元）", "订单总额（元）"), /columns/],
  ["the list never ends", (given) => given.slice(0, given.indexOf("业务明细列表结束")), /end/],
  [
    "it is of another day",
    (given) => given.replace("起始日期：[2026年03月01日", "起始日期：[2026年03月02日"),
    /day/,
  ],
  [
    "it is of another account",
    (given) => given.replace("[20880000000000010156]", "[20880000000000020156]"),
    /account/,
  ],
  ["it is empty", () => "", /account|day|columns/],
];
for (const [name, change, problem] of doubts) {
  test(`a bill is not believed where ${name}`, () => {
    const changed = change(text);
    assert.notEqual(changed, text);
    const reading = read(changed);
    assert.ok(reading.kind === "doubtful", reading.kind);
    assert.match(reading.problem, problem);
  });
}

test("law: no text makes the reader throw", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (junk, at) => void read(text.slice(0, at % text.length) + junk)),
  );
});
