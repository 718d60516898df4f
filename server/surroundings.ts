// What every module may be given: the platform around it, named once.
import type { Logger } from "pino";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Channel } from "./channels/port.ts";
import type { World } from "./kernel/world.ts";
import type { PaymentsDeps } from "./modules/payments/index.ts";
import type { TerminalIdentity } from "./modules/terminals/index.ts";
import type { Admission } from "./platform/admission.ts";
import type { Clock } from "./platform/clock.ts";
import type { Jobs } from "./platform/jobs.ts";
import type { Loops } from "./platform/loops.ts";
import type { Metrics } from "./platform/metrics.ts";
import type { Broker } from "./platform/mqtt/port.ts";
import type { Pg } from "./platform/pg/pg.ts";
import type { Vault } from "./platform/secrets.ts";

/** Installed channels by their codes. */
export type Channels = ReadonlyMap<ChannelCode, Channel>;

/** What every module may be given. */
export type Surroundings = Readonly<{
  pg: Pg;
  world: World;
  clock: Clock;
  log: Logger;
  loops: Loops;
  jobs: Jobs;
  metrics: Metrics;
  broker: Broker;
  vault: Vault;
  masterKey: Buffer;
  identity: TerminalIdentity;
  /** Told what requests for payments wait for. Absent: nobody counts. */
  admission?: Admission;
  /** On which requests wait for outcomes; on the clock itself where absent. */
  waits?: Pick<Clock, "sleep">;
  /** Those of the registry where absent. */
  channels?: Channels;
  /** Wallets that are told by their codes beyond the published rules; none where absent. */
  recognition?: NonNullable<PaymentsDeps["recognition"]>;
  /** Hosts that webhooks may reach although they are private; none where absent. */
  webhookAllowHosts?: readonly string[];
  /** Where others reach this platform, without a slash at the end. */
  publicUrl: () => string;
  randomBytes: (count: number) => Uint8Array;
  /** Names this process in rows that it holds. */
  processId: string;
}>;
