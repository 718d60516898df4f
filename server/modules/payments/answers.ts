// Who waits in this process for which payment to leave “processing”.
import type { Applied, Listener } from "./service.ts";

export type AnswerBoard = Readonly<{
  /**
   * The next decision about this payment, by this process, that leaves it in another state than “processing”;
   * null where the signal aborts before.
   */
  settled(paymentId: string, signal: AbortSignal): Promise<Applied | null>;
  /** To be called with every change. */
  listener: Listener;
}>;

/** A board of one process. Changes made by other processes are seen when the wait is over, by re-reading. */
export function createAnswerBoard(): AnswerBoard {
  const waiting = new Map<string, Set<(applied: Applied | null) => void>>();
  return {
    settled: (paymentId, signal) =>
      new Promise((resolve) => {
        const present = waiting.get(paymentId) ?? new Set();
        waiting.set(paymentId, present);
        const tell = (applied: Applied | null): void => {
          present.delete(tell);
          if (present.size === 0 && waiting.get(paymentId) === present) waiting.delete(paymentId);
          resolve(applied);
        };
        present.add(tell);
        signal.addEventListener("abort", () => tell(null), { once: true });
      }),
    listener: (applied) => {
      if (applied.after.state === "processing") return;
      for (const tell of [...(waiting.get(applied.after.id) ?? [])]) tell(applied);
    },
  };
}
