// Who waits in this process for which payment, or refund, to have an answer.
import type { World } from "../../kernel/world.ts";
import type { Clock } from "../../platform/clock.ts";

export type AnswerBoard<News> = Readonly<{
  /** The next news about this id that this process tells, null where the signal aborts before. */
  settled(id: string, signal: AbortSignal): Promise<News | null>;
  /** To be called with every change that is an answer. */
  tell(id: string, news: News): void;
}>;

/** A board of one process. Changes made by other processes are seen when the wait is over, by re-reading. */
export function createAnswerBoard<News>(): AnswerBoard<News> {
  const waiting = new Map<string, Set<(news: News | null) => void>>();
  return {
    settled: (id, signal) =>
      new Promise((resolve) => {
        const present = waiting.get(id) ?? new Set();
        waiting.set(id, present);
        const tell = (news: News | null): void => {
          present.delete(tell);
          if (present.size === 0 && waiting.get(id) === present) waiting.delete(id);
          resolve(news);
        };
        present.add(tell);
        signal.addEventListener("abort", () => tell(null), { once: true });
      }),
    tell: (id, news) => {
      for (const tell of [...(waiting.get(id) ?? [])]) tell(news);
    },
  };
}

/** Resolves with null at the deadline, at once where it has passed. */
export async function timeUp(
  deps: Readonly<{ world: Pick<World, "now">; clock: Pick<Clock, "sleep"> }>,
  deadline: Date,
  signal: AbortSignal,
): Promise<null> {
  const leftMs = deadline.getTime() - deps.world.now().getTime();
  // Aborted means that nobody listens any more.
  if (leftMs > 0) await deps.clock.sleep(leftMs, signal).catch(() => undefined);
  return null;
}
