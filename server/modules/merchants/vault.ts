// Channel accounts under seal: all fields as one JSON object, bound to their merchant and channel.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../channels/port.ts";
import type { Vault } from "../../platform/secrets.ts";
import { mainRoute } from "./model.ts";

/** `route`: the first account of the channel where absent. */
export type AccountKey = Readonly<{ merchantId: string; channel: ChannelCode; route?: string }>;

// The first account is sealed as it was when there was only one.
function contextOf({ merchantId, channel, route = mainRoute }: AccountKey): string {
  return `merchants.channel_account/${merchantId}/${channel}${route === mainRoute ? "" : `/${route}`}`;
}

export function sealAccount(vault: Vault, key: AccountKey, account: ChannelAccount): string {
  return vault.seal(JSON.stringify(account), contextOf(key));
}

/** Throws where the seal is broken, the master key is another one, or the text was moved from another merchant. */
export function openAccount(vault: Vault, key: AccountKey, sealed: string): ChannelAccount {
  return JSON.parse(vault.open(sealed, contextOf(key))) as ChannelAccount;
}
