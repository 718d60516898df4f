// Tries the orders in which the statements of several transactions can happen: all of them, or all with at most so many
// interruptions. What goes wrong in an order that no test has thought of is found here, and told statement by statement.
import type { Pg } from "../../../../platform/pg/pg.ts";
import type { TestDb } from "../../../../platform/pg/testing.ts";
import { openActors, type Actor, type Actors, type Outcome } from "./actors.ts";

/** One race, set up afresh for each order: who takes part, and what must hold whatever the order was. */
export type Race = Readonly<{
  /** Each runs on a connection of its own. */
  actors: Readonly<Record<string, (pg: Pg) => Promise<unknown>>>;
  /** Throws where the promise was broken. All actors have ended. */
  check(outcomes: ReadonlyMap<string, Outcome>): Promise<void> | void;
}>;

export type Bounds = Readonly<{
  /**
   * How often an actor that could go on may be interrupted by another; all orders where absent. Nearly every known race
   * needs no more than two.
   */
  interruptionsMax?: number;
}>;

/** A race that needs more orders than this is to be cut smaller, not to be run longer. */
const ordersMax = 2_000;

type Choice = Readonly<{
  /** How many could go on. The first is the one that went last, where it could. */
  options: number;
  taken: number;
  interruptions: number;
  /** Whether any other option than the first is an interruption. */
  costs: 0 | 1;
}>;

/** Runs the race in every order within the bounds; returns how many there were. Throws at the first that goes wrong. */
export async function explore(db: TestDb, bounds: Bounds, race: () => Promise<Race>): Promise<number> {
  await using actors = await openActors(db);
  let prefix: readonly number[] | null = [];
  let orders = 0;
  while (prefix !== null) {
    orders += 1;
    if (orders > ordersMax) throw new Error(`more than ${ordersMax} orders: bound the interruptions`);
    prefix = nextPrefix(await runOnce(actors, await race(), prefix), bounds);
  }
  return orders;
}

async function runOnce(actors: Actors, race: Race, prefix: readonly number[]): Promise<readonly Choice[]> {
  const members = await Promise.all(Object.keys(race.actors).map((name) => actors.of(name)));
  const outcomes = new Map<string, Outcome>();
  const running = members.map(async (actor) => {
    outcomes.set(actor.name, await actor.run(race.actors[actor.name] ?? (() => Promise.resolve())));
  });
  const steps: string[] = [];
  const choices: Choice[] = [];
  let last: Actor | null = null;
  let interruptions = 0;
  for (;;) {
    await actors.settled(members);
    const able = members.filter((actor) => actor.state() === "wanting");
    if (able.length === 0) {
      if (members.every((actor) => actor.state() === "done")) break;
      // Everybody waits for everybody: PostgreSQL ends one of them.
      steps.push("(nobody can go on)");
      await actors.changed();
      continue;
    }
    const continues = last !== null && able.includes(last);
    if (continues) able.sort((left, right) => Number(right === last) - Number(left === last));
    const taken = prefix[choices.length] ?? 0;
    const costs = continues ? 1 : 0;
    choices.push({ options: able.length, taken, interruptions, costs });
    if (taken > 0) interruptions += costs;
    const next = able[taken];
    if (next === undefined)
      throw new Error(["the same choices led elsewhere: the race is not repeatable", ...steps].join("\n  "));
    steps.push(`${next.name}: ${next.wanted().slice(0, statementShownMax)}`);
    last = next;
    next.goOn();
  }
  await Promise.all(running);
  try {
    await race.check(outcomes);
  } catch (error) {
    const failures = [...outcomes].flatMap(([name, outcome]) =>
      outcome.ok ? [] : [`${name} failed: ${String(outcome.error)}`],
    );
    throw new Error([String(error), ...failures, "in this order:", ...steps].join("\n  "), { cause: error });
  }
  return choices;
}

const statementShownMax = 90;

/** The next order in which the last possible choice is taken differently; null when all have been tried. */
function nextPrefix(choices: readonly Choice[], { interruptionsMax = Infinity }: Bounds): number[] | null {
  for (let index = choices.length - 1; index >= 0; index -= 1) {
    const choice = choices[index];
    if (choice === undefined || choice.taken + 1 >= choice.options) continue;
    if (choice.interruptions + choice.costs > interruptionsMax) continue;
    return [...choices.slice(0, index).map(({ taken }) => taken), choice.taken + 1];
  }
  return null;
}

/** What an actor answered. Throws what it threw. */
export function answerOf<T>(outcomes: ReadonlyMap<string, Outcome>, name: string): T {
  const outcome = outcomes.get(name);
  if (outcome === undefined) throw new Error(`nobody is called ${name}`);
  if (!outcome.ok) throw outcome.error;
  return outcome.value as T;
}
