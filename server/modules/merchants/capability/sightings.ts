// Payments say something about products before any schedule would ask: one that was paid with Huabei, or one that the
// channel refused without a reason. The channel is asked then, so that the menus of the terminals tell the truth soon.
import type { BaseLogger } from "pino";
import { secondsBetween } from "../../../kernel/time.ts";
import { merchantLimits } from "../limits.ts";
import type { Product } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { refreshCapability } from "./service.ts";

/** What a payment showed about a product. */
export type Sighting = Readonly<{ merchantId: string; product: Product; looks: "open" | "closed" }>;

export type Sightings = Readonly<{
  /** Returns at once; asks in the background, each product of a merchant at most once in `sightingSecondsMin`. */
  notice(sighting: Sighting): void;
  /** Resolves when nobody is being asked. */
  idle(): Promise<void>;
}>;

export function createSightings(deps: MerchantDeps & Readonly<{ log: BaseLogger }>): Sightings {
  const askedAt = new Map<string, Date>();
  const asking = new Set<Promise<unknown>>();

  return {
    notice: ({ merchantId, product, looks }) => {
      const key = `${merchantId}/${product}/${looks}`;
      const now = deps.world.now();
      const last = askedAt.get(key);
      if (last !== undefined && secondsBetween(last, now) < merchantLimits.sightingSecondsMin) return;
      if (askedAt.size >= merchantLimits.directoryMerchantsMax) askedAt.clear();
      askedAt.set(key, now);
      const asked = refreshCapability(deps, { merchantId, product }).catch((error: unknown) => {
        deps.log.warn(
          { event: "product_not_asked", merchantId, product, err: error },
          "a product was not asked about",
        );
      });
      asking.add(asked);
      void asked.finally(() => asking.delete(asked));
    },
    idle: async () => {
      await Promise.all(asking);
    },
  };
}
