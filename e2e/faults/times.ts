// Where the time of a part goes: what is waited for beside the faults themselves.

export type Phase = "opening" | "terminals" | "comparing";

export type Times = Readonly<{
  /** Counts how long this takes. Phases of one part do not overlap. */
  during<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  /** “63.2 s: opening 8.1, comparing 4.2, the rest 50.9”. */
  text(): string;
}>;

/** The times of one part, from now on. */
export function createTimes(): Times {
  const startMs = performance.now();
  const spentMs = new Map<Phase, number>();
  return {
    during: async (phase, work) => {
      const fromMs = performance.now();
      try {
        return await work();
      } finally {
        spentMs.set(phase, (spentMs.get(phase) ?? 0) + performance.now() - fromMs);
      }
    },
    text: () => {
      const allMs = performance.now() - startMs;
      const restMs = [...spentMs.values()].reduce((rest, ms) => rest - ms, allMs);
      const each = [...spentMs].map(([phase, ms]) => `${phase} ${inSeconds(ms)}`);
      return `${inSeconds(allMs)} s: ${[...each, `the rest ${inSeconds(restMs)}`].join(", ")}`;
    },
  };
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
