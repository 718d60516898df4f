// What a phone remembers between the pages of one printed code: first what it asked its wallet, then who it is told to be.
// Sealed, so that nobody reads or makes one, and for a few minutes only. Nothing of it is kept here.
import { addSeconds } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import type { Vault } from "../../platform/secrets.ts";

/** The account of the merchant through which the wallet is asked, and the audience for which its payer ids hold. */
export type AskedThrough = Readonly<{ route: string; audience: string }>;

export type Session = AskedThrough &
  (
    | Readonly<{ kind: "asking"; state: string }>
    /** `paymentId`: the payment that this phone began last on this page; null where it began none. */
    | Readonly<{ kind: "known"; payerId: string; paymentId: string | null }>
  );

/** How long one is good for: to type an amount, to pay, and to try again. */
export const sessionSecondsMax = 900;

export type SessionDeps = Readonly<{ vault: Pick<Vault, "seal" | "open">; world: Pick<World, "now"> }>;

/** A session of this page as text for a cookie. */
export function sealedSession({ vault, world }: SessionDeps, token: string, session: Session): string {
  const until = addSeconds(world.now(), sessionSecondsMax).getTime();
  return vault.seal(JSON.stringify({ ...session, until }), contextOf(token));
}

/** The session in a cookie; null for one that is over, altered, or of another page. */
export function openedSession({ vault, world }: SessionDeps, token: string, sealed: string): Session | null {
  try {
    const read = JSON.parse(vault.open(sealed, contextOf(token))) as Session & Readonly<{ until: number }>;
    const { until, ...session } = read;
    return world.now().getTime() < until ? session : null;
  } catch {
    // Whatever does not open was not made by us, or with a key that is gone.
    return null;
  }
}

function contextOf(token: string): string {
  return `page of printed code ${token}`;
}
