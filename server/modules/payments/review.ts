// A person decides what the channel left open.
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { Principal } from "../../platform/principal.ts";
import type { PaymentsDeps } from "./deps.ts";
import type { Payment } from "./model.ts";
import { readPayment } from "./reading/service.ts";
import type { Door } from "./service.ts";

export type ReviewVerdict = Readonly<{ decision: "succeeded" | "closed"; reason: string }>;

/**
 * Decides a payment in review; the reason and the credential stay in its timeline.
 * Refuses `not_found`, and `review_not_open` where nobody has to decide, or somebody just did.
 */
export async function decideReview(
  deps: PaymentsDeps & { door: Door },
  principal: Extract<Principal, { role: "operator" }>,
  paymentId: string,
  verdict: ReviewVerdict,
): Promise<Result<Payment>> {
  const found = await readPayment(deps, principal, paymentId);
  if (!found.ok) return found;
  const { merchantId, channel } = found.value;
  const applied = await deps.door({
    merchantId,
    paymentId,
    channel,
    command: { kind: "reviewDecided", ...verdict, decidedBy: principal.credentialId },
  });
  if (applied === null) return refuse("not_found", { what: paymentId });
  return applied.before.review === null ? refuse("review_not_open") : success(applied.after);
}
