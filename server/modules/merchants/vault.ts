// Channel accounts under seal: all fields as one JSON object, bound to their merchant and channel.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../channels/port.ts";

/** Seals texts with the master key. `context` binds a sealed text to its place: moved elsewhere it does not open. */
export type Vault = Readonly<{
  seal(text: string, context: string): string | Promise<string>;
  open(sealed: string, context: string): string | Promise<string>;
}>;

type AccountKey = Readonly<{ merchantId: string; channel: ChannelCode }>;

function contextOf(key: AccountKey): string {
  return `merchants.channel_account/${key.merchantId}/${key.channel}`;
}

export async function sealAccount(vault: Vault, key: AccountKey, account: ChannelAccount): Promise<string> {
  return vault.seal(JSON.stringify(account), contextOf(key));
}

/** Throws where the seal is broken, the master key is another one, or the text was moved from another merchant. */
export async function openAccount(vault: Vault, key: AccountKey, sealed: string): Promise<ChannelAccount> {
  return JSON.parse(await vault.open(sealed, contextOf(key))) as ChannelAccount;
}
