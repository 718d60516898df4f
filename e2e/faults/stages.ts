// Stages that parts use one after the other: most of what a short part takes is opening one. A part gets its stage as new:
// all books were compared, and whatever it had set is set back.
import type { Comparison } from "./books.ts";
import { patienceMsUsual } from "./counters.ts";
import { openStage, type Stage, type StageWish } from "./stage.ts";
import type { Times } from "./times.ts";

/** What one part may ask for. */
export type Stages = Readonly<{
  times: Times;
  /** One of its own, which ends with the part. */
  open(wish: StageWish & Patience): Promise<Stage>;
  /** One server with its own database, perhaps used before. What is told to the server beside the usual is told for this part. */
  lend(wish?: Pick<StageWish, "environment"> & Patience): Promise<Stage>;
}>;

/** How long a desk waits for an answer. */
type Patience = Readonly<{ patienceMs?: number }>;

export type Shelf = Readonly<{
  stagesFor(times: Times): Stages;
  /** Closes those that nobody has. */
  [Symbol.asyncDispose](): Promise<void>;
}>;

type Kept = { readonly stage: Stage; environment: string };

/** Nothing is opened before somebody asks for it. */
export function createShelf(): Shelf {
  const free: Kept[] = [];
  const giveBack = async ({ stage, environment }: Kept): Promise<void> => {
    const { command } = stage.server();
    const runs = command.child.exitCode === null && command.child.signalCode === null;
    // What was not compared would be found at the next part’s door.
    if (runs && stage.counters.place() === 0) free.push({ stage, environment });
    else await stage[Symbol.asyncDispose]();
  };
  const lend = async ({ environment = {} }: Pick<StageWish, "environment">): Promise<Kept> => {
    const told = JSON.stringify(environment);
    const kept = free.find((one) => one.environment === told) ?? free[0];
    if (kept === undefined)
      return {
        stage: await openStage({ servers: 1, database: "own", environment }),
        environment: told,
      };
    free.splice(free.indexOf(kept), 1);
    if (kept.environment !== told) {
      await kept.stage.server().command[Symbol.asyncDispose]();
      await kept.stage.restart(0, environment);
      kept.environment = told;
    }
    kept.stage.counters.takeAt([]);
    return kept;
  };
  return {
    stagesFor: (times) => {
      const readyFor = (
        stage: Stage,
        { patienceMs = patienceMsUsual }: Patience,
        end: () => Promise<void>,
      ) => {
        stage.counters.bePatient(patienceMs);
        const compare = (): Promise<Comparison> => times.during("comparing", () => stage.compare());
        return { ...stage, compare, [Symbol.asyncDispose]: end };
      };
      return {
        times,
        open: async (wish) => {
          const stage = await times.during("opening", () => openStage(wish));
          return readyFor(stage, wish, () => stage[Symbol.asyncDispose]());
        },
        lend: async (wish = {}) => {
          const kept = await times.during("opening", () => lend(wish));
          return readyFor(kept.stage, wish, () => giveBack(kept));
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const { stage } of free.splice(0)) await stage[Symbol.asyncDispose]();
    },
  };
}
