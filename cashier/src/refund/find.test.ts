import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Reply } from "../device/platform.ts";
import { paymentIn } from "../fixtures.ts";
import { findPayments, receiptIn } from "./find.ts";

const payment = paymentIn("succeeded");

test("a receipt's code is its payment's id; a payer's code is none", () => {
  assert.equal(receiptIn(`${payment.id}\n`), payment.id);
  // A scanner with the shift key held down.
  assert.equal(receiptIn(payment.id.toUpperCase()), payment.id);
  for (const text of ["287612345678901234", "pay_12", "", `${payment.id}0`])
    assert.equal(receiptIn(text), null, text);
});

test("a receipt asks for its payment, anything else is searched for", async () => {
  const asked: string[] = [];
  const replies = new Map<string, Reply<Payment>>([[payment.id, { kind: "answered", value: payment }]]);
  const gone: Reply<Payment> = {
    kind: "refused",
    refusal: { status: 404, code: "not_found", retry: "never", title: "", detail: "" },
  };
  const platform = {
    payment: async (id: string) => (asked.push(id), replies.get(id) ?? gone),
    searchPayments: async (text: string) => (asked.push(text), { kind: "answered", value: [] } as const),
  };
  assert.deepEqual(await findPayments(platform, payment.id), { kind: "answered", value: [payment] });
  const foreign = payment.id.replace(/8$/, "9");
  assert.deepEqual(await findPayments(platform, foreign), { kind: "answered", value: [] });
  await findPayments(platform, " 4321 ");
  assert.deepEqual(asked, [payment.id, foreign, "4321"]);
});
