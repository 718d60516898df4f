// Repeating work on the simulated clock: rounds of one loop never overlap, what a round throws is logged, as in production.
import type { Log } from "@huiyin/server/platform/log.ts";
import type { Loops } from "@huiyin/server/platform/loops.ts";
import type { Life, Scheduler } from "./scheduler.ts";

export type LoopDeps = Readonly<{ scheduler: Scheduler; life: Life; log: Log; pauseFactor(): number }>;

export function createSimulatedLoops(deps: LoopDeps): Loops {
  const { signal } = new AbortController();
  return {
    every: (name, intervalMs, work) => {
      let running: "yes" | "no" = "no";
      let cancel = (): void => undefined;
      const plan = (ms: number): void => {
        cancel();
        cancel = deps.scheduler.after(
          ms,
          { actor: "platform", name: "loop", key: name, run: round },
          deps.life,
        );
      };
      const round = (): void => {
        running = "yes";
        void work(signal)
          .catch((error: unknown) =>
            deps.log.error({ event: "loop_failed", loop: name, err: error }, "a round of a loop failed"),
          )
          .then(() => {
            running = "no";
            plan(intervalMs * deps.pauseFactor());
          });
      };
      plan(0);
      return { wake: () => running === "no" && plan(0) };
    },
    stop: async () => undefined,
  };
}
