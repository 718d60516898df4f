// The work that repeats without anybody asking: which process does which of it, and how it ends.
import { runDiagnosis, type DiagnosisRouteDeps } from "./modules/diagnosis/index.ts";
import type { Arrivals } from "./modules/arrivals/index.ts";
import { refreshCapabilities, type MerchantDeps, type Sightings } from "./modules/merchants/index.ts";
import { runPayments, type Payments } from "./modules/payments/index.ts";
import { routingLimits, type ChannelHealthMonitor } from "./modules/routing/index.ts";
import { runTerminals, type Terminals } from "./modules/terminals/index.ts";
import type { Deliverer } from "./modules/webhooks/index.ts";
import type { PlatformRole } from "./platform/config.ts";
import type { Surroundings } from "./surroundings.ts";

const productRefreshMs = 3_600_000;

export type Services = Readonly<{
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
export async function runServices(
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
