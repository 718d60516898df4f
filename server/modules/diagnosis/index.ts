// What the composition root and other modules may use of diagnosis.
import type { Loops } from "../../platform/loops.ts";
import { diagnosisLimits } from "./limits.ts";
import { continueRemedies } from "./remedies/service.ts";
import type { DiagnosisRouteDeps } from "./routes.ts";
import { createReaders, createRemedyPorts, ownerReader, type DiagnosisSources } from "./wiring.ts";

export type { DiagnosisRouteDeps } from "./routes.ts";
export { diagnosisRoutes } from "./routes.ts";
export { diagnosePayment, type Diagnosed } from "./service.ts";
export type { DiagnosisSources } from "./wiring.ts";

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
  loops.every("remedies", diagnosisLimits.remedyLoopMs, async (signal) => {
    await continueRemedies(diagnosis, signal);
  });
}
