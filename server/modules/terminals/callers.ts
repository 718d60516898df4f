// Who asks, as this module's routes need it.
import type { Principal } from "../../platform/principal.ts";

/** Null is everybody's: the operator. */
export function scopeOf(principal: Principal): string | null {
  return principal.role === "operator" ? null : principal.merchantId;
}
