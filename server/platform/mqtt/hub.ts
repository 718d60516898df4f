// What both brokers share: listeners, the table of sessions, and one message of a client after the other.
import type { BaseLogger } from "pino";
import type { CloseReason, Message, Session, SessionEvent } from "./port.ts";

export type Hub = ReturnType<typeof createHub>;

/** Keeps listeners and sessions. A listener that fails is logged: no message may stop the broker. */
export function createHub(deps: Readonly<{ log: BaseLogger; now: () => Date }>) {
  const messageListeners: ((message: Message) => Promise<void>)[] = [];
  const sessionListeners: ((event: SessionEvent) => void)[] = [];
  const sessions = new Map<string, Session>();
  const queues = new Map<string, Readonly<{ tail: Promise<void>; length: number }>>();

  const emit = (event: SessionEvent): void => {
    const { session } = event;
    const about = { event: `mqtt_session_${event.kind}`, clientId: session.clientId, session: session.key };
    if (event.kind === "open") {
      deps.log.info(
        { ...about, transport: session.transport, remoteAddress: session.remoteAddress },
        "session opened",
      );
    } else {
      deps.log.info({ ...about, reason: event.reason, detail: event.detail }, "session closed");
    }
    for (const listener of sessionListeners) {
      try {
        listener(event);
      } catch (error) {
        deps.log.error({ event: "mqtt_listener_failed", error: String(error) }, "a session listener failed");
      }
    }
  };

  const handle = async (message: Message): Promise<void> => {
    for (const listener of messageListeners) {
      try {
        await listener(message);
      } catch (error) {
        deps.log.error(
          { event: "mqtt_handler_failed", topic: message.topic, error: String(error) },
          "a message could not be handled",
        );
      }
    }
  };

  return {
    sessions,
    onMessage: (listener: (message: Message) => Promise<void>) => void messageListeners.push(listener),
    onSession: (listener: (event: SessionEvent) => void) => void sessionListeners.push(listener),

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
    waiting: (queue: string): number => queues.get(queue)?.length ?? 0,

    /** Handles the message after the earlier ones of its queue; resolves when done, never rejects. */
    enqueue(queue: string, message: Message): Promise<void> {
      const before = queues.get(queue);
      const tail = (before?.tail ?? Promise.resolve())
        .then(() => handle(message))
        .then(() => {
          const present = queues.get(queue);
          if (present === undefined) return;
          if (present.length <= 1) queues.delete(queue);
          else queues.set(queue, { tail: present.tail, length: present.length - 1 });
        });
      queues.set(queue, { tail, length: (before?.length ?? 0) + 1 });
      return tail;
    },

    /** Resolves when nothing is being handled. */
    async drained(): Promise<void> {
      await Promise.all([...queues.values()].map(({ tail }) => tail));
    },
  };
}
