// Which network a control call is about: by its name, by a wallet, by a merchant, by a code that is shown.
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import type { Merchant, Wallet } from "../book/model.ts";
import type { Network } from "../book/network.ts";
import type { ComposedWorld, World } from "../world/model.ts";

type Worlds = readonly ComposedWorld[];

/** The network of this name; Alipay where none is named. Refuses one that this sandbox does not simulate. */
export function composedAt(worlds: Worlds, channel: Network | undefined): ComposedWorld {
  const wanted = channel ?? "alipay";
  return worlds.find(({ network }) => network === wanted) ?? unwrap(refuse("not_found", { what: wanted }));
}

export function worldAt(worlds: Worlds, channel: Network | undefined): World {
  return composedAt(worlds, channel).world;
}

/** A wallet with its world. */
export function walletIn(worlds: Worlds, walletId: string): Readonly<{ world: World; wallet: Wallet }> {
  for (const { world } of worlds) {
    const wallet = world.book.wallets.get(walletId);
    if (wallet !== undefined) return { world, wallet };
  }
  return unwrap(refuse("not_found", { what: walletId }));
}

/** A merchant with its world. */
export function merchantIn(worlds: Worlds, appId: string): Readonly<{ world: World; merchant: Merchant }> {
  for (const { world } of worlds) {
    const merchant = world.book.merchants.get(appId);
    if (merchant !== undefined) return { world, merchant };
  }
  return unwrap(refuse("not_found", { what: appId }));
}
