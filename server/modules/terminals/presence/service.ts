// Which terminals this process holds, written down as it happens: sessions with leases, telemetry, configuration.
import type { BaseLogger } from "pino";
import { configReportEvents, type ConfigMessage, type ConfigReport } from "@huiyin/contract/events/config.ts";
import { commandResultEvents, type CommandResult } from "@huiyin/contract/events/commands.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import { telemetryEvents, type BeatMessage } from "@huiyin/contract/events/telemetry.ts";
import { success } from "../../../kernel/result.ts";
import { addSeconds, secondsBetween } from "../../../kernel/time.ts";
import type { World } from "../../../kernel/world.ts";
import { createBatcher, type BatchTiming } from "../../../platform/batch.ts";
import type { Broker, Session, SessionEvent } from "../../../platform/mqtt/port.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import type { TerminalBus } from "../bus.ts";
import { terminalLimits } from "../limits.ts";
import { findTerminal, noteDevices } from "../store.ts";
import {
  closeOlderSessions,
  closeSessions,
  expireSessions,
  insertSessions,
  renewLeases,
  type OpenSession,
  type SessionEnd,
} from "./sessions/store.ts";
import {
  insertTelemetry,
  noteConfigs,
  pruneTelemetry,
  type ConfigNote,
  type TelemetryEntry,
} from "./store.ts";

export type PresenceDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  broker: Broker;
  bus: TerminalBus;
  /** Names this process in the rows of its sessions. */
  processId: string;
  batchTiming?: BatchTiming;
}>;

export type Presence = Readonly<{
  /** Vouches for the sessions of this process, writes down those not yet recorded, ends those nobody vouches for. */
  renew(): Promise<void>;
  prune(): Promise<void>;
  /** Sends a terminal its configuration, and ends the session of one that may not have any. */
  refresh(terminalId: string): Promise<void>;
  /** Resolves when everything that happened so far is written down. */
  settled(): Promise<void>;
}>;

type Recorded = { connectionId: string; stored: "yes" | "no" };

export function createPresence(deps: PresenceDeps): Presence {
  const recorded = new Map<string, Recorded>();
  const queues = new Map<string, Promise<void>>();
  const writers = createWriters(deps);
  const at = { deps, recorded, writers };

  /** What happens to one terminal is written in its order; a failure is repaired by the next renewal. */
  const queue = (terminalId: string, work: () => Promise<void>): Promise<void> => {
    const tail = (queues.get(terminalId) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      deps.log.error(
        { event: "presence_failed", terminalId, error: String(error) },
        "a session was not written down",
      );
    });
    queues.set(terminalId, tail);
    return tail.then(() => {
      if (queues.get(terminalId) === tail) queues.delete(terminalId);
    });
  };

  deps.broker.onSession((event) => {
    const { session } = event;
    return queue(session.clientId, () => (event.kind === "open" ? open(at, session) : end(at, event)));
  });
  registerMessages(deps, writers);

  return {
    async renew() {
      for (const session of deps.broker.sessions().values()) {
        if (recorded.get(session.key)?.stored !== "yes")
          void queue(session.clientId, () => open(at, session));
      }
      await Promise.all(queues.values());
      const now = deps.world.now();
      const held = [...deps.broker.sessions().values()].flatMap((session) => {
        const connectionId = recorded.get(session.key)?.connectionId;
        return connectionId === undefined ? [] : [{ terminalId: session.clientId, connectionId }];
      });
      await deps.pg.transaction(async (tx) => {
        if (held.length > 0) await renewLeases(tx, { sessions: held, leaseUntil: leaseFrom(now) });
        await expireSessions(tx, now);
      });
    },
    async prune() {
      const before = addSeconds(deps.world.now(), -terminalLimits.telemetryKeepDays * 86_400);
      const { telemetryPrunedMax } = terminalLimits;
      // Bounded rounds: what is left is met again by the next call.
      for (let round = 0; round < 20; round += 1) {
        const pruned = await deps.pg.transaction((tx) => pruneTelemetry(tx, before, telemetryPrunedMax));
        if (pruned < telemetryPrunedMax) return;
      }
    },
    refresh: (terminalId) => refresh(deps, terminalId),
    async settled() {
      await Promise.all(queues.values());
      await writers.telemetry.idle();
      await writers.configs.idle();
    },
  };
}

function leaseFrom(now: Date): Date {
  return addSeconds(now, terminalLimits.sessionLeaseSeconds);
}

type Place = Readonly<{ deps: PresenceDeps; recorded: Map<string, Recorded>; writers: Writers }>;

/** Records an open session once; the id stays the same when the first attempt failed. */
async function open({ deps, recorded, writers }: Place, session: Session): Promise<void> {
  const entry = recorded.get(session.key) ?? { connectionId: deps.world.newId("con"), stored: "no" };
  recorded.set(session.key, entry);
  if (entry.stored === "yes") return;
  const merchantId = await writers.opens.submit({
    connectionId: entry.connectionId,
    terminalId: session.clientId,
    transport: session.transport,
    remoteAddress: session.remoteAddress,
    processId: deps.processId,
    openedAt: session.openedAt,
    leaseUntil: leaseFrom(deps.world.now()),
  });
  if (merchantId === null) await deps.broker.closeSession(session.clientId, "there is no such terminal");
  entry.stored = "yes";
}

