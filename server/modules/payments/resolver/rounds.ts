// Rounds of due steps in one process: a few at a time, each taken once, none waiting for one that hangs.
import { limits } from "../limits.ts";
import { createSlots } from "./slots.ts";

/** What a round may take, and what it must not take. */
export type Room<Due> = Readonly<{
  limit: number;
  /** What this process has in hand, begun or not. It counts against its merchants, and is not taken twice. */
  inHand: readonly Due[];
  /** Merchants whose places other calls have: whoever waits for one of these may wait for a gateway that hangs. */
  full: readonly string[];
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
   * Takes the steps that are due, at most `limit`, several at a time, merchants in turns: where one ends the next begins.
   * Safe to call from any number of processes, and again while steps of an earlier call hang: each call takes what nobody
   * has in hand.
   * @returns how many were due, when their steps are done
   */
  resolveDue(limit: number): Promise<number>;
  /** Resolves when no step of this process is under way. Calls that are running begin no others: they stay due. */
  idle(): Promise<void>;
}>;

/** Rounds of one process, which knows what it has in hand. */
export function createRounds<Due extends Readonly<{ merchantId: string }>>(steps: Steps<Due>): Rounds {
  const slots = createSlots<Due>({
    ownerOf: ({ merchantId }) => merchantId,
    most: limits.resolveConcurrencyMax,
    mostOfOne: limits.resolvePerMerchantMax,
  });
  const calls = new Set<Promise<unknown>>();
  let stops = 0;

  const resolveDue = async (limit: number): Promise<number> => {
    const stopsBefore = stops;
    const passed: Due[] = [];
    const own = new Set<Due>();
    const taken: Array<Promise<void>> = [];
    try {
      while (stops === stopsBefore) {
        const inHand = slots.all();
        const room = Math.min(limit - passed.length, limits.resolveInHandMax - inHand.length);
        if (room <= 0) break;
        const full = fullOf(inHand.filter((one) => !own.has(one)));
        const due = await steps.select({ limit: room, inHand, full, passed });
        if (due.length === 0 || stops !== stopsBefore) break;
        passed.push(...due);
        for (const one of due) own.add(one);
        const places = due.map((one) =>
          slots.enter(one, () => steps.take(one).catch((error: unknown) => steps.failed(one, error))),
        );
        taken.push(...places.map(({ ended }) => ended));
        // Once all of them have begun it is looked for more: the slowest of them is waited for at the end only.
        await Promise.all(places.map(({ begun }) => begun));
      }
    } finally {
      // Also where looking failed: whoever waits for this call waits for what it has begun.
      await Promise.all(taken);
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
      slots.dropWaiting();
      while (calls.size > 0) await Promise.all(calls);
    },
  };
}

/** Owners of at least as many steps as one may have under way. */
function fullOf(steps: ReadonlyArray<Readonly<{ merchantId: string }>>): string[] {
  const byMerchant = Map.groupBy(steps, ({ merchantId }) => merchantId);
  return [...byMerchant]
    .filter(([, all]) => all.length >= limits.resolvePerMerchantMax)
    .map(([merchantId]) => merchantId);
}
