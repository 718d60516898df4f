// Which module gets what: every module's needs are met here, by name, and nowhere else.
import { createHmac } from "node:crypto";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Logger } from "pino";
import type { Channel, ChannelManifest } from "./channels/port.ts";
import { channels as registered } from "./channels/registry.ts";
import { assert } from "./kernel/assert.ts";
import type { World } from "./kernel/world.ts";
import { arrivalRoutes, createArrivals, type Arrivals } from "./modules/arrivals/index.ts";
import {
  createDiagnosis,
  diagnosisRoutes,
  runDiagnosis,
  type DiagnosisRouteDeps,
} from "./modules/diagnosis/index.ts";
import {
  createAttempts,
  identityRoutes,
  keyAuthenticator,
  sessionAuthenticator,
  type IdentityDeps,
} from "./modules/identity/index.ts";
import {
  applicationFollower,
  createMerchantDirectory,
  createProductOffice,
  createSightings,
  merchantRoutes,
  refreshCapabilities,
  registerMerchantJobs,
  type MerchantDeps,
  type Sightings,
} from "./modules/merchants/index.ts";
import { ledgerRoutes } from "./modules/ledger/index.ts";
import type { ChannelHealthMonitor, Routing } from "./modules/routing/index.ts";
import { createHealthMonitor, createRouting, routingLimits, routingRoutes } from "./modules/routing/index.ts";
import {
  createPayments,
  hasPayments,
  paymentRoutes,
  paymentExists,
  readPayment,
  runPayments,
  type Payments,
  type PaymentsDeps,
} from "./modules/payments/index.ts";
import {
  createPagePayments,
  createStoreCodes,
  storeCodeDeps,
  storeCodeRoutes,
} from "./modules/storeCodes/index.ts";
import { closeCases, openCases, supportRoutes } from "./modules/support/index.ts";
import {
  createManagerCodes,
  createTerminals,
  runTerminals,
  terminalRoutes,
  type ManagerCodes,
  type TerminalIdentity,
  type Terminals,
  type TerminalsDeps,
} from "./modules/terminals/index.ts";
import { createDeliverer, webhookRoutes, writeEvents, type Deliverer } from "./modules/webhooks/index.ts";
import { awayOf, counterOf, noticeProducts, standingOf } from "./adapters.ts";
import type { Admission } from "./platform/admission.ts";
import type { Clock } from "./platform/clock.ts";
import type { PlatformRole } from "./platform/config.ts";
import type { Authenticator } from "./platform/http/authentication.ts";
import type { HttpApp } from "./platform/http/typeProvider.ts";
import type { Jobs } from "./platform/jobs.ts";
import type { Loops } from "./platform/loops.ts";
import type { Metrics } from "./platform/metrics.ts";
import type { Broker } from "./platform/mqtt/port.ts";
import type { Pg } from "./platform/pg/pg.ts";
import type { Vault } from "./platform/secrets.ts";
import { sendOnce } from "./platform/transport.ts";

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

export type Modules = Readonly<{
  authenticators: readonly Authenticator[];
  identity: IdentityDeps;
  merchants: MerchantDeps;
  terminals: TerminalsDeps;
  managerCodes: ManagerCodes;
  /** Starts the repeating work of the roles; resolves with what stops it. */
  run(roles: readonly PlatformRole[]): Promise<() => Promise<void>>;
}>;

/** Composes the modules and registers their routes. */
export async function composeModules(around: Surroundings, app: HttpApp): Promise<Modules> {
  const merchants = merchantDeps(around);
  registerMerchantJobs(around.jobs, merchants);
  const identity: IdentityDeps = {
    ...around,
    merchantNames: async (merchantId) =>
      (await merchants.directory.merchantProfile(merchantId))?.names ?? null,
  };
  const terminals = createTerminals(around);
  const managerCodeKey = purposeKey(around.masterKey, "manager codes");
  const managerCodes = createManagerCodes({ ...around, managerCodeKey });
  const arrivals = createArrivals(arrivalsDeps(around, terminals));
  const health = createHealthMonitor({ ...around, probe: merchants.probe });
  const routing = createRouting({ ...around, directory: merchants.directory, health, paymentExists });
  const paying = paymentsDeps(around, { merchants, terminals, arrivals, managerCodes, health, routing });
  const sightings = createSightings({ ...merchants, log: around.log });
  const payments = createPayments(paying, ({ after }) => {
    around.admission?.written(after.channelOrderNo);
    noticeProducts(sightings, after);
  });
  const diagnosis = createDiagnosis({ ...around, merchants, arrivals });
  const webhooks = {
    ...around,
    merchants: merchants.directory,
    allowedHosts: around.webhookAllowHosts ?? [],
  };
  const deliverer = createDeliverer(webhooks);
  const attempts = createAttempts(around);
  const authentication = { ...identity, attempts, metrics: around.metrics };

  identityRoutes(app, { ...identity, attempts });
  terminalRoutes(app, { ...around, managerCodes, counterOf: counterOf(merchants) });
  merchantRoutes(app, {
    ...merchants,
    ...{ unstableRoutes: routing.unstableRoutes, windowsChanged: routing.windowsChanged },
    terminalStanding: async (terminalId) => {
      const terminal = await terminals.terminalOf(terminalId);
      return terminal && { merchantId: terminal.merchantId, state: standingOf(terminal.state) };
    },
  });

  routingRoutes(app, { ...around, routing, health });
  ledgerRoutes(app, around);
  supportRoutes(app, around);
  arrivalRoutes(app, {
    ...around,
    paymentFor: (principal, paymentId) => readPayment(around, principal, paymentId),
  });
  paymentRoutes(app, paying, payments);
  const { directory } = merchants;
  const pages = createPagePayments({ ...paying, ...around, directory, routing, ask: payments.ask });
  const printed = storeCodeDeps({ ...around, pages }, paying.merchants, paying.channels, payments);
  storeCodeRoutes(app, printed, createStoreCodes(printed));
  diagnosisRoutes(app, diagnosis);
  webhookRoutes(app, webhooks);

  return {
    // The session last: a forgotten cookie must not speak for a terminal in the same browser.
    authenticators: [
      keyAuthenticator(authentication),
      around.identity.authenticator,
      sessionAuthenticator(authentication),
    ],
    ...{ identity, merchants, terminals: around, managerCodes },
    run: (roles) =>
      run(
        around,
        { merchants, terminals, arrivals, payments, diagnosis, sightings, health, deliverer },
        roles,
      ),
  };
}

