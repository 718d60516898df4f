// What the composition root and other modules may use of diagnosis.
import type { Loops } from "../../platform/loops.ts";
import { diagnosisLimits } from "./limits.ts";
import { continueRemedies } from "./remedies/service.ts";
import type { DiagnosisRouteDeps } from "./routes.ts";
import { diagnoseSilence } from "./silence.ts";
import { createRemedyPorts } from "./wiring/ports.ts";
import { createReaders, openSilentCases, ownerReader } from "./wiring/readers.ts";
import type { DiagnosisSources } from "./wiring/sources.ts";

export type { DiagnosisRouteDeps } from "./routes.ts";
export { diagnosisRoutes } from "./routes.ts";
export { diagnosePayment, type Diagnosed } from "./service.ts";
export type { DiagnosisSources } from "./wiring/sources.ts";

/** Diagnosis on the other modules, for the routes and the loop. */
export function createDiagnosis(sources: DiagnosisSources): DiagnosisRouteDeps {
  const { pg, world } = sources;
  return {
    pg,
    world,
    readers: createReaders(sources),
    ports: createRemedyPorts(sources),
    ownerOf: ownerReader(sources),
  };
}

/** Starts the platform's own work: automatic remedies, and those a process that died left behind. */
export function runDiagnosis({ loops }: Readonly<{ loops: Loops }>, diagnosis: DiagnosisRouteDeps): void {
  const seen = new Set<string>();
  const round = { skipped: 0 };
  const silentCases = openSilentCases(diagnosis);
  loops.every("silent arrivals", diagnosisLimits.remedyLoopMs, (signal) =>
    diagnoseSilence({ ...diagnosis, silentCases }, seen, signal),
  );
  loops.every("remedies", diagnosisLimits.remedyLoopMs, async (signal) => {
    await continueRemedies(diagnosis, signal, round);
  });
}
