import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idOf, uuidV7 } from "../../kernel/ids.ts";
import {
  channelOrderNoOf,
  channelRefundNoOf,
  readChannelOrderNo,
  readChannelRefundNo,
} from "./orderNumber.ts";

const numbers = fc.stringMatching(/^[0-9]{8}$/);
const ids = fc
  .tuple(
    fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true }),
    fc.uint8Array({ minLength: 10, maxLength: 10 }),
  )
  .map(([at, bytes]) => idOf("pay", uuidV7(at, bytes)));

test("an order number reads back to its merchant and its payment", () => {
  fc.assert(
    fc.property(numbers, ids, (merchantNumber, paymentId) => {
      const text = channelOrderNoOf(merchantNumber, paymentId);
      assert.match(text, /^[0-9]{8}[0-9a-z]{24}$/);
      assert.deepEqual(readChannelOrderNo(text), { merchantNumber, paymentId });
    }),
  );
});

test("a refund number reads back to its merchant and its refund", () => {
  fc.assert(
    fc.property(numbers, ids, (merchantNumber, paymentId) => {
      const refundId = paymentId.replace("pay_", "ref_");
      const text = channelRefundNoOf(merchantNumber, refundId);
      assert.match(text, /^[0-9]{8}[0-9a-z]{24}$/);
      assert.deepEqual(readChannelRefundNo(text), { merchantNumber, refundId });
    }),
  );
});

test("two payments never share an order number", () => {
  fc.assert(
    fc.property(numbers, ids, ids, (number, left, right) => {
      assert.equal(channelOrderNoOf(number, left) === channelOrderNoOf(number, right), left === right);
    }),
  );
});

test("what is not one of our order numbers is not read as one", () => {
  for (const text of [
    "",
    "10000001",
    `10000001${"z".repeat(24)}`,
    `10000001${"A".repeat(24)}`,
    `1000000${"0".repeat(25)}x`,
  ]) {
    assert.equal(readChannelOrderNo(text), null, text);
  }
});
