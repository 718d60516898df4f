// Rounds of due steps in one process: a few at a time, each taken once, none waiting for one that hangs.
import { limits } from "../limits.ts";

/** What a round may take, and what it must not take. */
export type Room<Due> = Readonly<{
  limit: number;
  /** What this process has in hand. It counts against its merchants, and is not taken twice. */
  inFlight: readonly Due[];
  /** What has had its turn already. */
  passed: readonly Due[];
}>;

export type Steps<Due> = Readonly<{
  /** Looks for due steps that nobody holds. */
  select(room: Room<Due>): Promise<readonly Due[]>;
  /** Claims one and takes it. */
  take(due: Due): Promise<void>;
  /** Told of what `take` threw: its lease runs out and it is tried again. */
  failed(due: Due, error: unknown): void;
}>;

export type Rounds = Readonly<{
  /**
   * Takes the steps that are due, at most `limit`, several at a time, merchants in turns. Safe to call from any number of
   * processes, and again while steps of an earlier call hang: each call takes what nobody has in hand.
   * @returns how many were due, when their steps are done
   */
  resolveDue(limit: number): Promise<number>;
  /** Resolves when no step of this process is under way. Calls that are running begin no others: they stay due. */
  idle(): Promise<void>;
}>;

/** Rounds of one process, which knows what it has in hand. */
export function createRounds<Due>(steps: Steps<Due>): Rounds {
  const inFlight = new Set<Due>();
  const calls = new Set<Promise<unknown>>();
  let stops = 0;

  const take = async (due: Due): Promise<void> => {
    inFlight.add(due);
    await steps.take(due).catch((error: unknown) => steps.failed(due, error));
    inFlight.delete(due);
  };

  const resolveDue = async (limit: number): Promise<number> => {
    const stopsBefore = stops;
    const passed: Due[] = [];
    while (stops === stopsBefore) {
      const room = Math.min(limit - passed.length, limits.resolveConcurrencyMax - inFlight.size);
      if (room <= 0) break;
      const due = await steps.select({ limit: room, inFlight: [...inFlight], passed });
      if (due.length === 0 || stops !== stopsBefore) break;
      passed.push(...due);
      await Promise.all(due.map(take));
    }
    return passed.length;
  };

  return {
    resolveDue: (limit) => {
      const call = resolveDue(limit);
      const ended = call.catch(() => undefined);
      calls.add(ended);
      void ended.then(() => calls.delete(ended));
      return call;
    },
    idle: async () => {
      stops += 1;
      while (calls.size > 0) await Promise.all(calls);
    },
  };
}
