// Finds the payment that somebody stands at the counter with: from the code of its receipt, or from a few characters.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Platform, Reply } from "../device/platform.ts";

const paymentId = /^pay_[0-9a-f]{32}$/;

/** The payment id in what a receipt's code says; null for anything else, a payer's code for example. */
export function receiptIn(text: string): string | null {
  const plain = text.trim().toLowerCase();
  return paymentId.test(plain) ? plain : null;
}

/** Newest first; none is an empty list. */
export async function findPayments(
  platform: Pick<Platform, "payment" | "searchPayments">,
  text: string,
): Promise<Reply<readonly Payment[]>> {
  const id = receiptIn(text);
  if (id === null) return platform.searchPayments(text.trim());
  const reply = await platform.payment(id);
  if (reply.kind === "answered") return { kind: "answered", value: [reply.value] };
  const absent = reply.kind === "refused" && reply.refusal.status === 404;
  return absent ? { kind: "answered", value: [] } : reply;
}
