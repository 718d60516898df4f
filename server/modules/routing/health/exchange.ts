// What processes tell each other of the circuits of gateways: changes of state, through one small table.
import type { World } from "../../../kernel/world.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { circuitRules, routingLimits } from "../limits.ts";
import { circuitsSince, saveCircuit, type CircuitRow } from "../store.ts";
import { keyOf, type Circuits, type Entry } from "./circuits.ts";
import { closedCircuit, countsOf, type Circuit } from "./decide.ts";

type Deps = Readonly<{ pg: Pick<Pg, "batch" | "transaction">; world: World; processId: string }>;

/** Tells the others what changed. Rejects where it could not be written down: it is told in the next round, then. */
export async function tell(deps: Deps, circuits: Circuits): Promise<void> {
  const untold = circuits.untold();
  if (untold.length === 0) return;
  const rows = untold.map((entry) => rowOf(deps, entry));
  await deps.pg.transaction(async (tx) => {
    for (const row of rows) await saveCircuit(tx, row);
  });
  circuits.told(untold);
}

function rowOf({ world, processId }: Deps, { channel, path, method, bank, circuit }: Entry): CircuitRow {
  const probeAt = circuit.state === "closed" ? null : circuit.probeAt;
  const { state, since } = circuit;
  const counts = countsOf(circuit, world.now(), circuitRules);
  return { channel, path, method, bank, state, since, probeAt, ...counts, process: processId };
}

/**
 * What another process opened is open here too; what it closed after ours was opened is closed. Words of the last minutes are
 * read every time: one may have been written down long after it happened, and a process that has just begun knows none.
 */
export async function learn({ pg, world, processId }: Deps, circuits: Circuits): Promise<void> {
  const since = addSeconds(world.now(), -routingLimits.learnBackSeconds);
  const asked = { since, process: processId, limit: routingLimits.learnMax };
  for (const row of await circuitsSince(pg.batch, asked)) {
    const { channel, path, method, bank } = row;
    const place = { channel, path, method, bank, owner: "" };
    const present = circuits.get(keyOf(place));
    if (present !== undefined && present.circuit.since >= row.since) continue;
    const { probers = [], askedAt = world.now() } = present ?? {};
    circuits.learned({ ...place, probers, askedAt, circuit: circuitOfRow(row) });
  }
}

function circuitOfRow({ state, since, probeAt }: CircuitRow): Circuit {
  if (state === "closed" || probeAt === null) return closedCircuit(since);
  return { state: "open", since, pieces: [], probeAt, waitSeconds: circuitRules.openSecondsMin };
}
