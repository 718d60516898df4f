// Everything the webhooks module needs from outside, handed in by the composition root.
import type { BaseLogger } from "pino";
import type { World } from "../../kernel/world.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Vault } from "../../platform/secrets.ts";
import type { MerchantDirectory } from "../merchants/index.ts";
import type { Address } from "./sending/names.ts";
import type { AllowedHosts } from "./sending/target.ts";

export type WebhooksDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  metrics: Pick<Metrics, "counter">;
  vault: Vault;
  randomBytes: (count: number) => Uint8Array;
  /** Hosts that may be reached although they are private. */
  allowedHosts: AllowedHosts;
  /** Who there is: an operator names the merchant of an endpoint. */
  merchants: Pick<MerchantDirectory, "merchantProfile">;
  /** All addresses of a name; as the system resolves it where absent. */
  resolve?: (host: string) => Promise<readonly Address[]>;
}>;
