// Paying in a page of ours that the payer’s own wallet opened, on that same phone: who holds the phone, and what the
// wallet’s bridge is called with. For channels whose wallets pay no shown code from their own screen.
import type { ChannelAccount, ChannelIo, ChannelWords } from "./transport.ts";

export type PayerOutcome =
  /** The payer’s id holds for the audience of the account alone. It is nobody’s name; it is not logged in full all the same. */
  | Readonly<{ kind: "known"; payerId: string }>
  /**
   * Nothing was learnt. "code": this code was used before, has expired or is none, and asking for a new one helps.
   * "account": our own set-up is wrong, and asking again does not help.
   */
  | Readonly<{ kind: "refused"; fault: "code" | "account"; words: ChannelWords }>
  | Readonly<{ kind: "unknown"; reason: string }>;

/** A channel’s way to be paid in a page. Stateless as the channel is, and it never throws but where a key cannot be read. */
export interface PayerPages {
  /** Whether this account is filled in far enough for it. */
  offeredBy(account: ChannelAccount): "yes" | "no";
  /** For whom payer ids of this account hold: another audience knows the same person by another id. */
  audienceOf(account: ChannelAccount): string;
  /** Where the wallet’s browser is sent to tell who holds it. It comes back to `returnUrl` with `code` and our `state`. */
  authorizeUrl(account: ChannelAccount, back: Readonly<{ returnUrl: string; state: string }>): string;
  /** Who holds the phone, by the code that its browser brought back. A code works once, for some minutes. */
  payerOf(io: ChannelIo, account: ChannelAccount, code: string): Promise<PayerOutcome>;
  /**
   * What the page hands to the wallet’s bridge to pay an order, signed for this moment.
   * @param ticket as `precreate` answered it. Rejects where our own key cannot be read.
   */
  bridgeCall(
    io: Pick<ChannelIo, "now">,
    account: ChannelAccount,
    ticket: string,
  ): Promise<Readonly<Record<string, string>>>;
}
