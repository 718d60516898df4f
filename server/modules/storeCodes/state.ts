// What the page of a payer is told of a payment.
import { unreachable } from "../../kernel/assert.ts";
import type { Payment } from "../payments/index.ts";

/** “unpaid”: waiting, and its channel has just said that nobody has paid. */
export type StateInPage = "waiting" | "unpaid" | "paid" | "over" | "unclear";

/** What is known of a payment without asking its channel. */
export function stateInPage(
  { state, expiresAt }: Pick<Payment, "state" | "expiresAt">,
  now: Date,
): Exclude<StateInPage, "unpaid"> {
  switch (state) {
    case "succeeded":
      return "paid";
    case "awaitingPayer":
      // Whoever pays in the last second has paid: until the channel says so, nobody knows.
      return now < expiresAt ? "waiting" : "unclear";
    case "processing":
      return "unclear";
    case "failed":
    case "closed":
    case "reversed":
      return "over";
    default:
      return unreachable(state);
  }
}
