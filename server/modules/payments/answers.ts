// Who waits in this process for which payment to leave “processing”.
import type { Listener } from "./service.ts";

export type AnswerBoard = Readonly<{
  /** Resolves at the next decision about this payment, in this process, that leaves it in another state than “processing”. */
  settled(paymentId: string, signal: AbortSignal): Promise<void>;
  /** To be called with every change. */
  listener: Listener;
}>;

/** A board of one process. Changes made by other processes are seen when the wait is over, by re-reading. */
export function createAnswerBoard(): AnswerBoard {
  const waiting = new Map<string, Set<() => void>>();
  return {
    settled: (paymentId, signal) =>
      new Promise((resolve) => {
        const present = waiting.get(paymentId) ?? new Set();
        waiting.set(paymentId, present);
        const done = (): void => {
          present.delete(done);
          if (present.size === 0 && waiting.get(paymentId) === present) waiting.delete(paymentId);
          resolve();
        };
        present.add(done);
        signal.addEventListener("abort", done, { once: true });
      }),
    listener: ({ after }) => {
      if (after.state !== "processing") for (const tell of [...(waiting.get(after.id) ?? [])]) tell();
    },
  };
}
