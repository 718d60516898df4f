// What one module asks, in the words of another: small translations that belong to neither.
import type { Channel } from "./channels/port.ts";
import type { MerchantDeps, Sightings } from "./modules/merchants/index.ts";
import type { Payment } from "./modules/payments/index.ts";
import type { CounterOf, Terminal } from "./modules/terminals/index.ts";
import type { Admission } from "./platform/admission.ts";

/** A payment by Huabei shows that it is open; a refusal that may mean it is closed makes us ask. */
export function noticeProducts(
  sightings: Sightings,
  { merchantId, state, fundingSource, causeHints }: Payment,
): void {
  const product = "huabei";
  if (state === "succeeded" && fundingSource === "huabei")
    sightings.notice({ merchantId, product, looks: "open" });
  if (state === "failed" && causeHints.includes("C-MCH-01"))
    sightings.notice({ merchantId, product, looks: "closed" });
}

/** What a receipt says of the place, from the directory that every payment reads as well. */
export function counterOf({ directory }: MerchantDeps): CounterOf {
  return async ({ merchantId, storeId }) => {
    const merchant = await directory.merchantProfile(merchantId);
    const store = merchant?.stores.find(({ id }) => id === storeId);
    if (!merchant || !store) return null;
    return { merchantNames: merchant.names, storeNames: store.names, storeAddress: store.address };
  };
}

/** A terminal that was never activated may be asked about, but takes nothing. */
export function standingOf(state: Terminal["state"]): "active" | "suspended" | "other" {
  return state === "created" ? "other" : state;
}

/** A channel whose charges and codes count as away: they wait for a network, not for our database. */
export function awayOf(admission: Pick<Admission, "away">, channel: Channel): Channel {
  return Object.assign(Object.create(channel) as Channel, {
    charge: (...[io, account, order]: Parameters<Channel["charge"]>) =>
      admission.away(order.channelOrderNo, () => channel.charge(io, account, order)),
    precreate: (...[io, account, order]: Parameters<Channel["precreate"]>) =>
      admission.away(order.channelOrderNo, () => channel.precreate(io, account, order)),
  });
}
