// What races are about: payments that want to exist, payments that exist, and commands for them. Every call has keys, codes
// and ids of its own, so that orders of one race never meet each other’s rows.
import { randomBytes } from "node:crypto";
import { charge, paid, payment as paymentFixture } from "../../fixtures.ts";
import type { Candidate } from "../../intake/accept.ts";
import type { Command, Payment } from "../../model.ts";
import { applyCommands, type Application } from "../../service.ts";
import { insertPayments } from "../../store.ts";
import { merchantId, type PaymentsBench } from "../../testing.ts";

/** A word that nobody has used. */
export function freshWord(): string {
  return randomBytes(8).toString("hex");
}

/** A new payment of the test merchant, not yet written down. */
export function newPayment(bench: PaymentsBench, own: Partial<Payment> = {}): Payment {
  const key = freshWord();
  const channelOrderNo = `10000001${key}${key}`.slice(0, 32);
  return paymentFixture({
    ...{ id: bench.deps.world.newId("pay"), merchantId, idempotencyKey: key, channelOrderNo },
    ...own,
  });
}

/** It wants to exist, with a payer code of its own unless told otherwise. */
export function candidate(
  bench: PaymentsBench,
  own: Partial<Payment> = {},
  codeHash: Buffer = randomBytes(32),
): Candidate {
  const now = bench.clock.now();
  return {
    payment: newPayment(bench, own),
    fingerprint: Buffer.alloc(32, 1),
    codeHash,
    runningUntil: now,
    requested: { at: now, kind: "requested", direction: "in", data: {} },
  };
}

/** A payment that exists and waits for its outcome. */
export async function planted(bench: PaymentsBench, own: Partial<Payment> = {}): Promise<Payment> {
  const payment = newPayment(bench, own);
  await bench.db.pg.transaction((tx) => insertPayments(tx, [payment]));
  return payment;
}

/** Starts the merchant’s chain: a race that is repeated must find the same each time, and its first booking is longer. */
export async function bookSomething(bench: PaymentsBench): Promise<void> {
  await applyCommands(bench.deps, nobody, [told(await planted(bench), charge(paid()))]);
}

export function told(payment: Payment, command: Command): Application {
  return { merchantId: payment.merchantId, paymentId: payment.id, channel: "alipay", command };
}

export const nobody = (): void => undefined;
