// Which module gets what: every module's needs are met here, by name, and nowhere else.
import { createHmac } from "node:crypto";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelManifest } from "./channels/port.ts";
import { channels as registered } from "./channels/registry.ts";
import { assert } from "./kernel/assert.ts";
import { arrivalRoutes, createArrivals, type Arrivals } from "./modules/arrivals/index.ts";
import { createDiagnosis, diagnosisRoutes } from "./modules/diagnosis/index.ts";
import {
  createAttempts,
  identityRoutes,
  keyAuthenticator,
  openKeyRing,
  sessionAuthenticator,
  type IdentityDeps,
} from "./modules/identity/index.ts";
import {
  applicationFollower,
  createMerchantDirectory,
  createProductOffice,
  createSightings,
  merchantRoutes,
  registerMerchantJobs,
  type MerchantDeps,
} from "./modules/merchants/index.ts";
import { ledgerRoutes } from "./modules/ledger/index.ts";
import type { ChannelHealthMonitor, Routing } from "./modules/routing/index.ts";
import { createHealthMonitor, createRouting, routingRoutes } from "./modules/routing/index.ts";
import {
  createPayments,
  hasPayments,
  paymentRoutes,
  paymentExists,
  readPayment,
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
  terminalRoutes,
  type ManagerCodes,
  type Terminals,
  type TerminalsDeps,
} from "./modules/terminals/index.ts";
import { createDeliverer, webhookRoutes, writeEvents } from "./modules/webhooks/index.ts";
import { awayOf, counterOf, listenersOf, standingOf } from "./adapters.ts";
import { elapsedMs } from "./platform/clock.ts";
import type { PlatformRole } from "./platform/config.ts";
import type { Authenticator } from "./platform/http/authentication.ts";
import type { HttpApp } from "./platform/http/typeProvider.ts";
import { sendOnce } from "./platform/transport.ts";
import { runServices } from "./services.ts";
import type { Channels, Surroundings } from "./surroundings.ts";

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
    keys: openKeyRing({ pg: around.pg, elapsedMs }),
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
  const payments = createPayments(paying, ...listenersOf(around, sightings));
  const diagnosis = createDiagnosis({ ...around, merchants, arrivals });
  const webhooks = webhookDeps(around, merchants);
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
      runServices(
        around,
        { merchants, terminals, arrivals, payments, diagnosis, sightings, health, deliverer },
        roles,
      ),
  };
}

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

function webhookDeps(around: Surroundings, { directory }: MerchantDeps) {
  return { ...around, merchants: directory, allowedHosts: around.webhookAllowHosts ?? [] };
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
