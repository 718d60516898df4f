// The broker inside one process of the platform: its sessions die with it, its messages may be lost or come twice.
import { parseTerminalTopic } from "@huiyin/contract/events/topics.ts";
import type { Log } from "@huiyin/server/platform/log.ts";
import { createHub } from "@huiyin/server/platform/mqtt/hub.ts";
import type { Broker, CloseReason, Session } from "@huiyin/server/platform/mqtt/port.ts";
import type { Life, Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** The end of a session that a terminal holds. */
export type Line = Readonly<{
  send(topic: string, payload: unknown): void;
  hangUp(reason: CloseReason): void;
}>;

export type TerminalEnd = Readonly<{
  terminalId: string;
  heard(topic: string, payload: string): void;
}>;

export type SimulatedBroker = Readonly<{
  broker: Broker;
  connect(end: TerminalEnd): Line;
}>;

export type BrokerDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  life: Life;
  log: Log;
  now: () => Date;
}>;

const latencyMs = { min: 5, max: 120 } as const;
const lostShare = 0.02;
const doubledShare = 0.02;

export function createSimulatedBroker(deps: BrokerDeps): SimulatedBroker {
  const hub = createHub({ log: deps.log, now: deps.now });
  const ends = new Map<string, TerminalEnd>();
  let connections = 0;
  const travel = (name: string, key: string, arrive: () => void): void => {
    const { scheduler, trouble, life } = deps;
    if (trouble.strikes(lostShare)) return trouble.count("brokerMessageLost");
    const copies = trouble.strikes(doubledShare) ? 2 : 1;
    if (copies === 2) trouble.count("brokerMessageDoubled");
    for (let copy = 0; copy < copies; copy += 1) {
      const ms = trouble.chance.integer(latencyMs.min, latencyMs.max);
      scheduler.after(ms, { actor: "broker", name, key, run: arrive }, life);
    }
  };
  const isOpen = (session: Session): boolean => hub.sessions.get(session.clientId)?.key === session.key;

  const broker: Broker = {
    start: async () => undefined,
    stop: async () => undefined,
    publish: async (topic, payload) => {
      const parsed = parseTerminalTopic(topic);
      const session = hub.sessions.get(parsed?.terminalId ?? "");
      const end = ends.get(parsed?.terminalId ?? "");
      if (parsed === null || session === undefined || end === undefined) return;
      travel(`message ${parsed.name} to terminal`, parsed.terminalId, () => {
        if (isOpen(session)) end.heard(parsed.name, payload);
      });
    },
    sessions: () => hub.sessions,
    closeSession: async (clientId, detail) => {
      const session = hub.sessions.get(clientId);
      if (session !== undefined) hub.close(session, "closedByUs", detail);
    },
    onMessage: hub.onMessage,
    onSession: hub.onSession,
    handleUpgrade: () => undefined,
    tcpPort: () => null,
  };
  return {
    broker,
    connect: (end) => {
      const clientId = end.terminalId;
      const before = hub.sessions.get(clientId);
      if (before !== undefined) hub.close(before, "takenOver", "");
      const key = `${deps.life.number}-${++connections}`;
      const session: Session = { key, clientId, transport: "tcp", remoteAddress: null, openedAt: deps.now() };
      ends.set(clientId, end);
      hub.open(session);
      return {
        send: (topic, payload) =>
          travel(`message ${topic} from terminal`, clientId, () => {
            const message = {
              topic: `huiyin/v1/terminals/${clientId}/${topic}`,
              payload: Buffer.from(JSON.stringify(payload)),
            };
            if (isOpen(session)) void hub.enqueue(clientId, message);
          }),
        hangUp: (reason) => hub.close(session, reason, ""),
      };
    },
  };
}
