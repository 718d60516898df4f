// A person decides what became of a refund that the channel left open.
import { refuse, success, type Result } from "../../../kernel/result.ts";
import type { Principal } from "../../../platform/principal.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Refund } from "./model.ts";
import { readRefund } from "./reading.ts";
import { addressOf } from "./sending.ts";
import type { RefundDoor } from "./service.ts";

export type RefundVerdict = Readonly<{ decision: "succeeded" | "failed"; reason: string }>;

/**
 * Decides a refund in review; the reason and the credential stay in the timeline of its payment.
 * Refuses `not_found`, and `refund_review_not_open` where nobody has to decide, or somebody just did.
 */
export async function decideRefundReview(
  deps: PaymentsDeps & { door: RefundDoor },
  principal: Extract<Principal, { role: "operator" }>,
  refundId: string,
  verdict: RefundVerdict,
): Promise<Result<Refund>> {
  const found = await readRefund(deps, principal, refundId);
  if (!found.ok) return found;
  const command = { kind: "reviewDecided", ...verdict, decidedBy: principal.credentialId } as const;
  const applied = await deps.door({ ...addressOf(found.value), command });
  if (applied === null) return refuse("not_found", { what: refundId });
  return applied.before.refund.reviewSince === null
    ? refuse("refund_review_not_open")
    : success(applied.after.refund);
}
