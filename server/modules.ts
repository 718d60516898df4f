// Which module gets what: every module's needs are met here, by name, and nowhere else.
import { createHmac } from "node:crypto";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Logger } from "pino";
import type { ChannelManifest } from "./channels/port.ts";
import { channels } from "./channels/registry.ts";
import type { World } from "./kernel/world.ts";
import {
  createAttempts,
  identityRoutes,
  keyAuthenticator,
  sessionAuthenticator,
  type IdentityDeps,
} from "./modules/identity/index.ts";
import {
  createMerchantDirectory,
  createProductOffice,
  merchantRoutes,
  refreshCapabilities,
  type MerchantDeps,
} from "./modules/merchants/index.ts";
import {
  createTerminals,
  runTerminals,
  terminalRoutes,
  type Terminal,
  type TerminalIdentity,
  type Terminals,
  type TerminalsDeps,
} from "./modules/terminals/index.ts";
import type { Clock } from "./platform/clock.ts";
import type { PlatformRole } from "./platform/config.ts";
import type { Authenticator } from "./platform/http/authentication.ts";
import type { HttpApp } from "./platform/http/typeProvider.ts";
import type { Loops } from "./platform/loops.ts";
import type { Metrics } from "./platform/metrics.ts";
import type { Broker } from "./platform/mqtt/port.ts";
import type { Pg } from "./platform/pg/pg.ts";
import type { Vault } from "./platform/secrets.ts";
import { sendOnce } from "./platform/transport.ts";

/** What every module may be given. */
export type Surroundings = Readonly<{
  pg: Pg;
  world: World;
  clock: Clock;
  log: Logger;
  loops: Loops;
  metrics: Metrics;
  broker: Broker;
  vault: Vault;
  masterKey: Buffer;
  identity: TerminalIdentity;
  /** Where others reach this platform, without a slash at the end. */
  publicUrl: () => string;
  randomBytes: (count: number) => Uint8Array;
  /** Names this process in rows that it holds. */
  processId: string;
}>;

export type Modules = Readonly<{
  authenticators: readonly Authenticator[];
  identity: IdentityDeps;
  merchants: MerchantDeps;
  terminals: TerminalsDeps & Readonly<{ service: Terminals }>;
  /** Starts the repeating work of the roles; resolves with what stops it. */
  run(roles: readonly PlatformRole[]): Promise<() => Promise<void>>;
}>;

/** Composes the modules and registers their routes. */
export async function composeModules(around: Surroundings, app: HttpApp): Promise<Modules> {
  const merchants = merchantDeps(around);
  const identity: IdentityDeps = {
    ...around,
    merchantNames: async (merchantId) =>
      (await merchants.directory.merchantProfile(merchantId))?.names ?? null,
  };
  const terminals = createTerminals(around);
  const attempts = createAttempts(around);
  const authentication = { ...identity, attempts, metrics: around.metrics };

  identityRoutes(app, { ...identity, attempts });
  terminalRoutes(app, around);
  merchantRoutes(app, {
    ...merchants,
    terminalStanding: async (terminalId) => {
      const terminal = await terminals.terminalOf(terminalId);
      return terminal && { merchantId: terminal.merchantId, state: standingOf(terminal.state) };
    },
  });

  return {
    authenticators: [
      keyAuthenticator(authentication),
      sessionAuthenticator(authentication),
      around.identity.authenticator,
    ],
    ...{ identity, merchants, terminals: { ...around, service: terminals } },
    run: async (roles) => {
      const stopListening = roles.includes("mqtt") ? await runTerminals(around, terminals) : () => undefined;
      if (roles.includes("jobs")) {
        around.loops.every("product refresh", productRefreshMs, async (signal) => {
          await refreshCapabilities(merchants, signal);
        });
      }
      return async () => {
        stopListening();
        await terminals.presence.settled();
      };
    },
  };
}

/** A terminal that was never activated may be asked about, but takes nothing. */
function standingOf(state: Terminal["state"]): "active" | "suspended" | "other" {
  return state === "created" ? "other" : state;
}

const productRefreshMs = 3_600_000;

function merchantDeps(around: Surroundings): MerchantDeps {
  const manifests = new Map<ChannelCode, ChannelManifest>(
    [...channels.values()].map((channel) => [channel.manifest.code, channel.manifest]),
  );
  return {
    ...around,
    manifests,
    directory: createMerchantDirectory(around),
    office: createProductOffice({ now: () => around.world.now(), transport: sendOnce }),
  };
}

/** A key of its own for each purpose, drawn from the master key. */
export function purposeKey(masterKey: Buffer, purpose: string): Buffer {
  return createHmac("sha256", masterKey).update(`huiyin ${purpose}`).digest();
}
