// The message broker as a port: sessions of clients, messages from them, messages to them.
// Two implementations: one inside this process, and any MQTT 3.1.1 broker at a URL.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { BaseLogger } from "pino";

export type ConnectAttempt = Readonly<{
  clientId: string;
  username: string | null;
  password: string | null;
  remoteAddress: string | null;
}>;

/** `credentials` and `forbidden` are the client's fault; after `unavailable` it may try the same again. */
export type ConnectDecision =
  | Readonly<{ ok: true }>
  | Readonly<{ ok: false; kind: "credentials" | "forbidden" | "unavailable"; reason: string }>;

/** Who may connect and which topics a client may use: decided by the module that owns the topics. */
export type Gate = Readonly<{
  authenticate(attempt: ConnectAttempt): Promise<ConnectDecision>;
  mayPublish(clientId: string, topic: string): boolean;
  /** Filters with a wildcard are refused without being asked about. */
  maySubscribe(clientId: string, filter: string): boolean;
}>;

export type Session = Readonly<{
  /** Differs for every connection, also of the same client. */
  key: string;
  clientId: string;
  transport: "tcp" | "websocket" | "external";
  remoteAddress: string | null;
  openedAt: Date;
}>;

/** Why a session ended. `closedByUs` is a decision of the platform, for example a suspended client. */
export type CloseReason =
  | "disconnected"
  | "connectionLost"
  | "keepAliveTimeout"
  | "takenOver"
  | "protocolError"
  | "closedByUs"
  | "stopping";

export type SessionEvent =
  | Readonly<{ kind: "open"; session: Session }>
  | Readonly<{ kind: "close"; session: Session; at: Date; reason: CloseReason; detail: string }>;

/** Called in the order of events; `stop` waits for what it returns. */
export type SessionListener = (event: SessionEvent) => void | Promise<void>;

export type MessageListener = (message: Message) => Promise<void>;

export type Message = Readonly<{ topic: string; payload: Buffer }>;

/** What a message says about the presence of its sender; an external broker tells nothing else about sessions. */
export type Presence = Readonly<{
  clientId: string;
  connection: string;
  state: "present" | "gone";
  detail: string;
}>;

export interface Broker {
  /** Listens, or connects. Rejects when the port is taken; an external broker that is away is waited for. */
  start(): Promise<void>;
  /** Resolves when the message has been handed over; rejects with BrokerUnavailableError where it cannot be. */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
  /** Open sessions by client id. */
  sessions(): ReadonlyMap<string, Session>;
  /** Ends the session of a client, where there is one. An external broker keeps the connection; we forget it. */
  closeSession(clientId: string, detail: string): Promise<void>;
  /** Messages of one client are handled one after the other. A handler that rejects is logged and changes nothing. */
  onMessage(listener: MessageListener): void;
  /** Events of one client come in their order: the end of a session that was taken over before its successor. */
  onSession(listener: SessionListener): void;
  /** A WebSocket handshake on the HTTP server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Port of the TCP listener, or null. */
  tcpPort(): number | null;
  /** Ends every session; resolves when all that happened has been handled. */
  stop(): Promise<void>;
}

export type PublishOptions = Readonly<{
  qos: 0 | 1;
  /** Kept by the broker for whoever subscribes later. */
  retain: "no" | "yes";
}>;

export class BrokerUnavailableError extends Error {
  override readonly name = "BrokerUnavailableError";
}

export type BrokerDeps = Readonly<{
  gate: Gate;
  log: BaseLogger;
  now: () => Date;
  /** Topic filters from which an external broker is asked for messages. */
  filters: readonly string[];
  presenceOf: (message: Message) => Presence | null;
}>;

export type BrokerConfig = Readonly<{
  /** mqtt:// or mqtts:// of an external broker, credentials included; null for the embedded one. */
  url: string | null;
  host: string;
  /** TCP port of the embedded broker; 0 takes a free one, null listens on WebSocket alone. */
  port: number | null;
}>;
