// Who asks, as this module's routes need it.
import { refuse, success, unwrap } from "../../kernel/result.ts";
import type { Principal } from "../../platform/principal.ts";

/** Null is everybody's: the operator. */
export function scopeOf(principal: Principal): string | null {
  return principal.role === "operator" ? null : principal.merchantId;
}

/** Who is written into histories. */
export function actorOf(principal: Principal): string {
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}

/** The merchant for whom something is created: a merchant's own, and the one that an operator names. */
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
