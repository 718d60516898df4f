// Secrets of endpoints as they are stored, bound to where they lie.
import type { Vault } from "../../platform/secrets.ts";
import type { SealedSecrets } from "./model.ts";

type Place = Readonly<{ merchantId: string; endpointId: string }>;

function contextOf({ merchantId, endpointId }: Place): string {
  return `webhooks.endpoint/${merchantId}/${endpointId}`;
}

export function sealSecret(vault: Vault, place: Place, secret: string): string {
  return vault.seal(secret, contextOf(place));
}

/** What a message is signed with at a moment: the secret, and the one before it while that is still valid. */
export function openSecrets(vault: Vault, place: Place, sealed: SealedSecrets, now: Date): string[] {
  const { current, previous, previousValidUntil } = sealed;
  const both = previous !== null && previousValidUntil !== null && previousValidUntil > now;
  return [current, ...(both ? [previous] : [])].map((one) => vault.open(one, contextOf(place)));
}
