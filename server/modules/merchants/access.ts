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

/** The merchant for whom something is done: a merchant's own, and the one that an operator names. */
export function merchantFor(principal: Principal, named: string | undefined): string {
  if (principal.role === "operator") {
    const words = { zh: "服务商操作时必须指明商户。", en: "is required for an operator." };
    const problem = { field: "merchantId", problem: words };
    if (named !== undefined) return named;
    return unwrap({ ok: false, refusal: { code: "request_invalid", facts: {}, errors: [problem] } });
  }
  const own = named === undefined || named === principal.merchantId;
  return unwrap(own ? success(principal.merchantId) : refuse("not_found", { what: named }));
}

/** Whose wish a change counts as. */
export function sourceOf(principal: Principal): "operator" | "merchant" {
  return principal.role === "operator" ? "operator" : "merchant";
}
