import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { TerminalPlace } from "@huiyin/contract/api/terminals.ts";
import { paymentIn, refundIn } from "../fixtures.ts";
import { receiptIn } from "../refund/find.ts";
import { createWords } from "../words/index.ts";
import { qrPathOf } from "./qr.ts";
import { receiptOf, type ReceiptLine } from "./receipt.ts";

const place: TerminalPlace = {
  ...{ terminalName: "一号收银台", terminalNo: "T0001" },
  merchantNames: { zh: "回音咖啡", en: "Echo Coffee" },
  storeNames: { zh: "南京西路店", en: "Nanjing West Road" },
  storeAddress: "南京西路 1266 号",
};
const payment = paymentIn("succeeded", {
  fundingSource: "huabeiInstalment",
  credit: { instalments: 6, feeBearer: "merchant" },
  paidAt: "2026-11-22T10:00:02+08:00",
  payerAccount: "138****1234",
  channelTradeNo: "2026112222001",
});
const words = { t: createWords("zh").t, language: "zh" } as const;
const textOf = (line: ReceiptLine): string => (line.kind === "rule" ? "---" : `${line.name}|${line.value}`);

test("a receipt says who was paid, how much, how, when, and by which numbers it is found", () => {
  const receipt = receiptOf({ payment, refunds: [], place, words });
  assert.equal(receipt.heading, "收款小票");
  assert.deepEqual(receipt.place, ["回音咖啡", "南京西路店", "南京西路 1266 号"]);
  assert.deepEqual(receipt.lines.map(textOf), [
    "终端|一号收银台 T0001",
    "时间|2026-11-22 10:00:02",
    "付款方式|支付宝 · 花呗分期",
    "花呗分期|分 6 期 · 商户承担手续费",
    "付款账户|138****1234",
    "---",
    "状态|已收款",
    "金额|¥12.50",
    "---",
    "商户订单号|T1",
    "渠道订单号|1",
    "渠道交易号|2026112222001",
  ]);
});

test("a refund stands on the receipt with what is kept; one that failed does not", () => {
  const refunds = [refundIn("succeeded"), refundIn("failed", { id: "ref_2" })];
  const receipt = receiptOf({ payment: { ...payment, refundedAmount: 500 }, refunds, place, words });
  assert.equal(receipt.heading, "退款小票");
  const lines = receipt.lines.map(textOf);
  // On one line of 58 mm: the day and minute, and the amount.
  assert.ok(lines.includes("退款 11-22 10:05|−¥5.00"), lines.join("\n"));
  assert.ok(lines.includes("状态|已部分退款"));
  assert.equal(receipt.scan, "退款时请出示此码");
  assert.ok(lines.includes("已退合计|¥5.00") && lines.includes("实收|¥7.50"));
  assert.equal(lines.filter((line) => line.startsWith("退款 ")).length, 1);
});

test("a refund that is still under way says so on its line", () => {
  const receipt = receiptOf({ payment, refunds: [refundIn("processing")], place, words });
  assert.ok(receipt.lines.map(textOf).includes("退款 11-22 10:05|退款中 −¥5.00"));
});

test("a receipt of what went back completely neither says paid nor invites another refund", () => {
  const refunds = [refundIn("succeeded", { amount: 1250 })];
  const receipt = receiptOf({ payment: { ...payment, refundedAmount: 1250 }, refunds, place, words });
  const lines = receipt.lines.map(textOf);
  assert.ok(lines.includes("状态|已全额退款") && lines.includes("实收|¥0.00"));
  assert.equal(receipt.scan, null);
});

test("a void is called a void on the receipt, under way and done", () => {
  const whole = { way: "void", kind: "reversal", amount: 1250 } as const;
  const receipts = (["processing", "succeeded"] as const).map((state) =>
    receiptOf({ payment, refunds: [refundIn(state, whole)], place, words }),
  );
  assert.deepEqual(
    receipts.map(({ heading }) => heading),
    ["撤销小票", "撤销小票"],
  );
  const [underWay = "", done = ""] = receipts.map(({ lines }) => lines.map(textOf).join("\n"));
  assert.match(underWay, /撤销 11-22 10:05\|撤销中 −¥12\.50/);
  assert.match(done, /撤销 11-22 10:05\|−¥12\.50/);
  assert.doesNotMatch(underWay, /退款/);
});

test("what was not paid cannot be mistaken for a proof of payment", () => {
  const receipt = receiptOf({ payment: paymentIn("closed"), refunds: [], place, words });
  assert.ok(receipt.lines.map(textOf).some((line) => line.includes("不作付款凭证")));
});

test("the code on a receipt is what the search for its payment reads", () => {
  const { code } = receiptOf({ payment, refunds: [], place, words });
  assert.equal(receiptIn(code), payment.id);
  const { path, size } = qrPathOf(code);
  assert.ok(size >= 29 && size <= 60, `${size} modules`);
  assert.match(path, /^(M\d+ \d+h1v1h-1z)+$/);
});
