// Who waits for whom while announcements are sent: one terminal for itself, and those who ask for each other.
import fastq from "fastq";

/** One work of a terminal at a time, so that announcements keep their order. */
export type Turns = Readonly<{
  run<T>(terminalId: string, work: () => Promise<T>): Promise<T>;
  has(terminalId: string): boolean;
}>;

export function createTurns(): Turns {
  const running = new Map<string, Promise<unknown>>();
  return {
    run: async (terminalId, work) => {
      const before = running.get(terminalId) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(work);
      running.set(terminalId, turn);
      try {
        return await turn;
      } finally {
        if (running.get(terminalId) === turn) running.delete(terminalId);
      }
    },
    has: (terminalId) => running.has(terminalId),
  };
}

/**
 * Places for those who read what they have missed: after a restart every terminal asks at once, and the connections of the
 * database stay free for payments.
 */
export type Places = Readonly<{
  /** Resolves when there is a place, with what leaves it. Nobody stays while something is sent: that takes as long as it takes. */
  enter(session: string | null): Promise<() => void>;
  /** Whether this session waits for a place. */
  isAwaitedBy(session: string): boolean;
}>;

export function createPlaces(count: number): Places {
  const waiting = new Set<string | null>();
  const places = fastq.promise(
    (entered: (leave: () => void) => void) => new Promise<void>((leave) => entered(leave)),
    count,
  );
  return {
    enter: async (session) => {
      waiting.add(session);
      const leave = await new Promise<() => void>((entered) => void places.push(entered));
      waiting.delete(session);
      return leave;
    },
    isAwaitedBy: (session) => waiting.has(session),
  };
}
