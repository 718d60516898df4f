// What one module asks, in the words of another: small translations that belong to neither.
import type { MerchantDeps, Sightings } from "./modules/merchants/index.ts";
import type { Payment } from "./modules/payments/index.ts";
import type { CounterOf, Terminal } from "./modules/terminals/index.ts";

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
