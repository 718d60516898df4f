// What a typed password comes to, in the refusals that phones show: the same behind every screen that takes one.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import type { Trade } from "../book/model.ts";
import type { Approval } from "../book/people.ts";

/** The trade where it is paid now. Refuses after a wrong password, and where the chosen means cannot pay. */
export function paidBy(approval: Approval): Result<Trade> {
  switch (approval.kind) {
    case "paid":
      return success(approval.trade);
    case "wrongPassword":
      return refuse("sandbox_password_wrong", { attemptsLeft: approval.attemptsLeft });
    case "refused":
      return refuse("sandbox_payer_cannot_pay", { reason: approval.reason });
    default:
      return unreachable(approval);
  }
}