async function end(
  { recorded, writers }: Place,
  event: Extract<SessionEvent, { kind: "close" }>,
): Promise<void> {
  const { session, at, reason } = event;
  const entry = recorded.get(session.key);
  recorded.delete(session.key);
  if (entry === undefined) return;
  // It quotes what the terminal sent, which may hold what the database cannot.
  const detail = event.detail
    .replaceAll("\0", "")
    .slice(0, terminalLimits.sessionDetailLengthMax)
    .toWellFormed();
  const { connectionId } = entry;
  await writers.ends.submit({ terminalId: session.clientId, connectionId, at, reason, detail });
}

type Writers = ReturnType<typeof createWriters>;

/** What many terminals say at once is written down in few transactions: they all come back after an outage. */
function createWriters(deps: PresenceDeps) {
  const { pg } = deps;
  const timing = deps.batchTiming && { timing: deps.batchTiming };
  return {
    telemetry: createBatcher<TelemetryEntry, null>({
      run: (entries) =>
        pg.transaction(async (tx) => {
          await insertTelemetry(tx, entries);
          await noteDevices(tx, newestPerTerminal(entries));
          return entries.map(() => null);
        }),
      ...timing,
    }),
    configs: createBatcher<ConfigNote, null>({
      run: (notes) =>
        pg.transaction(async (tx) => {
          await noteConfigs(tx, newestPerTerminal(notes));
          return notes.map(() => null);
        }),
      // Of one terminal the later one stands.
      keyOf: ({ terminalId }) => terminalId,
      ...timing,
    }),
    /** Of one terminal there is one at a time: its queue waits for each. */
    opens: createBatcher<OpenSession, string | null>({
      run: (sessions) =>
        pg.transaction(async (tx) => {
          await closeOlderSessions(tx, sessions);
          return insertSessions(tx, sessions);
        }),
      ...timing,
    }),
    ends: createBatcher<SessionEnd, null>({
      run: (ends) =>
        pg.transaction(async (tx) => {
          await closeSessions(tx, ends);
          return ends.map(() => null);
        }),
      ...timing,
    }),
  };
}

function registerMessages(deps: PresenceDeps, { telemetry, configs }: Writers): void {
  const { bus, world, log } = deps;
  const heard = async (terminalId: string, message: BeatMessage): Promise<void> => {
    await telemetry.submit(entryOf(terminalId, message, world.now()));
  };
  bus.handle<BeatMessage>(
    "telemetry",
    { name: "hello", schema: telemetryEvents.hello },
    async (terminalId, message) => {
      await heard(terminalId, message);
      await refresh(deps, terminalId);
      return success(null);
    },
  );
  bus.handle<BeatMessage>(
    "telemetry",
    { name: "beat", schema: telemetryEvents.beat },
    async (terminalId, message) => {
      await heard(terminalId, message);
      return success(null);
    },
  );
  // The broker turns these two into the end of a session.
  bus.handle("telemetry", { name: "bye", schema: telemetryEvents.bye }, async () => success(null));
  bus.handle("telemetry", { name: "lost", schema: telemetryEvents.lost }, async () => success(null));
  bus.handle<ConfigReport>(
    "configReport",
    { name: "configReport", schema: configReportEvents.configReport },
    async (terminalId, { revision }) => {
      await configs.submit({ terminalId, revision, at: world.now() });
      return success(null);
    },
  );
  bus.handle<CommandResult>(
    "commandResults",
    { name: "result", schema: commandResultEvents.result },
    async (terminalId, result) => {
      const { commandId, outcome } = result;
      log.info(
        { event: "terminal_command_result", terminalId, commandId, outcome },
        "a terminal answered a command",
      );
      return success(null);
    },
  );
}

async function refresh(deps: PresenceDeps, terminalId: string): Promise<void> {
  const terminal = await findTerminal(deps.pg.batch, { terminalId, merchantId: null });
  if (terminal?.state !== "active") {
    await deps.broker.closeSession(terminalId, "the terminal is suspended");
    return;
  }
  const config: ConfigMessage = {
    version: eventVersion,
    kind: "config",
    revision: terminal.revision,
    name: terminal.name,
    announce: terminal.announce,
    telemetrySeconds: terminalLimits.telemetrySeconds,
  };
  await deps.bus.send(terminalId, "config", config);
}

function entryOf(terminalId: string, message: BeatMessage, now: Date): TelemetryEntry {
  return {
    terminalId,
    at: now,
    appVersion: message.appVersion ?? null,
    model: message.model ?? null,
    batteryPercent: message.batteryPercent ?? null,
    charging: message.charging ?? null,
    network: message.network ?? null,
    rssiDbm: message.rssiDbm ?? null,
    volumePercent: message.volumePercent ?? null,
    muted: message.muted ?? null,
    scannerDecodePercent: message.scannerDecodePercent ?? null,
    waitingArrivals: message.waitingArrivals ?? null,
    clockOffsetSeconds: clockOffsetSeconds(message.at, now),
  };
}

/** Kept within what the column holds, however wrong the device's clock is. */
function clockOffsetSeconds(reported: string, now: Date): number {
  const offset = Math.round(secondsBetween(now, new Date(reported)));
  return Number.isFinite(offset) ? Math.max(-2_000_000_000, Math.min(2_000_000_000, offset)) : 0;
}

function newestPerTerminal<Entry extends Readonly<{ terminalId: string }>>(
  entries: readonly Entry[],
): Entry[] {
  return [...new Map(entries.map((entry) => [entry.terminalId, entry])).values()];
}
