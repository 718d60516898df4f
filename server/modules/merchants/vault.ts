// Channel accounts under seal: all fields as one JSON object, bound to their merchant and channel.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../channels/port.ts";
import type { Vault } from "../../platform/secrets.ts";

type AccountKey = Readonly<{ merchantId: string; channel: ChannelCode }>;

function contextOf(key: AccountKey): string {
  return `merchants.channel_account/${key.merchantId}/${key.channel}`;
}

export function sealAccount(vault: Vault, key: AccountKey, account: ChannelAccount): string {
  return vault.seal(JSON.stringify(account), contextOf(key));
}

/** Throws where the seal is broken, the master key is another one, or the text was moved from another merchant. */
export function openAccount(vault: Vault, key: AccountKey, sealed: string): ChannelAccount {
  return JSON.parse(vault.open(sealed, contextOf(key))) as ChannelAccount;
}
