// What other modules may use of terminals.
import type { Authenticator } from "../../platform/http/authentication.ts";
import type { Loops } from "../../platform/loops.ts";
import type {
  Broker,
  BrokerDeps,
  Gate,
  Message,
  Presence as BrokerPresence,
} from "../../platform/mqtt/port.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { World } from "../../kernel/world.ts";
import { createBatcher, type BatchTiming } from "../../platform/batch.ts";
import { parseTerminalTopic, topicsFromTerminal } from "@huiyin/contract/events/topics.ts";
import { createTerminalBus, type TerminalBus } from "./bus.ts";
import { createTerminalAuthenticator } from "./identity/authenticator.ts";
import { createTerminalGate } from "./identity/gate.ts";
import { createProver, type Prover } from "./identity/service.ts";
import { terminalLimits } from "./limits.ts";
import type { Terminal } from "./model.ts";
import { createPresence, type Presence } from "./presence/service.ts";
import { terminalChangedChannel, type TerminalDeps } from "./service.ts";
import { findTerminals } from "./store.ts";

export type { TerminalBus } from "./bus.ts";
export type { CounterOf, Telemetry, Terminal, TerminalSession, TerminalView } from "./model.ts";
export { listSessions, listTelemetry, listViews } from "./presence/store.ts";
export { terminalRoutes } from "./routes.ts";
export {
  activateTerminal,
  changeTerminal,
  createTerminal,
  issueActivationCode,
  type NewTerminal,
  type TerminalDeps,
} from "./service.ts";
export {
  createManagerCodes,
  ensureDemoManagerCode,
  type ManagerCodeDeps,
  type ManagerCodes,
} from "./managerCode/service.ts";
export { findTerminalsCalled, type TerminalCall } from "./finding/store.ts";
export { announcingTerminals, findTerminal } from "./store.ts";
export { ensureDemoTerminal } from "./demo.ts";

export type TerminalIdentity = Readonly<{
  /** For the HTTP edge: requests signed by a device key. */
  authenticator: Authenticator;
  /** For the broker: who may connect, to which topics, and what a message says about presence. */
  broker: Pick<BrokerDeps, "gate" | "filters" | "presenceOf">;
  prover: Prover;
}>;

/** How terminals prove who they are; needed before the broker and the HTTP edge are built. */
export function createTerminalIdentity(deps: Readonly<{ pg: Pg; world: World }>): TerminalIdentity {
  const prover = createProver(deps);
  const gate: Gate = createTerminalGate({ prover });
  const filters = topicsFromTerminal.map((name) => `huiyin/v1/terminals/+/${name}`);
  return {
    authenticator: createTerminalAuthenticator({ prover }),
    broker: { gate, filters, presenceOf },
    prover,
  };
}

export type Terminals = Readonly<{
  bus: TerminalBus;
  presence: Presence;
  /** The terminal, or null where there is none. Callers at the same time share one statement. */
  terminalOf(terminalId: string): Promise<Terminal | null>;
}>;

export type TerminalsDeps = TerminalDeps &
  Readonly<{
    broker: Broker;
    identity: TerminalIdentity;
    /** Names this process in the rows of its sessions. */
    processId: string;
    /** When batches start: in real time where absent; events of its own in the simulation. */
    batchTiming?: BatchTiming;
  }>;

/** Connects terminals to a broker that has not been started yet. */
export function createTerminals(deps: TerminalsDeps): Terminals {
  const bus = createTerminalBus(deps);
  const presence = createPresence({ ...deps, bus });
  const terminals = createBatcher<string, Terminal | null>({
    run: async (ids) => {
      const found = await findTerminals(deps.pg.batch, [...new Set(ids)]);
      return ids.map((id) => found.get(id) ?? null);
    },
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  return { bus, presence, terminalOf: terminals.submit };
}

/** Starts the repeating work of terminals and listens for changes made by other processes. Returns how to stop listening. */
export async function runTerminals(
  deps: Readonly<{ pg: Pg; loops: Loops; identity: TerminalIdentity }>,
  { bus, presence }: Terminals,
): Promise<() => void> {
  deps.loops.every("terminal leases", terminalLimits.leaseRenewMs, () => presence.renew());
  deps.loops.every("terminal pruning", terminalLimits.pruneIntervalMs, async () => {
    await deps.identity.prover.prune();
    await presence.prune();
  });
  return deps.pg.listen(terminalChangedChannel, {
    notified: (terminalId) => {
      if (bus.sessionOf(terminalId) !== null) void presence.refresh(terminalId).catch(() => undefined);
    },
    // What was missed meanwhile is noticed at the next hello, and a suspended terminal by its next request.
    resumed: () => undefined,
  });
}

/** A terminal says hello, beats, says goodbye, or its last will is sent: only with an external broker does it matter. */
function presenceOf({ topic, payload }: Message): BrokerPresence | null {
  const parsed = parseTerminalTopic(topic);
  if (parsed?.name !== "telemetry") return null;
  const { kind, connection } = presenceFields(payload);
  if (kind === null || connection === null) return null;
  const state = kind === "hello" || kind === "beat" ? "present" : "gone";
  return { clientId: parsed.terminalId, connection, state, detail: kind };
}

const presenceKinds = new Set(["hello", "beat", "bye", "lost"]);

function presenceFields(payload: Buffer): { kind: string | null; connection: string | null } {
  try {
    const said = JSON.parse(payload.toString("utf8")) as { kind?: unknown; connection?: unknown } | null;
    const { kind, connection } = said ?? {};
    if (typeof kind !== "string" || !presenceKinds.has(kind)) return { kind: null, connection: null };
    return { kind, connection: typeof connection === "string" ? connection.slice(0, 64) : null };
  } catch {
    return { kind: null, connection: null };
  }
}
