// Every claim of the product’s speed, by its name, and how a run goes through them.
import type { Claim, Wanted } from "./arguments.ts";
import { sharedBy, withBench, type BenchOptions, type Measure, type Shared, type Sizes } from "./bench.ts";
import { measureArrivals } from "./claims/arrivals.ts";
import { measureFootprint } from "./claims/footprint.ts";
import { measureGrowth } from "./claims/growth.ts";
import { measureLedger } from "./claims/ledger.ts";
import { measureMemory } from "./claims/memory.ts";
import { measurePayments } from "./claims/payments.ts";
import { measurePaymentsLatency } from "./claims/paymentsLatency.ts";
import { measureSoak } from "./claims/soak.ts";
import { measureStart } from "./claims/start.ts";
import { measureTerminals } from "./claims/terminals.ts";
import { measureVerify } from "./claims/verify.ts";
import { measureWire } from "./claims/wire.ts";
import type { Row } from "./report.ts";

const measures: Readonly<Record<Claim, Measure>> = {
  payments: measurePayments,
  "payments-latency": measurePaymentsLatency,
  wire: measureWire,
  ledger: measureLedger,
  verify: measureVerify,
  arrivals: measureArrivals,
  terminals: measureTerminals,
  growth: measureGrowth,
  start: measureStart,
  memory: measureMemory,
  footprint: measureFootprint,
  soak: measureSoak,
};

/** Measures the claims one after the other; each ends what it opened before the next begins. */
export async function measureClaims(
  wanted: readonly Claim[],
  options: BenchOptions,
): Promise<readonly Row[]> {
  return withBench(options, async (outer) => {
    const shared = sharedBy(outer);
    const rows: Row[] = [];
    for (const claim of wanted) rows.push(...(await measureClaim(claim, options, shared)));
    return rows;
  });
}

/** Measures one claim, with the servers that it may share with others. */
export async function measureClaim(
  claim: Claim,
  options: BenchOptions,
  shared: Shared,
): Promise<readonly Row[]> {
  const sizes = claim === "payments" ? options.sizes : besidePayments(options.sizes);
  return withBench({ ...options, sizes }, measures[claim], shared);
}

/** The others need less time to be steady, and the whole is to end within half an hour. */
function besidePayments(sizes: Sizes): Sizes {
  return { ...sizes, legMs: sizes.legMs / 2 };
}

const warmUpMsMax = 5_000;

/** What the command line asks for, with everything that it leaves open. */
export function sizesOf(wanted: Extract<Wanted, { kind: "run" }>): Sizes {
  const { rounds, scale, merchants, connections, growthRows, soakMinutes, profileDirectory } = wanted;
  const legMs = wanted.seconds * 1_000;
  return {
    ...{ rounds, scale, merchants, connections, growthRows, profileDirectory, legMs },
    warmUpMs: Math.min(legMs, warmUpMsMax),
    ...{ terminals: 2_000, terminalsFrom: 1_000, terminalsTo: 3_000, arrivalsPerSecond: 200 },
    verifyRows: 300_000,
    ...{ soakLegs: soakMinutes, soakLegMs: 60_000 },
  };
}
