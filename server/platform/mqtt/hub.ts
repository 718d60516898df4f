// What both brokers share: listeners, the table of sessions, and one message of a client after the other.
import type { BaseLogger } from "pino";
import type {
  CloseReason,
  Message,
  MessageListener,
  Session,
  SessionEvent,
  SessionListener,
} from "./port.ts";
import { createQueues } from "./queues.ts";

export type Hub = ReturnType<typeof createHub>;

type Deps = Readonly<{ log: BaseLogger; now: () => Date }>;

/** Keeps listeners and sessions. A listener that fails is logged: no message may stop the broker. */
export function createHub(deps: Deps) {
  const messageListeners: MessageListener[] = [];
  const sessionListeners: SessionListener[] = [];
  const sessions = new Map<string, Session>();
  const messages = createQueues();
  const listening = new Set<Promise<void>>();

  const emit = (event: SessionEvent): void => {
    logSession(deps.log, event);
    for (const listener of sessionListeners) {
      const heard = callSessionListener(deps.log, listener, event).finally(() => listening.delete(heard));
      listening.add(heard);
    }
  };

  return {
    sessions,
    onMessage: (listener: MessageListener): void => void messageListeners.push(listener),
    onSession: (listener: SessionListener): void => void sessionListeners.push(listener),

    open(session: Session): void {
      sessions.set(session.clientId, session);
      emit({ kind: "open", session });
    },

    /** Ends a session if it is still the present one of its client. */
    close(session: Session, reason: CloseReason, detail: string): void {
      if (sessions.get(session.clientId)?.key !== session.key) return;
      sessions.delete(session.clientId);
      emit({ kind: "close", session, at: deps.now(), reason, detail });
    },

    /** Messages of the queue that are not finished yet. */
    waiting: messages.waiting,

    /** Handles the message after the earlier ones of its queue; resolves when done, never rejects. */
    enqueue: (queue: string, message: Message): Promise<void> =>
      messages.add(queue, async () => {
        for (const listener of messageListeners) await callMessageListener(deps.log, listener, message);
      }),

    /** Resolves when nothing is being handled. */
    async drained(): Promise<void> {
      await messages.drained();
      await Promise.all(listening);
    },
  };
}

function logSession(log: BaseLogger, event: SessionEvent): void {
  const { session } = event;
  const about = { event: `mqtt_session_${event.kind}`, clientId: session.clientId, session: session.key };
  if (event.kind === "open") {
    const { transport, remoteAddress } = session;
    log.info({ ...about, transport, remoteAddress }, "session opened");
  } else {
    log.info({ ...about, reason: event.reason, detail: event.detail }, "session closed");
  }
}

async function callSessionListener(
  log: BaseLogger,
  listener: SessionListener,
  event: SessionEvent,
): Promise<void> {
  try {
    await listener(event);
  } catch (error) {
    log.error({ event: "mqtt_listener_failed", error: String(error) }, "a session listener failed");
  }
}

async function callMessageListener(
  log: BaseLogger,
  listener: MessageListener,
  message: Message,
): Promise<void> {
  try {
    await listener(message);
  } catch (error) {
    const { topic } = message;
    log.error(
      { event: "mqtt_handler_failed", topic, error: String(error) },
      "a message could not be handled",
    );
  }
}