type Services = Readonly<{
  health: ChannelHealthMonitor;
  merchants: MerchantDeps;
  terminals: Terminals;
  arrivals: Arrivals;
  payments: Payments;
  diagnosis: DiagnosisRouteDeps;
  sightings: Sightings;
  deliverer: Deliverer;
}>;

/** Starts the repeating work of the roles; resolves with what stops listening. */
async function run(
  around: Surroundings,
  { merchants, terminals, arrivals, payments, diagnosis, sightings, health, deliverer }: Services,
  roles: readonly PlatformRole[],
): Promise<() => Promise<void>> {
  const stops: Array<() => void> = [];
  await around.jobs.start(roles.includes("jobs") ? "work" : "send");
  // In every process: each takes payments, and counts what came of them.
  around.loops.every("channel health", routingLimits.circuitLoopMs, health.lookAfter);
  if (roles.includes("mqtt"))
    stops.push(await runTerminals(around, terminals), await arrivals.run(around.loops));
  if (roles.includes("jobs")) {
    runPayments(around, payments);
    runDiagnosis(around, diagnosis);
    deliverer.run(around.loops);
    around.loops.every("product refresh", productRefreshMs, async (signal) => {
      await refreshCapabilities(merchants, signal);
    });
  }
  return async () => {
    // Charges on their way are answered first: what they learn still needs the database.
    await payments.idle();
    await sightings.idle();
    await deliverer.idle();
    for (const stop of stops) stop();
    await terminals.presence.settled();
  };
}

const productRefreshMs = 3_600_000;

function merchantDeps(around: Surroundings): MerchantDeps {
  const manifests = new Map<ChannelCode, ChannelManifest>(
    [...channelsOf(around).values()].map((channel) => [channel.manifest.code, channel.manifest]),
  );
  return {
    ...around,
    manifests,
    followApplication: applicationFollower(around.jobs),
    hasPayments,
    directory: createMerchantDirectory(around),
    office: createProductOffice({ now: () => around.world.now(), transport: sendOnce }),
    probe: (code, account) => {
      const channel = channelsOf(around).get(code);
      assert(channel !== undefined, `no channel ${code} to probe`);
      return channel.probe({ now: () => around.world.now(), transport: sendOnce }, account);
    },
  };
}

function arrivalsDeps(around: Surroundings, terminals: Terminals): Parameters<typeof createArrivals>[0] {
  return {
    ...around,
    bus: terminals.bus,
    terminalOf: terminals.terminalOf,
    cases: {
      openCases: (tx, cases) => openCases(around, tx, cases),
      closeCases: (tx, closings) => closeCases(around, tx, closings),
    },
  };
}

function paymentsDeps(
  around: Surroundings,
  others: Readonly<{
    merchants: MerchantDeps;
    terminals: Terminals;
    arrivals: Arrivals;
    managerCodes: ManagerCodes;
    health: ChannelHealthMonitor;
    routing: Routing;
  }>,
): PaymentsDeps {
  return {
    ...around,
    clock: around.waits ?? around.clock,
    channels: new Map(
      [...channelsOf(around)].map(([code, one]) => {
        const watched = others.health.watch(one);
        return [code, around.admission ? awayOf(around.admission, watched) : watched];
      }),
    ),
    transport: sendOnce,
    routing: others.routing,
    merchants: { ...others.merchants.directory, channelAccount: others.routing.anyAccount },
    terminals: {
      terminalOf: others.terminals.terminalOf,
      verifyManagerCode: others.managerCodes.verify,
    },
    arrivals: others.arrivals,
    webhooks: { insertEvents: (tx, happened) => writeEvents(around, tx, happened) },
    payerCodeKey: purposeKey(around.masterKey, "payer codes"),
    get publicUrl() {
      return around.publicUrl();
    },
  };
}

function channelsOf({ channels = registered }: Surroundings): Channels {
  return channels;
}

/** A key of its own for each purpose, drawn from the master key. */
export function purposeKey(masterKey: Buffer, purpose: string): Buffer {
  return createHmac("sha256", masterKey).update(`huiyin ${purpose}`).digest();
}
