// Who may see or change which merchant: an operator every one, everybody else the own one alone.
import { refuse, success, unwrap } from "../../kernel/result.ts";
import type { Principal } from "../../platform/principal.ts";

/** Throws `not_found` where the caller belongs to another merchant: whether that one exists is nobody's business. */
export function requireMerchant(principal: Principal, merchantId: string): void {
  const own = principal.role === "operator" || principal.merchantId === merchantId;
  unwrap(own ? success(null) : refuse("not_found", { what: merchantId }));
}

/** Who is written into histories. */
export function actorOf(principal: Principal): string {
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}

/** Whose wish a change counts as. */
export function sourceOf(principal: Principal): "operator" | "merchant" {
  return principal.role === "operator" ? "operator" : "merchant";
}
