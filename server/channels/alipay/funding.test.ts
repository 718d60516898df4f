// Fund bills and the purse they name, as a table.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fundingSourceOf } from "./funding.ts";

// fund bills → source
for (const [bills, source] of [
  [[["PCREDIT"]], "huabei"],
  [[["ALIPAYACCOUNT"]], "balance"],
  [[["FINANCEACCOUNT"]], "moneyFund"],
  [[["BANKCARD", "CREDIT_CARD"]], "creditCard"],
  [[["BANKCARD", "DEBIT_CARD"]], "debitCard"],
  [[["BANKCARD"]], "unknown"],
  [[["PCREDIT"], ["COUPON"], ["POINT"], ["DISCOUNT"], ["MDISCOUNT"]], "huabei"],
  [[["COUPON"], ["ALIPAYACCOUNT"]], "balance"],
  [[["ALIPAYACCOUNT"], ["PCREDIT"]], "mixed"],
  [
    [
      ["BANKCARD", "CREDIT_CARD"],
      ["BANKCARD", "DEBIT_CARD"],
    ],
    "mixed",
  ],
  [
    [
      ["BANKCARD", "DEBIT_CARD"],
      ["BANKCARD", "DEBIT_CARD"],
    ],
    "debitCard",
  ],
  [[["PCREDIT"], ["SOMETHINGNEW"]], "mixed"],
  [[["COUPON"]], "unknown"],
  [[["SOMETHINGNEW"]], "unknown"],
  [[["constructor"]], "unknown"],
  [[], "unknown"],
] as ReadonlyArray<readonly [ReadonlyArray<readonly string[]>, string]>) {
  test(`money from ${JSON.stringify(bills)} is ${source}, in both spellings`, () => {
    const snake = bills.map(([fund_channel, fund_type]) => ({ amount: "0.01", fund_channel, fund_type }));
    const camel = bills.map(([fundChannel, fundType]) => ({ amount: "0.01", fundChannel, fundType }));
    assert.equal(fundingSourceOf(snake), source);
    assert.equal(fundingSourceOf(JSON.stringify(camel)), source);
  });
}

test("a damaged fund bill list names no source", () => {
  for (const damaged of [
    undefined,
    null,
    7,
    "",
    "[",
    "{}",
    "null",
    [null],
    [7],
    [{}],
    [{ fund_channel: 7 }],
  ]) {
    assert.equal(fundingSourceOf(damaged), "unknown");
  }
});
