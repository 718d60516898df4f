// A story as a list of steps: each says what is expected, looks at what can be observed, and compares the two.
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Localized } from "@huiyin/contract/words.ts";

/** Plain values by name, as they go into JSON. */
export type Facts = Readonly<Record<string, unknown>>;

export type Step = Readonly<{
  name: Localized;
  expected: Facts;
  /** Every expected fact as it was found, and facts that help to follow the story. */
  observed: Facts;
  ok: boolean;
}>;

export type Telling = Readonly<{
  /** Before the step is looked at: what is being waited for. */
  begins(name: Localized, expected: Facts): void;
  ends(step: Step): void;
}>;

export type Story = Readonly<{
  steps: readonly Step[];
  /**
   * Looks until every expected fact is observed, at most `withinMs` milliseconds, and keeps the last look.
   * Answers whether the step held.
   */
  expect(name: Localized, expected: Facts, look: () => Promise<Facts>, withinMs?: number): Promise<boolean>;
}>;

/** What is done once and then watched: `act` runs at the first look alone. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= act());
}

const withinMsDefault = 10_000;
const pauseMs = 100;

export function createStory(telling: Telling): Story {
  const steps: Step[] = [];
  return {
    steps,
    async expect(name, expected, look, withinMs = withinMsDefault) {
      telling.begins(name, expected);
      const deadlineMs = performance.now() + withinMs;
      let observed = await lookSafely(look);
      while (!holds(expected, observed) && performance.now() < deadlineMs) {
        await sleep(pauseMs);
        observed = await lookSafely(look);
      }
      const step = { name, expected, observed, ok: holds(expected, observed) };
      steps.push(step);
      telling.ends(step);
      return step.ok;
    },
  };
}

/** What cannot be observed is itself an observation. */
async function lookSafely(look: () => Promise<Facts>): Promise<Facts> {
  try {
    return await look();
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function holds(expected: Facts, observed: Facts): boolean {
  return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(observed[name], value));
}
